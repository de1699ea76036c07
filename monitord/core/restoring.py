"""Restoring: a detector that was held back, reset or left out must prove that it is live again.

Asked of a point when a suppression of it ends (B5), when an incident that it was in is closed
(B6), and when its panel says that it leaves it out and nobody here holds it back. Live means: its
device answers, it can be read, and the panel does not leave it out; after a reset also that its
area is set again, unless it may be unset by its hours. Without that in time a standing alarm
says *not restored*, and ends only by the proof. It must never take silence for a proof (law 4).
"""

from collections.abc import Iterator

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.calendar import span_at
from monitord.core.concern import Evolve
from monitord.core.daemon import START_GRACE_MS
from monitord.core.records import IncidentRecord, RestoreRecord
from monitord.core.site import Point
from monitord.core.state import State
from monitord.vocabulary import Category, Condition, DeviceStatus, PointState, SetState, Unproven


def decide(
    state: State, now_ms: int, fact: f.AnyFact, so_far: tuple[ev.AnyEvent, ...]
) -> Iterator[ev.AnyEvent]:
    """What must be proven from now on, what is proven, and what is not in time."""
    for event in so_far:
        match event:
            case ev.AlarmUnsuppressed():
                device = state.site.devices.get(event.source)
                for point in (event.source,) if device is None else device.points:
                    yield from _ask(state, now_ms, point, f"no longer {event.how}: {event.why}")
            case ev.AlarmSuppressed() if state.restores:
                device = state.site.devices.get(event.source)
                for point in (event.source,) if device is None else device.points:
                    if point in state.restores and not state.restores[point].failed:
                        yield ev.RestoreSetAside(point=point, why=f"{event.how} anew")
            case ev.PointStateChanged():
                if event.point in state.restores:
                    yield from _look(state, event.point)
                for point in state.site.points[event.point].isolates:
                    yield from _left_out(state, now_ms, point)
            case ev.AreaChanged() if state.restores:
                for point in state.site.areas[event.area].points:
                    yield from _look(state, point)
            case ev.SiteAccepted():
                for point in [p for p in state.restores if p not in state.site.points]:
                    yield ev.RestoreSetAside(point=point, why="not in the site file any more")
            case ev.EpochOpened():
                yield from _started(state, now_ms)
            case _:
                pass
    if isinstance(fact, f.TimePassed):
        for point in state.due(now_ms, "restore", fact):
            asked = state.restores[point]
            lacks = missing(state, point, set_again=asked.set_again)
            if lacks is None:  # its hours have begun meanwhile
                yield ev.RestoreProven(point=point, why=asked.why)
            else:
                yield ev.RestoreFailed(point=point, missing=lacks)


def decide_after_closing(
    state: State, now_ms: int, fact: f.AnyFact, so_far: tuple[ev.AnyEvent, ...]
) -> Iterator[ev.AnyEvent]:
    """A reset: every detector that was in the incident, and its area, must be live again (B6)."""
    if not isinstance(fact, f.Close | f.AgreeClose):
        return
    for event in so_far:
        if isinstance(event, ev.IncidentClosed):
            incident = state.incidents[event.incident]
            for point_id in involved(state, incident):
                set_again = state.site.points[point_id].area in incident.set_areas
                why = f"incident {incident.number} closed"
                yield from _ask(state, now_ms, point_id, why, set_again=set_again)


def involved(state: State, incident: IncidentRecord) -> list[str]:
    """The points of an incident that can be held to it: those that people do not hold back."""
    sources = dict.fromkeys(alarm.rpartition("/")[0] for alarm in incident.alarms)
    return [s for s in sources if s in state.site.points and not state.held(s)]


def left_out(state: State, point_id: str) -> bool:
    """Whether its panel says that it leaves this point out, on its own account."""
    signal = state.points.get(state.site.points[point_id].isolated)
    return signal is not None and signal.known is PointState.ACTIVE


def missing(state: State, point_id: str, *, set_again: bool = False) -> Unproven | None:
    """What speaks against the point being live; None when it is proven."""
    point = state.site.points[point_id]
    record = state.points[point_id]
    signal = state.points.get(point.isolated)
    if state.devices[point.device].status is not DeviceStatus.OK:
        return Unproven.NO_ANSWER
    if record.state not in (PointState.NORMAL, PointState.ACTIVE):
        return Unproven.NOT_READ
    if signal is not None and signal.state is not PointState.NORMAL:
        return Unproven.LEFT_OUT if left_out(state, point_id) else Unproven.PANEL_UNKNOWN
    if set_again and not _set_again(state, point):
        return Unproven.NOT_SET
    return None


