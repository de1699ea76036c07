"""Hours and rotas as spans of UTC: both changes of the clock, in time zones of many habits.

Design 5.2: where daylight saving makes a local time missing or double, the reading that guards
longer holds: an area may be unset for less, a post must be manned for more.
"""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitord.core.site import Span
from monitord.runtime.calendar import (
    DAY_MS,
    Exempt,
    Hours,
    Laid,
    Wanted,
    lay,
    lay_by_child,
    wanted,
)
from monitord.site.hours import intervals
from tests.core.sites import museum

HOUR_MS = 3_600_000


def ms(text: str) -> int:
    """An instant in UTC, as written."""
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1_000)


def asked(zone: str, day: str, hours: Hours, country: str | None = None) -> Wanted:
    """Two days before ``day`` to five after it, for an area and a post with the same hours."""
    middle = ms(day)
    return Wanted(
        timezone=zone,
        country=country,
        from_ms=middle - 2 * DAY_MS,
        until_ms=middle + 5 * DAY_MS,
        areas={"hall": hours},
        posts={"desk": hours.open},
    )


def laid(zone: str, day: str, text: str, country: str | None = None) -> Laid:
    return lay(asked(zone, day, Hours(text), country))


def in_words(spans: tuple[Span, ...]) -> list[str]:
    """``MM-DD HH:MM / MM-DD HH:MM`` in UTC."""
    return [
        " / ".join(f"{datetime.fromtimestamp(m / 1_000, UTC):%m-%d %H:%M}" for m in span)
        for span in ((s.from_ms, s.until_ms) for s in spans)
    ]


@pytest.mark.parametrize(
    ("zone", "day", "text", "area", "post"),
    [
        # The plain day, and the shift that the change leaves in UTC.
        ("Europe/London", "2026-10-25", "Sa-Su 08:00-19:00",
         ["10-24 07:00 / 10-24 18:00", "10-25 08:00 / 10-25 19:00"], None),
        # The end is double: shut at the first 01:30, manned until the second.
        ("Europe/London", "2026-10-25", "Sa 20:00-25:30",
         ["10-24 19:00 / 10-25 00:30"], ["10-24 19:00 / 10-25 01:30"]),
        # The beginning is double: open from the second 01:30, manned from the first.
        ("Europe/London", "2026-10-25", "Su 01:30-06:00",
         ["10-25 01:30 / 10-25 06:00"], ["10-25 00:30 / 10-25 06:00"]),
        # Both are double: no instant is open by both readings.
        ("Europe/London", "2026-10-25", "Su 01:10-01:50",
         [], ["10-25 00:10 / 10-25 01:50"]),
        # The end is missing (01:00 to 02:00 does not come).
        ("Europe/London", "2026-03-29", "Sa 20:00-25:30",
         ["03-28 20:00 / 03-29 00:30"], ["03-28 20:00 / 03-29 01:30"]),
        ("Europe/London", "2026-03-29", "Su 01:30-06:00",
         ["03-29 01:30 / 03-29 05:00"], ["03-29 00:30 / 03-29 05:00"]),
        # Half an hour of daylight saving, southern hemisphere: back at 02:00 on 5 April.
        ("Australia/Lord_Howe", "2026-04-05", "Su 01:45-06:00",
         ["04-04 15:15 / 04-04 19:30"], ["04-04 14:45 / 04-04 19:30"]),
        ("Australia/Lord_Howe", "2026-10-04", "Sa 20:00-26:15",
         ["10-03 09:30 / 10-03 15:15"], ["10-03 09:30 / 10-03 15:45"]),
        # The change is at midnight: midnight of 6 September does not come in Santiago ...
        ("America/Santiago", "2026-09-06", "Sa 18:00-24:00",
         ["09-05 22:00 / 09-06 03:00"], ["09-05 22:00 / 09-06 04:00"]),
        ("America/Santiago", "2026-09-06", "Su 00:00-24:00",
         ["09-06 04:00 / 09-07 03:00"], ["09-06 03:00 / 09-07 03:00"]),
        # ... nor that of 24 April in Cairo; and the last hour of 29 October comes twice there.
        ("Africa/Cairo", "2026-04-24", "Th 20:00-24:00",
         ["04-23 18:00 / 04-23 21:00"], ["04-23 18:00 / 04-23 22:00"]),
        ("Africa/Cairo", "2026-10-29", "Th 20:00-23:30",
         ["10-29 17:00 / 10-29 20:30"], ["10-29 17:00 / 10-29 21:30"]),
        # Hours across midnight, and a zone of 45 minutes that knows no change.
        ("Asia/Kathmandu", "2026-11-20", "Fr 22:00-02:00",
         ["11-20 16:15 / 11-20 20:15"], None),
    ],
)  # fmt: skip
def test_both_changes_of_the_clock(
    zone: str, day: str, text: str, area: list[str], post: list[str] | None
) -> None:
    found = laid(zone, day, text)
    assert in_words(found.areas["hall"]) == area
    assert in_words(found.posts["desk"]) == (area if post is None else post)
    assert not found.missing


def test_holidays_are_those_of_the_country() -> None:
    text = "Mo-Fr 09:00-17:00; PH off"
    at_home = laid("Europe/Berlin", "2026-12-25", text, "DE").areas["hall"]
    elsewhere = laid("Europe/Berlin", "2026-12-25", text, "JP").areas["hall"]
    assert "12-25 08:00 / 12-25 16:00" not in in_words(at_home)
    assert "12-25 08:00 / 12-25 16:00" in in_words(elsewhere)


