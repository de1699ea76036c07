"""No area is ever less armed than before: after any prefix of events, and in any order of things.

A kill -9 between two entries of the journal is a replay of the entries before it and a start. What
an area guards then is compared point by point: what alarmed before the kill alarms after it.
"""

from collections.abc import Callable, Mapping
from typing import Final

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.entering import MOVES, Given
from monitord.core.guarding import is_excused, is_frozen, sensed_in
from monitord.core.processing import Sign, processing
from monitord.core.state import State, decode, encode
from monitord.vocabulary import (
    AreaPhase,
    Category,
    Mode,
    PointState,
    Proof,
    SetState,
    Suppression,
)
from tests.core.houses import ENTRY, EXIT, STORE, house, outside_calls, sets, unsets
from tests.core.night import Events, Night
from tests.core.sites import MIN, S

PASSES: Final = (AreaPhase.EXIT, AreaPhase.ENTRY)
#: A set state, by how much of the area it guards.
ARMED: Final[Mapping[SetState, int]] = {
    SetState.UNSET: 0,
    SetState.PART_SET: 1,
    SetState.SET: 2,
    SetState.UNKNOWN: 2,
}


def guards(state: State) -> dict[str, bool]:
    """Of every point, whether going active begins an alarm that is presented."""
    return {
        name: processing(
            sensed_in(state, point), point.kind, Sign.ACTIVE, frozen=is_frozen(state, point)
        ).alarms
        and not is_excused(state, point)
        and not state.held(name)
        for name, point in state.site.points.items()
    }


def flat(abort_ms: int = 20 * S) -> Night:
    """The house, part of which may be off, with an abort window."""
    site = house(abort_ms=abort_ms)
    pir = msgspec.structs.replace(site.points["west.pir"], part_off=True)
    return Night(msgspec.structs.replace(site, points={**site.points, "west.pir": pir}))


def changes_mode(night: Night, mode: Mode = Mode.NIGHT, lasts_ms: int = 0) -> Events:
    until = night.state.utc_ms(night.now_ms) + lasts_ms if lasts_ms else 0
    return night.feed(
        f.ChangeMode(mode=mode, reason="r", until_utc_ms=until, by="boris", proof=Proof.PIN)
    )


EVENING: Final[tuple[Callable[[Night], object], ...]] = (
    unsets,
    lambda n: n.opens("west.door", "west.hall"),
    changes_mode,
    lambda n: n.holds("west.glass", Suppression.OUT_OF_SERVICE),
    lambda n: sets(n, force=True),
    lambda n: n.closes("west.hall"),
    lambda n: n.after(EXIT),
    lambda n: n.closes("west.door"),
    lambda n: changes_mode(n, Mode.LOCKDOWN),
    lambda n: n.after(MIN).opens("west.door"),
    lambda n: n.closes("west.door"),
    lambda n: n.after(5 * S).opens("west.pir"),
    lambda n: n.after(ENTRY - 5 * S),
    unsets,
    lambda n: n.releases("west.glass", Suppression.OUT_OF_SERVICE),
    lambda n: changes_mode(n, Mode.WORKS, 5 * S),
    lambda n: n.after(5 * S),
    lambda n: changes_mode(n, Mode.CLOSED),
    lambda n: n.closes("west.pir"),
    lambda n: n.feed(f.SetArea(area="store", part=True, by="gus", proof=Proof.PIN)),
    lambda n: n.after(EXIT),
    sets,
)


def test_killed_at_every_step_of_an_evening_nothing_is_less_armed() -> None:
    """G1, law 4: setting, leaving, isolating, a mode, an entry, an abort, unsetting, part set."""
    night = flat()
    lived = [(len(night.journal), encode(night.state))]
    for says in EVENING:
        says(night)
        lived.append((len(night.journal), encode(night.state)))
    assert {e.state for e in night.all(ev.AreaChanged)} == {*SetState} - {SetState.UNKNOWN}
    assert night.all(ev.ExitEnded)
    assert night.all(ev.EntryRanOut)
    assert night.all(ev.OutsideAborted)
    assert [e.mode for e in night.all(ev.ModeChanged)][-3:] == [
        Mode.WORKS,
        Mode.LOCKDOWN,
        Mode.CLOSED,
    ]
    for entries, state in lived:
        again = flat()
        again.journal, again.state = night.journal[:entries], decode(state)
        again.now_ms = again.state.at_ms
        before = again.replayed()
        again.restarts()
        assert is_as_armed(before, again.state)


def is_as_armed(before: State, after: State) -> bool:
    for name, record in before.areas.items():
        assert ARMED[after.areas[name].state] >= ARMED[record.state], name
        was_ms, is_ms = (s.deadlines.get(f"entering:{name}") for s in (before, after))
        assert was_ms == is_ms, name
    assert (after.mode, after.mode_record) == (before.mode, before.mode_record)
    assert ("mode:end" in after.deadlines) is ("mode:end" in before.deadlines)
    was, now = guards(before), guards(after)
    assert [name for name in was if was[name] and not now[name]] == []
    return True


def test_no_swinger_shutdown_the_hundredth_opening_alarms_like_the_first() -> None:
    """T1.8, E7: a detector that repeats stays live; it is proposed for shelving, and no more."""
    night = flat()
    for _ in range(100):
        night.opens("west.glass")
        night.after(2 * S).closes("west.glass")
        night.after(2 * S)
    assert len([e for e in night.all(ev.AlarmOccurred) if e.source == "west.glass"]) == 100
    assert [e.may_shelve for e in night.all(ev.PointChattered)] == [True]
    assert guards(night.state)["west.glass"]
    assert not night.state.suppressions


