"""Random nights: any fact, valid or not, at any time, keeps every promise of the core.

``Night.feed`` checks all invariants after each fact, and ``time_passes`` that nothing spins.
"""

from typing import Any

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from msgspec.structs import replace

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.alarm_table import UNSEEN
from monitord.core.records import AlarmRecord
from monitord.core.site import Chain, ChainStep, Site
from monitord.core.state import State, encode
from monitord.core.step import apply, next_deadline
from monitord.vocabulary import (
    Category,
    Cause,
    Confirmed,
    Looked,
    Mode,
    Outcome,
    PointState,
    Proof,
    Suppression,
)
from tests.core.night import Events, Night
from tests.core.sites import MIN, S, museum, without

FINDING = f.TextRef(id="note/anna/1-1", hash="h")
CHAINS = (
    Chain(
        "default",
        (
            ChainStep(("control-room",), ("console",), 30 * S),
            ChainStep(("duty-manager", "anna"), ("voice", "sms"), MIN, otherwise="mail", tries=2),
            ChainStep(("security-manager", "gus"), ("voice",), MIN, otherwise="mail"),
        ),
        decide_ms=2 * MIN,
        confirmed_start_at=1,
    ),
    Chain("fire", (ChainStep(("director",), ("voice",), 0, tries=3),)),
    Chain("power", (ChainStep(("nobody",), ("voice",), MIN),)),
    Chain("technical", ()),
    Chain("intrusion/lockdown", (ChainStep(("chloe",), ("voice",), MIN),)),
)


def _whole() -> Site:
    """The museum with all that joins and confirms: neighbours, groups, a cause, a sector, paths."""
    site = museum(*CHAINS)
    said: dict[str, dict[str, Any]] = {
        "east.pir": {"group": "gate"},
        "east.door": {"group": "gate"},
        "west.glass": {"outside": True},
        "east.mains": {"sector": "north"},
    }
    return replace(
        site,
        points={name: replace(p, **said.get(name, {})) for name, p in site.points.items()},
        areas={
            name: replace(area, next_to=tuple(other for other in site.areas if other != name))
            for name, area in site.areas.items()
        },
        devices={
            "east": replace(site.devices["east"], sector="north", camera=True),
            "west": replace(site.devices["west"], sector="north", camera=True, behind="east.mains"),
        },
        channels={name: replace(c, outside=name != "mail") for name, c in site.channels.items()},
    )


WHOLE = _whole()
SITES: tuple[Site, ...] = (
    WHOLE,
    without(WHOLE, "east.pir", "east.panic"),
    without(WHOLE, "west"),
    museum(people=(WHOLE.people["anna"],), channels=("voice",)),
)

points = st.sampled_from([*WHOLE.points, "east.nothing", ""])
devices = st.sampled_from([*WHOLE.devices, "north", ""])
sources = st.one_of(points, devices)
people = st.sampled_from([*WHOLE.people, "stranger", ""])
proofs = st.sampled_from([Proof.PIN, Proof.PIN, Proof.LINK, Proof.TOKEN, Proof.NONE])
states = st.sampled_from(PointState)
values = st.sampled_from([None, None, True, 1.5, "open"])
incidents = st.integers(0, 12)
revisions = st.integers(-1, 12)
keys = st.sampled_from(["", "", "", "k1", "k2", "k3"])


