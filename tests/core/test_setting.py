"""Setting and unsetting by command: what prevents it, who may force it, what outlives it (G1)."""

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.setting import INHIBITED_MS_MAX, NAMED_MAX, prevents
from monitord.core.state import decode, encode
from monitord.vocabulary import Kind, PointState, Proof, Role, SetState, Suppression
from tests.core.night import Events, Night
from tests.core.sites import PEOPLE, museum

STORE = {
    "pir": Kind.MOTION,
    "glass": Kind.GLASS,
    "smoke": Kind.SMOKE,
    "panic": Kind.PANIC,
    "water": Kind.WATER,
}


def sets(
    night: Night,
    *,
    by: str = "anna",
    proof: Proof = Proof.PIN,
    force: bool = False,
    reason: str = "builders",
    area: str = "store",
) -> Events:
    return night.feed(f.SetArea(area=area, force=force, reason=reason, by=by, proof=proof))


def unsets(
    night: Night, *, by: str = "gus", proof: Proof = Proof.PIN, area: str = "store"
) -> Events:
    return night.feed(f.UnsetArea(area=area, by=by, proof=proof))


def unset_store() -> Night:
    night = Night(museum(west=STORE))
    unsets(night)
    assert state_of(night) is SetState.UNSET
    return night


def state_of(night: Night, area: str = "store") -> SetState:
    return night.state.areas[area].state


def refused(events: Events) -> str:
    (event,) = events
    assert isinstance(event, ev.CommandRefused)
    return event.code


def test_unset_and_set_by_a_person() -> None:
    """G1: what moves while it is unset is no alarm, and is one again once it is set."""
    night = unset_store()
    night.opens("west.pir")
    night.closes("west.pir")
    assert not night.state.incidents
    (changed,) = sets(night, by="gus", proof=Proof.LOGIN)
    assert changed == ev.AreaChanged(area="store", state=SetState.SET, by="gus")
    night.opens("west.pir")
    assert night.incident().area == "store"


def test_a_program_sets_and_never_unsets() -> None:
    """Law 11."""
    night = unset_store()
    sets(night, by="token/hub", proof=Proof.TOKEN)
    assert state_of(night) is SetState.SET
    assert refused(unsets(night, by="token/hub", proof=Proof.TOKEN)) == "forbidden"
    assert refused(unsets(night, by="gus", proof=Proof.LOGIN)) == "needs-pin"
    assert state_of(night) is SetState.SET


def test_a_panels_area_is_set_at_its_panel() -> None:
    """G1: the panel's word, not the command, makes it set or unset."""
    for state in ("set", "unset"):
        night = Night(gallery=state)
        before = state_of(night, "gallery")
        assert refused(sets(night, area="gallery")) == "set-by-panel"
        assert refused(unsets(night, area="gallery")) == "set-by-panel"
        assert state_of(night, "gallery") is before


def test_what_changes_nothing_is_said() -> None:
    night = unset_store()
    assert refused(unsets(night)) == "already"
    assert refused(unsets(night, area="cellar")) == "unknown"
    sets(night)
    assert refused(sets(night)) == "already"


@pytest.mark.parametrize("point", STORE)
@pytest.mark.parametrize("says", PointState)
def test_what_speaks_against_it(point: str, says: PointState) -> None:
    """G1: open, tamper, fault, unknown; open only where that means something once it is set."""
    night = unset_store()
    night.says(f"west.{point}", says)
    word = {
        PointState.NORMAL: None,
        PointState.ACTIVE: "open" if point in ("pir", "glass") else None,
        PointState.TAMPER: "tamper",
        PointState.FAULT: "fault",
        PointState.UNKNOWN: "unknown",
    }[says]
    assert prevents(night.state, "store") == ({} if word is None else {f"west.{point}": word})
    events = sets(night)
    assert (state_of(night) is SetState.SET) == (word is None)
    if word is not None:
        (told,) = events
        assert isinstance(told, ev.CommandRefused)
        assert (told.code, f"west.{point} {word}" in told.text) == ("not-ready", True)


def test_a_silent_device_and_what_is_held_back_speak_against_it() -> None:
    night = unset_store()
    night.holds("west.pir", Suppression.OUT_OF_SERVICE)
    assert prevents(night.state, "store") == {"west.pir": "held back"}
    night.loses("west")
    assert set(prevents(night.state, "store").values()) == {"unknown"}
    assert len(prevents(night.state, "store")) == len(STORE)


def test_a_long_list_is_counted() -> None:
    night = Night(museum(west={f"pir-{n}": Kind.MOTION for n in range(NAMED_MAX + 3)}))
    unsets(night)
    night.loses("west")
    (told,) = sets(night)
    assert isinstance(told, ev.CommandRefused)
    assert told.text.partition(". ")[0].endswith("and 3 more")


MAY_FORCE = {Role.DUTY_MANAGER, Role.SECURITY_MANAGER, Role.DIRECTOR}


@pytest.mark.parametrize("proof", Proof)
@pytest.mark.parametrize("person", PEOPLE, ids=lambda p: p.role)
@pytest.mark.parametrize("reason", ["builders", " "])
def test_who_may_set_over_it(person: object, proof: Proof, reason: str) -> None:
    """G1: role, reason and PIN, all three."""
    night = unset_store()
    night.opens("west.pir")
    by, role = getattr(person, "id"), getattr(person, "role")  # noqa: B009
    sets(night, by=by, proof=proof, reason=reason, force=True)
    allowed = proof is Proof.PIN and role in MAY_FORCE and reason.strip()
    assert (state_of(night) is SetState.SET) == bool(allowed)
    assert bool(night.state.suppressions) == bool(allowed)


