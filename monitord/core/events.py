"""Events: what changed, in the past tense. Only events change the state, and only in ``evolve``.

An event type never changes its meaning; fields are only added, with a default. An entry written
by a newer version may hold types that this one does not know: they are kept, skipped and told.
"""

import msgspec

from monitord.core.facts import AnyFact, TextRef, UnknownFact
from monitord.core.site import Chain, Site, Span
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


class EpochOpened(Event, frozen=True):
    """A start. ``blind_from_ms`` is when the daemon was last known to look, engine time."""

    epoch: int
    version: str
    offset_ms: int
    blind_from_ms: int | None = None
    damaged: str = ""


class SiteAccepted(Event, frozen=True):
    """From here on this site is guarded. ``by`` and ``confirmed_by`` are empty for a start."""

    file_hash: str
    site: Site
    texts: tuple[TextRef, ...] = ()
    changes: tuple[str, ...] = ()
    weakens: bool = False
    by: str = ""
    confirmed_by: str = ""


class SiteHeld(Event, frozen=True):
    """A file that weakens the guard waits for a second person; the accepted site is guarded."""

    number: int
    file_hash: str
    by: str = ""
    changes: tuple[str, ...] = ()


class PointRenamed(Event, frozen=True):
    """A point has another id from now on (``was:``): all that is known of it goes with it."""

    point: str
    was: str


class PointRetired(Event, frozen=True):
    """A point leaves the site file while something about it is open: unknown, shown, not polled."""

    point: str


class PointReleased(Event, frozen=True):
    """Nothing about a retired point is open any more: it is shown no longer."""

    point: str


class SiteRejected(Event, frozen=True):
    """A site file with errors was not taken; ``first`` is where, FILE:LINE."""

    findings: int
    first: str


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
    areas: dict[str, tuple[Span, ...]] = {}
    posts: dict[str, tuple[Span, ...]] = {}
    missing: tuple[str, ...] = ()


class CalendarRanShort(Event, frozen=True):
    """Too little of the calendar lies ahead; it ends at ``until_ms`` (UTC)."""

    until_ms: int


class ClockStepped(Event, frozen=True):
    """The offset of UTC to engine time changed, by ``by_ms``."""

    offset_ms: int
    by_ms: int


class StoreDegraded(Event, frozen=True):
    """Events are held in memory because the journal does not take them."""

    reason: str


class StoreRestored(Event, frozen=True):
    """The journal takes events again; ``held`` had been waiting and are written."""

    held: int


class DiskRoomChanged(Event, frozen=True):
    """The journal's disk has little room (``low``); its reserve file is used up (``spent``)."""

    low: bool
    spent: bool
    free_mb: int


class StatusGaveWay(Event, frozen=True):
    """Readings that nobody decided on: points may stand as they were. No alarm is among them.

    ``over``: none gives way any more, and every device tells again what it reads.
    """

    plain: int
    technical: int
    over: bool = False


class HistoryGaveWay(Event, frozen=True):
    """``entries`` entries since ``from_ms`` are missing; ``state`` is what they had led to.

    It is the first of ``epoch``, behind ``after_seq``: what was told in between was never stored.
    """

    epoch: int
    after_seq: int
    entries: int
    from_ms: int
    state: str


class SnapshotFailed(Event, frozen=True):
    """The replica could not make a snapshot, or what it came to is not what is guarded."""

    reason: str


class SnapshotAgreed(Event, frozen=True):
    """A snapshot was made again, and agrees."""


class FileDropped(Event, frozen=True):
    """A journal file went by rule: all up to ``last_seq``, whose hash is ``last_hash`` (hex)."""

    file: str
    last_epoch: int
    last_seq: int
    last_hash: str
    ended_utc_ms: int


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
    """The site runs in another mode."""

    mode: Mode
    by: str
    reason: str = ""


class ErasureOrdered(Event, frozen=True):
    """These texts are to be erased: of ``person``, by their end (``by`` is empty), or one."""

    order: int
    texts: tuple[TextRef, ...]
    purposes: tuple[str, ...]
    person: str = ""
    by: str = ""
    reason: str = ""


class TextsErased(Event, frozen=True):
    """What was ordered is gone from the disk; ``then`` is next under the same order."""

    order: int
    then: tuple[TextRef, ...] = ()


# --- points, devices, areas ----------------------------------------------------------------


class PointStateChanged(Event, frozen=True):
    """``before`` is the last *known* state, so a change during a blind interval can be told."""

    point: str
    state: PointState
    before: PointState
    value: float | str | bool | None = None
    blind: bool = False


class PointOverdue(Event, frozen=True):
    """A point of an answering device has been unknown for longer than its limit."""

    point: str


