"""Alarms: one ISA-18.2 object per source and condition; transitions in :mod:`alarm_table`.

A source is a point, a device, or monitord itself. Its conditions are *active* (the point senses
what its kind is for), *tamper*, and *fault*; which of them is an alarm, and of what family, stands
in :mod:`processing` alone. An unknown point neither raises nor clears what it showed before:
nobody knows.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core import fire, floods
from monitord.core.alarm_table import AlarmInput, move
from monitord.core.concern import Evolve
from monitord.core.guarding import is_excused, is_frozen, sensed_in, set_state_of
from monitord.core.own import (
    CALENDAR,
    DISK,
    DOORS,
    HISTORY,
    JOURNAL,
    MEMORY,
    MQTT,
    REPLICA,
    RESERVE,
    SITE,
    SITE_CHANGE,
    STEP,
)
from monitord.core.processing import SIGN_OF, SILENCE, Processing, Sign, priority, processing
from monitord.core.records import AlarmRecord
from monitord.core.site import Point
from monitord.core.state import State
from monitord.vocabulary import (
    GRAVE,
    LATCHING,
    PRIORITY_OF_CATEGORY,
    AlarmState,
    Category,
    Condition,
    Limit,
    PointState,
    Priority,
    SetState,
)

_CLEAR: Final = frozenset({PointState.NORMAL, PointState.ACTIVE})
_OFFERS: Final = (f.SiteOffered, f.ReloadSite)


def alarm_id(source: str, condition: Condition) -> str:
    """``SOURCE/CONDITION``."""
    return source + "/" + condition


def decide(
    state: State, now_ms: int, fact: f.AnyFact, so_far: tuple[ev.AnyEvent, ...]
) -> Iterator[ev.AnyEvent]:
    """Which conditions became true or false."""
    if isinstance(fact, _OFFERS) and not any(isinstance(e, ev.CommandRefused) for e in so_far):
        yield from own(state, SITE, wanted=False)
    for event in so_far:
        match event:
            case ev.PointStateChanged() | ev.PointOverdue() | ev.DisablementOverran():
                yield from _says(state, event)
            case ev.DeviceOverdue() | ev.DeviceCameBack():
                yield from _device(state, event.device)
            case ev.AreaChanged():
                yield from _area(state, event.area, event.state)
            case ev.ExitEnded() | ev.EntryRanOut():
                yield from _passed(state, event)
            case ev.DeviceWarmed():
                yield from _rejudged(state, state.site.devices[event.device].points)
            case ev.RestoreFailed() | ev.RestoreProven():
                yield from _restored(state, event)
            case ev.AlarmUnsuppressed():
                yield from _released(state, event.source)
            case ev.SiteAccepted():  # what left the site is held back with its device no longer
                for source in {r.source: None for r in state.alarms.values() if not r.incident}:
                    yield from _released(state, source)
                yield from _rejudged(state, state.points)
                yield from _calendar(state)
                if "mqtt" not in state.site.setup:
                    yield from own(state, MQTT, wanted=False)
                if event.weakens:
                    yield from _happened(state, SITE_CHANGE)
            case ev.ModeChanged():
                yield from _rejudged(state, state.points)
            case ev.SiteHeld() | ev.FactFailed():
                yield from _happened(state, SITE_CHANGE if isinstance(event, ev.SiteHeld) else STEP)
            case ev.StoreDegraded() | ev.StoreRestored():
                yield from own(state, JOURNAL, wanted=isinstance(event, ev.StoreDegraded))
            case ev.EpochOpened():
                # Damage found at a start has happened; nothing later can be its end.
                yield from own(state, JOURNAL, wanted=bool(event.damaged))
                yield from own(state, JOURNAL, wanted=False)
                for source in (DOORS, MQTT, MEMORY):  # each start tries them again
                    yield from own(state, source, wanted=False)
            case ev.DiskRoomChanged() | ev.StatusGaveWay() | ev.HistoryGaveWay():
                yield from _record(state, event)
            case ev.SnapshotFailed() | ev.SnapshotAgreed():
                yield from own(state, REPLICA, wanted=isinstance(event, ev.SnapshotFailed))
            case ev.DoorMissing():
                yield from own(state, DOORS, wanted=True)
            case ev.BrokerWentSilent() | ev.BrokerCameBack():
                yield from own(state, MQTT, wanted=isinstance(event, ev.BrokerWentSilent))
            case ev.CalendarLaid() | ev.CalendarRanShort():
                yield from _calendar(state)
            case ev.SiteRejected():
                yield from own(state, SITE, wanted=True)
            case _:
                pass


def _rejudged(state: State, points: Iterable[str]) -> Iterator[ev.AnyEvent]:
    """By a new site or mode a known point may alarm that did not, or the other way round."""
    for name in tuple(points):
        record = state.points[name]
        if record.state is not PointState.UNKNOWN:
            yield from _point(state, state.site.points[name], record.state)


def _says(
    state: State, event: ev.PointStateChanged | ev.PointOverdue | ev.DisablementOverran
) -> Iterator[ev.AnyEvent]:
    """A point says something else, nothing any more, or the same for too long."""
    point = state.site.points[event.point]
    if not isinstance(event, ev.PointStateChanged):
        overdue = isinstance(event, ev.PointOverdue)
        yield from _point(state, point, PointState.UNKNOWN if overdue else PointState.ACTIVE)
        return
    yield from _point(state, point, event.state, anew=bool(event.gained))
    for door in point.releases:
        yield from _point(state, state.site.points[door], state.points[door].state)


def _point(
    state: State, point: Point, now_is: PointState, *, anew: bool = False
) -> Iterator[ev.AnyEvent]:
    """``anew``: one limit more is crossed, and people must hear of it."""
    record = state.points[point.id]
    guard, frozen = set_state_of(state, point), is_frozen(state, point)
    kind = fire.kind_of(state, point)
    active = processing(sensed_in(state, point), kind, Sign.ACTIVE, frozen=frozen)
    if now_is is PointState.NORMAL or not active.alarms:
        yield from _set(state, point.id, Condition.ACTIVE, None)
    elif now_is is PointState.ACTIVE and not is_excused(state, point):
        wanted = _active(point, active, record.crossed)
        yield from _set(state, point.id, Condition.ACTIVE, wanted, anew=anew)
    if point.route and (now_is is PointState.NORMAL or not active.alarms):
        yield from _set(state, point.id, Condition.FAILED_TO_SET, None)
    if now_is in _CLEAR:
        for condition in (Condition.TAMPER, Condition.FAULT):
            yield from _set(state, point.id, condition, None)
        return
    overdue = now_is is PointState.UNKNOWN and record.overdue
    # Whatever it said before it could not be read is not over: nobody knows.
    sign = SIGN_OF.get(record.known if overdue else now_is)
    rows = [] if sign is None else [processing(guard, point.kind, sign)]
    if overdue:
        rows.append(processing(guard, point.kind, Sign.SILENCE))
    trouble = {row.condition: row for row in rows}
    for condition in (Condition.TAMPER, Condition.FAULT):
        if condition in trouble or overdue:
            row = trouble.get(condition)
            alarm = None if row is None else _trouble(point.id, point.area, row)
            yield from _set(state, point.id, condition, alarm)


def _passed(state: State, event: ev.ExitEnded | ev.EntryRanOut) -> Iterator[ev.AnyEvent]:
    """The time to pass is over: the route counts like everything else again.

    What stood open when people had to be out failed to set; who came in and did not unset is an
    alarm although the door is shut behind them.
    """
    if isinstance(event, ev.ExitEnded):
        for name in event.open:
            alarm = _not_done(state, name, Condition.FAILED_TO_SET)
            yield from _set(state, name, Condition.FAILED_TO_SET, alarm)
    elif event.point in state.site.points:
        point = state.site.points[event.point]
        row = processing(set_state_of(state, point), point.kind, Sign.ACTIVE)
        yield from _set(state, point.id, Condition.ACTIVE, _active(point, row))
    for name in state.site.areas[event.area].points:
        point = state.site.points[name]
        if point.route:
            yield from _point(state, point, state.points[name].state)


def _device(state: State, device_id: str) -> Iterator[ev.AnyEvent]:
    device = state.site.devices[device_id]
    set_areas = [area for area in device.areas if state.area_counts_as_set(area)]
    area = (set_areas or list(device.areas) or [""])[0]
    row = SILENCE[SetState.SET if set_areas else SetState.UNSET]
    for condition in (Condition.TAMPER, Condition.FAULT):
        wanted = state.devices[device_id].overdue and row.condition is condition
        alarm = _trouble(device_id, area, row) if wanted else None
        yield from _set(state, device_id, condition, alarm)


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


def _active(point: Point, row: Processing, crossed: tuple[Limit, ...] = ()) -> AlarmRecord:
    return AlarmRecord(
        source=point.id,
        condition=row.condition,
        category=row.category,
        area=point.area,
        priority=priority(row, point.priority, grave=not GRAVE.isdisjoint(crossed)),
        latching=point.latching,
        silent=row.silent,
    )


def _trouble(source: str, area: str, row: Processing) -> AlarmRecord:
    return AlarmRecord(
        source=source,
        condition=row.condition,
        category=row.category,
        area=area,
        priority=PRIORITY_OF_CATEGORY[row.category],
        latching=row.category in LATCHING,
        silent=row.silent,
    )


def _restored(state: State, event: ev.RestoreFailed | ev.RestoreProven) -> tuple[ev.AnyEvent, ...]:
    """A detector that does not prove that it is live: it stands until it does, and no longer."""
    alarm = _not_done(state, event.point, Condition.NOT_RESTORED)
    wanted = alarm if isinstance(event, ev.RestoreFailed) else None
    return _set(state, event.point, Condition.NOT_RESTORED, wanted)


def _not_done(state: State, name: str, condition: Condition) -> AlarmRecord:
    """A detector that somebody should have made live: higher where it is to guard now."""
    area = state.site.points[name].area
    return AlarmRecord(
        source=name,
        condition=condition,
        category=Category.PROCEDURE,
        area=area,
        priority=Priority.HIGH if state.area_counts_as_set(area) else Priority.MEDIUM,
        latching=False,
    )


def own(state: State, source: str, *, wanted: bool) -> tuple[ev.AnyEvent, ...]:
    """One of monitord itself; nobody sets or unsets that."""
    row = SILENCE[SetState.UNSET]
    return _set(state, source, row.condition, _trouble(source, "", row) if wanted else None)


def _calendar(state: State) -> tuple[ev.AnyEvent, ...]:
    """Too little of it lies ahead, or a part of it could not be worked out."""
    wanted = state.calendar.short or bool(state.calendar.missing)
    return own(state, CALENDAR, wanted=wanted)


def _record(
    state: State, event: ev.DiskRoomChanged | ev.StatusGaveWay | ev.HistoryGaveWay
) -> Iterator[ev.AnyEvent]:
    """The record's own trouble."""
    match event:
        case ev.DiskRoomChanged():
            yield from own(state, DISK, wanted=event.low)
            yield from own(state, RESERVE, wanted=event.spent)
        case ev.StatusGaveWay():
            yield from own(state, MEMORY, wanted=not event.over)
        case ev.HistoryGaveWay():
            yield from _happened(state, HISTORY)


