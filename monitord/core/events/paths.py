"""Events of the outward paths."""

from monitord.core.events.base import Event
from monitord.vocabulary import PathState


class PathChanged(Event, frozen=True):
    """A path fails, is lost, returns, is well; until ``until_ms`` where that waits to be sure."""

    channel: str
    state: PathState
    until_ms: int | None = None
    reason: str = ""
