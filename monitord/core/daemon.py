"""The daemon's own concern: epochs, the clock, the store, keys.

A start makes everything unknown and nothing less armed: areas keep the state they had until
their point is read again or its deadline passes.
"""

from collections.abc import Iterator
from typing import Final

from monitord.core import calendar, false_calls, holds, keys, maintenance, modes, permits, relief
from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.concern import Evolve
from monitord.core.records import Answered, DeviceRecord
from monitord.core.site import Device
from monitord.core.state import KEY_KEPT_MS, KEYS_KEPT_MAX, State
from monitord.core.suppression import realign
from monitord.vocabulary import DeviceStatus, PointState, SetState

#: A device that has not answered this long after a start is as silent as one that fell silent.
START_GRACE_MS: Final = 2_000
#: The wall clock is slewed by less than this without anybody being told.
CLOCK_SLACK_MS: Final = 500


def decide(
    state: State, now_ms: int, fact: f.AnyFact, so_far: tuple[ev.AnyEvent, ...]
) -> Iterator[ev.AnyEvent]:
    """What the daemon tells about itself."""
    match fact:
        case f.Started():
            yield ev.EpochOpened(
                epoch=fact.epoch,
                version=fact.version,
                offset_ms=fact.utc_ms - now_ms,
                blind_from_ms=fact.alive_ms,
                damaged=fact.damaged,
            )
        case f.SiteRefused():
            yield ev.SiteRejected(findings=fact.findings, first=fact.first)
        case f.DoorFailed():
            yield ev.DoorMissing(door=fact.door, reason=fact.reason)
        case f.BrokerLost():
            yield ev.BrokerWentSilent(reason=fact.reason)
        case f.BrokerReturned():
            yield ev.BrokerCameBack()
        case f.TurnedAway():
            yield ev.CommandRefused(code=fact.code, text=fact.text)
        case f.WallClockRead():
            by_ms = fact.utc_ms - state.utc_ms(now_ms)
            if abs(by_ms) > CLOCK_SLACK_MS:
                yield ev.ClockStepped(offset_ms=state.offset_ms + by_ms, by_ms=by_ms)
        case f.StoreFailed() if not state.degraded:
            yield ev.StoreDegraded(reason=fact.reason)
        case f.StoreRecovered() if state.degraded:
            yield ev.StoreRestored(held=fact.held)
        case f.StepFailed():
            yield ev.FactFailed(
                fact_type=fact.fact_type,
                error=fact.error,
                point=fact.went_active,
                count=fact.count,
            )
        case _:
            pass


def _epoch_opened(state: State, event: ev.EpochOpened) -> None:
    state.epoch = event.epoch
    state.version = event.version
    state.offset_ms = event.offset_ms
    realign(state)
    maintenance.realign(state)
    modes.realign(state)
    calendar.begin_anew(state)
    permits.realign(state)
    false_calls.realign(state)
    relief.realign(state)
    holds.realign(state)
    state.degraded, state.giving_way = "", False
    blind_from_ms = state.at_ms if event.blind_from_ms is None else event.blind_from_ms
    for device in state.site.devices.values():
        begin_anew(state, device, state.devices[device.id], blind_from_ms)
    if event.damaged:
        for area in state.areas.values():
            if not area.state.counts_as_set:
                area.state, area.since_ms = SetState.UNKNOWN, state.at_ms


def begin_anew(state: State, device: Device, record: DeviceRecord, blind_from_ms: int) -> None:
    """Unknown until it is read; the deadline of a silent device runs from now."""
    if record.status is DeviceStatus.OK:
        record.blind_from_ms = blind_from_ms
    record.status = DeviceStatus.STARTING
    record.since_ms = state.at_ms
    record.overdue = False
    for point_id in device.points:
        point = state.points[point_id]
        point.state, point.since_ms, point.overdue = PointState.UNKNOWN, state.at_ms, False
        state.deadlines.pop(f"point:{point_id}", None)
    grace_ms = START_GRACE_MS + device.silence_ms + device.alarm_after_ms
    state.deadlines[f"device:{device.id}"] = state.at_ms + grace_ms


def _clock_stepped(state: State, event: ev.ClockStepped) -> None:
    state.offset_ms = event.offset_ms
    realign(state)
    maintenance.realign(state)
    modes.realign(state)
    calendar.realign(state)
    permits.realign(state)
    false_calls.realign(state)
    relief.realign(state)
    holds.realign(state)


def _degraded(state: State, event: ev.StoreDegraded) -> None:
    state.degraded = event.reason


def _restored(state: State, event: ev.StoreRestored) -> None:
    state.degraded = ""


def _nothing(state: State, event: ev.AnyEvent) -> None:
    """For the record only."""


def _key_answered(state: State, event: ev.KeyAnswered) -> None:
    if event.device:
        keys.keep(state, event.device, event.key)
        return
    answered = state.answered
    answered.pop(event.key, None)  # oldest first, always
    answered[event.key] = Answered(at_ms=state.at_ms, code=event.code, text=event.text)
    while answered:
        oldest = next(iter(answered))
        too_old = answered[oldest].at_ms <= state.at_ms - KEY_KEPT_MS
        if not too_old and len(answered) <= KEYS_KEPT_MAX:
            break
        del answered[oldest]


EVOLVE: Evolve = {
    ev.EpochOpened: _epoch_opened,
    ev.ClockStepped: _clock_stepped,
    ev.StoreDegraded: _degraded,
    ev.StoreRestored: _restored,
    ev.FactFailed: _nothing,
    ev.CommandRefused: _nothing,
    ev.SiteRejected: _nothing,
    ev.DoorMissing: _nothing,
    ev.BrokerWentSilent: _nothing,
    ev.BrokerCameBack: _nothing,
    ev.KeyAnswered: _key_answered,
}
