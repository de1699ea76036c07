"""``Night`` drives the core the way the engine does, at times that the test chooses.

Every fact is stepped, journaled and checked: all invariants after each, so a test need not say
so. Times are milliseconds after the moment the site was ready. ``at`` runs every deadline on the
way there, as the engine would.
"""

from collections.abc import Iterator
from typing import Final, TypeVar

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core import invariants
from monitord.core.records import Answered, IncidentRecord
from monitord.core.site import Site
from monitord.core.state import State, decode, encode
from monitord.core.step import answer_before, apply, next_deadline, step
from monitord.vocabulary import (
    AlarmState,
    Category,
    Cause,
    Confirmed,
    Looked,
    Outcome,
    PointState,
    Proof,
    Suppression,
)
from tests.core.sites import museum

E = TypeVar("E", bound=ev.Event)

BEGIN_MS: Final = 1_000_000
UTC_OFFSET_MS: Final = 1_790_000_000_000
#: A deadline that is set for "now" again and again would hang the engine.
STEPS_AT_ONE_INSTANT_MAX: Final = 20

Events = tuple[ev.AnyEvent, ...]


class Night:
    """A site under guard. ``journal`` has every entry, ``heard`` every event so far."""

    def __init__(self, site: Site | None = None, *, ready: bool = True, gallery: str = "set"):
        self.state = State()
        self.now_ms = BEGIN_MS
        self.journal: list[ev.Entry] = []
        self.feed(f.Started(epoch=1, version="test", utc_ms=BEGIN_MS + UTC_OFFSET_MS))
        self.offer(site or museum())
        if ready:
            for device in self.state.site.devices:
                if f"{device}.set" in self.state.points:
                    what = PointState.ACTIVE if gallery == "set" else PointState.NORMAL
                    self.returns(device, set=what)
                else:
                    self.returns(device)
        self.begin_ms = self.now_ms
        self.answer: Answered | None = None

    # --- time ------------------------------------------------------------------------------

    def at(self, ms: int) -> "Night":
        """Go on to ``ms`` after the beginning, running each deadline when it is due."""
        target_ms = self.begin_ms + ms
        assert target_ms >= self.now_ms, "time moves forward"
        while (due_ms := next_deadline(self.state)) is not None and due_ms <= target_ms:
            self.now_ms = max(self.now_ms, due_ms)
            self.time_passes()
        self.now_ms = target_ms
        return self

    def after(self, ms: int) -> "Night":
        """Go on by ``ms``."""
        return self.at(self.now_ms - self.begin_ms + ms)

    def sleeps_until(self, ms: int) -> "Night":
        """The daemon is down until ``ms``: nothing runs, deadlines pass unseen."""
        self.now_ms = self.begin_ms + ms
        return self

    def time_passes(self) -> Events:
        """Submit ``TimePassed`` until nothing is due, as the engine does; never endlessly."""
        heard: Events = ()
        for _ in range(STEPS_AT_ONE_INSTANT_MAX):
            heard += self.feed(f.TimePassed())
            due_ms = next_deadline(self.state)
            if due_ms is None or due_ms > self.now_ms:
                return heard
        raise AssertionError(f"spins at {self.now_ms}: {heard[-4:]}")

    # --- facts -----------------------------------------------------------------------------

    def feed(self, fact: f.AnyFact) -> Events:
        """Step one fact; what it changed is journaled and checked."""
        self.answer = answer_before(self.state, self.now_ms, fact)
        if self.answer is not None:
            return ()
        events = step(self.state, self.now_ms, fact)
        if events:
            self.state.seq += 1
            self.journal.append(
                ev.Entry(
                    v=1,
                    epoch=self.state.epoch,
                    seq=self.state.seq,
                    at_ms=self.now_ms,
                    utc_ms=self.state.utc_ms(self.now_ms),
                    version="test",
                    fact=fact,
                    events=events,
                )
            )
        broken = invariants.check(self.state) + invariants.touched(self.state, events)
        assert not broken, broken
        return events

    def offer(self, site: Site, file_hash: str = "") -> Events:
        name = file_hash or f"hash-{len(self.journal) if self.journal else 0}"
        return self.feed(f.SiteOffered(file_hash=name, site=site))

    def says(self, point: str, state: PointState, *, once: bool = False) -> Events:
        return self.feed(f.PointChanged(point, state, once=once))

    def opens(self, *points: str) -> Events:
        """The contacts open: each goes active."""
        return sum((self.says(point, PointState.ACTIVE) for point in points), ())

    def closes(self, *points: str) -> Events:
        """The contacts close: each goes back to normal."""
        return sum((self.says(point, PointState.NORMAL) for point in points), ())

    def loses(self, device: str, cause: Cause = Cause.SILENT, silent_ms: int = 2_000) -> Events:
        return self.feed(f.DeviceLost(device, cause, silent_ms=silent_ms))

    def returns(self, device: str, /, **states: PointState) -> Events:
        """The device answers with all its points: as given, else normal."""
        samples = tuple(
            f.Sample(point, states.get(point.partition(".")[2], PointState.NORMAL))
            for point in self.state.site.devices[device].points
        )
        return self.feed(f.DeviceReturned(device, samples))

    def restarts(self, *, damaged: str = "", alive_ms: int | None = None) -> Events:
        """The daemon comes up on what the journal holds."""
        self.state = self.replayed()
        alive = self.state.at_ms if alive_ms is None else alive_ms
        return self.feed(
            f.Started(
                epoch=self.state.epoch + 1,
                version="test",
                utc_ms=self.now_ms + UTC_OFFSET_MS,
                alive_ms=alive,
                damaged=damaged,
            )
        )

    def acknowledges(
        self, by: str = "anna", incident: int = 1, seen: int | None = None, key: str = ""
    ) -> Events:
        """``seen`` is the present revision unless the test says otherwise."""
        rev = self.incident(incident).rev if seen is None else seen
        return self.feed(
            f.Acknowledge(incident=incident, seen=rev, by=by, proof=Proof.LINK, key=key)
        )

    def closes_incident(
        self,
        by: str = "anna",
        incident: int = 1,
        seen: int | None = None,
        cause: str = "false-alarm",
        proof: Proof = Proof.PIN,
        *,
        finding: str = "nothing found",
        found_by: str | None = None,
        looked: Looked | None = Looked.INSIDE,
    ) -> Events:
        """A person of the site looked inside, unless the test says otherwise."""
        rev = self.incident(incident).rev if seen is None else seen
        return self.feed(
            f.Close(
                incident=incident,
                seen=rev,
                cause=cause,
                by=by,
                proof=proof,
                finding=f.TextRef(id="note/anna/1-1", hash=finding) if finding else None,
                found_by="keyholder" if found_by is None else found_by,
                looked=looked,
            )
        )

    def declares(self, category: Category, area: str = "gallery", by: str = "gus") -> Events:
        return self.feed(f.Declare(category=category, area=area, by=by, proof=Proof.LOGIN))

    def confirms(
        self,
        incident: int = 1,
        how: Confirmed = Confirmed.SEEN,
        by: str = "gus",
        proof: Proof = Proof.LOGIN,
    ) -> Events:
        return self.feed(f.ConfirmIncident(incident=incident, how=how, by=by, proof=proof))

    def holds(
        self,
        source: str,
        how: Suppression = Suppression.SHELVED,
        *,
        ms: int = 3_600_000,
        by: str = "boris",
        proof: Proof = Proof.PIN,
        reason: str = "builders",
        one_shot: bool = False,
    ) -> Events:
        """Shelve, or hold back in another way."""
        return self.feed(
            f.Suppress(
                source=source,
                how=how,
                until_utc_ms=self.state.utc_ms(self.now_ms) + ms,
                reason=reason,
                one_shot=one_shot,
                by=by,
                proof=proof,
            )
        )

    def releases(self, source: str, how: Suppression = Suppression.SHELVED) -> Events:
        return self.feed(f.Unsuppress(source=source, how=how, by="boris", proof=Proof.PIN))

    def call_ends(self, call: str, outcome: Outcome) -> Events:
        return self.feed(f.CallEnded(call, outcome))

    # --- what is there -----------------------------------------------------------------------

    @property
    def heard(self) -> Iterator[ev.AnyEvent]:
        return (event for entry in self.journal for event in entry.events)

    def all(self, kind: type[E]) -> list[E]:
        """Every event of a type so far."""
        return only(tuple(self.heard), kind)

    def incident(self, number: int = 1) -> IncidentRecord:
        return self.state.incidents[number]

    def alarm(self, name: str) -> AlarmState:
        """The state of ``SOURCE/CONDITION``; a forgotten alarm is a normal one."""
        record = self.state.alarms.get(name)
        return AlarmState.NORMAL if record is None else record.state

    def deadline_in(self, key: str) -> int | None:
        """In how many ms this deadline is; None when it does not run."""
        due_ms = self.state.deadlines.get(key)
        return None if due_ms is None else due_ms - self.now_ms

    def called(self) -> list[tuple[int, str, str, str]]:
        """Every call placed: when (ms after the beginning), whom, by what, its id."""
        return [
            (entry.at_ms - self.begin_ms, event.person or event.target, event.channel, event.call)
            for entry in self.journal
            for event in entry.events
            if isinstance(event, ev.CallPlaced)
        ]

    def replayed(self) -> State:
        """What the journal alone says; always equal to what is in memory."""
        state = State()
        for entry in self.journal:
            apply(state, entry)
        assert encode(state) == encode(self.state)
        assert decode(encode(state)) == state
        return state


def only(events: Events, kind: type[E]) -> list[E]:
    """The events of one type."""
    return [event for event in events if isinstance(event, kind)]


def refused(events: Events) -> str:
    """The code of the refusal; empty when it was carried out."""
    found = only(events, ev.CommandRefused)
    return found[0].code if found else ""
