"""Areas: what the followed point says, and that unknown counts as set (law 4)."""

import itertools

import pytest

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.vocabulary import AlarmState, PointState, SetState
from tests.core.night import Night
from tests.core.sites import GRACE, MIN, S, museum, without

HOLD = 2 * S + GRACE
SET, UNSET, UNKNOWN = SetState.SET, SetState.UNSET, SetState.UNKNOWN

#: state of the area x what its point says -> the state at once, the state when the hold is over
TABLE = {
    (SET, PointState.ACTIVE): (SET, SET),
    (SET, PointState.NORMAL): (UNSET, UNSET),
    (SET, PointState.TAMPER): (SET, UNKNOWN),
    (SET, PointState.FAULT): (SET, UNKNOWN),
    (SET, PointState.UNKNOWN): (SET, UNKNOWN),
    (UNSET, PointState.ACTIVE): (SET, SET),
    (UNSET, PointState.NORMAL): (UNSET, UNSET),
    (UNSET, PointState.TAMPER): (UNSET, UNKNOWN),
    (UNSET, PointState.FAULT): (UNSET, UNKNOWN),
    (UNSET, PointState.UNKNOWN): (UNSET, UNKNOWN),
    (UNKNOWN, PointState.ACTIVE): (SET, SET),
    (UNKNOWN, PointState.NORMAL): (UNSET, UNSET),
    (UNKNOWN, PointState.TAMPER): (UNKNOWN, UNKNOWN),
    (UNKNOWN, PointState.FAULT): (UNKNOWN, UNKNOWN),
    (UNKNOWN, PointState.UNKNOWN): (UNKNOWN, UNKNOWN),
}


def _gallery(state: SetState) -> Night:
    if state is UNKNOWN:
        night = Night()
        night.says("east.set", PointState.FAULT)
        night.after(HOLD)
    else:
        night = Night(gallery=state)
    assert night.state.areas["gallery"].state is state
    return night


def test_the_table_is_whole() -> None:
    assert set(TABLE) == set(itertools.product((SET, UNSET, UNKNOWN), PointState))


@pytest.mark.parametrize(("area", "says"), list(TABLE))
def test_every_area_state_meets_every_state_of_its_point(area: SetState, says: PointState) -> None:
    at_once, later = TABLE[area, says]
    night = _gallery(area)
    night.says("east.set", says)
    assert night.state.areas["gallery"].state is at_once
    night.after(HOLD)
    assert night.state.areas["gallery"].state is later


@pytest.mark.parametrize("state", list(SetState))
def test_all_but_unset_counts_as_set(state: SetState) -> None:
    """T2.2: unknown set-state is treated as set."""
    night = Night()
    night.state.areas["gallery"].state = state
    assert night.state.area_counts_as_set("gallery") is (state is not UNSET)


def test_an_area_that_nobody_knows_counts_as_set() -> None:
    assert Night().state.area_counts_as_set("attic")


def test_the_hold_is_not_pushed_out_by_more_of_the_same() -> None:
    night = Night(gallery="unset")
    night.says("east.set", PointState.FAULT)
    night.after(HOLD - 1).says("east.set", PointState.TAMPER)
    assert night.state.areas["gallery"].state is UNSET
    night.after(1)
    assert night.state.areas["gallery"].state is UNKNOWN


def test_a_short_silence_of_the_panel_leaves_the_area_as_it_was() -> None:
    night = Night(gallery="unset")
    night.loses("east")
    night.after(GRACE - 1).returns("east", set=PointState.NORMAL)
    night.after(MIN)
    assert night.state.areas["gallery"].state is UNSET
    assert not night.all(ev.AlarmOccurred)


def test_when_the_hold_is_over_the_area_is_guarded_as_if_it_were_set() -> None:
    night = Night(gallery="unset")
    night.opens("east.pir")
    night.says("east.set", PointState.FAULT)
    night.after(HOLD - 1)
    assert night.alarm("east.pir/active") is AlarmState.NORMAL
    night.after(1)
    assert night.alarm("east.pir/active") is AlarmState.UNACK


def test_setting_an_area_presents_what_is_active_in_it_and_unsetting_clears_it() -> None:
    night = Night(gallery="unset")
    night.opens("east.pir")
    assert not night.all(ev.AlarmOccurred)
    night.opens("east.set")
    assert night.alarm("east.pir/active") is AlarmState.UNACK
    night.closes("east.set")
    assert night.alarm("east.pir/active") is AlarmState.LATCH_UNACK


def test_one_report_with_the_set_point_and_a_detector_is_judged_by_the_new_set_state() -> None:
    """A panel that comes back unset, with people walking about, raises no intrusion."""
    night = Night()
    night.loses("east")
    night.after(S).returns("east", set=PointState.NORMAL, pir=PointState.ACTIVE)
    assert not night.all(ev.AlarmOccurred)


def test_a_reload_never_unsets_an_area() -> None:
    """Who unset it speaks for it no longer: unknown, so guarded."""
    night = Night(gallery="unset")
    night.after(S).offer(without(museum(), "east.set"))
    assert night.state.areas["gallery"].state is UNKNOWN


def test_an_area_that_no_panel_sets_is_set_from_the_beginning() -> None:
    assert Night().state.areas["store"].state is SET


def test_a_reload_with_the_same_hash_is_no_reload() -> None:
    night = Night()
    assert not night.feed(f.SiteOffered(file_hash=night.state.site_hash, site=museum()))
