"""Every point of the site: how it stands, when it was seen last, and what holds it back.

Pure. A site has up to 12,800 of them: each is looked at for the counts, and one page is drawn.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Final

import msgspec

from monitord.console.seen import Vitals
from monitord.console.shown.finding import Asked, has, rows
from monitord.console.shown.standings import AMISS, Eye, Stands, limit_ms
from monitord.console.words_points import KIND, LIMIT, POINT
from monitord.core.records import PointRecord
from monitord.core.site import Device, Point
from monitord.core.state import State
from monitord.journal.export import rfc3339
from monitord.runtime.control import view
from monitord.runtime.control.view import View
from monitord.runtime.control.view_status import STALE_MS
from monitord.vocabulary import DeviceStatus

#: Show what is not as it should be; or everything.
ONLY_AMISS: Final = "amiss"
ALL: Final = "all"
_RANK: Final = {stands: rank for rank, stands in enumerate(Stands)}


class Seen(msgspec.Struct, frozen=True):
    """When something was heard of last: ``word`` of the texts, or ``at`` (RFC 3339 in UTC)."""

    word: str = ""
    at: str = ""


class Row(msgspec.Struct, frozen=True):
    """One point. ``limit_ms``: how long its device may be silent."""

    id: str
    name: str
    what: str
    stands: Stands
    since: str
    said: str
    device: str
    device_name: str
    seen: Seen
    limit_ms: int | None
    held: list[View]
    retired: bool = False


class Place(msgspec.Struct):
    """An area and how its points stand. ``listed`` are its rows on this page."""

    area: str
    place: str
    counts: Counter[Stands]
    listed: list[Row] = []

    @property
    def amiss(self) -> int:
        """How many are not as they should be."""
        return sum(self.counts[stands] for stands in AMISS)

    @property
    def all(self) -> int:
        """How many there are."""
        return self.counts.total()


def listing(state: State, now_ms: int, vitals: Mapping[str, Vitals], asked: Asked) -> View:
    """``counts`` of the whole site, ``places`` with the rows of one page, ``areas`` of them all."""
    eye, wanted, words = Eye(state, vitals), _wanted(asked.show), asked.words
    areas = _areas(state)
    found: list[tuple[int, int, Point, Stands]] = []
    order = {name: rank for rank, name in enumerate(areas)}
    for point in [*state.site.points.values(), *(r.point for r in state.retired.values())]:
        stands = Stands.UNKNOWN if point.id in state.retired else eye.stands(point)
        area = point.area if point.area in areas else ""
        areas[area].counts[stands] += 1
        if (
            stands in wanted
            and asked.area in ("", area)
            and has(words, point.id, point.name, point.what, point.kind, areas[area].place)
        ):
            found.append((order[area], _RANK[stands], point, stands))
    found.sort(key=lambda each: each[:2])
    page = rows(found, asked.page)
    places: dict[str, Place] = {}
    for _, _, point, stands in page.listed:
        whole = areas[point.area if point.area in areas else ""]
        place = places.setdefault(whole.area, Place(whole.area, whole.place, whole.counts, []))
        place.listed.append(_row(state, now_ms, vitals, point, stands))
    counts = sum((place.counts for place in areas.values()), Counter[Stands]())
    return {
        "counts": counts,
        "amiss": sum(counts[stands] for stands in AMISS),
        "places": list(places.values()),
        "areas": [place for place in areas.values() if place.all],
        "page": page.page,
        "last_page": page.pages,
        "found": page.total,
    }


def seen(state: State, now_ms: int, device: str, vitals: Mapping[str, Vitals]) -> Seen:
    """When ``device`` answered last."""
    record = state.devices.get(device)
    if record is None or record.status is not DeviceStatus.OK:
        since = 0 if record is None else record.blind_from_ms
        return Seen(at=view.moment(state, since)) if since else Seen("never")
    told = vitals.get(device)
    if told is None:
        return Seen("not_known")
    if told.age_ms is None:
        return Seen("never")
    if told.age_ms <= STALE_MS:
        return Seen("just_now")
    return Seen(at=rfc3339(state.utc_ms(now_ms) - told.age_ms))


def _wanted(show: str) -> frozenset[Stands]:
    if show == ALL:
        return frozenset(Stands)
    return frozenset({Stands(show)}) if show in _RANK else AMISS


def _areas(state: State) -> dict[str, Place]:
    """All of them, and one without a name for points of the whole site."""
    named = {a.id: Place(a.id, a.name, Counter()) for a in state.site.areas.values()}
    return {**named, "": Place("", view.site_name(state), Counter())}


def _row(
    state: State, now_ms: int, vitals: Mapping[str, Vitals], point: Point, stands: Stands
) -> Row:
    left = state.retired.get(point.id)
    record = state.points.get(point.id, PointRecord())
    device = state.site.devices.get(point.device, Device(point.device, "", "", (), ()))
    since_ms = record.since_ms if left is None else left.since_ms
    return Row(
        id=point.id,
        name=point.name or point.id,
        what=KIND.get(point.kind) or point.kind.replace("-", " ").capitalize(),
        stands=stands,
        since=view.moment(state, since_ms),
        said="" if stands in (Stands.UNKNOWN, Stands.STALE) else _said(point, record, stands),
        device=device.id,
        device_name=device.name or device.id,
        seen=Seen("retired") if left is not None else seen(state, now_ms, device.id, vitals),
        limit_ms=limit_ms(device),
        held=view.held_back(state, (point.id, point.device)),
        retired=left is not None,
    )


def _said(point: Point, record: PointRecord, stands: Stands) -> str:
    """What it says: what it saw, a value with its unit, and what that is past."""
    value, unit = record.value, point.setup.get("unit") or ""
    saw = point.what if stands is Stands.ACTIVE else ""
    tells = POINT[record.state][0] if stands is Stands.TELLS else ""
    shown = "" if value is None or isinstance(value, bool) else f"{value} {unit}".strip()
    return ", ".join([*filter(None, [saw, tells, shown]), *(LIMIT[x] for x in record.crossed)])
