"""The sources of monitord's own alarms: what of itself it can find amiss. Names alone."""

from typing import Final

JOURNAL: Final = "monitord.journal"
STEP: Final = "monitord.step"
SITE: Final = "monitord.site"
SITE_CHANGE: Final = "monitord.site-change"
DOORS: Final = "monitord.doors"
MQTT: Final = "monitord.mqtt"
MODE: Final = "monitord.mode"
CALENDAR: Final = "monitord.calendar"
DISK: Final = "monitord.disk"
RESERVE: Final = "monitord.reserve"
MEMORY: Final = "monitord.memory"
HISTORY: Final = "monitord.history"
REPLICA: Final = "monitord.replica"
EVIDENCE: Final = "monitord.evidence"
OWN_SOURCES: Final = frozenset(
    {
        JOURNAL,
        STEP,
        SITE,
        SITE_CHANGE,
        DOORS,
        MQTT,
        MODE,
        CALENDAR,
        DISK,
        RESERVE,
        MEMORY,
        HISTORY,
        REPLICA,
        EVIDENCE,
    }
)
