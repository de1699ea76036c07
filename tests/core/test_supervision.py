"""Supervision: the five states of a point, silence, return, and what a start makes of it (A1)."""

import itertools

import msgspec
import pytest

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.site import Point
from monitord.vocabulary import (
    AlarmState,
    Category,
    Cause,
    DeviceStatus,
    PointState,
    SetState,
)
from tests.core.night import Night, only
from tests.core.sites import GRACE, MIN, S, museum

NORMAL, ACTIVE, TAMPER, FAULT, UNKNOWN = (
    PointState.NORMAL,
    PointState.ACTIVE,
    PointState.TAMPER,
    PointState.FAULT,
    PointState.UNKNOWN,
)
START_GRACE = 2 * S


# --- points --------------------------------------------------------------------------------


@pytest.mark.parametrize(("before", "after"), list(itertools.product(PointState, PointState)))
def test_every_point_state_goes_to_every_other_and_says_so(
    before: PointState, after: PointState
) -> None:
    """Five times five: a change is one event with the last known state; no change is no trace."""
    night = Night()
    night.says("west.pir", before)
    entries = len(night.journal)
    changed = only(night.after(10).says("west.pir", after), ev.PointStateChanged)
    if before is after:
        assert not changed
        assert len(night.journal) == entries
    else:
        assert [e.state for e in changed] == [after]
        assert changed[0].before is (NORMAL if before is UNKNOWN else before)
    point = night.state.points["west.pir"]
    assert point.state is after
    waits = night.deadline_in("point:west.pir")
    assert (waits is not None) == (after is UNKNOWN)


@pytest.mark.parametrize("state", [NORMAL, ACTIVE, TAMPER, FAULT])
def test_a_reading_without_an_end_leaves_the_point_normal(state: PointState) -> None:
    """A line crossed is one alarm and no standing state."""
    night = Night()
    said = only(night.says("west.pir", state, once=True), ev.PointStateChanged)
    assert [e.state for e in said] == ([] if state is NORMAL else [state, NORMAL])
    assert night.state.points["west.pir"].state is NORMAL


def test_a_reading_without_an_end_never_makes_unknown_normal() -> None:
    """Law 4."""
    night = Night()
    night.says("west.pir", UNKNOWN, once=True)
    assert night.state.points["west.pir"].state is UNKNOWN


def test_a_line_crossed_twice_counts_twice() -> None:
    night = Night()
    night.says("west.pir", ACTIVE, once=True)
    night.says("west.pir", ACTIVE, once=True)
    assert night.state.alarms["west.pir/active"].count == 2
    assert night.alarm("west.pir/active") is AlarmState.LATCH_UNACK


def test_a_point_that_cannot_be_read_alarms_after_its_deadline_and_not_before() -> None:
    night = Night()
    night.says("west.pir", UNKNOWN)
    night.after(GRACE - 1)
    assert not night.all(ev.AlarmOccurred)
    night.after(1)
    assert [e.alarm for e in night.all(ev.AlarmOccurred)] == ["west.pir/tamper"]
    night.says("west.pir", NORMAL)
    assert night.alarm("west.pir/tamper") is AlarmState.LATCH_UNACK


def test_flickering_between_unknown_and_fault_does_not_push_the_deadline_out() -> None:
    night = Night()
    night.says("west.pir", UNKNOWN)
    night.after(GRACE - 1)
    night.feed(f.PointChanged("west.pir", UNKNOWN, value="?"))
    night.after(1)
    assert night.all(ev.PointOverdue)


def test_what_a_point_said_before_it_went_unknown_is_not_over() -> None:
    """Law 4: a cover opened by day and then a wire cut stays a tamper."""
    night = Night(gallery="unset")
    night.says("east.pir", TAMPER)
    night.says("east.pir", UNKNOWN)
    assert night.alarm("east.pir/tamper") is AlarmState.UNACK
    night.after(MIN)
    assert night.alarm("east.pir/tamper") is AlarmState.UNACK
    assert night.state.alarms["east.pir/tamper"].count == 1
    assert night.alarm("east.pir/fault") is AlarmState.UNACK
    night.says("east.pir", NORMAL)
    assert night.alarm("east.pir/tamper") is AlarmState.LATCH_UNACK
    assert night.alarm("east.pir/fault") is AlarmState.RTN_UNACK


def test_a_tamper_is_not_over_because_the_point_has_a_fault_now() -> None:
    night = Night()
    night.says("west.pir", TAMPER)
    night.says("west.pir", FAULT)
    assert night.alarm("west.pir/tamper") is AlarmState.UNACK
    assert night.alarm("west.pir/fault") is AlarmState.UNACK