def test_an_exception_counts_alone_for_its_days_and_ends_by_itself() -> None:
    """What it opens past midnight runs on; the night of its own evening by the hours does not."""
    days = (Exempt("2026-11-21", "2026-11-21", "20:00-02:00"),)
    found = lay(asked("Europe/London", "2026-11-21", Hours("Mo-Su 22:00-03:00", days)))
    assert in_words(found.areas["hall"])[1:4] == [
        "11-19 22:00 / 11-20 03:00",
        "11-20 22:00 / 11-21 00:00",
        "11-21 20:00 / 11-22 02:00",
    ]
    assert in_words(found.areas["hall"])[4] == "11-22 22:00 / 11-23 03:00"
    shut = lay(asked("Europe/London", "2026-11-21",
                     Hours("24/7", (Exempt("2026-11-20", "2026-11-21", "off"),))))  # fmt: skip
    assert in_words(shut.areas["hall"]) == [
        "11-19 00:00 / 11-20 00:00",
        "11-22 00:00 / 11-26 00:00",
    ]


def test_a_holiday_takes_its_whole_night_out() -> None:
    """The parser leaves 00:00 to 03:00 of the day after: guarded, and a post is manned."""
    found = laid("Europe/London", "2026-12-25", "We-Fr 22:00-03:00; PH off", "GB")
    assert in_words(found.areas["hall"]) == [
        "12-23 22:00 / 12-24 03:00",
        "12-24 22:00 / 12-25 00:00",
    ]
    assert "12-26 00:00 / 12-26 03:00" in in_words(found.posts["desk"])
    days = laid("Europe/London", "2026-12-25", "Fr 20:00-24:00; Sa 00:00-20:00; PH off", "GB")
    assert "12-26 00:00 / 12-26 20:00" in in_words(days.areas["hall"])


def test_doubtful_hours_are_closed_for_an_area_and_manned_for_a_post() -> None:
    found = laid("UTC", "2026-11-20", "Fr 08:00-18:00 unknown")
    assert in_words(found.areas["hall"]) == []
    assert in_words(found.posts["desk"]) == ["11-20 08:00 / 11-20 18:00"]


def test_one_that_cannot_be_worked_out_costs_no_other() -> None:
    found = lay(
        Wanted("UTC", None, 0, DAY_MS, {"bad": Hours("whenever"), "hall": Hours("24/7")}, {})
    )
    assert found.missing == ("bad",)
    assert found.areas == {"hall": (Span(0, DAY_MS),)}
    nowhere = lay(
        Wanted("Mars/Olympus", None, 0, DAY_MS, {"hall": Hours("24/7")}, {"desk": "24/7"})
    )
    assert nowhere == Laid({}, {}, ("hall", "desk"))


ZONES = (
    "Europe/London", "Australia/Lord_Howe", "America/Santiago", "Africa/Cairo", "America/Havana",
    "America/New_York", "Asia/Kathmandu", "Pacific/Chatham", "Antarctica/Troll", "Asia/Beirut",
)  # fmt: skip
TIMES = st.integers(0, 95).map(lambda quarter: quarter * 15)


def clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


@given(
    zone=st.sampled_from(ZONES),
    day=st.integers(0, 730),
    parts=st.lists(st.tuples(TIMES, TIMES), min_size=1, max_size=3),
)
@example(zone="Europe/London", day=297, parts=[(70, 110)])
@example(zone="Antarctica/Troll", day=88, parts=[(60, 180)])
@example(zone="Antarctica/Troll", day=297, parts=[(60, 180)])
def test_spans_never_leave_what_either_reading_allows(
    zone: str, day: int, parts: list[tuple[int, int]]
) -> None:
    """An oracle that only looks: at each quarter of an hour, what does a clock on the wall say?"""
    text = ",".join(f"{clock(a)}-{clock(b if a != b else b + 15)}" for a, b in parts)
    middle = datetime.fromisoformat("2026-01-01") + timedelta(days=day)
    found = lay(asked(zone, middle.date().isoformat(), Hours(text)))
    area, post = found.areas["hall"], found.posts["desk"]
    margin = timedelta(days=8)
    hours = intervals(text, None, middle - margin, middle + margin)
    for spans in (area, post):
        assert all(span.from_ms < span.until_ms for span in spans)
        assert all(a.until_ms <= b.from_ms for a, b in pairwise(spans))
    here = ZoneInfo(zone)
    begin_ms = ms(middle.date().isoformat()) - 2 * DAY_MS
    for at_ms in range(begin_ms, begin_ms + 7 * DAY_MS, 15 * 60_000):
        wall = datetime.fromtimestamp(at_ms / 1_000, UTC).astimezone(here)
        open_by_the_clock = any(a <= wall.replace(tzinfo=None) < b for a, b in hours)
        guarded = not any(s.from_ms <= at_ms < s.until_ms for s in area)
        manned = any(s.from_ms <= at_ms < s.until_ms for s in post)
        assert open_by_the_clock or guarded
        assert manned or not open_by_the_clock
        if _is_plain_day(wall):
            assert guarded is not open_by_the_clock
            assert manned is open_by_the_clock


def _is_plain_day(wall: datetime) -> bool:
    """The clock is not changed within three hours of it."""
    near = {(wall.astimezone(UTC) + timedelta(hours=h)).astimezone(wall.tzinfo).utcoffset()
            for h in range(-3, 4)}  # fmt: skip
    return len(near) == 1


async def test_the_child_says_what_this_process_would() -> None:
    what = asked("Europe/London", "2026-12-25", Hours("Mo-Su 08:00-19:00; PH off"), "GB")
    assert await lay_by_child(what) == lay(what)


def test_a_site_without_hours_asks_for_nothing() -> None:
    nothing = wanted(museum(), ms("2026-11-20"))
    assert not nothing.areas
    assert not nothing.posts
    assert nothing.until_ms - ms("2026-11-20") == 14 * DAY_MS
