"""Opening hours as people write them, and what they mean on the clock on the wall.

The syntax is that of OpenStreetMap, without what could not be kept here: the sun (a site has no
coordinates), school holidays (nobody knows them), an end left open. An exception is a list of
times for certain days, instead of the hours. All times are local and without a time zone: what
they are in UTC is decided in :mod:`monitord.runtime.calendar`. No clock is read here. The parser
is loaded when it is first needed, so that a daemon that reads its site in a child never has it.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from opening_hours import OpeningHours

#: From and until, local and naive; the end is not part of it.
Interval = tuple[datetime, datetime]

TEXT_MAX: Final = 2_000
#: Changes in a fortnight that hours of people could have; above it they are a mistake.
CHANGES_MAX: Final = 500
#: The days of an exception, at most: it must end by itself.
EXCEPTION_DAYS_MAX: Final = 366
OFF: Final = "off"

_CURE: Final = "write it as OpenStreetMap has it, as in Tu-Su 08:00-19:00; PH off"
_DAYS: Final = {"Jan": 31, "Feb": 29, "Mar": 31, "Apr": 30, "May": 31, "Jun": 30,
                "Jul": 31, "Aug": 31, "Sep": 30, "Oct": 31, "Nov": 30, "Dec": 31}  # fmt: skip
_DATE: Final = re.compile(rf"\b({'|'.join(_DAYS)})\s*(\d{{1,2}})(?:-(\d{{1,2}}))?(?![\d:])")
_QUOTED: Final = re.compile(r'"[^"]*"')
#: What the parser takes and would guess at, silently: the pattern, what is wrong, and the cure.
_GUESSED: Final = (
    (re.compile(r"\b(?:sunrise|sunset|dawn|dusk)\b"), "name the sun, which is not known here",
     "write the time, as in 08:00-19:00"),
    (re.compile(r"\bSH\b"), "name school holidays, which are not known here",
     "write the days under `exceptions:` of the area"),
    (re.compile(r"\d\+"), "leave the end open", "write until when, as in 08:00-19:00"),
    (re.compile(r":\d\d/"), "repeat in steps", "write each time, as in 08:00-10:00,14:00-16:00"),
)  # fmt: skip
_SPAN: Final = re.compile(r"(\d{1,2}):(\d\d)\s*-\s*(\d{1,2}):(\d\d)")
_RULES: Final = re.compile(r";|\|\|")
_SHUT: Final = re.compile(r"\b(?:off|closed|unknown)\b")
_TIMES: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)-(?:([01]?\d|2[0-3]):([0-5]\d)|(24):(00))")
_TRIAL: Final = (datetime(2026, 1, 1), datetime(2027, 1, 31))  # noqa: DTZ001 - local on purpose


@lru_cache(maxsize=512)
def objection(text: str) -> tuple[str, str] | None:
    """Why these are not hours to rely on, and what to write; None when they are."""
    import opening_hours

    if len(text) > TEXT_MAX or not opening_hours.validate(text):
        return "are not opening hours", _CURE
    plain = _QUOTED.sub("", text)
    for pattern, what, cure in _GUESSED:
        if pattern.search(plain):
            return what, cure
    for month, first, last in _DATE.findall(plain):
        for day in filter(None, (first, last)):
            if not 1 <= int(day) <= _DAYS[month]:
                return f"name {month} {day}, which no year has", "write a day that the month has"
    changes = sum(1 for _ in _parsed(text, None).intervals(*_TRIAL))
    if changes > CHANGES_MAX * (_TRIAL[1] - _TRIAL[0]).days // 14:
        return "change too often to be kept", "write fewer and longer times"
    return None


def is_country(text: str) -> bool:
    """Whether its public holidays are known. ``text`` is two capital letters."""
    try:
        _parsed("24/7", text)
    except ValueError:
        return False
    return True


def _parsed(text: str, country: str | None) -> "OpeningHours":
    import opening_hours as lib

    try:
        return lib.OpeningHours(text, country=country)
    except (lib.ParserError, lib.UnknownCountryError) as error:  # type: ignore[attr-defined]
        raise ValueError(str(error)) from None


def intervals(
    text: str, country: str | None, begin: datetime, end: datetime, *, doubtful: bool = False
) -> list[Interval]:
    """When the hours say open from ``begin`` to ``end``, joined, in order.

    ``doubtful``: also what they call unknown. Raises ``ValueError`` for a text that
    :func:`objection` objects to or a country that is not known.
    """
    import opening_hours

    wanted = {opening_hours.State.OPEN}
    if doubtful:
        wanted.add(opening_hours.State.UNKNOWN)
    found = _parsed(text, country).intervals(begin, end)
    return joined((start, until) for start, until, state, _ in found if state in wanted)


def times_of(text: str) -> tuple[tuple[timedelta, timedelta], ...] | None:
    """``08:00-12:00, 20:00-02:00`` from and until midnight of the day; ``off`` is empty.

    None for anything else. An end before its start is on the next day.
    """
    if text == OFF:
        return ()
    found = []
    for part in text.split(","):
        match = _TIMES.fullmatch(part.strip())
        if match is None:
            return None
        hour, minute, until_hour, until_minute = (int(n) for n in match.groups() if n is not None)
        start = timedelta(hours=hour, minutes=minute)
        end = timedelta(hours=until_hour, minutes=until_minute)
        if start == end:
            return None
        found.append((start, end if end > start else end + timedelta(days=1)))
    return tuple(found)


def opened(first: date, last: date, text: str) -> list[Interval]:
    """What an exception itself opens, day by day; past midnight of the last day it runs on."""
    days = [_midnight(first) + timedelta(days=n) for n in range((last - first).days + 1)]
    return [(day + start, day + end) for day in days for start, end in times_of(text) or ()]


def without(hours: Iterable[Interval], first: date, last: date) -> list[Interval]:
    """The hours outside of the days from ``first`` to ``last``."""
    begin, end = _midnight(first), _midnight(last) + timedelta(days=1)
    return [
        part
        for start, until in hours
        for part in ((start, min(until, begin)), (max(start, end), until))
        if part[0] < part[1]
    ]


def without_orphans(text: str, hours: Iterable[Interval]) -> list[Interval]:
    """The hours without what is left of a night whose evening was taken out.

    ``22:00-03:00; PH off`` leaves the parser with 00:00 to 03:00 after the holiday.
    """
    plain = _QUOTED.sub("", text)
    spans = [tuple(map(int, found)) for found in _SPAN.findall(plain)]
    past_midnight = any((c, d) <= (a, b) or (c, d) > (24, 0) for a, b, c, d in spans)
    whole_days = any(not _SPAN.search(r) and not _SHUT.search(r) for r in _RULES.split(plain))
    if not past_midnight or whole_days or any((a, b) == (0, 0) for a, b, _, _ in spans):
        return list(hours)
    day = timedelta(days=1)
    return [(a, b) for a, b in hours if a.time() != time() or b - a >= day]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())


def joined(found: Iterable[Interval]) -> list[Interval]:
    """In order, and those that touch or overlap made one."""
    return list(_joined(sorted(found)))


def _joined(found: Iterable[Interval]) -> Iterator[Interval]:
    last: Interval | None = None
    for start, until in found:
        if last is not None and start <= last[1]:
            last = (last[0], max(last[1], until))
            continue
        if last is not None:
            yield last
        last = (start, until)
    if last is not None:
        yield last
