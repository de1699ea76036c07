"""Events of areas."""

from monitord.core.events.base import Event
from monitord.vocabulary import SetState


class AreaChanged(Event, frozen=True):
    """An area's set state; ``UNKNOWN`` counts as set."""

    area: str
    state: SetState


class AreaHeld(Event, frozen=True):
    """The point that an area follows became unknown; the last state holds until the deadline."""

    area: str


class AreaAlerted(Event, frozen=True):
    """A first alarm of the attack family: the window for a second one opens."""

    area: str
    first: str


class AreaConfirmed(Event, frozen=True):
    """Two independent sources within the window: ``first`` then ``second``."""

    area: str
    first: str
    second: str
