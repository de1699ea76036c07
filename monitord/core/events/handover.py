"""The events of a handover."""

from monitord.core.events.base import Event


class HandoverOffered(Event, frozen=True):
    """``by`` has signed the sheet of a post; ``items`` are its lines."""

    post: str
    by: str
    items: tuple[str, ...]


class HandoverTaken(Event, frozen=True):
    """``by`` has taken the post over ``of`` whoever leaves, but for what was ``refused``."""

    post: str
    by: str
    of: str
    utc_ms: int
    refused: tuple[str, ...] = ()
    reason: str = ""


class HandoverMissed(Event, frozen=True):
    """The time to hand a post over ended at this moment, and nobody had signed."""

    post: str
    until_utc_ms: int


AnyHandoverEvent = HandoverOffered | HandoverTaken | HandoverMissed