@pytest.mark.parametrize("phase", AreaPhase)
@pytest.mark.parametrize("given", Given)
def test_no_move_of_the_phase_touches_the_set_state(phase: AreaPhase, given: Given) -> None:
    """Only its time and unsetting end a phase; its time with a look at the route."""
    ends = phase in PASSES and MOVES[phase, given] is AreaPhase.STEADY
    assert ends is (phase in PASSES and given in (Given.DUE, Given.UNSET))


class Areas(RuleBasedStateMachine):
    """The store, in any order of what people, panels, time and crashes do."""

    def __init__(self) -> None:
        super().__init__()
        self.night = flat()
        self.armed = 2

    @rule(
        by=st.sampled_from(["anna", "gus", "token/hub"]),
        proof=st.sampled_from([Proof.PIN, Proof.LOGIN, Proof.TOKEN]),
        force=st.booleans(),
        part=st.booleans(),
    )
    def somebody_sets(self, by: str, proof: Proof, force: bool, part: bool) -> None:
        heard = self.night.feed(
            f.SetArea(area="store", force=force, reason="r", part=part, by=by, proof=proof)
        )
        changed = [e for e in heard if isinstance(e, ev.AreaChanged)]
        if changed:
            if part and self.armed == 2:
                assert (by != "token/hub", proof) == (True, Proof.PIN)
            self.armed = 1 if part else 2

    @rule(
        by=st.sampled_from(["anna", "gus", "token/hub"]),
        proof=st.sampled_from([Proof.PIN, Proof.LOGIN]),
    )
    def somebody_unsets(self, by: str, proof: Proof) -> None:
        unsets(self.night, by, proof)
        if proof is Proof.PIN and by != "token/hub":
            self.armed = 0

    @rule(
        point=st.sampled_from(sorted(STORE)),
        says=st.sampled_from([PointState.ACTIVE, PointState.NORMAL, PointState.TAMPER]),
    )
    def a_point_speaks(self, point: str, says: PointState) -> None:
        self.night.says(f"west.{point}", says)

    @rule(point=st.sampled_from(["door", "hall", "pir"]))
    def a_point_flickers(self, point: str) -> None:
        self.night.opens(f"west.{point}")
        self.night.closes(f"west.{point}")

    @rule(ms=st.sampled_from([1, 500, ENTRY - 1, ENTRY, 20 * S, EXIT, 5 * MIN]))
    def time_goes_on(self, ms: int) -> None:
        self.night.after(ms)

    @rule()
    def the_panel_is_lost(self) -> None:
        self.night.loses("west")

    @rule(opened=st.sets(st.sampled_from(["door", "hall", "pir"])))
    def the_panel_returns(self, opened: set[str]) -> None:
        self.night.returns("west", **dict.fromkeys(opened, PointState.ACTIVE))

    @rule(point=st.sampled_from(["door", "pir"]))
    def somebody_isolates(self, point: str) -> None:
        self.night.holds(f"west.{point}", Suppression.OUT_OF_SERVICE, ms=10 * MIN)

    @rule()
    def somebody_acknowledges(self) -> None:
        for number in [i.number for i in self.night.state.open_incidents()]:
            self.night.acknowledges(incident=number)

    @rule()
    def the_daemon_is_killed(self) -> None:
        before = self.night.replayed()
        self.night.restarts()
        assert is_as_armed(before, self.night.state)

    @invariant()
    def set_by_a_person_or_program_and_unset_by_a_person_alone(self) -> None:
        assert ARMED[self.night.state.areas["store"].state] == self.armed

    @invariant()
    def no_phase_lasts_longer_than_the_file_says(self) -> None:
        record = self.night.state.areas["store"]
        longest_ms = {AreaPhase.EXIT: EXIT, AreaPhase.ENTRY: ENTRY}.get(record.phase)
        if longest_ms is not None:
            due_ms = self.night.state.deadlines["entering:store"]
            assert due_ms == record.phase_ms + longest_ms

    @invariant()
    def what_is_active_and_guards_is_an_alarm(self) -> None:
        """Off the route, at once; on it, unless somebody passes or it was told as failed to set."""
        state, alarms = self.night.state, self.night.state.alarms
        passing = state.areas["store"].phase in PASSES
        for name, guarding in guards(state).items():
            point = state.site.points[name]
            if state.points[name].state is not PointState.ACTIVE or point.area != "store":
                continue
            raised = f"{name}/active" in alarms and alarms[f"{name}/active"].active
            failed = f"{name}/failed to set" in alarms and alarms[f"{name}/failed to set"].active
            if guarding:
                assert raised, name
            elif point.category is Category.INTRUSION and self.armed == 2:
                held = state.held(name)
                assert raised or held or failed or (point.route and passing), name

    @invariant()
    def nothing_that_is_aborted_or_waits_was_told_outside(self) -> None:
        for incident in self.night.state.open_incidents():
            if incident.outside_from_ms is not None or incident.aborted_by:
                assert not incident.told_outside

    def teardown(self) -> None:
        """Whatever was open when everything stopped is called for outside in the end."""
        night = self.night
        waits = [i.number for i in night.state.open_incidents() if i.outside_from_ms is not None]
        calling = [n for n in waits if night.state.incidents[n].calling]
        before = len(outside_calls(night))
        night.after(2 * MIN)
        if calling:
            assert len(outside_calls(night)) > before


def test_in_any_order_of_things_no_area_is_less_armed() -> None:
    """T2.4, T2.9, law 11."""
    few = settings(max_examples=50, stateful_step_count=30, deadline=None)
    run_state_machine_as_test(Areas, settings=few)  # type: ignore[no-untyped-call]
