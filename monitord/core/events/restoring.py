"""Events of what must be live again: after a suppression, a reset, or an omission at a panel."""

from monitord.core.events.base import Event
from monitord.vocabulary import Unproven


class RestoreAwaited(Event, frozen=True):
    """The point must show by ``until_ms`` that it is live; ``missing`` is what speaks against it.

    ``set_again``: its area was set when it alarmed, and must be set again too.
    """

    point: str
    why: str
    missing: Unproven
    until_ms: int
    set_again: bool = False


class RestoreProven(Event, frozen=True):
    """The point is live: its device answers, it can be read, and no panel leaves it out."""

    point: str
    why: str


class RestoreFailed(Event, frozen=True):
    """Nothing has shown in time that the point is live: a standing alarm until it does."""

    point: str
    missing: Unproven


class RestoreSetAside(Event, frozen=True):
    """Nothing is asked of the point any more: it is held back anew, or has left the site file."""

    point: str
    why: str


AnyRestoringEvent = RestoreAwaited | RestoreProven | RestoreFailed | RestoreSetAside
