"""Events of the call chain."""

from monitord.core.events.base import Event
from monitord.core.site import Chain
from monitord.vocabulary import Outcome


class ChainStarted(Event, frozen=True):
    """The chain is copied: an open incident keeps its steps whatever a reload brings."""

    incident: int
    chain: Chain
    why: str


class StepStarted(Event, frozen=True):
    """``step`` is a 0-based index; ``round`` counts from 1; ``until_ms`` is engine time."""

    incident: int
    step: int
    round: int
    until_ms: int
    why: str


class StepSkipped(Event, frozen=True):
    incident: int
    step: int
    why: str


class ChainLooped(Event, frozen=True):
    """The end was reached and nobody took it: from the start again, loudly, at ``begins_ms``."""

    incident: int
    round: int
    begins_ms: int


class CallPlaced(Event, frozen=True):
    """The intent to call, stored before anybody dials. ``target`` is as the chain names it.

    ``person`` is empty when a post is called. ``attempt`` counts from 1. ``cancel``: it tells
    somebody who was called that the alarm was called back. ``police``: their reference.
    """

    call: str
    incident: int
    step: int
    target: str
    person: str
    channel: str
    attempt: int
    rev: int
    loud: bool = False
    retry_of: str = ""
    cancel: bool = False
    warns: bool = False
    police: str = ""


class CallSkipped(Event, frozen=True):
    """Somebody who was to be called and was not, and why."""

    incident: int
    step: int
    target: str
    person: str
    channel: str
    why: str


class CallHeld(Event, frozen=True):
    """In a flood: not called anew until ``until_ms`` (engine time) at the latest.

    This person or post was called a moment ago for incident ``behind``, at least as urgent; the
    next call to them tells of this one.
    """

    incident: int
    step: int
    target: str
    person: str
    behind: int
    until_ms: int


class CallsTold(Event, frozen=True):
    """In a flood: who was just called for ``incident`` is told of the held ``others`` with it."""

    incident: int
    target: str
    person: str
    others: tuple[int, ...] = ()


class CallBegan(Event, frozen=True):
    call: str


class CallResulted(Event, frozen=True):
    """``unknown`` after a crash leads to one repeat; a certain failure to the next attempt."""

    call: str
    outcome: Outcome
    detail: str = ""


class CallRetryDue(Event, frozen=True):
    """The attempt failed for certain; the next one is made at ``at_ms`` (engine time)."""

    call: str
    at_ms: int


class CallRepeated(Event, frozen=True):
    """The daemon went down before the outcome was known: the same call again (law 7)."""

    call: str


class CallsStopped(Event, frozen=True):
    """Nobody else is called for this incident for now. ``decide_until_ms`` is engine time."""

    incident: int
    why: str
    decide_until_ms: int | None = None


class DecideExpired(Event, frozen=True):
    """Acknowledged, and no outcome in time: it climbs again."""

    incident: int


AnyCallEvent = (
    ChainStarted
    | StepStarted
    | StepSkipped
    | ChainLooped
    | CallPlaced
    | CallSkipped
    | CallHeld
    | CallsTold
    | CallBegan
    | CallResulted
    | CallRetryDue
    | CallRepeated
    | CallsStopped
    | DecideExpired
)