class RandomNights(RuleBasedStateMachine):
    """Facts of every type; the model is only what the events themselves promise."""

    def __init__(self) -> None:
        super().__init__()
        self.night = Night(WHOLE)

    def feed(self, fact: f.AnyFact) -> Events:
        before = {name: _copy(record) for name, record in self.night.state.alarms.items()}
        events = self.night.feed(fact)
        if isinstance(fact, f.Acknowledge | f.Close):
            for event in events:
                if isinstance(event, ev.AlarmAcknowledged):
                    assert before[event.alarm].rev <= fact.seen, "never what nobody saw"
        for event in events:
            if isinstance(event, ev.AreaConfirmed):
                self.is_proof(event)
        return events

    def is_proof(self, event: ev.AreaConfirmed) -> None:
        """G3, T2.5: two different sources, of no one group, none outside, in a set area."""
        state = self.night.state
        assert event.first != event.second
        points = [state.site.points.get(name) for name in (event.first, event.second)]
        groups = [point.group for point in points if point is not None and point.group]
        assert len(groups) == len(set(groups))
        assert not any(point is not None and point.outside for point in points)
        assert state.areas[event.area].state.counts_as_set
        assert event.second not in state.areas[event.area].excluded

    @rule(point=points, state=states, value=values, once=st.booleans(), key=keys)
    def point_changed(
        self, point: str, state: PointState, value: Any, once: bool, key: str
    ) -> None:
        self.feed(f.PointChanged(point, state, value=value, once=once, key=key))

    @rule(point=st.sampled_from(list(WHOLE.points)))
    def opens(self, point: str) -> None:
        self.feed(f.PointChanged(point, PointState.ACTIVE))

    @rule(device=devices, cause=st.sampled_from(Cause), silent_ms=st.integers(0, 10_000))
    def lost(self, device: str, cause: Cause, silent_ms: int) -> None:
        self.feed(f.DeviceLost(device, cause, silent_ms=silent_ms))

    @rule(
        device=devices,
        samples=st.lists(st.builds(f.Sample, points, states, values), max_size=12),
    )
    def returned(self, device: str, samples: list[f.Sample]) -> None:
        self.feed(f.DeviceReturned(device, tuple(samples)))

    @rule(ms=st.one_of(st.integers(0, 10 * S), st.integers(0, 26 * 60 * MIN)))
    def time_goes_on(self, ms: int) -> None:
        self.night.now_ms += ms  # a sleep: everything that fell due in between fires once
        self.night.time_passes()

    @rule(ms=st.integers(0, 5 * MIN))
    def deadlines_run(self, ms: int) -> None:
        self.night.after(ms)

    @rule(incident=incidents, seen=revisions, by=people, proof=proofs, key=keys)
    def acknowledge(self, incident: int, seen: int, by: str, proof: Proof, key: str) -> None:
        self.feed(f.Acknowledge(incident=incident, seen=seen, by=by, proof=proof, key=key))

    @precondition(lambda self: self.night.state.incidents)
    @rule(data=st.data(), close=st.booleans())
    def somebody_who_looked(self, data: st.DataObject, close: bool) -> None:
        number = data.draw(st.sampled_from(sorted(self.night.state.incidents)))
        rev = self.night.incident(number).rev
        who = data.draw(st.sampled_from(["anna", "boris"]))
        if close:
            self.feed(
                f.Close(
                    incident=number,
                    seen=rev,
                    cause="test",
                    by=who,
                    proof=Proof.PIN,
                    finding=FINDING,
                    found_by=who,
                    looked=Looked.INSIDE,
                )
            )
        else:
            self.feed(f.Acknowledge(incident=number, seen=rev, by=who, proof=Proof.LOGIN))

    @rule(
        incident=incidents,
        seen=revisions,
        by=people,
        proof=proofs,
        cause=st.sampled_from(["other", "assumed-false", "false-alarm"]),
        looked=st.sampled_from([None, *Looked]),
        found_by=st.sampled_from(["", "police", "nobody"]),
    )
    def close(
        self,
        incident: int,
        seen: int,
        by: str,
        proof: Proof,
        cause: str,
        looked: Looked | None,
        found_by: str,
    ) -> None:
        self.feed(
            f.Close(
                incident=incident,
                seen=seen,
                cause=cause,
                by=by,
                proof=proof,
                finding=FINDING,
                looked=looked,
                found_by=found_by,
            )
        )

    @rule(incident=incidents, how=st.sampled_from(Confirmed), by=people, proof=proofs)
    def confirm(self, incident: int, how: Confirmed, by: str, proof: Proof) -> None:
        self.feed(f.ConfirmIncident(incident=incident, how=how, by=by, proof=proof))

    @rule(channel=st.sampled_from([*WHOLE.channels, "nothing"]), works=st.booleans())
    def path(self, channel: str, works: bool) -> None:
        self.feed(f.PathReturned(channel) if works else f.PathLost(channel))

    @rule(category=st.sampled_from(Category), area=st.sampled_from(["gallery", "store", "attic"]))
    def declare(self, category: Category, area: str) -> None:
        self.feed(f.Declare(category=category, area=area, by="gus", proof=Proof.LOGIN))

    @rule(
        source=sources,
        how=st.sampled_from(Suppression),
        ms=st.integers(-5 * S, 9 * 60 * MIN),
        one_shot=st.booleans(),
    )
    def suppress(self, source: str, how: Suppression, ms: int, one_shot: bool) -> None:
        self.night.holds(source, how, ms=ms, one_shot=one_shot)

    @rule(source=sources, how=st.sampled_from(Suppression))
    def unsuppress(self, source: str, how: Suppression) -> None:
        self.night.releases(source, how)

    @rule(
        mode=st.sampled_from(Mode),
        by=people,
        proof=proofs,
        reason=st.sampled_from(["", "r"]),
        ms=st.sampled_from([None, -5 * S, 30 * S, 60 * MIN]),
    )
    def change_mode(self, mode: Mode, by: str, proof: Proof, reason: str, ms: int | None) -> None:
        until = 0 if ms is None else self.night.state.utc_ms(self.night.now_ms) + ms
        self.feed(f.ChangeMode(mode=mode, reason=reason, until_utc_ms=until, by=by, proof=proof))

    @rule(data=st.data(), outcome=st.sampled_from(Outcome), made_up=st.booleans())
    def call_ends(self, data: st.DataObject, outcome: Outcome, made_up: bool) -> None:
        placed = [call for *_, call in self.night.called()][-12:]
        if made_up or not placed:
            call = data.draw(st.sampled_from(["", "x", "museum-1-²-1", "museum-1-1-99", "a-b-c-d"]))
        else:
            call = data.draw(st.sampled_from(placed))
        self.feed(f.CallStarted(call))
        self.feed(f.CallEnded(call, outcome))

    @rule()
    def everybody_fails(self) -> None:
        """All open calls fail for certain: the chain goes on at once and never spins."""
        for incident in tuple(self.night.state.open_incidents()):
            for call in tuple(incident.calls):
                self.feed(f.CallEnded(call, Outcome.FAILED))

    @rule(site=st.sampled_from(SITES))
    def reload(self, site: Site) -> None:
        self.night.offer(site)

    @rule(utc_ms=st.integers(-5_000, 5_000))
    def wall_clock(self, utc_ms: int) -> None:
        now = self.night.state.utc_ms(self.night.now_ms)
        self.feed(f.WallClockRead(utc_ms=now + utc_ms))

    @rule(failed=st.booleans())
    def store(self, failed: bool) -> None:
        self.feed(f.StoreFailed(reason="disk full") if failed else f.StoreRecovered(held=3))

    @rule(point=points)
    def step_failed(self, point: str) -> None:
        self.feed(f.StepFailed(fact_type="PointChanged", error="KeyError", went_active=point))

    @rule(damaged=st.sampled_from(["", "", "hash"]), ms=st.integers(0, 20 * MIN))
    def restart(self, damaged: str, ms: int) -> None:
        counted = _counts_as_set(self.night.state)
        self.night.now_ms += ms
        self.night.restarts(damaged=damaged)
        assert counted <= _counts_as_set(self.night.state), "a restart is never less armed"
        known = [p for p in self.night.state.points.values() if p.state is not PointState.UNKNOWN]
        assert not known, "after a start everything is unknown until it is read"
        self.night.time_passes()

    @invariant()
    def nothing_waits_in_the_past(self) -> None:
        """What is due after the last fact fires now, at once, and then nothing is due."""
        due_ms = next_deadline(self.night.state)
        if due_ms is not None and due_ms <= self.night.now_ms:
            self.night.time_passes()
        after_ms = next_deadline(self.night.state)
        assert after_ms is None or after_ms > self.night.now_ms

    @invariant()
    def every_open_incident_waits_for_exactly_one_thing(self) -> None:
        state = self.night.state
        for incident in state.open_incidents():
            waits = [f"{what}:{incident.number}" in state.deadlines for what in ("chain", "decide")]
            assert waits.count(True) == 1

    @invariant()
    def every_unseen_alarm_is_in_front_of_people(self) -> None:
        """An alarm that nobody took note of, and nobody holds back, is in one open incident."""
        state = self.night.state
        for name, alarm in state.alarms.items():
            if alarm.state in UNSEEN and not state.suppressed(alarm.source, alarm.condition):
                homes = [i.number for i in state.open_incidents() if name in i.alarms]
                assert homes == [alarm.incident]

    def teardown(self) -> None:
        """Replayed by ``apply`` alone the night ends byte for byte the same (law 2)."""
        again = State()
        for entry in self.night.journal:
            apply(again, entry)
        assert encode(again) == encode(self.night.state)
        self.night.replayed()


def _copy(record: AlarmRecord) -> AlarmRecord:
    return AlarmRecord(**{name: getattr(record, name) for name in record.__struct_fields__})


def _counts_as_set(state: State) -> set[str]:
    return {name for name, area in state.areas.items() if area.state.counts_as_set}


TestRandomNights = RandomNights.TestCase
TestRandomNights.settings = settings(
    max_examples=80,
    stateful_step_count=50,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
