"""Events of attendance: who comes to an incident, and what is heard of them (G8)."""

from monitord.core.events.base import Event
from monitord.core.facts import TextRef
from monitord.vocabulary import Attending


class AttendanceBegan(Event, frozen=True):
    """``holder`` accepted; no arrival by ``due_ms`` (engine time), and the next one is called."""

    incident: int
    holder: str
    due_ms: int
    eta_ms: int | None = None
    by: str = ""


class AttendanceTold(Event, frozen=True):
    """The plan, the arrival, the entry or that they are safe.

    The next word is due at ``due_ms``; None: the last one stays.
    """

    incident: int
    holder: str
    says: Attending
    by: str = ""
    companion: str = ""
    due_ms: int | None = None
    note: TextRef | None = None


class AttendanceMissed(Event, frozen=True):
    """``says`` (arrived, safe) did not come in time; asked for again by ``due_ms``, if at all."""

    incident: int
    holder: str
    says: Attending
    due_ms: int | None = None


class AttendanceEnded(Event, frozen=True):
    """They have left, or never came: with what result."""

    incident: int
    holder: str
    result: str
    by: str = ""
    note: TextRef | None = None


class HolderWarned(Event, frozen=True):
    """Who attends ``incident`` is told of ``other``, which alarms meanwhile."""

    incident: int
    holder: str
    other: int


class DecideDeferred(Event, frozen=True):
    """Somebody comes or is inside: an outcome is due by ``until_ms`` (engine time)."""

    incident: int
    until_ms: int


AnyAttendingEvent = (
    AttendanceBegan
    | AttendanceTold
    | AttendanceMissed
    | AttendanceEnded
    | HolderWarned
    | DecideDeferred
)
