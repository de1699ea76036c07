"""Alarms: one ISA-18.2 object per source and condition; transitions in :mod:`alarm_table`.

A source is a point, a device, or monitord itself. Its conditions are *active* (the point senses
what its kind is for), *tamper*, and *fault*. A point or device that is silent past its limit is a
tamper of its area while that counts as set, and a technical fault otherwise (law 4). An unknown
point neither raises nor clears what it showed before: nobody knows.
"""

from collections.abc import Iterator
from typing import Final

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.alarm_table import AlarmInput, move
from monitord.core.concern import Evolve
from monitord.core.records import AlarmRecord
from monitord.core.site import Point
from monitord.core.state import State
from monitord.vocabulary import (
    LATCHING,
    PRIORITY_OF_CATEGORY,
    AlarmState,
    Arming,
    Category,
    Condition,
    PointState,
    SetState,
)

#: Sources of monitord's own alarms.
JOURNAL: Final = "monitord.journal"
STEP: Final = "monitord.step"
SITE: Final = "monitord.site"
SITE_CHANGE: Final = "monitord.site-change"
DOORS: Final = "monitord.doors"
MQTT: Final = "monitord.mqtt"
CALENDAR: Final = "monitord.calendar"
DISK: Final = "monitord.disk"
RESERVE: Final = "monitord.reserve"
MEMORY: Final = "monitord.memory"
HISTORY: Final = "monitord.history"
REPLICA: Final = "monitord.replica"
OWN_SOURCES: Final = frozenset(
    {
        JOURNAL,
        STEP,
        SITE,
        SITE_CHANGE,
        DOORS,
        MQTT,
        CALENDAR,
        DISK,
        RESERVE,
        MEMORY,
        HISTORY,
        REPLICA,
    }
)

_CLEAR: Final = frozenset({PointState.NORMAL, PointState.ACTIVE})


def alarm_id(source: str, condition: Condition) -> str:
    """``SOURCE/CONDITION``."""
    return source + "/" + condition


def decide(
    state: State, now_ms: int, fact: f.AnyFact, so_far: tuple[ev.AnyEvent, ...]
) -> Iterator[ev.AnyEvent]:
    """Which conditions became true or false."""
    if isinstance(fact, f.SiteOffered | f.ReloadSite) and not _is_refusal(so_far):
        yield from _own(state, SITE, wanted=False)
    for event in so_far:
        match event:
            case ev.PointStateChanged():
                yield from _point(state, state.site.points[event.point], event.state)
            case ev.PointOverdue():
                yield from _point(state, state.site.points[event.point], PointState.UNKNOWN)
            case ev.DeviceOverdue() | ev.DeviceCameBack():
                yield from _device(state, event.device)
            case ev.AreaChanged():
                yield from _area(state, event.area, event.state)
            case ev.AlarmUnsuppressed():
                yield from _released(state, event.source)
            case ev.SiteAccepted():  # what left the site is held back with its device no longer
                for source in {r.source: None for r in state.alarms.values() if not r.incident}:
                    yield from _released(state, source)
                yield from _judged_anew(state)
                yield from _calendar(state)
                if "mqtt" not in state.site.setup:
                    yield from _own(state, MQTT, wanted=False)
                if event.weakens:
                    yield from _happened(state, SITE_CHANGE)
            case ev.SiteHeld():
                yield from _happened(state, SITE_CHANGE)
            case ev.StoreDegraded():
                yield from _own(state, JOURNAL, wanted=True)
            case ev.StoreRestored():
                yield from _own(state, JOURNAL, wanted=False)
            case ev.EpochOpened():
                # Damage found at a start has happened; nothing later can be its end.
                yield from _own(state, JOURNAL, wanted=bool(event.damaged))
                yield from _own(state, JOURNAL, wanted=False)
                for source in (DOORS, MQTT, MEMORY):  # each start tries them again
                    yield from _own(state, source, wanted=False)
            case ev.DiskRoomChanged() | ev.StatusGaveWay() | ev.HistoryGaveWay():
                yield from _record(state, event)
            case ev.SnapshotFailed() | ev.SnapshotAgreed():
                yield from _own(state, REPLICA, wanted=isinstance(event, ev.SnapshotFailed))
            case ev.DoorMissing():
                yield from _own(state, DOORS, wanted=True)
            case ev.BrokerWentSilent():
                yield from _own(state, MQTT, wanted=True)
            case ev.BrokerCameBack():
                yield from _own(state, MQTT, wanted=False)
            case ev.CalendarLaid() | ev.CalendarRanShort():
                yield from _calendar(state)
            case ev.SiteRejected():
                yield from _own(state, SITE, wanted=True)
            case ev.FactFailed():
                yield from _happened(state, STEP)
            case _:
                pass