def test_while_its_device_is_silent_a_point_has_no_deadline_of_its_own() -> None:
    """One loss is one alarm: the device's; what was late before counts anew after the return."""
    night = Night()
    night.says("west.pir", UNKNOWN)
    night.after(GRACE)
    night.says("west.glass", UNKNOWN)
    night.loses("west")
    assert not night.state.points["west.pir"].overdue
    assert night.deadline_in("point:west.glass") is None
    night.after(MIN)
    assert [e.point for e in night.all(ev.PointOverdue)] == ["west.pir"]


def test_an_unknown_point_neither_raises_nor_clears_what_it_showed() -> None:
    night = Night()
    night.opens("west.pir")
    night.says("west.pir", UNKNOWN)
    assert night.alarm("west.pir/active") is AlarmState.UNACK
    night.says("west.pir", ACTIVE)
    assert night.state.alarms["west.pir/active"].count == 1


# --- devices -------------------------------------------------------------------------------


def _device_in(status: DeviceStatus) -> Night:
    night = Night(ready=status is not DeviceStatus.STARTING)
    if status is DeviceStatus.SILENT:
        night.loses("west", Cause.SILENT)
    assert night.state.devices["west"].status is status
    return night


LOST_SAME = f.DeviceLost("west", Cause.SILENT, silent_ms=300)
LOST_ELSE = f.DeviceLost("west", Cause.REFUSED, silent_ms=300)
BACK = f.DeviceReturned("west", (f.Sample("west.pir", NORMAL), f.Sample("west.glass", NORMAL)))
SPOKE = f.PointChanged("west.pir", ACTIVE)
UNREAD = f.PointChanged("west.pir", UNKNOWN)

TABLE = {
    # status, fact: the status after it, the events about the device
    (DeviceStatus.STARTING, LOST_SAME): (DeviceStatus.SILENT, [ev.DeviceWentSilent]),
    (DeviceStatus.STARTING, LOST_ELSE): (DeviceStatus.SILENT, [ev.DeviceWentSilent]),
    (DeviceStatus.STARTING, BACK): (DeviceStatus.OK, [ev.DeviceCameBack]),
    (DeviceStatus.STARTING, SPOKE): (DeviceStatus.OK, [ev.DeviceCameBack]),
    (DeviceStatus.STARTING, UNREAD): (DeviceStatus.STARTING, []),
    (DeviceStatus.OK, LOST_SAME): (DeviceStatus.SILENT, [ev.DeviceWentSilent]),
    (DeviceStatus.OK, LOST_ELSE): (DeviceStatus.SILENT, [ev.DeviceWentSilent]),
    (DeviceStatus.OK, BACK): (DeviceStatus.OK, []),
    (DeviceStatus.OK, SPOKE): (DeviceStatus.OK, []),
    (DeviceStatus.OK, UNREAD): (DeviceStatus.OK, []),
    (DeviceStatus.SILENT, LOST_SAME): (DeviceStatus.SILENT, []),
    (DeviceStatus.SILENT, LOST_ELSE): (DeviceStatus.SILENT, [ev.DeviceCauseChanged]),
    (DeviceStatus.SILENT, BACK): (DeviceStatus.OK, [ev.DeviceCameBack]),
    (DeviceStatus.SILENT, SPOKE): (DeviceStatus.OK, [ev.DeviceCameBack]),
    (DeviceStatus.SILENT, UNREAD): (DeviceStatus.SILENT, []),
}


def test_the_table_of_devices_is_whole() -> None:
    facts = [LOST_SAME, LOST_ELSE, BACK, SPOKE, UNREAD]
    assert set(TABLE) == set(itertools.product(DeviceStatus, facts))


@pytest.mark.parametrize(("status", "fact"), list(TABLE))
def test_every_device_status_meets_every_fact(status: DeviceStatus, fact: f.AnyFact) -> None:
    night = _device_in(status)
    after, wanted = TABLE[status, fact]
    events = [type(e) for e in night.feed(fact) if type(e).__name__.startswith("Device")]
    assert events == wanted
    assert night.state.devices["west"].status is after


