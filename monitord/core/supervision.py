"""Supervision: the five states of a point, and whether its device answers at all (law 4).

A device that falls silent makes all its points unknown at once; a deadline later it is overdue,
and what that means is the alarms' business. A point of an answering device that cannot be read
has the same deadline of its own.
"""

from collections.abc import Iterator
from typing import Final

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.concern import Evolve
from monitord.core.records import PointRecord
from monitord.core.state import State
from monitord.vocabulary import DeviceStatus, Limit, PointState

#: A reading that has no end leaves the point normal, but never turns unknown into normal.
_LASTS: Final = frozenset({PointState.NORMAL, PointState.UNKNOWN})

#: What says nothing about where a value stands.
_BLINDS: Final = frozenset({PointState.FAULT, PointState.TAMPER, PointState.UNKNOWN})


def decide(
    state: State, now_ms: int, fact: f.AnyFact, so_far: tuple[ev.AnyEvent, ...]
) -> Iterator[ev.AnyEvent]:
    """What a reading, a loss, a return or a passed deadline changes."""
    match fact:
        case f.PointChanged():
            yield from _changed(state, fact)
        case f.DeviceLost() if fact.device in state.devices:
            yield from _lost(state, now_ms, fact)
        case f.DeviceReturned() if fact.device in state.devices:
            yield from _returned(state, fact)
        case f.TimePassed():
            for device in state.due(now_ms, "device", fact):
                yield ev.DeviceOverdue(device=device)
            for point in state.due(now_ms, "point", fact):
                yield ev.PointOverdue(point=point)
        case _:
            pass


def _changed(state: State, fact: f.PointChanged) -> Iterator[ev.AnyEvent]:
    record = state.points.get(fact.point)
    if record is None:  # left the site while the reading was on its way
        return
    device = state.site.points[fact.point].device
    if state.devices[device].status is not DeviceStatus.OK:
        if fact.state is PointState.UNKNOWN:
            return
        # Whoever speaks is there; an alarm is never dropped because of the order of reports.
        yield ev.DeviceCameBack(device=device, blind_from_ms=state.devices[device].blind_from_ms)
    if _is_news(record, fact):
        yield ev.PointStateChanged(
            point=fact.point,
            state=fact.state,
            before=record.known,
            value=fact.value,
            blind=record.state is PointState.UNKNOWN,
            crossed=fact.crossed,
            gained=_gained(record, fact),
            by=fact.by,
            said=fact.raw,
        )
    if fact.once and fact.state not in _LASTS:
        yield ev.PointStateChanged(
            point=fact.point, state=PointState.NORMAL, before=fact.state, value=fact.value
        )


def _lost(state: State, now_ms: int, fact: f.DeviceLost) -> Iterator[ev.AnyEvent]:
    record = state.devices[fact.device]
    if record.status is not DeviceStatus.SILENT:
        blind_from_ms = (
            now_ms - fact.silent_ms if record.status is DeviceStatus.OK else record.blind_from_ms
        )
        yield ev.DeviceWentSilent(
            device=fact.device,
            cause=fact.cause,
            detail=fact.detail,
            blind_from_ms=blind_from_ms,
        )
    elif record.cause is not fact.cause:
        yield ev.DeviceCauseChanged(device=fact.device, cause=fact.cause, detail=fact.detail)


def _returned(state: State, fact: f.DeviceReturned) -> Iterator[ev.AnyEvent]:
    record = state.devices[fact.device]
    was_away = record.status is not DeviceStatus.OK
    if was_away:
        yield ev.DeviceCameBack(device=fact.device, blind_from_ms=record.blind_from_ms)
    mine = frozenset(state.site.devices[fact.device].points)
    for sample in fact.samples:
        if sample.point not in mine:
            continue  # left the site, or not its own to speak for
        point = state.points[sample.point]
        if _is_news(point, sample):
            yield ev.PointStateChanged(
                point=sample.point,
                state=sample.state,
                before=point.known,
                value=sample.value,
                blind=was_away or point.state is PointState.UNKNOWN,
                crossed=sample.crossed,
                gained=_gained(point, sample),
            )


