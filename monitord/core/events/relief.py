"""The events of a PIN for one shift."""

from monitord.core.events.base import Event


class ReliefGiven(Event, frozen=True):
    """``by`` has given ``person`` a PIN that holds until then (UTC)."""

    person: str
    by: str
    until_utc_ms: int


class ReliefEnded(Event, frozen=True):
    """It holds no more; ``by`` is empty where its end came."""

    person: str
    by: str = ""


AnyReliefEvent = ReliefGiven | ReliefEnded
