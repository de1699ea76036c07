"""Events: what changed, in the past tense. Only events change the state, and only in ``evolve``.

An event type never changes its meaning; fields are only added, with a default. An entry written
by a newer version may hold types that this one does not know: they are kept, skipped and told.
"""

from typing import Any

import msgspec

from monitord.core.facts import AnyFact, TextRef
from monitord.core.site import Chain, Site
from monitord.vocabulary import (
    Category,
    Cause,
    Condition,
    Mode,
    Outcome,
    PointState,
    Priority,
    SetState,
    Suppression,
)


class Event(msgspec.Struct, frozen=True, kw_only=True, tag=True, tag_field="type"):
    """The root of all events."""


# --- the daemon --------------------------------------------------------------------------


class EpochOpened(Event):
    """A start. ``blind_from_ms`` is when the daemon was last known to look, engine time."""

    epoch: int
    version: str
    offset_ms: int
    blind_from_ms: int | None = None
    damaged: str = ""


class SiteAccepted(Event):
    """From here on this site is guarded."""

    file_hash: str
    site: Site
    texts: tuple[TextRef, ...] = ()


class ClockStepped(Event):
    """The offset of UTC to engine time changed, by ``by_ms``."""

    offset_ms: int
    by_ms: int


class StoreDegraded(Event):
    """Events are held in memory because the journal does not take them."""

    reason: str


class StoreRestored(Event):
    """The journal takes events again; ``held`` had been waiting and are written."""

    held: int


class FactFailed(Event):
    """A step raised; the fact changed nothing else (law 13)."""

    fact_type: str
    error: str
    point: str = ""


class CommandRefused(Event):
    """A command that was not carried out. ``code`` is for programs, ``text`` for people."""

    code: str
    text: str


class KeyAnswered(Event):
    """The answer to a fact that carried a key. ``code`` is empty when it was accepted."""

    key: str
    code: str = ""
    text: str = ""


class ModeChanged(Event):
    """The site runs in another mode."""

    mode: Mode
    by: str
    reason: str = ""


# --- points, devices, areas ----------------------------------------------------------------


class PointStateChanged(Event):
    """``before`` is the last *known* state, so a change during a blind interval can be told."""

    point: str
    state: PointState
    before: PointState
    value: float | str | bool | None = None
    blind: bool = False


class PointOverdue(Event):
    """A point of an answering device has been unknown for longer than its limit."""

    point: str


class DeviceWentSilent(Event):
    """All points of the device are unknown from here on; its deadline runs."""

    device: str
    cause: Cause
    detail: str = ""


class DeviceOverdue(Event):
    """The device has been silent for longer than its limit."""

    device: str


class DeviceCauseChanged(Event):
    """The device is still silent, for another reason."""

    device: str
    cause: Cause
    detail: str = ""


class DeviceCameBack(Event):
    """The device answers. Nobody was looking from ``blind_from_ms`` until now (law 4)."""

    device: str
    blind_from_ms: int


class AreaChanged(Event):
    """An area's set state; ``UNKNOWN`` counts as set."""

    area: str
    state: SetState


class AreaHeld(Event):
    """The point that an area follows became unknown; the last state holds until the deadline."""

    area: str


# --- alarms --------------------------------------------------------------------------------


class AlarmOccurred(Event):
    """The condition became true. ``alarm`` is ``SOURCE/CONDITION``; ``source`` a point or device."""

    alarm: str
    source: str
    condition: Condition
    category: Category
    area: str
    priority: Priority
    latching: bool


class AlarmCleared(Event):
    alarm: str


class AlarmAcknowledged(Event):
    alarm: str
    by: str


class AlarmReset(Event):
    alarm: str


class AlarmSuppressed(Event):
    """Held back until ``until_ms`` (engine time). ``alarm`` as in :class:`AlarmOccurred`."""

    source: str
    how: Suppression
    until_ms: int
    by: str
    reason: str
    one_shot: bool = False


class AlarmUnsuppressed(Event):
    """``why``: expired, restored by a person, or one-shot."""

    source: str
    how: Suppression
    why: str
    by: str = ""


# --- incidents -----------------------------------------------------------------------------


class AreaConfirmed(Event):
    """Two independent sources within the window: ``first`` then ``second``."""

    area: str
    first: str
    second: str