def test_silence_makes_every_point_unknown_at_once_and_alarms_after_the_deadline() -> None:
    """Law 4, A1: unknown now, a tamper of the set area 5 s later, never before."""
    night = Night()
    night.opens("west.glass")
    night.after(S).loses("west")
    assert {night.state.points[p].state for p in ("west.pir", "west.glass")} == {UNKNOWN}
    night.after(GRACE - 1)
    assert not night.all(ev.DeviceOverdue)
    night.after(1)
    occurred = night.all(ev.AlarmOccurred)[-1]
    assert (occurred.alarm, occurred.area) == ("west/tamper", "store")
    assert night.alarm("west/tamper") is AlarmState.UNACK


def test_a_fault_by_day_becomes_a_tamper_when_the_area_is_set() -> None:
    night = Night(gallery="unset")
    night.says("east.pir", UNKNOWN)
    night.after(GRACE)
    assert night.alarm("east.pir/fault") is AlarmState.UNACK
    night.opens("east.set")
    assert night.alarm("east.pir/tamper") is AlarmState.UNACK
    assert night.alarm("east.pir/fault") is AlarmState.RTN_UNACK


def test_a_silent_device_is_a_fault_by_day_and_a_tamper_when_its_area_is_set() -> None:
    """Law 4. The west panel watches the gallery, which follows the east panel."""
    site = museum()
    west = site.devices["west"]
    site.points["west.pir"] = _in_gallery(site.points["west.pir"])
    site.points["west.glass"] = _in_gallery(site.points["west.glass"])
    site.devices["west"] = type(west)(
        "west", "West", "modbus", ("gallery",), west.points, west.alarm_after_ms
    )
    gallery = site.areas["gallery"]
    site.areas["gallery"] = type(gallery)(
        "gallery", "Gallery", "Gate B", "east.set", points=(*gallery.points, *west.points)
    )
    night = Night(site, gallery="unset")
    night.loses("west")
    night.after(GRACE)
    assert night.alarm("west/fault") is AlarmState.UNACK
    night.opens("east.set")
    assert night.alarm("west/tamper") is AlarmState.UNACK
    assert night.alarm("west/fault") is AlarmState.RTN_UNACK
    night.closes("east.set")
    assert night.alarm("west/tamper") is AlarmState.LATCH_UNACK
    assert night.alarm("west/fault") is AlarmState.UNACK


def _in_gallery(point: Point) -> Point:
    return msgspec.structs.replace(point, area="gallery")


def test_a_return_clears_the_loss_reads_every_point_and_records_the_blind_interval() -> None:
    night = Night()
    night.after(10 * S).loses("west", silent_ms=2_000)
    night.after(MIN)
    back = night.returns("west", pir=ACTIVE)
    assert only(back, ev.DeviceCameBack)[0].blind_from_ms == night.begin_ms + 8 * S
    assert all(e.blind for e in only(back, ev.PointStateChanged))
    assert night.alarm("west/tamper") is AlarmState.LATCH_UNACK
    assert night.alarm("west.pir/active") is AlarmState.UNACK
    assert night.deadline_in("device:west") is None


def test_a_point_missing_from_the_return_has_its_own_deadline() -> None:
    night = Night()
    night.loses("west")
    night.after(S).feed(f.DeviceReturned("west", (f.Sample("west.pir", NORMAL),)))
    assert night.state.points["west.glass"].state is UNKNOWN
    night.after(GRACE)
    assert [e.point for e in night.all(ev.PointOverdue)] == ["west.glass"]


def test_a_device_speaks_for_its_own_points_only() -> None:
    """Law 12: one that lies costs the others nothing."""
    night = Night()
    night.loses("west")
    night.feed(f.DeviceReturned("east", (f.Sample("west.pir", NORMAL),)))
    assert night.state.points["west.pir"].state is UNKNOWN


def test_a_silent_device_whose_cause_changes_keeps_its_deadline_and_blind_interval() -> None:
    night = Night()
    night.loses("west", silent_ms=0)
    night.after(3 * S).loses("west", Cause.REFUSED)
    assert night.deadline_in("device:west") == GRACE - 3 * S
    assert night.state.devices["west"].cause is Cause.REFUSED
    night.after(S)
    assert only(night.returns("west"), ev.DeviceCameBack)[0].blind_from_ms == night.begin_ms


def test_the_panel_that_says_unset_is_no_tamper_when_it_dies_by_day() -> None:
    """Law 4: it fell silent while unset, so it is a technical fault, also once the area is unknown.

    What is still seen there by others counts as in a set area from then on.
    """
    night = Night(gallery="unset")
    night.loses("east")
    night.after(30 * S)
    assert night.state.areas["gallery"].state is SetState.UNKNOWN
    [incident] = night.state.open_incidents()
    assert incident.first_out == "east/fault"
    assert incident.categories == [Category.TECHNICAL]
