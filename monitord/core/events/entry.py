"""The union of all events, and the entry that holds those of one fact."""

import msgspec

from monitord.core.events.aiming import AnyAimEvent
from monitord.core.events.alarms import AnyAlarmEvent
from monitord.core.events.areas import AnyAreaEvent
from monitord.core.events.attending import AnyAttendingEvent
from monitord.core.events.calls import AnyCallEvent
from monitord.core.events.daemon import AnyDaemonEvent, EpochOpened
from monitord.core.events.devices import AnyDeviceEvent, PointOverdue, PointStateChanged
from monitord.core.events.entering import AnyEnteringEvent
from monitord.core.events.evidence import AnyEvidenceEvent
from monitord.core.events.fire import AnyFireEvent
from monitord.core.events.floods import AnyFloodEvent
from monitord.core.events.handover import AnyHandoverEvent
from monitord.core.events.incidents import AnyIncidentEvent, DuressRepeated
from monitord.core.events.maintenance import AnyMaintenanceEvent
from monitord.core.events.occurrences import LogWritten
from monitord.core.events.outputs import AnyOutputEvent
from monitord.core.events.paths import PathChanged
from monitord.core.events.pictures import AnyPictureEvent
from monitord.core.events.plans import AnyPlanEvent
from monitord.core.events.police import AnyPoliceEvent
from monitord.core.events.record import AnyRecordEvent, ErasureOrdered, TextsErased
from monitord.core.events.relief import AnyReliefEvent
from monitord.core.events.restoring import AnyRestoringEvent
from monitord.core.events.site import (
    PointReleased,
    PointRenamed,
    PointRetired,
    SiteAccepted,
    SiteHeld,
    SiteRejected,
)
from monitord.core.events.stations import AnyStationEvent
from monitord.core.events.walking import AnyWalkingEvent
from monitord.core.facts import AnyFact, UnknownFact

AnyEvent = (
    EpochOpened
    | AnyAlarmEvent
    | AnyStationEvent
    | SiteAccepted
    | SiteHeld
    | PointRenamed
    | PointRetired
    | PointReleased
    | SiteRejected
    | AnyRecordEvent
    | AnyDaemonEvent
    | ErasureOrdered
    | TextsErased
    | PointStateChanged
    | PointOverdue
    | AnyDeviceEvent
    | AnyAreaEvent
    | AnyEnteringEvent
    | AnyWalkingEvent
    | AnyMaintenanceEvent
    | AnyRestoringEvent
    | AnyOutputEvent
    | PathChanged
    | AnyPoliceEvent
    | AnyFloodEvent
    | AnyIncidentEvent
    | AnyCallEvent
    | AnyAttendingEvent
    | LogWritten
    | AnyPictureEvent
    | AnyEvidenceEvent
    | AnyAimEvent
    | AnyPlanEvent
    | AnyReliefEvent
    | AnyHandoverEvent
    | DuressRepeated
    | AnyFireEvent
)


class Entry(msgspec.Struct, frozen=True):
    """One fact that changed something, with all the events it caused: applied whole or not.

    ``at_ms`` is engine time, ``utc_ms`` the same moment in UTC; ``v`` the format of the entry,
    ``version`` the program's.
    """

    v: int
    epoch: int
    seq: int
    at_ms: int
    utc_ms: int
    version: str
    fact: AnyFact | UnknownFact
    events: tuple[AnyEvent, ...]

    @property
    def position(self) -> str:
        """``EPOCH.SEQ``."""
        return f"{self.epoch}.{self.seq}"
