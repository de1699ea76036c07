"""Events of the daemon itself: its starts, clock, doors, and what it answered."""

import msgspec

from monitord.core.events.base import Event
from monitord.core.site import Span
from monitord.vocabulary import Mode


class EpochOpened(Event, frozen=True):
    """A start. ``blind_from_ms`` is when the daemon was last known to look, engine time."""

    epoch: int
    version: str
    offset_ms: int
    blind_from_ms: int | None = None
    damaged: str = ""


class DoorMissing(Event, frozen=True):
    """Nobody can come in this way until the next start; calls go out all the same."""

    door: str
    reason: str


class BrokerWentSilent(Event, frozen=True):
    """Whoever watches over MQTT sees nothing new; calls go out all the same."""

    reason: str


class BrokerCameBack(Event, frozen=True):
    """The broker has every state again."""


class CalendarLaid(Event, frozen=True):
    """When areas may be unset and posts must be manned, in UTC. ``missing``: without spans."""

    site_hash: str
    from_ms: int
    until_ms: int
    areas: dict[str, tuple[Span, ...]] = msgspec.field(default_factory=dict)
    posts: dict[str, tuple[Span, ...]] = msgspec.field(default_factory=dict)
    missing: tuple[str, ...] = ()
    handovers: dict[str, tuple[Span, ...]] = msgspec.field(default_factory=dict)


class CalendarRanShort(Event, frozen=True):
    """Too little of the calendar lies ahead; it ends at ``until_ms`` (UTC)."""

    until_ms: int


class ClockStepped(Event, frozen=True):
    """The offset of UTC to engine time changed, by ``by_ms``."""

    offset_ms: int
    by_ms: int


class FactFailed(Event, frozen=True):
    """A step raised; the fact changed nothing else (law 13)."""

    fact_type: str
    error: str
    point: str = ""
    points: tuple[str, ...] = ()
    count: int = 1


class CommandRefused(Event, frozen=True):
    """A command that was not carried out. ``code`` is for programs, ``text`` for people."""

    code: str
    text: str


class KeyAnswered(Event, frozen=True):
    """The answer to a fact that carried a key. ``code`` is empty when it was accepted.

    ``device`` is whose word the fact was, where it was a device's.
    """

    key: str
    code: str = ""
    text: str = ""
    device: str = ""


class ModeChanged(Event, frozen=True):
    """The site runs in another mode. ``by`` is empty where the end of the one before came."""

    mode: Mode
    by: str
    reason: str = ""
    until_utc_ms: int = 0


class ModeOverstayed(Event, frozen=True):
    """The mode was to end, nobody ended it, and its end by itself would weaken the guard."""

    mode: Mode
    until_utc_ms: int


#: All of these but the first, which begins the union of all events.
AnyDaemonEvent = (
    DoorMissing
    | BrokerWentSilent
    | BrokerCameBack
    | CalendarLaid
    | CalendarRanShort
    | ClockStepped
    | FactFailed
    | CommandRefused
    | KeyAnswered
    | ModeChanged
    | ModeOverstayed
)