def test_a_program_never_sets_over_it() -> None:
    night = unset_store()
    night.opens("west.pir")
    assert refused(sets(night, by="token/hub", proof=Proof.TOKEN, force=True)) == "needs-pin"


def test_t2_1_an_inhibit_lasts_one_set_period() -> None:
    """T2.1: both on record with the person; after unset it is gone, and what is isolated stays."""
    night = unset_store()
    night.holds("west.glass", Suppression.OUT_OF_SERVICE)
    night.opens("west.pir")
    held, changed = sets(night, force=True)[:2]
    assert isinstance(held, ev.AlarmSuppressed)
    assert (held.source, held.how, held.by) == ("west.pir", Suppression.INHIBITED, "anna")
    assert isinstance(changed, ev.AreaChanged)
    assert (changed.by, changed.reason) == ("anna", "builders")
    assert set(changed.overridden) == {"west.pir", "west.glass"}
    assert not night.state.incidents
    unsets(night)
    assert set(night.state.suppressions) == {"west.glass:out-of-service"}
    assert refused(sets(night)) == "not-ready"


def test_an_inhibit_ends_after_a_day_all_the_same() -> None:
    """Law 8: what still stands open then is an alarm."""
    night = unset_store()
    night.opens("west.pir")
    sets(night, force=True)
    night.after(INHIBITED_MS_MAX - 1)
    assert not night.state.incidents
    night.after(1)
    assert night.incident().area == "store"


@pytest.mark.parametrize("point", ["pir", "smoke", "panic"])
def test_force_holds_back_no_tamper_and_nothing_that_is_always_live(point: str) -> None:
    """T1.6: a tamper is overridden and told all the same; fire and hold-up are never inhibited."""
    night = unset_store()
    night.says(f"west.{point}", PointState.TAMPER)
    before = set(night.state.incidents)
    sets(night, force=True)
    assert state_of(night) is SetState.SET
    assert before
    assert all(night.state.presented(a) for a in night.incident().alarms)
    night.says(f"west.{point}", PointState.NORMAL)
    night.opens("west.smoke")
    assert night.state.presented("west.smoke/active")


def test_no_prefix_is_less_armed_than_it_was() -> None:
    """Killed after any entry of setting, forcing and unsetting, and started again."""
    night = Night(museum(west=STORE))
    lived = [(len(night.journal), encode(night.state))]
    for says in (unsets, lambda n: n.opens("west.pir"), _forces, unsets, _closes, sets):
        says(night)
        lived.append((len(night.journal), encode(night.state)))
    for entries, state in lived:
        again = Night(museum(west=STORE), ready=False)
        again.journal, again.state = night.journal[:entries], decode(state)
        again.now_ms = again.state.at_ms
        before = {name: area.state for name, area in again.replayed().areas.items()}
        again.restarts()
        assert {name: area.state for name, area in again.state.areas.items()} == before


def _forces(night: Night) -> Events:
    return sets(night, force=True)


def _closes(night: Night) -> Events:
    return night.closes("west.pir")


class Areas(RuleBasedStateMachine):
    """An area becomes unset by a person with a PIN and by nothing else, in any order of things."""

    def __init__(self) -> None:
        super().__init__()
        self.night = Night(museum(west=STORE))
        self.unset = False

    @rule(
        by=st.sampled_from(["anna", "boris", "gus", "token/hub", "nobody"]),
        proof=st.sampled_from(Proof),
        force=st.booleans(),
    )
    def somebody_sets(self, by: str, proof: Proof, force: bool) -> None:
        if not isinstance(sets(self.night, by=by, proof=proof, force=force)[0], ev.CommandRefused):
            self.unset = False

    @rule(
        by=st.sampled_from(["anna", "boris", "gus", "token/hub", "nobody"]),
        proof=st.sampled_from(Proof),
    )
    def somebody_unsets(self, by: str, proof: Proof) -> None:
        self.night.after(1)
        unsets(self.night, by=by, proof=proof)
        if by in ("anna", "boris", "gus") and proof is Proof.PIN:
            self.unset = True

    @rule(point=st.sampled_from(sorted(STORE)), says=st.sampled_from(PointState))
    def a_point_speaks(self, point: str, says: PointState) -> None:
        self.night.says(f"west.{point}", says)

    @rule(ms=st.integers(0, 2 * INHIBITED_MS_MAX))
    def time_goes_on(self, ms: int) -> None:
        self.night.after(min(ms, 600_000))

    @rule()
    def the_panel_is_lost(self) -> None:
        self.night.loses("west")

    @rule()
    def the_panel_returns(self) -> None:
        self.night.returns("west")

    @rule()
    def the_daemon_is_killed(self) -> None:
        self.night.restarts()

    @rule(gate=st.sampled_from(["Gate C", "Gate D"]))
    def the_site_is_read_anew(self, gate: str) -> None:
        site = self.night.state.site
        store = msgspec.structs.replace(site.areas["store"], gate=gate)
        self.night.offer(
            msgspec.structs.replace(site, areas={**site.areas, "store": store}), f"hash-{gate}"
        )

    @invariant()
    def unset_by_a_person_alone(self) -> None:
        assert (state_of(self.night) is SetState.UNSET) == self.unset

    @invariant()
    def no_inhibit_outlives_its_period(self) -> None:
        held = [h for h in self.night.state.suppressions.values() if h.source.startswith("west")]
        assert not (self.unset and any(h.how is Suppression.INHIBITED for h in held))


def test_an_area_becomes_unset_by_a_person_alone() -> None:
    """Law 11, law 4."""
    few = settings(max_examples=40, stateful_step_count=25, deadline=None)
    run_state_machine_as_test(Areas, settings=few)  # type: ignore[no-untyped-call]