def _is_news(record: PointRecord, said: f.PointChanged | f.Sample) -> bool:
    before = (record.state, record.value, record.crossed)
    return before != (said.state, said.value, said.crossed)


def _gained(record: PointRecord, said: f.PointChanged | f.Sample) -> tuple[Limit, ...]:
    if not said.crossed:
        return ()
    return tuple(limit for limit in said.crossed if limit not in record.crossed)


def _point_changed(state: State, event: ev.PointStateChanged) -> None:
    record = state.points[event.point]
    if record.state is not event.state:
        record.state, record.since_ms = event.state, state.at_ms
    record.value, record.said = event.value, event.said
    if event.state not in _BLINDS:  # what it had crossed is not over: nobody knows
        record.crossed = event.crossed if event.state is PointState.ACTIVE else ()
    if event.state is PointState.UNKNOWN:
        point = state.site.points[event.point]
        grace_ms = state.site.devices[point.device].alarm_after_ms
        state.deadlines.setdefault(f"point:{event.point}", state.at_ms + grace_ms)
        return
    record.known = event.state
    if event.state is PointState.ACTIVE:
        record.active_utc_ms = state.utc_ms(state.at_ms)
    record.overdue = False
    state.deadlines.pop(f"point:{event.point}", None)


def _point_overdue(state: State, event: ev.PointOverdue) -> None:
    state.points[event.point].overdue = True
    state.deadlines.pop(f"point:{event.point}", None)


def _went_silent(state: State, event: ev.DeviceWentSilent) -> None:
    device = state.site.devices[event.device]
    record = state.devices[event.device]
    key = f"device:{event.device}"
    if record.status is DeviceStatus.OK:
        state.deadlines[key] = state.at_ms + device.alarm_after_ms
    # While starting, the deadline of the start goes on: nobody has looked since.
    record.status, record.since_ms = DeviceStatus.SILENT, state.at_ms
    record.cause, record.detail = event.cause, event.detail
    record.blind_from_ms = event.blind_from_ms
    for point_id in device.points:
        point = state.points[point_id]
        if point.state is not PointState.UNKNOWN:
            point.state, point.since_ms = PointState.UNKNOWN, state.at_ms
        point.overdue = False
        state.deadlines.pop(f"point:{point_id}", None)  # the device's deadline serves all


def _device_overdue(state: State, event: ev.DeviceOverdue) -> None:
    state.devices[event.device].overdue = True
    state.deadlines.pop(f"device:{event.device}", None)


def _cause_changed(state: State, event: ev.DeviceCauseChanged) -> None:
    record = state.devices[event.device]
    record.cause, record.detail = event.cause, event.detail


def _came_back(state: State, event: ev.DeviceCameBack) -> None:
    record = state.devices[event.device]
    record.status, record.since_ms = DeviceStatus.OK, state.at_ms
    record.overdue, record.cause, record.detail = False, None, ""
    state.deadlines.pop(f"device:{event.device}", None)
    for point_id in state.site.devices[event.device].points:
        # Until its own sample follows, a point of a returned device is still unknown.
        state.deadlines[f"point:{point_id}"] = (
            state.at_ms + state.site.devices[event.device].alarm_after_ms
        )


def broken(state: State) -> Iterator[str]:
    """Nothing is normal and past a limit."""
    for name, record in state.points.items():
        if record.crossed and record.state is PointState.NORMAL:
            yield f"{name} is normal, and past {', '.join(record.crossed)}"


EVOLVE: Evolve = {
    ev.PointStateChanged: _point_changed,
    ev.PointOverdue: _point_overdue,
    ev.DeviceWentSilent: _went_silent,
    ev.DeviceOverdue: _device_overdue,
    ev.DeviceCauseChanged: _cause_changed,
    ev.DeviceCameBack: _came_back,
}
