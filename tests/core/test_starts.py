"""Starts, restarts and reloads: everything unknown, nothing less armed (law 4, A3, T1.5)."""

import pytest

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.state import State
from monitord.core.step import step
from monitord.vocabulary import (
    AlarmState,
    Condition,
    DeviceStatus,
    Outcome,
    PointState,
    SetState,
)
from tests.core.night import BEGIN_MS, UTC_OFFSET_MS, Night, only, refused
from tests.core.sites import GRACE, MIN, S, museum, without

ACTIVE, UNKNOWN = PointState.ACTIVE, PointState.UNKNOWN
START_GRACE = 2 * S


def test_at_the_first_start_nothing_is_known_and_everything_has_a_deadline() -> None:
    night = Night(ready=False)
    assert {p.state for p in night.state.points.values()} == {UNKNOWN}
    assert night.deadline_in("device:west") == START_GRACE + GRACE
    night.at(START_GRACE + GRACE)
    assert night.alarm("west/tamper") is AlarmState.UNACK
    assert night.alarm("east/tamper") is AlarmState.UNACK


def test_a_loss_while_starting_does_not_push_the_deadline_out() -> None:
    night = Night(ready=False)
    night.at(START_GRACE + GRACE - 1).loses("west")
    assert night.deadline_in("device:west") == 1


@pytest.mark.parametrize("gallery", ["set", "unset"])
def test_a_restart_makes_everything_unknown_and_nothing_less_armed(gallery: str) -> None:
    """Law 4, A3: the area keeps its state until its point is read or its deadline passes."""
    night = Night(gallery=gallery)
    before = night.state.areas["gallery"].state
    night.sleeps_until(10 * MIN).restarts(alive_ms=BEGIN_MS + 4 * MIN)
    assert night.state.areas["gallery"].state is before
    assert {p.state for p in night.state.points.values()} == {UNKNOWN}
    assert {d.status for d in night.state.devices.values()} == {DeviceStatus.STARTING}
    back = night.returns("west")
    assert only(back, ev.DeviceCameBack)[0].blind_from_ms == BEGIN_MS + 4 * MIN
    night.after(START_GRACE + GRACE)
    assert night.state.areas["gallery"].state is SetState.UNKNOWN
    assert night.state.area_counts_as_set("gallery")


def test_what_changed_while_nobody_looked_alarms_at_the_first_reading() -> None:
    """A3: re-reads every input."""
    night = Night()
    night.sleeps_until(MIN).restarts()
    night.returns("west", glass=ACTIVE)
    assert night.alarm("west.glass/active") is AlarmState.UNACK


def test_an_alarm_that_was_unacknowledged_is_so_after_a_restart_clock_included() -> None:
    """T1.5."""
    night = Night()
    night.opens("west.pir")
    night.call_ends(night.called()[0][3], Outcome.HANDED_OVER)
    night.sleeps_until(20 * S).restarts()
    assert night.alarm("west.pir/active") is AlarmState.UNACK
    assert night.deadline_in("chain:1") == 40 * S
    night.returns("west", pir=ACTIVE)
    assert night.state.alarms["west.pir/active"].count == 1
    assert len(night.state.incidents) == 1


def test_a_blind_interval_runs_on_through_several_starts() -> None:
    night = Night()
    night.sleeps_until(MIN).restarts(alive_ms=BEGIN_MS + 30 * S)
    night.sleeps_until(2 * MIN).restarts(alive_ms=BEGIN_MS + 90 * S)
    assert only(night.returns("west"), ev.DeviceCameBack)[0].blind_from_ms == BEGIN_MS + 30 * S


def test_a_damaged_start_counts_every_area_as_set_and_says_so_and_can_be_closed() -> None:
    night = Night(gallery="unset")
    night.sleeps_until(MIN).restarts(damaged="entry 7: its hash is wrong")
    assert night.state.areas["gallery"].state is SetState.UNKNOWN
    assert night.incident().first_out == f"monitord.journal/{Condition.FAULT}"
    assert not night.all(ev.CallRepeated), "a call just placed is not placed twice"
    night.returns("east", set=ACTIVE)
    night.returns("west")
    night.closes_incident()
    assert not night.incident().open


