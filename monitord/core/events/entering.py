"""Events of people who leave an area or come in, and of what is not told outside meanwhile."""

from monitord.core.events.base import Event


class ExitBegan(Event, frozen=True):
    """An area was set by somebody who still leaves it: its route may be used until ``until_ms``."""

    area: str
    until_ms: int


class ExitEnded(Event, frozen=True):
    """The time to leave is over. ``open`` stood open on the route: the area failed to set there."""

    area: str
    open: tuple[str, ...] = ()


class EntryBegan(Event, frozen=True):
    """``point`` on the route was opened while the area was set: to be unset by ``until_ms``."""

    area: str
    point: str
    until_ms: int


class EntryRanOut(Event, frozen=True):
    """The area was not unset in time: an alarm, in the name of ``point``."""

    area: str
    point: str


class OutsideHeld(Event, frozen=True):
    """Channels that leave the site say nothing of the incident before ``until_ms``."""

    incident: int
    until_ms: int
    why: str


class OutsideReleased(Event, frozen=True):
    """They may from now on."""

    incident: int
    why: str


class OutsideAborted(Event, frozen=True):
    """The area was unset with a PIN in time (T2.9): nothing of the incident goes out."""

    incident: int
    by: str


class OutsideCancelled(Event, frozen=True):
    """The area was unset with a PIN too late: whoever was told outside is told so (T2.9)."""

    incident: int
    by: str


AnyEnteringEvent = (
    ExitBegan
    | ExitEnded
    | EntryBegan
    | EntryRanOut
    | OutsideHeld
    | OutsideReleased
    | OutsideAborted
    | OutsideCancelled
)
