"""Events of the walk test."""

from monitord.core.events.base import Event


class WalkTestBegan(Event, frozen=True):
    """``points`` are to be seen active; each has a line of the ledger until the same end."""

    area: str
    by: str
    until_utc_ms: int
    points: tuple[str, ...]


class DetectorSeen(Event, frozen=True):
    """The detector went active for the first time in this test."""

    area: str
    point: str


class WalkTestEnded(Event, frozen=True):
    """Its detectors are live again. ``not_seen`` never went active: nobody knows that they work."""

    area: str
    not_seen: tuple[str, ...]
    seen: int
    by: str = ""


AnyWalkingEvent = WalkTestBegan | DetectorSeen | WalkTestEnded
