"""Facts of the daemon itself: its starts, clock, doors and bugs."""

import msgspec

from monitord.core.facts.base import Fact
from monitord.core.site import Span
from monitord.vocabulary import Category, Condition, Priority


class Started(Fact, frozen=True):
    """The daemon came up. ``alive_ms`` is when it was last known to run, engine time.

    ``damaged`` says that the journal could not be read whole: every area counts as set.
    """

    epoch: int
    version: str
    utc_ms: int
    alive_ms: int | None = None
    damaged: str = ""


class DoorFailed(Fact, frozen=True):
    """A way in from outside could not be opened: links or the command line do not work."""

    door: str
    reason: str


class BrokerLost(Fact, frozen=True):
    """The MQTT broker has been away for longer than its limit."""

    reason: str


class BrokerReturned(Fact, frozen=True):
    """The MQTT broker has every state again."""


class CalendarRead(Fact, frozen=True):
    """Hours and rotas of the site with this hash, worked out from ``from_ms`` to ``until_ms``.

    All UTC. ``missing`` names what could not be worked out and has no spans.
    """

    site_hash: str
    from_ms: int
    until_ms: int
    areas: dict[str, tuple[Span, ...]] = msgspec.field(default_factory=dict)
    posts: dict[str, tuple[Span, ...]] = msgspec.field(default_factory=dict)
    missing: tuple[str, ...] = ()
    handovers: dict[str, tuple[Span, ...]] = msgspec.field(default_factory=dict)


class TurnedAway(Fact, frozen=True):
    """A command that a door refused before anybody decided on it; ``text`` is monitord's own."""

    code: str
    text: str


class WallClockRead(Fact, frozen=True):
    """What the wall clock says now, reported when it has drifted from the engine's UTC."""

    utc_ms: int


class TimePassed(Fact, frozen=True):
    """A deadline of the state is due.

    After a step of it raised, ``only`` names one concern (``chain:``) or deadline (``chain:7``),
    and ``held`` those that failed a moment ago: one that fails keeps no other from firing.
    """

    only: str = ""
    held: tuple[str, ...] = ()

    def covers(self, deadline: str) -> bool:
        """Whether this fact is about the deadline ``CONCERN:ID``."""
        if deadline in self.held:
            return False
        whole_concern = self.only.endswith(":") and deadline.startswith(self.only)
        return not self.only or whole_concern or deadline == self.only


class Signal(msgspec.Struct, frozen=True):
    """A signal that went active, with what the site says of it: nothing else need be asked."""

    point: str
    condition: Condition
    area: str
    category: Category
    priority: Priority
    hidden_from: tuple[str, ...] = ()


class StepFailed(Fact, frozen=True):
    """A fact whose step raised (law 13). ``went_active`` is the first of ``signals``.

    ``incident`` is the one whose chain could not climb, 0 where it was none. ``count`` is how
    often the same has failed.
    """

    fact_type: str
    error: str
    went_active: str = ""
    signals: tuple[Signal, ...] = ()
    incident: int = 0
    count: int = 1
