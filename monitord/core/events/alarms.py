"""Events of alarms, by ISA-18.2."""

from monitord.core.events.base import Event
from monitord.vocabulary import Category, Condition, Priority, Suppression


class AlarmOccurred(Event, frozen=True):
    """The condition became true.

    ``alarm`` is ``SOURCE/CONDITION``; ``source`` a point, a device, or monitord itself.
    ``silent``: no sound and nothing shown at the place itself.
    """

    alarm: str
    source: str
    condition: Condition
    category: Category
    area: str
    priority: Priority
    latching: bool
    silent: bool = False


class AlarmCleared(Event, frozen=True):
    alarm: str


class AlarmAcknowledged(Event, frozen=True):
    alarm: str
    by: str


class AlarmReset(Event, frozen=True):
    alarm: str


class AlarmSuppressed(Event, frozen=True):
    """Held back until ``until_utc_ms``, a date that a person wrote (law 6).

    ``whole``: its tamper and fault too, not only what it senses. ``permit`` is the one of the
    site file that says so, empty where a person did; ``grant`` the maintenance under which.
    """

    source: str
    how: Suppression
    until_utc_ms: int
    by: str
    reason: str
    one_shot: bool = False
    whole: bool = False
    permit: str = ""
    grant: int = 0


class IsolationsRemained(Event, frozen=True):
    """The area was unset; what was inhibited is live again, and these are still isolated."""

    area: str
    sources: tuple[str, ...]


class AlarmUnsuppressed(Event, frozen=True):
    """``why``: expired, restored by a person, or one-shot."""

    source: str
    how: Suppression
    why: str
    by: str = ""


class PermitBegan(Event, frozen=True):
    """A permit or booking of the site file begins: its points are held back from here on."""

    permit: str
    until_utc_ms: int


AnyAlarmEvent = (
    AlarmAcknowledged
    | AlarmCleared
    | AlarmOccurred
    | AlarmReset
    | AlarmSuppressed
    | AlarmUnsuppressed
    | IsolationsRemained
    | PermitBegan
)
