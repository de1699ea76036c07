"""Events of areas."""

from monitord.core.events.base import Event
from monitord.vocabulary import Category, Condition, DarkSign, SetState


class AreaChanged(Event, frozen=True):
    """An area's set state; ``UNKNOWN`` counts as set.

    ``by`` who set or unset it: a person, or ``user/NAME`` as the panel names somebody whom the
    site file does not know; empty where nobody is named. ``overridden`` are the points that spoke
    against setting it, and ``reason`` why it was set all the same.
    """

    area: str
    state: SetState
    by: str = ""
    overridden: tuple[str, ...] = ()
    reason: str = ""


class AreaHeld(Event, frozen=True):
    """The point that an area follows became unknown; the last state holds until the deadline."""

    area: str


class AreaJudged(Event, frozen=True):
    """Whether the area is late to be set or to open by its hours; ``late`` None: it is not."""

    area: str
    late: Condition | None = None


class AreaExcepted(Event, frozen=True):
    """The area may be unset outside its hours until ``until_utc_ms``; over by itself (law 8)."""

    area: str
    until_utc_ms: int
    by: str
    reason: str


class AreaAlerted(Event, frozen=True):
    """A first alarm of the attack family: the window for a second one opens until ``until_ms``."""

    area: str
    first: str
    category: Category = Category.INTRUSION
    until_ms: int | None = None


class AreaConfirmed(Event, frozen=True):
    """Two independent sources within the window: ``first`` then ``second``."""

    area: str
    first: str
    second: str


class ConfirmationLapsed(Event, frozen=True):
    """No second source came in time: the next alarm is a first one again.

    ``excluded`` were active at that moment and confirm nothing until they have returned.
    """

    area: str
    excluded: tuple[str, ...] = ()


class DetectorReinstated(Event, frozen=True):
    """A source that was excluded from confirming has returned and counts again."""

    area: str
    source: str


class HoldUpAlerted(Event, frozen=True):
    """A hold-up device was pressed. ``first``: the window for a second one opens."""

    area: str
    source: str
    first: bool


class HoldUpConfirmed(Event, frozen=True):
    """Two hold-up devices, or one and a tamper beside it: ``first`` then ``second``."""

    area: str
    first: str
    second: str


class SectorDarkened(Event, frozen=True):
    """Mains, lighting or a camera of a sector failed: the window for the others opens."""

    sector: str
    source: str
    sign: DarkSign


AnyAreaEvent = (
    AreaChanged
    | AreaHeld
    | AreaJudged
    | AreaExcepted
    | AreaAlerted
    | AreaConfirmed
    | ConfirmationLapsed
    | DetectorReinstated
    | HoldUpAlerted
    | HoldUpConfirmed
    | SectorDarkened
)