class IncidentOpened(Event):
    """``first_out`` is the alarm that began it, empty when it was declared by hand."""

    incident: int
    category: Category
    area: str
    priority: Priority
    first_out: str = ""
    declared_by: str = ""
    note: TextRef | None = None


class IncidentJoined(Event):
    """One more alarm. ``worse`` names why the incident has worsened, empty when it has not."""

    incident: int
    alarm: str
    category: Category
    area: str
    priority: Priority
    worse: tuple[str, ...] = ()


class IncidentConfirmed(Event):
    """Unconfirmed to confirmed: always a worsening."""

    incident: int
    by: tuple[str, ...] = ()


class IncidentAcknowledged(Event):
    """Somebody has seen revision ``seen``. The first one owns the incident."""

    incident: int
    by: str
    seen: int
    via: str = ""
    note: TextRef | None = None


class IncidentClosed(Event):
    incident: int
    by: str
    cause: str
    finding: str = ""
    note: TextRef | None = None


# --- the call chain ------------------------------------------------------------------------


class ChainStarted(Event):
    """The chain is copied: an open incident keeps its steps whatever a reload brings."""

    incident: int
    chain: Chain
    why: str


class StepStarted(Event):
    """``step`` is a 0-based index; ``round`` counts from 1; ``until_ms`` is engine time."""

    incident: int
    step: int
    round: int
    until_ms: int
    why: str


class StepSkipped(Event):
    incident: int
    step: int
    why: str


class ChainLooped(Event):
    """The end was reached and nobody took it: from the start again, loudly."""

    incident: int
    round: int


class CallPlaced(Event):
    """The intent to call, stored before anybody dials. ``target`` is as the chain names it.

    ``person`` is empty when a post is called. ``attempt`` counts from 1.
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


class CallSkipped(Event):
    """Somebody who was to be called and was not, and why."""

    incident: int
    step: int
    target: str
    person: str
    channel: str
    why: str


class CallBegan(Event):
    call: str


class CallResulted(Event):
    """``unknown`` after a crash leads to one repeat; a certain failure to the next attempt."""

    call: str
    outcome: Outcome
    detail: str = ""


class CallRepeated(Event):
    """The daemon went down before the outcome was known: the same call again (law 7)."""

    call: str


class CallsStopped(Event):
    """Nobody else is called for this incident for now. ``decide_until_ms`` is engine time."""

    incident: int
    why: str
    decide_until_ms: int | None = None


class DecideExpired(Event):
    """Acknowledged, and no outcome in time: it climbs again."""

    incident: int


AnyEvent = (
    EpochOpened
    | SiteAccepted
    | ClockStepped
    | StoreDegraded
    | StoreRestored
    | FactFailed
    | CommandRefused
    | KeyAnswered
    | ModeChanged
    | PointStateChanged
    | PointOverdue
    | DeviceWentSilent
    | DeviceOverdue
    | DeviceCauseChanged
    | DeviceCameBack
    | AreaChanged
    | AreaHeld
    | AlarmOccurred
    | AlarmCleared
    | AlarmAcknowledged
    | AlarmReset
    | AlarmSuppressed
    | AlarmUnsuppressed
    | AreaConfirmed
    | IncidentOpened
    | IncidentJoined
    | IncidentConfirmed
    | IncidentAcknowledged
    | IncidentClosed
    | ChainStarted
    | StepStarted
    | StepSkipped
    | ChainLooped
    | CallPlaced
    | CallSkipped
    | CallBegan
    | CallResulted
    | CallRepeated
    | CallsStopped
    | DecideExpired
)


class Entry(msgspec.Struct, frozen=True):
    """One fact that changed something, with all the events it caused: applied whole or not.

    ``at_ms`` is engine time, ``utc_ms`` the same moment in UTC; ``v`` the format of the entry,
    ``version`` the program's.
    """

    v: int
    epoch: int
    seq: int
    at_ms: int
    utc_ms: int
    version: str
    fact: AnyFact
    events: tuple[AnyEvent, ...]

    @property
    def position(self) -> str:
        """``EPOCH.SEQ``."""
        return f"{self.epoch}.{self.seq}"


class Unknown(msgspec.Struct, frozen=True):
    """An entry with parts this version does not know; ``events`` are those it does."""

    entry: Entry
    types: tuple[str, ...]
    raw: dict[str, Any] = {}
