"""Hours, holidays and rotas of a site as spans of UTC milliseconds.

Theory of operation. Hours are read on the clock on the wall; each end of each interval is then
looked up in the time zone *twice*, as if summer time still held and as if it no longer did. On
most days both give the same instant. Where a local time is missing or double they differ, and
the reading that guards longer holds: hours in which an area may be unset shrink to what both
readings allow, times in which a post must be manned grow to what either one asks for.

It is run in a child that lives for a moment (this module as a program: JSON in, JSON out): the
parser costs megabytes, and a text that it cannot digest must cost no poll.
"""

import sys
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from monitord.core.site import Site, Span
from monitord.runtime.child import ask_child
from monitord.site.hours import Interval, intervals, joined, opened, without, without_orphans

#: How far ahead spans are laid, and how far back: the span that runs now has begun already.
AHEAD_DAYS: Final = 14
BACK_DAYS: Final = 1
DAY_MS: Final = 86_400_000
#: How long the child may take; 100 areas take a tenth of a second.
LAY_S: Final = 30.0

_MARGIN: Final = timedelta(days=2)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Exempt(msgspec.Struct, frozen=True):
    """From midnight of ``first`` to midnight after ``last`` (ISO dates), ``open`` alone counts."""

    first: str
    last: str
    open: str


class Hours(msgspec.Struct, frozen=True):
    """The hours of an area as the site file has them."""

    open: str
    exceptions: tuple[Exempt, ...] = ()


class Wanted(msgspec.Struct, frozen=True):
    """What to work out, from when to when (UTC). ``posts`` are rotas by post."""

    timezone: str
    country: str | None
    from_ms: int
    until_ms: int
    areas: dict[str, Hours] = {}
    posts: dict[str, str] = {}
    handovers: dict[str, str] = {}


class Laid(msgspec.Struct, frozen=True):
    """The spans. ``missing`` names what could not be worked out."""

    areas: dict[str, tuple[Span, ...]]
    posts: dict[str, tuple[Span, ...]]
    missing: tuple[str, ...] = ()
    handovers: dict[str, tuple[Span, ...]] = {}


def wanted(site: Site, utc_ms: int) -> Wanted:
    """What a calendar of this site must have for the days after ``utc_ms``."""
    areas, posts = site.setup.get("areas") or {}, site.setup.get("posts") or {}
    return Wanted(
        timezone=site.timezone,
        country=site.setup.get("country"),
        from_ms=utc_ms - BACK_DAYS * DAY_MS,
        until_ms=utc_ms + AHEAD_DAYS * DAY_MS,
        areas={
            name: msgspec.convert(hours, Hours) for name, hours in areas.items() if "open" in hours
        },
        posts={name: post["rota"] for name, post in posts.items() if post.get("rota")},
        handovers={name: post["handover"] for name, post in posts.items() if post.get("handover")},
    )


def lay(asked: Wanted) -> Laid:
    """Work it out, here. One that fails is named and costs no other."""
    missing: list[str] = []
    try:
        zone = ZoneInfo(asked.timezone)
        begin, end = (_on_the_wall(ms, zone) for ms in (asked.from_ms, asked.until_ms))
    except (KeyError, ValueError, OSError, OverflowError):
        return Laid({}, {}, (*asked.areas, *asked.posts, *asked.handovers))
    begin, end = begin - _MARGIN, end + _MARGIN

    def each(things: dict[str, Any], spans_of: Callable[[Any], list[Span]]) -> dict[str, Any]:
        done = {}
        for name, thing in things.items():
            try:
                done[name] = tuple(_clipped(spans_of(thing), asked.from_ms, asked.until_ms))
            except (ValueError, OverflowError):
                missing.append(name)
        return done

    areas = each(asked.areas, lambda h: shorter(_open(h, asked.country, begin, end), zone))

    def manned(rota: str) -> list[Span]:
        return longer(intervals(rota, asked.country, begin, end, doubtful=True), zone)

    posts, handovers = each(asked.posts, manned), each(asked.handovers, manned)
    return Laid(areas, posts, tuple(missing), handovers)


def _open(hours: Hours, country: str | None, begin: datetime, end: datetime) -> list[Interval]:
    usual, instead = intervals(hours.open, country, begin, end), list[Interval]()
    for days in hours.exceptions:
        first, last = date.fromisoformat(days.first), date.fromisoformat(days.last)
        if first <= end.date() and last >= begin.date():
            usual = without(usual, first, last)
            instead += opened(first, last, days.open)
    return joined([*without_orphans(hours.open, usual), *instead])


def shorter(hours: Iterable[Interval], zone: tzinfo) -> list[Span]:
    """What both readings of a missing or double local time allow."""
    spans = (Span(_readings(a, zone)[1], _readings(b, zone)[0]) for a, b in hours)
    return [span for span in spans if span.from_ms < span.until_ms]


def longer(hours: Iterable[Interval], zone: tzinfo) -> list[Span]:
    """What either reading asks for; those that then touch are one."""
    joined: list[Span] = []
    for span in sorted(
        (Span(_readings(a, zone)[0], _readings(b, zone)[1]) for a, b in hours),
        key=lambda s: (s.from_ms, s.until_ms),
    ):
        if joined and span.from_ms <= joined[-1].until_ms:
            last = joined.pop()
            joined.append(Span(last.from_ms, max(last.until_ms, span.until_ms)))
        else:
            joined.append(span)
    return joined


def _readings(local: datetime, zone: tzinfo) -> tuple[int, int]:
    """The earlier and the later instant that this local time can mean; mostly the same one."""
    first, second = (
        (local.replace(tzinfo=zone, fold=fold) - _EPOCH) // timedelta(milliseconds=1)
        for fold in (0, 1)
    )
    return min(first, second), max(first, second)


def _clipped(spans: Iterable[Span], from_ms: int, until_ms: int) -> list[Span]:
    cut = (Span(max(span.from_ms, from_ms), min(span.until_ms, until_ms)) for span in spans)
    return [span for span in cut if span.from_ms < span.until_ms]


def _on_the_wall(utc_ms: int, zone: tzinfo) -> datetime:
    return (_EPOCH + timedelta(milliseconds=utc_ms)).astimezone(zone).replace(tzinfo=None)


async def lay_here(asked: Wanted) -> Laid:
    """In this process: for a simulation."""
    return lay(asked)


async def lay_by_child(asked: Wanted) -> Laid:
    """In a child. Raises ``OSError``, ``TimeoutError`` or ``msgspec.MsgspecError``."""
    answer = await ask_child(__name__, within_s=LAY_S, told=msgspec.json.encode(asked))
    return msgspec.json.decode(answer, type=Laid)


def main() -> None:
    """The child: what is wanted in, the spans out."""
    asked = msgspec.json.decode(sys.stdin.buffer.read(), type=Wanted)
    sys.stdout.buffer.write(msgspec.json.encode(lay(asked)))


if __name__ == "__main__":
    main()
