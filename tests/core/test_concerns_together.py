"""Two concerns at once: what each decides well alone must not be lost between them."""

import msgspec
import pytest

from monitord.core import bare
from monitord.core import facts as f
from monitord.core.outward import SLOW_MS
from monitord.core.setting import prevents
from monitord.core.site import Device
from monitord.vocabulary import (
    PROGRAM,
    AreaPhase,
    Category,
    Cause,
    Condition,
    Kind,
    PointState,
    Proof,
    SetState,
)
from tests.core.houses import ENTRY, OUTSIDE_FIRST, house, outside_calls, sets, unsets
from tests.core.night import Night, refused
from tests.core.sites import GRACE, HOUR, MIN, S, museum


def starts_walk(night: Night, area: str, by: str = "boris") -> None:
    until_utc_ms = night.state.utc_ms(night.now_ms) + 4 * HOUR
    begun = night.feed(
        f.StartWalkTest(area=area, until_utc_ms=until_utc_ms, reason="x", by=by, proof=Proof.PIN)
    )
    assert not refused(begun)


# --- a walk test that somebody forgot -------------------------------------------------------------


def test_b2_a_walk_test_is_over_when_its_area_is_set_at_the_panel() -> None:
    """B2, law 8: a test forgotten at closing time must not leave the set gallery unguarded."""
    night = Night(museum(), gallery="unset")
    starts_walk(night, "gallery")
    night.after(HOUR).opens("east.set")
    assert not night.state.walk_tests
    assert not night.state.suppressions
    night.after(MIN).opens("east.pir")
    assert night.called()


def test_b2_what_is_still_active_when_the_test_is_ended_is_an_alarm() -> None:
    """B2, T1.1."""
    night = Night(museum(), gallery="unset")
    starts_walk(night, "gallery")
    night.opens("east.pir")
    night.after(HOUR).opens("east.set")
    assert night.incident().first_out == "east.pir/active"


def test_b2_a_test_of_a_set_area_and_a_blip_of_the_panel_go_on() -> None:
    """B2: who tests what is set has said so; that its panel is read again changes nothing."""
    night = Night(museum())
    starts_walk(night, "gallery")
    night.loses("east")
    night.after(2 * S).returns("east", set=PointState.ACTIVE)
    assert set(night.state.walk_tests) == {"gallery"}


# --- what nobody saw open -------------------------------------------------------------------------


def test_t2_4_a_door_that_a_silent_panel_tells_of_gives_no_entry_time() -> None:
    """T2.4, law 4: nobody saw it shut; it may have been open as long as the panel was away."""
    night = Night(house())
    night.loses("west", Cause.SILENT)
    night.after(2 * S).opens("west.door")
    assert night.state.areas["store"].phase is AreaPhase.STEADY
    assert night.incident().first_out == "west.door/active"


def test_t2_4_a_door_that_could_not_be_read_gives_no_entry_time() -> None:
    night = Night(house())
    night.says("west.door", PointState.UNKNOWN)
    night.after(S).opens("west.door")
    assert night.state.areas["store"].phase is AreaPhase.STEADY
    assert night.incident().first_out == "west.door/active"


def test_t2_4_a_door_whose_loop_was_cut_gives_no_entry_time() -> None:
    night = Night(house())
    night.says("west.door", PointState.TAMPER)
    night.acknowledges()
    night.after(S).opens("west.door")
    assert night.state.areas["store"].phase is AreaPhase.STEADY


# --- confirmed by whom ----------------------------------------------------------------------------


def test_g3_a_program_that_declares_has_seen_nothing() -> None:
    """G3: only a person on the spot is a second source."""
    night = Night(museum())
    night.feed(
        f.Declare(category=Category.THEFT, area="gallery", by=f"{PROGRAM}till", proof=Proof.TOKEN)
    )
    assert not night.incident().confirmed
    night.declares(Category.THEFT)
    assert night.incident(2).confirmed


def test_g3_a_hold_up_that_was_looked_into_is_no_first_one() -> None:
    """G3: as with a detector: a button pressed by mistake at noon is no half of one at night."""
    night = Night(museum())
    night.opens("east.panic")
    night.closes("east.panic")
    night.after(5 * MIN).closes_incident(cause="mistake")
    night.after(HOUR).opens("east.panic2")
    assert not night.incident(2).confirmed


# --- in the entry time ----------------------------------------------------------------------------


def in_part() -> Night:
    site = house()
    points = dict(site.points)
    points["west.door"] = msgspec.structs.replace(points["west.door"], part_off=True)
    points["west.hall"] = msgspec.structs.replace(points["west.hall"], part_off=True)
    return Night(msgspec.structs.replace(site, points=points))


