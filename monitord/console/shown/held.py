"""The ledger: what is held back, by whom, why and until when, and what nobody watches meanwhile.

Pure. Every line has an end (law 8); what was held back and has not shown that it watches again
stands below it.
"""

from collections import Counter
from collections.abc import Callable
from typing import Final

import msgspec

from monitord.console.shown.finding import rows
from monitord.console.shown.standing import cover
from monitord.console.words_held import FOR
from monitord.core import facts as f
from monitord.core.records import SuppressionRecord
from monitord.core.rights import MAY
from monitord.core.site import Device, Point
from monitord.core.state import State
from monitord.journal.export import rfc3339
from monitord.runtime.control import maintaining, view_areas
from monitord.runtime.control.view import View
from monitord.runtime.local_time import moment_of
from monitord.vocabulary import HIGHLY_MANAGED, DeviceStatus, PointState, Suppression

Name = Callable[[str], str]

#: What people hold back and give back. By design is the site's own doing, and ends by itself.
BY_HAND: Final = (Suppression.SHELVED, Suppression.OUT_OF_SERVICE, Suppression.INHIBITED)
GIVEN_BACK: Final = (*BY_HAND, Suppression.TEST)


class Entry(msgspec.Struct, frozen=True):
    """One line. ``says``: what the point says underneath; None for a device.

    ``points``: how many hang on a device. ``cover``: what else watches there.
    """

    line: View
    says: PointState | None
    points: int
    cover: str
    by_hand: bool


class Holdable(msgspec.Struct, frozen=True):
    """What somebody is about to hold back."""

    id: str
    name: str
    place: str
    points: int
    highly_managed: bool
    held: list[View]


def ledger(state: State, now_ms: int, page: int) -> View:
    """``entries`` of one page, what ends first above; ``counts`` of all by kind."""
    shown = view_areas.suppressions(state, now_ms)
    found = rows(shown["held_back"], page)
    grants = maintaining.maintenance(state, now_ms)["grants"]
    return {
        "counts": Counter(held.how for held in state.suppressions.values()),
        "entries": [_entry(state, line) for line in found.listed],
        "page": found.page,
        "last_page": found.pages,
        "not_proven": shown["not_proven"],
        "grants": [grant for grant in grants if grant["ended"] is None],
    }


def holdable(state: State, source: str) -> Holdable | None:
    """The point or device of this id; None where there is none."""
    known = state.site.points.get(source) or state.site.devices.get(source)
    if known is None:
        return None
    lines = [held for held in state.suppressions.values() if held.source == source]
    areas: tuple[str, ...]
    if isinstance(known, Point):
        areas, points, highly_managed = (known.area,), 0, known.category in HIGHLY_MANAGED
    else:  # its tampers with it
        areas, points, highly_managed = known.areas, len(known.points), True
    named = (state.site.areas[area].name for area in areas if area in state.site.areas)
    return Holdable(
        id=source,
        name=known.name or source,
        place=", ".join(named),
        points=points,
        highly_managed=highly_managed,
        held=[view_areas.line(state, held, state.at_ms) for held in lines],
    )


def may_hold(role: str) -> bool:
    """Whether there is any sense in asking them; at a station it is whoever gives a PIN."""
    return not role or role in MAY[f.Suppress]


def end_of(span: str, until: str, utc_ms: int, timezone: str) -> str:
    """The end that a form means, RFC 3339 in UTC; what is no time comes back as it is.

    ``until``, in the site's local time, goes before ``span``.
    """
    if not until:
        return rfc3339(utc_ms + FOR[span][1]) if span in FOR else span
    return moment_of(until, timezone)


def _entry(state: State, line: View) -> Entry:
    source = line["source"]
    known = state.site.points.get(source) or state.site.devices.get(source)
    areas = list(known.areas) if isinstance(known, Device) else [line["area"]]
    return Entry(
        line=line,
        says=_says(state, known) if isinstance(known, Point) else None,
        points=len(known.points) if isinstance(known, Device) else 0,
        cover=cover(state, source, areas),
        by_hand=line["how"] in GIVEN_BACK,
    )


def _says(state: State, point: Point) -> PointState:
    """What it says now: it is evaluated all the while (T1.1)."""
    device, record = state.devices.get(point.device), state.points.get(point.id)
    if device is None or record is None or device.status is not DeviceStatus.OK:
        return PointState.UNKNOWN
    return record.state


def restorable(state: State, source: str) -> list[SuppressionRecord]:
    """All that is held back of a source, and may be given back by people."""
    return [
        held
        for how in GIVEN_BACK
        if (held := state.suppressions.get(f"{source}:{how}")) is not None
    ]
