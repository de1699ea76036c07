"""Blackout: power, light and cameras that fail together in one sector (E5, Dresden).

Each alone is a fault. Together within minutes they are treated as an attack: one alarm of the
sector, which joins the faults it is made of. Which of them make it stands in ``PATTERN`` alone.
A sign counts from when it was found until the window (``blackout:``) is over, even when it has
ended: a short cut is enough for whoever wants the dark.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import Final

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.alarms import alarm_id
from monitord.core.concern import Evolve
from monitord.core.records import SectorRecord, SignRecord
from monitord.core.state import State
from monitord.vocabulary import (
    PRIORITY_OF_CATEGORY,
    Category,
    Condition,
    DarkSign,
    Kind,
    PointRole,
    PointState,
)

#: The source of a sector's alarm begins so; no device or point can be called that.
PREFIX: Final = "monitord.blackout."
CAMERAS_MAX: Final = 2

#: Mains, lighting, and how many cameras (two stand for all above).
PATTERN: Final[Mapping[tuple[bool, bool, int], bool]] = {
    **dict.fromkeys(product((False, True), (False, True), range(CAMERAS_MAX + 1)), False),
    (True, False, 2): True,
    (False, True, 2): True,
    (True, True, 1): True,
    (True, True, 2): True,
}

Sign = tuple[str, str, DarkSign, str]


def decide(
    state: State, now_ms: int, fact: f.AnyFact, so_far: tuple[ev.AnyEvent, ...]
) -> Iterator[ev.AnyEvent]:
    """Note what goes dark, and raise the sector's alarm when it is enough."""
    for event in so_far:
        found = _sign(state, event)
        if found is None:
            continue
        sector, source, sign, area = found
        was = _is_blackout(state, now_ms, sector)
        yield ev.SectorDarkened(sector=sector, source=source, sign=sign)
        if not was and _is_blackout(state, now_ms, sector):
            alarm = alarm_id(PREFIX + sector, Condition.TAMPER)
            yield ev.AlarmOccurred(
                alarm=alarm,
                source=PREFIX + sector,
                condition=Condition.TAMPER,
                category=Category.TAMPER,
                area=area,
                priority=PRIORITY_OF_CATEGORY[Category.TAMPER],
                latching=True,
            )
            yield ev.AlarmCleared(alarm=alarm)  # it has happened; each part has its own end


def _sign(state: State, event: ev.AnyEvent) -> Sign | None:
    """Sector, source, sign and area; None for what is none, or is in no sector."""
    match event:
        case ev.AlarmOccurred(condition=Condition.ACTIVE):
            point = state.site.points.get(event.source)
            if point is None or point.kind is not Kind.MAINS or not point.sector:
                return None
            if not state.presented(event.alarm):
                return None
            return point.sector, point.id, DarkSign.MAINS, point.area
        case ev.PointStateChanged(state=PointState.ACTIVE):
            point = state.site.points[event.point]
            if point.role is None or not point.sector:
                return None
            if state.suppressed(point.id, Condition.ACTIVE):
                return None
            if point.role is PointRole.LIGHTING:
                return point.sector, point.id, DarkSign.LIGHT, point.area
            return point.sector, point.device, DarkSign.CAMERA, point.area
        case ev.DeviceOverdue():
            device = state.site.devices[event.device]
            if not device.camera or not device.sector:
                return None
            if state.suppressed(device.id, Condition.TAMPER):
                return None
            return device.sector, device.id, DarkSign.CAMERA, (*device.areas, "")[0]
    return None


def _is_blackout(state: State, now_ms: int, sector: str) -> bool:
    record = state.sectors.get(sector)
    signs = () if record is None else _fresh(record, now_ms, state.site.blackout_ms)
    seen = [sign.sign for _, sign in signs]
    cameras = min(seen.count(DarkSign.CAMERA), CAMERAS_MAX)
    return PATTERN[DarkSign.MAINS in seen, DarkSign.LIGHT in seen, cameras]


def _fresh(record: SectorRecord, now_ms: int, window_ms: int) -> Iterable[tuple[str, SignRecord]]:
    return [item for item in record.signs.items() if now_ms - item[1].at_ms < window_ms]


def _darkened(state: State, event: ev.SectorDarkened) -> None:
    record = state.sectors.get(event.sector)
    if record is None:
        record = state.sectors[event.sector] = SectorRecord(source=PREFIX + event.sector)
    record.signs = dict(_fresh(record, state.at_ms, state.site.blackout_ms))
    record.signs[event.source] = SignRecord(sign=event.sign, at_ms=state.at_ms)


EVOLVE: Evolve = {ev.SectorDarkened: _darkened}