def _set_again(state: State, point: Point) -> bool:
    """It is known to guard with its area, or the area may be unset now by its hours."""
    area = point.area
    record = state.areas.get(area)
    if record is None or record.state is SetState.SET:
        return True
    if record.state is SetState.PART_SET and not point.part_off:
        return True
    utc_ms = state.utc_ms(state.at_ms)
    span = span_at(state.calendar.areas.get(area, ()), utc_ms)
    return span is not None and span.from_ms <= utc_ms


def _ask(
    state: State, now_ms: int, point_id: str, why: str, *, set_again: bool = False
) -> Iterator[ev.AnyEvent]:
    point = state.site.points.get(point_id)
    if point is None or point.category is Category.NONE or state.held(point_id):
        return  # the end of what holds it back will ask
    asked = state.restores.get(point_id)
    if asked is not None and asked.failed:
        return
    set_again = set_again or (asked is not None and asked.set_again)
    lacks = missing(state, point_id, set_again=set_again)
    if lacks is None:
        yield ev.RestoreProven(point=point_id, why=why)
        return
    yield ev.RestoreAwaited(
        point=point_id,
        why=why,
        missing=lacks,
        until_ms=now_ms + state.site.restore_ms,
        set_again=set_again,
    )


def _left_out(state: State, now_ms: int, point_id: str) -> Iterator[ev.AnyEvent]:
    """Its panel has said something about leaving the point out."""
    if point_id in state.restores:
        yield from _look(state, point_id)
    elif left_out(state, point_id):
        yield from _ask(state, now_ms, point_id, "left out at the panel")


def _look(state: State, point_id: str) -> Iterator[ev.AnyEvent]:
    """Something about an awaited point changed: it may be proven now."""
    asked = state.restores.get(point_id)
    if asked is None or point_id not in state.site.points:
        return
    if missing(state, point_id, set_again=asked.set_again) is None:
        yield ev.RestoreProven(point=point_id, why=asked.why)


def _started(state: State, now_ms: int) -> Iterator[ev.AnyEvent]:
    """Nobody has looked since the daemon went down: time to look, and no more."""
    for point_id, asked in tuple(state.restores.items()):
        due_ms = state.deadlines.get(f"restore:{point_id}")
        if due_ms is not None and point_id in state.site.points:
            device = state.site.devices[state.site.points[point_id].device]
            first_ms = now_ms + START_GRACE_MS + device.alarm_after_ms
            yield ev.RestoreAwaited(
                point=point_id,
                why=asked.why,
                missing=asked.missing,
                until_ms=max(due_ms, first_ms),
                set_again=asked.set_again,
            )


def _on_awaited(state: State, event: ev.RestoreAwaited) -> None:
    state.restores[event.point] = RestoreRecord(
        why=event.why, since_ms=state.at_ms, missing=event.missing, set_again=event.set_again
    )
    state.deadlines[f"restore:{event.point}"] = event.until_ms


def _on_failed(state: State, event: ev.RestoreFailed) -> None:
    asked = state.restores[event.point]
    asked.failed, asked.missing = True, event.missing
    del state.deadlines[f"restore:{event.point}"]


def _on_ended(state: State, event: ev.RestoreProven | ev.RestoreSetAside) -> None:
    state.restores.pop(event.point, None)
    state.deadlines.pop(f"restore:{event.point}", None)


def renamed(state: State, was: str, now: str) -> None:
    """What is asked of a point goes with it to its new name."""
    asked = state.restores.pop(was, None)
    if asked is not None:
        state.restores[now] = asked
    due_ms = state.deadlines.pop(f"restore:{was}", None)
    if due_ms is not None:
        state.deadlines[f"restore:{now}"] = due_ms


def broken(state: State) -> Iterator[str]:
    """What must hold: whoever is asked for a proof has an end to it, or the alarm stands."""
    for point, asked in state.restores.items():
        waits = f"restore:{point}" in state.deadlines
        alarm = state.alarms.get(f"{point}/{Condition.NOT_RESTORED}")
        stands = alarm is not None and alarm.active
        if asked.failed == waits or asked.failed != stands:
            yield f"{point} is not proven, and nothing says so"


EVOLVE: Evolve = {
    ev.RestoreAwaited: _on_awaited,
    ev.RestoreProven: _on_ended,
    ev.RestoreFailed: _on_failed,
    ev.RestoreSetAside: _on_ended,
}
