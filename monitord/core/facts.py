"""Facts: what happened outside the core, one frozen record each.

A fact says what was seen or asked; what it means is decided in :mod:`monitord.core.step`.
``key`` makes a repeat harmless: the same key within 24 h is the same fact and gets the same
answer. Personal text never stands in a fact: a ``TextRef`` names it in the side store.
"""

import msgspec

from monitord.core.site import Site, Span
from monitord.vocabulary import (
    Category,
    Cause,
    Condition,
    Mode,
    Outcome,
    PointState,
    Priority,
    Proof,
    Suppression,
)


class TextRef(msgspec.Struct, frozen=True):
    """Personal text by reference: ``id`` in the side store and a salted sha256 of the text."""

    id: str
    hash: str


class Fact(msgspec.Struct, frozen=True, kw_only=True, tag=True, tag_field="type"):
    """The root of all facts."""

    key: str = ""


# --- the daemon itself -------------------------------------------------------------------


class Started(Fact, frozen=True):
    """The daemon came up. ``alive_ms`` is when it was last known to run, engine time.

    ``damaged`` says that the journal could not be read whole: every area counts as set.
    """

    epoch: int
    version: str
    utc_ms: int
    alive_ms: int | None = None
    damaged: str = ""


class SiteOffered(Fact, frozen=True):
    """A checked and compiled site, at a start. ``file_hash`` is the sha256 of its files.

    In an entry ``site`` has its id alone (:func:`on_record`); older entries have all of it.
    ``changes`` is the difference to the accepted site in words, without personal text.
    """

    file_hash: str
    site: Site
    texts: tuple[TextRef, ...] = ()
    changes: tuple[str, ...] = ()
    weakens: bool = False


class SiteRefused(Fact, frozen=True):
    """The site file that a start found has errors; the accepted site is guarded all the same."""

    findings: int
    first: str


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
    areas: dict[str, tuple[Span, ...]] = {}
    posts: dict[str, tuple[Span, ...]] = {}
    missing: tuple[str, ...] = ()


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


class StoreFailed(Fact, frozen=True):
    """A commit failed or hangs: the daemon goes on in memory and says so."""

    reason: str


class StoreRecovered(Fact, frozen=True):
    """What was held in memory has been written, in order."""

    held: int


class TextsExpired(Fact, frozen=True):
    """Texts in the side store whose end is reached."""

    texts: tuple[TextRef, ...]
    purposes: tuple[str, ...]


class TextsGone(Fact, frozen=True):
    """What an order named is gone from the disk. ``then`` were found after it, and are next."""

    order: int
    then: tuple[TextRef, ...] = ()


class Signal(msgspec.Struct, frozen=True):
    """A signal that went active, with what the site says of it: nothing else need be asked."""

    point: str
    condition: Condition
    area: str
    category: Category
    priority: Priority


class DiskLooked(Fact, frozen=True):
    """How much room the journal's disk has: less than its bound, the reserve file used up."""

    low: bool
    spent: bool
    free_mb: int


class StatusDropped(Fact, frozen=True):
    """So many readings gave way because memory or disk are full; ``over``: none does any more."""

    plain: int
    technical: int
    over: bool = False


class HistoryFull(Fact, frozen=True):
    """The entries behind ``after_seq`` cannot be held any longer; the first is of ``from_ms``."""

    after_seq: int
    entries: int
    from_ms: int


class SnapshotTried(Fact, frozen=True):
    """The replica made a snapshot that agrees with what is guarded; ``problem`` when it did not."""

    problem: str = ""


class FileExpired(Fact, frozen=True):
    """The oldest journal file is older than the site keeps them. It ended at ``ended_utc_ms``."""

    file: str
    last_epoch: int
    last_seq: int
    last_hash: str
    ended_utc_ms: int


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


# --- devices -----------------------------------------------------------------------------


class Sample(msgspec.Struct, frozen=True):
    """One point's state as a device reports it. ``value`` is the decoded reading."""

    point: str
    state: PointState
    value: float | str | bool | None = None


