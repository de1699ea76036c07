"""Answer times (H6) as charts: from the counted figures to where each bar and word is drawn.

Pure. Everything is in the units of a picture :data:`WIDTH` wide; what is drawn stands in the table
beneath it, too. No person is known here: neither figures nor names of people come in.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from monitord.console.render import span
from monitord.console.words_times import BUCKET, OURS, WORDS
from monitord.core.answer_times import AnswerTimes, Bar, Spread
from monitord.core.kpis import TEN_MINUTES_MAX
from monitord.core.site import Site
from monitord.journal.export import rfc3339
from monitord.vocabulary import Role

ROLES: Final = frozenset({Role.DUTY_MANAGER, Role.SECURITY_MANAGER, Role.DIRECTOR, Role.AUDITOR})
WIDTH: Final = 360
#: Of the chart over time: the height of the bars, the room left of them and above them.
HIGH: Final = 120
LEFT: Final = 30
TOP: Final = 24
#: Of the charts with bars to the right: a row, the room for words before the bar, and for figures
#: behind it. Names are long and stand above their bar, and so many letters of them fit.
ROW: Final = 24
NAMED_ROW: Final = 40
WORDS_WIDE: Final = 86
FIGURES_WIDE: Final = 70
_LETTERS: Final = 50
#: Fewer incidents than this judge nobody.
FEW: Final = 10
#: So many times are written below the chart over time.
_LABELS: Final = 4


class Column(msgspec.Struct, frozen=True):
    """One stretch of time: where its bar stands, and what is in it."""

    x: float
    y: float
    wide: float
    high: float
    at: str
    alarms: int
    busiest: int
    over: bool


class Label(msgspec.Struct, frozen=True):
    """A time below its column; ``anchor`` keeps the last one within the picture."""

    x: float
    at: str
    anchor: str


class OverTime(msgspec.Struct, frozen=True):
    """``lines`` are heights with their numbers, ``limit_y`` the height of what can be handled
    (None where it is above all); ``labels`` the columns that have their time written below."""

    columns: list[Column]
    lines: list[tuple[float, int]]
    limit_y: float | None
    labels: list[Label]
    high: int = TOP + HIGH + 20
    bottom: int = TOP + HIGH


class Across(msgspec.Struct, frozen=True):
    """One row: its words whole and ``short``, its figure in words, and how wide its bar is."""

    y: int
    words: str
    short: str
    figure: str
    wide: float
    place: str = ""
    more: tuple[str, ...] = ()


class Rows(msgspec.Struct, frozen=True):
    """Rows of one kind: their bars begin at ``left``; names stand ``above`` them or before."""

    rows: list[Across]
    left: int
    above: bool
    high: int


class Taken(msgspec.Struct, frozen=True):
    """How long something took: a row for each bucket and one for what is still open."""

    chart: Rows
    half: str
    nine: str
    count: int


class Shown(msgspec.Struct, frozen=True):
    """All charts of the page."""

    since: str
    until: str
    begins: str
    incidents: int
    alarms: int
    few: bool
    over_time: OverTime
    acknowledged: Taken
    decided: Taken
    pictured: Taken
    nuisances: Rows
    posts: Rows


def may_see(role: str) -> bool:
    """Whether these figures are theirs: those who answer for the guards, and who audits them."""
    return role in ROLES


def shown(figures: AnswerTimes, site: Site) -> Shown:
    """The charts; names of points and areas are those of the site file of now."""
    begins_ms = figures.begins_ms
    late = begins_ms is not None and begins_ms > figures.from_ms
    return Shown(
        since=rfc3339(figures.from_ms),
        until=rfc3339(figures.until_ms),
        begins=rfc3339(begins_ms) if late and begins_ms is not None else "",
        incidents=figures.incidents,
        alarms=figures.alarms,
        few=0 < figures.incidents < FEW,
        over_time=over_time(figures.bars),
        acknowledged=taken(figures.acknowledged, figures.incidents),
        decided=taken(figures.decided, figures.incidents),
        pictured=taken(figures.pictured, figures.incidents),
        nuisances=nuisances(figures.nuisances, figures.alarms, site),
        posts=posts(figures.posts, site),
    )


def over_time(bars: Sequence[Bar]) -> OverTime:
    """A column for each bar, as high as its busiest ten minutes."""
    most = _round(max((bar.busiest for bar in bars), default=0))
    each = (WIDTH - LEFT) / max(1, len(bars))
    columns = []
    for place, bar in enumerate(bars):
        high = _tenth(HIGH * bar.busiest / most)
        columns.append(
            Column(
                x=_tenth(LEFT + place * each + each * 0.1),
                y=_tenth(TOP + HIGH - high),
                wide=_tenth(each * 0.8),
                high=high,
                at=rfc3339(bar.from_ms),
                alarms=bar.alarms,
                busiest=bar.busiest,
                over=bar.busiest > TEN_MINUTES_MAX,
            )
        )
    lines = [(_tenth(TOP + HIGH - HIGH * part / 2), most * part // 2) for part in range(3)]
    limit = None
    if most >= TEN_MINUTES_MAX:
        limit = _tenth(TOP + HIGH - HIGH * TEN_MINUTES_MAX / most)
    labelled = columns[:: max(1, -(-len(columns) // _LABELS))]
    return OverTime(columns, lines, limit, [_label(column) for column in labelled])


def taken(spread: Spread, incidents: int) -> Taken:
    """Buckets from fast to slow, then what nobody has done yet."""
    words = (*BUCKET, WORDS["not_yet"])
    counts = (*spread.within, incidents - spread.count)
    told = [(each, count, str(count)) for each, count in zip(words, counts, strict=True)]
    rows = _across(told, ROW, WORDS_WIDE)
    chart = Rows(rows, WORDS_WIDE, above=False, high=len(rows) * ROW)
    return Taken(chart, _span(spread.p50_ms), _span(spread.p90_ms), spread.count)


def nuisances(counted: Mapping[str, int], alarms: int, site: Site) -> Rows:
    """The loudest first, with their share of all alarms."""
    rows = _across([(_name(source, site), n, str(n)) for source, n in counted.items()])
    return _named(
        [
            msgspec.structs.replace(
                row, place=_place(source, site), more=(f"{100 * n / max(1, alarms):.0f} %",)
            )
            for row, (source, n) in zip(rows, counted.items(), strict=True)
        ]
    )


def posts(counted: Mapping[str, Spread], site: Site) -> Rows:
    """Each post with how long half of its answers took."""
    told = [(_post(p, site), s.p50_ms or 0, _span(s.p50_ms)) for p, s in counted.items()]
    return _named(
        [
            msgspec.structs.replace(row, more=(str(spread.count), _span(spread.p90_ms)))
            for row, spread in zip(_across(told), counted.values(), strict=True)
        ]
    )


def _label(column: Column) -> Label:
    if column.x < WIDTH * 0.75:
        return Label(column.x, column.at, "start")
    return Label(WIDTH, column.at, "end")


def _named(rows: list[Across]) -> Rows:
    return Rows(rows, 0, above=True, high=len(rows) * NAMED_ROW)


def _across(
    rows: Sequence[tuple[str, int, str]], row_high: int = NAMED_ROW, left: int = 0
) -> list[Across]:
    most = max((value for _, value, _ in rows), default=0)
    room = WIDTH - left - FIGURES_WIDE
    return [
        Across(
            y=place * row_high,
            words=words,
            short=words if len(words) <= _LETTERS else words[: _LETTERS - 1].rstrip() + "…",
            figure=figure,
            wide=_tenth(room * value / most) if most else 0,
        )
        for place, (words, value, figure) in enumerate(rows)
    ]


def _post(post: str, site: Site) -> str:
    station = site.stations.get(post)
    return station.name if station is not None else post or WORDS["elsewhere"]


def _name(source: str, site: Site) -> str:
    if source in site.points:
        return site.points[source].name or source
    if source in site.devices:
        return site.devices[source].name or source
    return OURS.get(source.removeprefix("monitord."), source)


def _place(source: str, site: Site) -> str:
    """Where it is; empty for what is no point of the site file."""
    point = site.points.get(source)
    area = None if point is None else site.areas.get(point.area)
    return "" if area is None else area.name or area.id


def _round(most: int) -> int:
    """An even number that is not below it, so that half of it is whole."""
    return max(2, most + most % 2)


def _span(ms: int | None) -> str:
    return "–" if ms is None else span(ms)


def _tenth(number: float) -> float:
    return round(number, 1)


def figures_of(reply: Mapping[str, Any]) -> AnswerTimes | None:
    """Those of the daemon's answer; None where there are none yet."""
    counted = reply.get("counted") or {}
    found = counted.get("figures")
    return None if found is None else msgspec.convert(found, AnswerTimes)
