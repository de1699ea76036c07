"""Facts of the outward paths: whether something gets through to the world outside."""

from monitord.core.facts.base import Fact


class PathLost(Fact, frozen=True):
    """Nothing at the other end of a channel could be reached. ``reason`` is the channel's own."""

    channel: str
    reason: str = ""


class PathReturned(Fact, frozen=True):
    """Something at the other end of a channel answered."""

    channel: str