def _is_refusal(so_far: tuple[ev.AnyEvent, ...]) -> bool:
    return any(isinstance(event, ev.CommandRefused) for event in so_far)


def _judged_anew(state: State) -> Iterator[ev.AnyEvent]:
    """By the new site a known point may alarm that did not, or the other way round."""
    for point in state.site.points.values():
        known = state.points[point.id].state
        if known is not PointState.UNKNOWN:
            yield from _point(state, point, known)


def _point(state: State, point: Point, now_is: PointState) -> Iterator[ev.AnyEvent]:
    area_set = state.area_counts_as_set(point.area)
    armed = point.arming is Arming.ALWAYS or (point.arming is Arming.WHILE_SET and area_set)
    if now_is in _CLEAR or not armed:
        wanted = armed and now_is is PointState.ACTIVE
        yield from _set(state, point.id, Condition.ACTIVE, point.area, wanted=wanted, point=point)
    record = state.points[point.id]
    overdue = now_is is PointState.UNKNOWN and record.overdue
    # Whatever it said before it could not be read is not over: nobody knows.
    last = record.known if overdue else now_is
    tamper = last is PointState.TAMPER or (overdue and area_set)
    fault = last is PointState.FAULT or (overdue and not area_set)
    for condition, wanted in ((Condition.TAMPER, tamper), (Condition.FAULT, fault)):
        if wanted or now_is in _CLEAR or overdue:
            yield from _set(state, point.id, condition, point.area, wanted=wanted)


def _device(state: State, device_id: str) -> Iterator[ev.AnyEvent]:
    device = state.site.devices[device_id]
    overdue = state.devices[device_id].overdue
    set_areas = [area for area in device.areas if state.area_counts_as_set(area)]
    area = (set_areas or list(device.areas) or [""])[0]
    tamper = overdue and bool(set_areas)
    fault = overdue and not set_areas
    yield from _set(state, device_id, Condition.TAMPER, area, wanted=tamper)
    yield from _set(state, device_id, Condition.FAULT, area, wanted=fault)


def _area(state: State, area_id: str, now_is: SetState) -> Iterator[ev.AnyEvent]:
    """An area was set or unset: what its points show may mean something else now.

    An area that turns unknown counts as set for what is sensed in it; a loss that has been
    judged stays what it was, or the panel that says *unset* would become a tamper by its own
    silence, every day at noon.
    """
    devices: dict[str, None] = {}
    for point_id in state.site.areas[area_id].points:
        point = state.site.points[point_id]
        devices[point.device] = None
        if now_is is SetState.UNKNOWN and state.points[point_id].state is PointState.UNKNOWN:
            continue
        yield from _point(state, point, state.points[point_id].state)
    for device in devices if now_is is not SetState.UNKNOWN else ():
        if state.devices[device].overdue:
            yield from _device(state, device)


def _released(state: State, source: str) -> Iterator[ev.AnyEvent]:
    """A suppression ended: active alarms are presented anew, clear ones are forgotten."""
    device = state.site.devices.get(source)
    sources = (source,) if device is None else (source, *device.points)
    for name in sources:
        for condition in Condition:
            record = state.alarms.get(alarm_id(name, condition))
            if record is None or state.suppressed(name, condition):
                continue  # another one still holds
            if record.active:
                yield _occurred(record)
            elif not record.incident and record.state is not AlarmState.NORMAL:
                yield ev.AlarmReset(alarm=alarm_id(name, condition))


def _active(point: Point) -> AlarmRecord:
    return AlarmRecord(
        source=point.id,
        condition=Condition.ACTIVE,
        category=point.category,
        area=point.area,
        priority=point.priority,
        latching=point.latching,
    )