class PointChanged(Fact, frozen=True):
    """A point's state or quality changed. ``once`` has no end (a line crossed); ``collapsed``
    more readings of the point came at the same time and are only counted."""

    point: str
    state: PointState
    value: float | str | bool | None = None
    device_ms: int | None = None
    by: str = ""
    raw: str = ""
    once: bool = False
    collapsed: int = 0


class DeviceLost(Fact, frozen=True):
    """A device stopped answering as it should; reported again when the cause changes.

    ``silent_ms`` is how long ago it last answered.
    """

    device: str
    cause: Cause
    detail: str = ""
    silent_ms: int = 0


class DeviceReturned(Fact, frozen=True):
    """A device answers again (or for the first time) with the whole of its points."""

    device: str
    samples: tuple[Sample, ...] = ()


# --- people and programs -----------------------------------------------------------------


class Command(Fact, frozen=True, kw_only=True):
    """What a person or a program asks for. ``by`` is a person's id, ``proof`` how we know."""

    by: str
    proof: Proof = Proof.NONE


class Acknowledge(Command, frozen=True):
    """``seen`` is the incident's revision that the person looked at."""

    incident: int
    seen: int
    via: str = ""
    note: TextRef | None = None


class Close(Command, frozen=True):
    """Handled: cause and finding are on record and the alarms are reset (law 11: needs a PIN)."""

    incident: int
    seen: int
    cause: str
    finding: TextRef | None = None
    note: TextRef | None = None


class Declare(Command, frozen=True):
    """An alarm declared by hand."""

    category: Category
    area: str
    note: TextRef | None = None


class Suppress(Command, frozen=True):
    """Hold an alarm (``source`` is a point or device id) back until ``until_utc_ms``."""

    source: str
    how: Suppression
    until_utc_ms: int
    reason: str
    one_shot: bool = False


class Unsuppress(Command, frozen=True):
    """End a suppression before its time."""

    source: str
    how: Suppression


class ChangeMode(Command, frozen=True):
    """Run the site in another mode."""

    mode: Mode
    reason: str = ""


class ReloadSite(Command, frozen=True):
    """Guard the site as its file has it now, while running (law 11 where it ``weakens``).

    ``confirms`` is the number of the waiting file to which this person is the second to say yes.
    """

    file_hash: str
    site: Site
    texts: tuple[TextRef, ...] = ()
    changes: tuple[str, ...] = ()
    weakens: bool = False
    confirms: int = 0


class EraseTexts(Command, frozen=True):
    """Erase what is kept of ``person``, or one text (law 3). Needs the PIN and a reason.

    ``texts`` are those found under that name; ``account``: a PIN is kept of them too.
    """

    texts: tuple[TextRef, ...]
    purposes: tuple[str, ...]
    reason: str
    person: str = ""
    account: bool = False


# --- the outbox --------------------------------------------------------------------------


class CallStarted(Fact, frozen=True):
    """A channel took a call up and is about to reach out."""

    call: str


class CallEnded(Fact, frozen=True):
    """How far a call came. ``detail`` is the channel's own words, without personal text."""

    call: str
    outcome: Outcome
    detail: str = ""


class UnknownFact(Fact, frozen=True):
    """Stands in an entry for a fact that a newer version wrote: for the record, never decided on.

    Not one of ``AnyFact``: nobody may submit it.
    """

    fact_type: str


AnyFact = (
    Started
    | SiteOffered
    | SiteRefused
    | DoorFailed
    | BrokerLost
    | BrokerReturned
    | CalendarRead
    | TurnedAway
    | WallClockRead
    | TimePassed
    | StoreFailed
    | StoreRecovered
    | DiskLooked
    | StatusDropped
    | HistoryFull
    | SnapshotTried
    | FileExpired
    | StepFailed
    | TextsExpired
    | TextsGone
    | PointChanged
    | DeviceLost
    | DeviceReturned
    | Acknowledge
    | Close
    | Declare
    | Suppress
    | Unsuppress
    | ChangeMode
    | ReloadSite
    | EraseTexts
    | CallStarted
    | CallEnded
)


def on_record(fact: AnyFact) -> AnyFact:
    """The fact as an entry has it: a site stands there once, in the event that accepts it."""
    if isinstance(fact, SiteOffered | ReloadSite):
        return msgspec.structs.replace(fact, site=Site(id=fact.site.id))
    return fact