class DeviceWentSilent(Event, frozen=True):
    """All points of the device are unknown from here on; its deadline runs."""

    device: str
    cause: Cause
    blind_from_ms: int
    detail: str = ""


class DeviceOverdue(Event, frozen=True):
    """The device has been silent for longer than its limit."""

    device: str


class DeviceCauseChanged(Event, frozen=True):
    """The device is still silent, for another reason."""

    device: str
    cause: Cause
    detail: str = ""


class DeviceCameBack(Event, frozen=True):
    """The device answers. Nobody was looking from ``blind_from_ms`` until now (law 4)."""

    device: str
    blind_from_ms: int


class AreaChanged(Event, frozen=True):
    """An area's set state; ``UNKNOWN`` counts as set."""

    area: str
    state: SetState


class AreaHeld(Event, frozen=True):
    """The point that an area follows became unknown; the last state holds until the deadline."""

    area: str


# --- alarms --------------------------------------------------------------------------------


class AlarmOccurred(Event, frozen=True):
    """The condition became true.

    ``alarm`` is ``SOURCE/CONDITION``; ``source`` a point, a device, or monitord itself.
    """

    alarm: str
    source: str
    condition: Condition
    category: Category
    area: str
    priority: Priority
    latching: bool


class AlarmCleared(Event, frozen=True):
    alarm: str


class AlarmAcknowledged(Event, frozen=True):
    alarm: str
    by: str


class AlarmReset(Event, frozen=True):
    alarm: str


class AlarmSuppressed(Event, frozen=True):
    """Held back until ``until_utc_ms``, a date that a person wrote (law 6).

    ``whole``: its tamper and fault too, not only what it senses.
    """

    source: str
    how: Suppression
    until_utc_ms: int
    by: str
    reason: str
    one_shot: bool = False
    whole: bool = False


class AlarmUnsuppressed(Event, frozen=True):
    """``why``: expired, restored by a person, or one-shot."""

    source: str
    how: Suppression
    why: str
    by: str = ""


# --- incidents -----------------------------------------------------------------------------


class AreaAlerted(Event, frozen=True):
    """A first alarm of the attack family: the window for a second one opens."""

    area: str
    first: str


class AreaConfirmed(Event, frozen=True):
    """Two independent sources within the window: ``first`` then ``second``."""

    area: str
    first: str
    second: str


class IncidentOpened(Event, frozen=True):
    """``first_out`` is the alarm that began it, empty when it was declared by hand.

    ``bare``: opened although the step raised, so that no record of that alarm was made.
    """

    incident: int
    category: Category
    area: str
    priority: Priority
    first_out: str = ""
    declared_by: str = ""
    note: TextRef | None = None
    bare: bool = False


class IncidentJoined(Event, frozen=True):
    """One more alarm. ``worse`` names why the incident has worsened, empty when it has not."""

    incident: int
    alarm: str
    category: Category
    area: str
    priority: Priority
    worse: tuple[str, ...] = ()


class IncidentConfirmed(Event, frozen=True):
    """Unconfirmed to confirmed: always a worsening."""

    incident: int
    by: tuple[str, ...] = ()


class IncidentAcknowledged(Event, frozen=True):
    """Somebody has seen revision ``seen``. The first one owns the incident."""

    incident: int
    by: str
    seen: int
    via: str = ""
    note: TextRef | None = None


class IncidentClosed(Event, frozen=True):
    incident: int
    by: str
    cause: str
    finding: TextRef | None = None
    note: TextRef | None = None


# --- the call chain ------------------------------------------------------------------------


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
    retry_of: str = ""


class CallSkipped(Event, frozen=True):
    """Somebody who was to be called and was not, and why."""

    incident: int
    step: int
    target: str
    person: str
    channel: str
    why: str


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


AnyEvent = (
    EpochOpened
    | SiteAccepted
    | SiteHeld
    | PointRenamed
    | PointRetired
    | PointReleased
    | SiteRejected
    | DoorMissing
    | BrokerWentSilent
    | BrokerCameBack
    | CalendarLaid
    | CalendarRanShort
    | ClockStepped
    | StoreDegraded
    | StoreRestored
    | DiskRoomChanged
    | StatusGaveWay
    | HistoryGaveWay
    | SnapshotFailed
    | SnapshotAgreed
    | FileDropped
    | FactFailed
    | CommandRefused
    | KeyAnswered
    | ModeChanged
    | ErasureOrdered
    | TextsErased
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
    | AreaAlerted
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
    | CallRetryDue
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
    fact: AnyFact | UnknownFact
    events: tuple[AnyEvent, ...]

    @property
    def position(self) -> str:
        """``EPOCH.SEQ``."""
        return f"{self.epoch}.{self.seq}"
