"""Facts of the outbox: how calls went."""

from monitord.core.facts.base import Fact
from monitord.vocabulary import Outcome


class CallStarted(Fact, frozen=True):
    """A channel took a call up and is about to reach out."""

    call: str


class CallEnded(Fact, frozen=True):
    """How far a call came. ``detail`` is the channel's own words, without personal text."""

    call: str
    outcome: Outcome
    detail: str = ""
