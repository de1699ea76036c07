"""Power-up hold-off: a panel whose power came back lets its detectors settle first (T2.8).

A detector that gets its power back may say anything for a minute. A panel that tells of its own
cold start (``cold-start:``, a point of it that goes active) is given ``hold-off:`` from the moment
it answers again: until then no intrusion detector of it begins an alarm, and what is still active
afterwards does. Tamper, fault, hold-up, fire and everything else are live at once.

Never longer, never twice for one return, never for a panel that was not away, and never for a
restart of monitord: the signal must have been seen normal before. Its loss was told when it fell
silent, as any other.
"""

from collections.abc import Iterator

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.concern import Evolve
from monitord.core.site import Point
from monitord.core.state import State
from monitord.vocabulary import Category, DeviceStatus, PointState


def decide(
    state: State, now_ms: int, fact: f.AnyFact, so_far: tuple[ev.AnyEvent, ...]
) -> Iterator[ev.AnyEvent]:
    """Which panel was powered up, and whose detectors have had their time."""
    for event in so_far:
        if isinstance(event, ev.PointStateChanged):
            yield from _told(state, now_ms, event)
        elif isinstance(event, ev.SiteAccepted):
            for device in state.site.devices.values():
                if f"warm:{device.id}" in state.deadlines and not device.cold_start:
                    yield ev.DeviceWarmed(device=device.id)
    if isinstance(fact, f.TimePassed):
        for name in state.due(now_ms, "warm", fact):
            yield ev.DeviceWarmed(device=name)


def holds_off(state: State, point: Point) -> bool:
    """Whether this detector may still say anything."""
    return point.category is Category.INTRUSION and f"warm:{point.device}" in state.deadlines


def _told(state: State, now_ms: int, event: ev.PointStateChanged) -> Iterator[ev.AnyEvent]:
    device = state.site.devices[state.site.points[event.point].device]
    if device.cold_start != event.point or event.state is not PointState.ACTIVE:
        return
    record = state.devices[device.id]
    until_ms = record.since_ms + device.hold_off_ms
    answers = record.status is DeviceStatus.OK
    was_normal = event.before is PointState.NORMAL
    if answers and was_normal and until_ms > now_ms and f"warm:{device.id}" not in state.deadlines:
        yield ev.DeviceColdStarted(device=device.id, until_ms=until_ms)


def _cold(state: State, event: ev.DeviceColdStarted) -> None:
    state.deadlines[f"warm:{event.device}"] = event.until_ms


def _warm(state: State, event: ev.DeviceWarmed) -> None:
    state.deadlines.pop(f"warm:{event.device}", None)


EVOLVE: Evolve = {ev.DeviceColdStarted: _cold, ev.DeviceWarmed: _warm}
