"""Events of floods and of points that cry too often."""

from monitord.core.events.base import Event


class FloodBegan(Event, frozen=True):
    """More alarms than people can look at one by one; ``count`` of them since ``from_ms``."""

    count: int
    from_ms: int


class FloodEnded(Event, frozen=True):
    """Few enough again; ``count`` alarms came while it lasted, those that began it among them."""

    count: int


class PointChattered(Event, frozen=True):
    """It went active again and again: somebody has to mend it.

    ``may_shelve``: it is proposed for shelving. Nothing is held back by this.
    """

    point: str
    count: int
    from_ms: int
    may_shelve: bool


class PointSettled(Event, frozen=True):
    """It has been quiet since, or has left the site; ``count`` activations in all."""

    point: str
    count: int


AnyFloodEvent = FloodBegan | FloodEnded | PointChattered | PointSettled