def _happened(state: State, source: str) -> Iterator[ev.AnyEvent]:
    """Something that has no end of its own: people see it, and nothing has to clear it."""
    yield from own(state, source, wanted=True)
    yield from own(state, source, wanted=False)


def _set(
    state: State,
    source: str,
    condition: Condition,
    wanted: AlarmRecord | None,
    *,
    anew: bool = False,
) -> tuple[ev.AnyEvent, ...]:
    """What makes the condition as ``wanted``, None for clear: nothing when it is.

    ``anew``: it is told once more though it stands.
    """
    name = alarm_id(source, condition)
    record = state.alarms.get(name)
    if record is None or not record.active:
        return () if wanted is None else (_occurred(wanted),)
    if wanted is None:
        return (ev.AlarmCleared(alarm=name),)
    # The freeze began while it stood open: it is told anew, at its new weight.
    return (_occurred(wanted),) if anew or wanted.priority < record.priority else ()


def _occurred(alarm: AlarmRecord) -> ev.AlarmOccurred:
    return ev.AlarmOccurred(
        alarm=alarm_id(alarm.source, alarm.condition),
        source=alarm.source,
        condition=alarm.condition,
        category=alarm.category,
        area=alarm.area,
        priority=alarm.priority,
        latching=alarm.latching,
        silent=alarm.silent,
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
            silent=event.silent,
        )
    given = AlarmInput.REALARM if record.active else AlarmInput.OCCUR
    record.state = move(record.state, given, latching=record.latching)
    record.category, record.area, record.priority = event.category, event.area, event.priority
    record.active, record.occurred_ms = True, state.at_ms
    record.count += 1
    floods.count(state, event)


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
