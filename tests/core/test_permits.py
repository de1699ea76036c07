"""Permits and bookings: what may be moved or is expected holds back to the minute, no longer."""

from typing import Final

import msgspec
import pytest

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.site import Permit, Site
from monitord.vocabulary import Kind, Mode, PointState, Priority, Suppression
from tests.core.night import UTC_OFFSET_MS, Night
from tests.core.sites import HOUR, MIN, S, museum

DESIGN: Final = Suppression.BY_DESIGN
#: The moment at which a site of these tests is ready, in UTC.
READY_MS: Final = 1_000_000 + UTC_OFFSET_MS
POINTS: Final = ("yard.case", "yard.case2", "yard.store", "yard.truck", "yard.smoke", "yard.panic")
KINDS: Final = (Kind.CASE, Kind.CASE, Kind.STORE_DOOR, Kind.VEHICLE, Kind.SMOKE, Kind.PANIC)


def _site(*permits: Permit) -> Site:
    """The gallery's panel has two cases, a store door, a loop in the road, smoke and a button."""
    names = [name.partition(".")[2] for name in POINTS]
    site = museum(east={"set": Kind.AREA_SET} | dict(zip(names, KINDS, strict=True)))
    gallery = msgspec.structs.replace(site.areas["gallery"], frozen_in=tuple(Mode))
    return msgspec.structs.replace(
        site,
        areas={**site.areas, "gallery": gallery},
        permits={permit.id: permit for permit in permits},
    )


def _permit(
    first_ms: int, until_ms: int, *points: str, name: str = "loan-7", why: str = "loan"
) -> Permit:
    return Permit(name, points, "boris", READY_MS + first_ms, READY_MS + until_ms, why)


def _presented(night: Night, name: str) -> bool:
    return night.state.presented(f"{name}/active")


def test_d5_a_case_is_opened_during_a_freeze() -> None:
    """D5: without a permit the top class; with one nobody is called; one minute after its end
    it is the top class again."""
    night = Night(_site(_permit(0, HOUR, "east.case")), gallery="unset")
    night.after(1).opens("east.case")
    assert not night.state.incidents
    night.opens("east.case2")
    assert night.incident(1).priority is Priority.CRITICAL
    night.closes("east.case")
    night.at(HOUR + MIN).opens("east.case")
    assert _presented(night, "east.case")
    assert night.incident(2).first_out == "east.case/active"
    assert night.incident(2).priority is Priority.CRITICAL
    held = night.all(ev.AlarmSuppressed)[0]
    assert (held.by, held.how, held.until_utc_ms) == ("boris", DESIGN, READY_MS + HOUR)
    assert (held.permit, held.reason) == ("loan-7", "loan-7: loan")


@pytest.mark.parametrize(("ms", "called"), [(MIN - 1, True), (MIN, False), (HOUR - 1, False)])
def test_d5_it_holds_from_its_first_to_its_last_millisecond(ms: int, called: bool) -> None:
    """D5 on integer milliseconds: one before it begins, at its beginning, one before its end."""
    night = Night(_site(_permit(MIN, HOUR, "east.case")))
    night.at(ms).opens("east.case")
    assert bool(night.state.incidents) is called


def test_d5_what_has_not_come_back_at_the_end_is_an_alarm() -> None:
    """Law 8: an object out for loan whose contact is still open at the end raises anew."""
    night = Night(_site(_permit(0, HOUR, "east.case")))
    night.after(1).opens("east.case")
    night.at(HOUR - 1)
    assert not night.state.incidents
    night.at(HOUR)
    assert night.incident().first_out == "east.case/active"
    assert not night.state.suppressions


def test_d4_who_is_booked_calls_nobody_and_who_stays_too_long_does() -> None:
    """D4: a vehicle without a booking warns, a booked one is for the record, an overstay warns."""
    booked = _permit(MIN, HOUR, "east.truck", name="wine", why="booking")
    night = Night(_site(booked))
    night.opens("east.truck")
    assert len(night.state.incidents) == 1
    night.closes("east.truck")
    night.closes_incident()
    night.at(2 * MIN).opens("east.truck")
    assert len(list(night.state.open_incidents())) == 0
    night.at(HOUR)
    assert [i.first_out for i in night.state.open_incidents()] == ["east.truck/active"]


def test_a_permit_holds_back_no_tamper_no_fire_and_no_hold_up() -> None:
    """E4: whatever a site file that was compiled otherwise may name."""
    night = Night(_site(_permit(0, HOUR, "east.case", "east.smoke", "east.panic")))
    night.after(1).opens("east.smoke", "east.panic")
    night.says("east.case", PointState.TAMPER)
    assert len(night.state.incidents) == 3
    assert list(night.state.suppressions) == [f"east.case:{DESIGN}"]


def test_a_restart_goes_on_and_brings_nothing_back_that_was_ended_by_hand() -> None:
    """A start weakens nothing: it begins what began while it was down, and no more."""
    late = _permit(10 * MIN, HOUR, "east.case2", name="late")
    night = Night(_site(_permit(0, HOUR, "east.case"), late))
    night.after(1).time_passes()
    night.releases("east.case", DESIGN)
    night.sleeps_until(20 * MIN).restarts()
    assert list(night.state.suppressions) == [f"east.case2:{DESIGN}"]
    night.returns("east", set=PointState.ACTIVE, case=PointState.ACTIVE)
    assert _presented(night, "east.case")


def test_a_step_of_the_clock_neither_ends_nor_stretches_it() -> None:
    """Law 6: dates that people wrote follow UTC."""
    night = Night(_site(_permit(HOUR, 2 * HOUR, "east.case")))
    night.at(MIN).feed(f.WallClockRead(utc_ms=READY_MS + MIN + HOUR))
    assert f"east.case:{DESIGN}" in night.state.suppressions
    night.at(HOUR - 1)
    assert f"east.case:{DESIGN}" in night.state.suppressions
    night.at(HOUR)
    assert not night.state.suppressions


def test_one_that_leaves_the_site_file_ends_at_once_and_a_changed_one_begins_anew() -> None:
    night = Night(_site(_permit(0, HOUR, "east.case")))
    night.after(1).opens("east.case")
    night.offer(_site(_permit(0, 2 * HOUR, "east.case")))
    assert night.state.suppressions[f"east.case:{DESIGN}"].until_utc_ms == READY_MS + 2 * HOUR
    assert not night.state.incidents
    night.after(S).offer(_site())
    assert not night.state.suppressions
    assert _presented(night, "east.case")
    night.replayed()
