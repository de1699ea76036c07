"""The calendar in the core: what is laid, how long it counts, and when too little lies ahead."""

from typing import Any

import pytest
from msgspec.structs import replace

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.calendar import AHEAD_MS, LAY_MS, is_due, open_span
from monitord.core.site import Site, Span
from tests.core.night import BEGIN_MS, UTC_OFFSET_MS, Events, Night, only
from tests.core.sites import museum

ALARM = "monitord.calendar/fault"
DAY_MS = 86_400_000
HOUR_MS = 3_600_000


def with_hours(country: str = "GB", **areas: str) -> Site:
    setup: dict[str, Any] = {
        "country": country,
        "areas": {name: {"open": text} for name, text in areas.items()},
        "posts": {"desk": {"rota": None}},
    }
    return replace(museum(), setup=setup)


def lays(
    night: Night, days: int = 14, *, site_hash: str = "", missing: tuple[str, ...] = ()
) -> Events:
    now_ms = night.state.utc_ms(night.now_ms)
    return night.feed(
        f.CalendarRead(
            site_hash=site_hash or night.state.site_hash,
            from_ms=now_ms - DAY_MS,
            until_ms=now_ms + days * DAY_MS,
            areas={
                "gallery": (
                    Span(now_ms - HOUR_MS, now_ms + HOUR_MS),
                    Span(now_ms + DAY_MS, now_ms + DAY_MS + HOUR_MS),
                ),
                "gone": (Span(0, 1),),
            },
            missing=missing,
        )
    )


def guarded(**areas: str) -> Night:
    return Night(with_hours(**(areas or {"gallery": "Mo-Su 08:00-19:00"})))


def alarm(night: Night) -> bool:
    record = night.state.alarms.get(ALARM)
    return record is not None and record.active


def test_a_site_without_hours_has_no_calendar_and_no_deadline() -> None:
    night = Night()
    assert not lays(night)
    assert not [key for key in night.state.deadlines if key.startswith("calendar:")]


def test_spans_that_are_laid_are_kept_for_the_areas_that_there_are() -> None:
    night = guarded()
    assert only(lays(night), ev.CalendarLaid)
    assert set(night.state.calendar.areas) == {"gallery"}
    now_ms = night.state.utc_ms(night.now_ms)
    assert open_span(night.state, "gallery", now_ms) == Span(now_ms - HOUR_MS, now_ms + HOUR_MS)
    later = open_span(night.state, "gallery", now_ms + HOUR_MS)
    assert later == Span(now_ms + DAY_MS, now_ms + DAY_MS + HOUR_MS)
    assert open_span(night.state, "gallery", now_ms + 2 * DAY_MS) is None
    assert open_span(night.state, "store", now_ms) is None
    night.replayed()


def test_spans_of_another_site_are_not_taken() -> None:
    """Worked out while a reload changed the hours: the next ones are on their way."""
    night = guarded()
    assert not lays(night, site_hash="older")
    assert is_due(night.state)


def test_fewer_than_48_hours_ahead_is_a_fault_until_they_are_laid_anew() -> None:
    """Design 5.2."""
    night = guarded()
    lays(night)
    night.after(14 * DAY_MS - AHEAD_MS - 1)
    assert not alarm(night)
    night.after(1)
    assert alarm(night)
    assert is_due(night.state)
    lays(night)
    assert not alarm(night)
    night.replayed()


def test_spans_that_are_never_laid_are_a_fault_soon() -> None:
    night = guarded()
    night.after(LAY_MS - (night.now_ms - BEGIN_MS) - 1)
    assert not alarm(night)
    night.after(1)
    assert alarm(night)


def test_hours_that_could_not_be_worked_out_are_a_fault() -> None:
    night = guarded()
    lays(night, missing=("store",))
    assert alarm(night)
    lays(night)
    assert not alarm(night)


@pytest.mark.parametrize("by_days", [-3, 20])
def test_a_leap_of_the_clock_asks_for_others_and_counts_no_old_day(by_days: int) -> None:
    """Law 6: spans are dates; the deadline follows UTC, and a step alone is no fault."""
    night = guarded()
    lays(night)
    night.feed(f.WallClockRead(utc_ms=night.state.utc_ms(night.now_ms) + by_days * DAY_MS))
    assert is_due(night.state)
    night.after(LAY_MS - 1)
    assert not alarm(night)
    night.feed(f.WallClockRead(utc_ms=night.state.utc_ms(night.now_ms) + 5_000))
    night.after(1)
    assert alarm(night), "stepping on does not put it off"
    lays(night)
    assert not alarm(night)


def test_a_small_step_moves_the_deadline_with_utc() -> None:
    night = guarded()
    lays(night)
    night.feed(f.WallClockRead(utc_ms=night.state.utc_ms(night.now_ms) + HOUR_MS))
    assert not is_due(night.state)
    night.after(14 * DAY_MS - AHEAD_MS - HOUR_MS - 1)
    assert not alarm(night)
    night.after(1)
    assert alarm(night)


def test_a_start_after_a_long_time_is_no_fault_by_itself() -> None:
    night = guarded()
    lays(night)
    night.sleeps_until(30 * DAY_MS)
    night.feed(f.Started(epoch=2, version="test", utc_ms=night.now_ms + UTC_OFFSET_MS))
    night.time_passes()
    assert not alarm(night)
    assert is_due(night.state)


def test_a_reload_keeps_the_spans_of_hours_that_are_the_same() -> None:
    """Nothing is open that the new file might not open; all is laid anew at once."""
    night = guarded(gallery="Mo-Su 08:00-19:00", store="Mo-Fr 08:00-10:00")
    lays(night)
    night.offer(with_hours(gallery="Mo-Su 08:00-19:00"), "same")
    assert "gallery" in night.state.calendar.areas
    assert is_due(night.state)
    night.offer(with_hours(gallery="Mo-Su 08:00-20:00"), "other")
    assert not night.state.calendar.areas
    lays(night)
    night.offer(with_hours("DE", gallery="Mo-Su 08:00-20:00"), "other country")
    assert not night.state.calendar.areas
    night.replayed()


def test_a_site_that_has_no_hours_any_more_ends_the_fault() -> None:
    night = guarded()
    night.after(LAY_MS)
    assert alarm(night)
    night.offer(museum(), "plain")
    assert not alarm(night)
    assert not [key for key in night.state.deadlines if key.startswith("calendar:")]