def _trouble(source: str, area: str, condition: Condition) -> AlarmRecord:
    category = Category.TAMPER if condition is Condition.TAMPER else Category.TECHNICAL
    return AlarmRecord(
        source=source,
        condition=condition,
        category=category,
        area=area,
        priority=PRIORITY_OF_CATEGORY[category],
        latching=category in LATCHING,
    )


def _own(state: State, source: str, *, wanted: bool) -> tuple[ev.AnyEvent, ...]:
    return _set(state, source, Condition.FAULT, "", wanted=wanted)


def _calendar(state: State) -> tuple[ev.AnyEvent, ...]:
    """Too little of it lies ahead, or a part of it could not be worked out."""
    wanted = state.calendar.short or bool(state.calendar.missing)
    return _own(state, CALENDAR, wanted=wanted)


def _record(
    state: State, event: ev.DiskRoomChanged | ev.StatusGaveWay | ev.HistoryGaveWay
) -> Iterator[ev.AnyEvent]:
    """The record's own trouble."""
    match event:
        case ev.DiskRoomChanged():
            yield from _own(state, DISK, wanted=event.low)
            yield from _own(state, RESERVE, wanted=event.spent)
        case ev.StatusGaveWay():
            yield from _own(state, MEMORY, wanted=not event.over)
        case ev.HistoryGaveWay():
            yield from _happened(state, HISTORY)


def _happened(state: State, source: str) -> Iterator[ev.AnyEvent]:
    """Something that has no end of its own: people see it, and nothing has to clear it."""
    yield from _own(state, source, wanted=True)
    yield from _own(state, source, wanted=False)


def _set(
    state: State,
    source: str,
    condition: Condition,
    area: str,
    *,
    wanted: bool,
    point: Point | None = None,
) -> tuple[ev.AnyEvent, ...]:
    """What makes the condition as ``wanted``: nothing when it is. ``point`` for what it senses."""
    name = alarm_id(source, condition)
    record = state.alarms.get(name)
    if wanted is (record is not None and record.active):
        return ()
    if not wanted:
        return (ev.AlarmCleared(alarm=name),)
    return (_occurred(_active(point) if point else _trouble(source, area, condition)),)


def _occurred(alarm: AlarmRecord) -> ev.AlarmOccurred:
    return ev.AlarmOccurred(
        alarm=alarm_id(alarm.source, alarm.condition),
        source=alarm.source,
        condition=alarm.condition,
        category=alarm.category,
        area=alarm.area,
        priority=alarm.priority,
        latching=alarm.latching,
    )


def _on_occurred(state: State, event: ev.AlarmOccurred) -> None:
    record = state.alarms.get(event.alarm)
    if record is None:
        record = state.alarms[event.alarm] = AlarmRecord(
            source=event.source,
            condition=event.condition,
            category=event.category,
            area=event.area,
            priority=event.priority,
            latching=event.latching,
        )
    given = AlarmInput.REALARM if record.active else AlarmInput.OCCUR
    record.state = move(record.state, given, latching=record.latching)
    record.category, record.area, record.priority = event.category, event.area, event.priority
    record.active, record.occurred_ms = True, state.at_ms
    record.count += 1


def _on_cleared(state: State, event: ev.AlarmCleared) -> None:
    record = state.alarms[event.alarm]
    record.state = move(record.state, AlarmInput.CLEAR, latching=record.latching)
    record.active = False
    forget_if_done(state, event.alarm)


def _on_acknowledged(state: State, event: ev.AlarmAcknowledged) -> None:
    record = state.alarms[event.alarm]
    record.state = move(record.state, AlarmInput.ACK, latching=record.latching)


def _on_reset(state: State, event: ev.AlarmReset) -> None:
    record = state.alarms[event.alarm]
    given = AlarmInput.RESET if record.state is AlarmState.LATCH_ACKED else AlarmInput.RELEASE
    record.state = move(record.state, given, latching=record.latching)
    forget_if_done(state, event.alarm)


def forget_if_done(state: State, alarm: str) -> None:
    """An alarm that is normal and in no incident needs no record."""
    record = state.alarms[alarm]
    if record.state is AlarmState.NORMAL and not record.incident:
        del state.alarms[alarm]


EVOLVE: Evolve = {
    ev.AlarmOccurred: _on_occurred,
    ev.AlarmCleared: _on_cleared,
    ev.AlarmAcknowledged: _on_acknowledged,
    ev.AlarmReset: _on_reset,
}