def test_t2_4_setting_in_part_with_the_pin_ends_the_entry() -> None:
    """T2.4: whoever came in has proven who they are; nobody is called for them 30 s later."""
    night = in_part()
    unsets(night)
    night.after(MIN)
    sets(night)
    night.after(5 * MIN).opens("west.door")
    night.closes("west.door")
    assert night.state.areas["store"].phase is AreaPhase.ENTRY
    part = f.SetArea(area="store", part=True, by="anna", proof=Proof.PIN)
    assert not refused(night.feed(part))
    assert night.state.areas["store"].state is SetState.PART_SET
    night.after(2 * MIN)
    assert not night.called()


# --- what a walk test is about, and what setting asks ---------------------------------------------


def test_b2_power_weather_and_levels_are_live_during_a_walk_test() -> None:
    """B2, A5: nobody walks past a supply or a river; what they say meanwhile is true."""
    site = museum(
        east={"set": Kind.AREA_SET, "pir": Kind.MOTION, "mains": Kind.MAINS},
        west={"river": Kind.WATER_LEVEL, "wind": Kind.WIND, "damp": Kind.HUMIDITY},
    )
    night = Night(site, gallery="unset")
    starts_walk(night, "gallery")
    assert night.state.walk_tests["gallery"].points == ["east.pir"]
    until_utc_ms = night.state.utc_ms(night.now_ms) + HOUR
    store = f.StartWalkTest(
        area="store", until_utc_ms=until_utc_ms, reason="x", by="boris", proof=Proof.PIN
    )
    assert refused(night.feed(store)) == "bad-input"
    night.opens("east.mains")
    assert night.called()


def test_g1_setting_ends_the_walk_test_and_asks_for_no_force() -> None:
    """G1, B2: the guard who locks up need not know of the test."""
    night = Night(house())
    unsets(night)
    starts_walk(night, "store")
    assert not refused(sets(night))
    assert not night.state.suppressions


def test_g1_what_is_held_back_besides_the_test_speaks_against_setting() -> None:
    """G1."""
    night = Night(house())
    unsets(night)
    starts_walk(night, "store")
    night.holds("west.glass")
    assert refused(sets(night)) == "not-ready"
    assert list(prevents(night.state, "store")) == ["west.glass"]


def test_g1_a_supply_that_has_failed_speaks_against_setting() -> None:
    """G1, A5: every fault of EN 50131 does, that of the power too; forced, it is not held back."""
    site = museum(west={"pir": Kind.MOTION, "mains": Kind.MAINS})
    night = Night(site)
    unsets(night)
    night.opens("west.mains")
    assert refused(sets(night)) == "not-ready"
    assert prevents(night.state, "store") == {"west.mains": "power fault"}
    assert not refused(sets(night, force=True))
    assert not night.state.suppressions


def test_g1_a_camera_that_is_down_speaks_against_setting() -> None:
    """G1: though it is no point of the area; forced, its silence goes on to be told."""
    site = museum()
    cam = Device("cam", "Camera", "onvif", ("store",), (), GRACE, camera=True)
    night = Night(msgspec.structs.replace(site, devices={**site.devices, "cam": cam}))
    unsets(night)
    night.loses("cam")
    assert refused(sets(night)) == "not-ready"
    assert prevents(night.state, "store") == {"cam": "does not answer"}
    assert not refused(sets(night, force=True))
    assert not night.state.suppressions
    night.after(MIN)
    assert night.incident().category is Category.TAMPER


def test_law_13_whoever_waits_for_a_call_outside_is_called_when_its_release_fails() -> None:
    """Law 13: a wait that cannot end must not keep people outside from hearing of it."""
    night = Night(house())
    night.opens("west.door")
    night.after(S).opens("west.pir")
    assert not outside_calls(night)
    assert bare.climbs("outside:1") == 1
    failed = f.StepFailed(fact_type="TimePassed outside", error="x", incident=1)
    bare.step(night.state, night.now_ms, failed)
    assert night.incident().told_outside


# --- unset long after the alarm -------------------------------------------------------------------


@pytest.mark.parametrize(("ms", "slow"), [(SLOW_MS, True), (SLOW_MS + 1, False)])
def test_t2_9_whoever_unsets_long_after_the_alarm_was_not_slow(ms: int, slow: bool) -> None:
    """T2.9, OXFORD: nobody outside is told that it is over by whoever has been inside all along."""
    night = Night(house(OUTSIDE_FIRST))
    night.opens("west.door")
    night.closes("west.door")
    night.after(ENTRY)
    assert night.incident().told_outside
    night.after(ms)
    unsets(night)
    assert bool(night.incident().cancelled_by) is slow
    conditions = {record.condition for record in night.state.alarms.values()}
    assert (Condition.UNSET_IN_ALARM in conditions) is not slow