def test_a_reload_of_a_changed_device_is_blind_from_then_on() -> None:
    night = Night()
    night.after(MIN).offer(without(museum(), "west.glass"))
    assert night.state.devices["west"].status is DeviceStatus.STARTING
    back = night.after(S).returns("west")
    assert only(back, ev.DeviceCameBack)[0].blind_from_ms == BEGIN_MS + MIN
    assert night.state.devices["east"].status is DeviceStatus.OK, "unchanged: goes on"


def test_engine_time_and_utc_are_bound_by_the_offset() -> None:
    night = Night()
    night.feed(f.WallClockRead(utc_ms=night.now_ms + UTC_OFFSET_MS + 400))
    assert not night.all(ev.ClockStepped)
    night.feed(f.WallClockRead(utc_ms=night.now_ms + UTC_OFFSET_MS + 3_600_000))
    assert night.all(ev.ClockStepped)[0].by_ms == 3_600_000
    assert night.state.utc_ms(night.now_ms) == night.now_ms + UTC_OFFSET_MS + 3_600_000


def test_a_site_file_with_errors_is_a_technical_alarm_until_one_is_taken() -> None:
    night = Night()
    night.feed(f.SiteRefused(findings=2, first="museum.yaml:7"))
    assert night.incident().first_out == "monitord.site/fault"
    assert refused(night.closes_incident()) == "active"
    night.feed(f.SiteOffered(file_hash=night.state.site_hash, site=night.state.site))
    assert not refused(night.closes_incident())


def test_a_journal_that_does_not_take_events_is_a_technical_alarm_while_it_does_not() -> None:
    """Law 1."""
    night = Night()
    night.feed(f.StoreFailed(reason="disk full"))
    assert not night.feed(f.StoreFailed(reason="disk full")), "once is enough"
    assert night.state.degraded == "disk full"
    assert night.alarm("monitord.journal/fault") is AlarmState.UNACK
    night.feed(f.StoreRecovered(held=12))
    assert night.state.degraded == ""
    assert night.alarm("monitord.journal/fault") is AlarmState.RTN_UNACK


def test_a_fact_that_failed_is_a_technical_alarm_that_a_person_can_close() -> None:
    """Law 13."""
    night = Night()
    failed = f.StepFailed(fact_type="PointChanged", error="KeyError", went_active="west.pir")
    night.feed(failed)
    night.feed(failed)
    assert night.incident().first_out == "monitord.step/fault"
    assert night.incident().rev == 2
    assert night.called()
    assert not refused(night.closes_incident())


def test_a_door_that_cannot_be_opened_is_told_and_each_start_tries_it_again() -> None:
    night = Night()
    night.feed(f.DoorFailed(door="acknowledge links", reason="port 8081 is taken"))
    assert night.incident().first_out == "monitord.doors/fault"
    night.restarts()
    assert not night.state.alarms["monitord.doors/fault"].active


def test_people_of_the_site_are_called_for_a_start_that_had_nothing_left() -> None:
    """Law 1: it says so loudly, and not to a terminal alone once it knows whom to call."""
    night = Night(ready=False)
    blank = State()
    step(blank, 10, f.Started(epoch=1, version="test", utc_ms=10, damaged="nothing is left"))
    assert not calls_of(blank)
    events = step(blank, 20, f.SiteOffered(file_hash="a", site=night.state.site))
    assert {e.person for e in events if isinstance(e, ev.CallPlaced)} == {"anna"}
    again = step(blank, 30, f.SiteOffered(file_hash="b", site=night.state.site))
    assert not any(isinstance(e, ev.ChainStarted) for e in again), "open incidents keep their steps"


def calls_of(state: State) -> list[str]:
    """Whom it has called."""
    return [c.person for i in state.incidents.values() for c in i.calls.values() if c.person]
