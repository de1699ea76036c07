"""One device's life: open, poll on the grid, tell what changed, and build anew after a fault.

One long-lived task per device. Everything a device or its driver can do wrong ends here: as a
fact for the core, a line in the log and a back-off. It never decides what a change means.
"""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final, NoReturn

import structlog

from monitord.core.facts import AnyFact, DeviceLost, DeviceReturned
from monitord.core.signals import NEVER_MS, DeviceSignals, SignalRule, silence_limit_ms
from monitord.driver import DeviceFault, Driver, Item
from monitord.runtime.backoff import MAX_MS, BackOff
from monitord.runtime.bound import GRACE_MS, DriverCalls, place_of
from monitord.runtime.counting import CounterLog
from monitord.runtime.health import Health, is_hopeless
from monitord.runtime.lazytimer import LazyTimer
from monitord.runtime.line import SharedLine
from monitord.runtime.readings import fact_of, unwrap
from monitord.runtime.seams import Clock, Io, Pacer
from monitord.runtime.vitals import DeviceVitals, PointVitals, Tally
from monitord.runtime.writing import Writes
from monitord.vocabulary import Cause

log = structlog.get_logger(__name__)

CLOSE_MS: Final = 500

AnyDriver = Driver[Any]
Build = Callable[[], AnyDriver]


class World:
    """What a device needs of its surroundings; one for all devices of a supervisor."""

    __slots__ = ("clock", "io", "offer", "pacer")

    def __init__(
        self, offer: Callable[[AnyFact], None], clock: Clock, io: Io, pacer: Pacer
    ) -> None:
        self.offer = offer
        self.clock = clock
        self.io = io
        self.pacer = pacer


class SupervisedDevice:
    """One device under supervision. ``build`` makes a new driver, or raises ``DeviceFault``."""

    def __init__(
        self,
        device: str,
        driver: str,
        rules: Sequence[SignalRule],
        build: Build,
        world: World,
        *,
        poll_ms: int,
        timeout_ms: int,
        line: SharedLine | None = None,
    ) -> None:
        self.id = device
        self._line = line
        self._asked = False
        self.tally = Tally()
        self._driver = driver
        self._build = build
        self._world = world
        self._poll_ms = poll_ms
        self._timeout_ms = timeout_ms
        limit_ms = silence_limit_ms(poll_ms, timeout_ms)
        # A poll may outlast the silence limit only where its bound is that long.
        self._silence_in_poll = poll_ms + timeout_ms > limit_ms
        self._loop = asyncio.get_running_loop()
        self._signals = DeviceSignals(rules, unwrap)
        self._counters = CounterLog()
        self._health = Health(device, limit_ms, world.clock.boot_ms())
        self._calls = DriverCalls(driver, world.clock, self._on_cut)
        self._silence = LazyTimer(self._loop, world.clock, self._on_silence)
        self._back_off = BackOff()
        self._connected = False
        self.writes = Writes()
        self._tried_ms = world.clock.boot_ms()
        self._try_max_ms = 2 * (poll_ms + timeout_ms) + CLOSE_MS + MAX_MS + GRACE_MS

    # --- the task ------------------------------------------------------------------------

    async def run(self) -> None:
        """Keep the device polled until cancelled."""
        self._watch_silence()
        try:
            while True:
                wait_ms = await self._live_or_wait()
                await self._world.pacer.next_try(self.id, wait_ms)
        finally:
            self._calls.close()
            self._silence.close()

    async def _live_or_wait(self) -> int:
        """``_live``, or the longest wait when not even its end could be told."""
        try:
            return await self._live()
        except Exception as error:  # noqa: BLE001 - the device must not be forgotten for a bug
            kind, place = type(error).__name__, place_of(error)
            log.error("device cannot be reported", device=self.id, error=kind, place=place)
            return MAX_MS

    async def _live(self) -> int:
        """One driver's life, from its making to its fault; how long to wait for the next."""
        self._tried_ms = self._world.clock.boot_ms()
        try:
            driver = self._build()
            try:
                await self._calls.make("open", partial(self._open, driver), self._timeout_ms)
                self._connected = True
                await self._attend(driver)
            finally:
                self._connected = False
                await self._close(driver)
        except DeviceFault as fault:
            return self._failed(fault)
        except Exception as error:  # noqa: BLE001 - a bug of ours costs one device a back-off
            detail = f"supervisor raised {type(error).__name__} ({place_of(error)})"
            return self._failed(DeviceFault(detail, Cause.DRIVER))

    async def _attend(self, driver: AnyDriver) -> NoReturn:
        """Poll on the grid for as long as the device answers. Raises ``DeviceFault``."""
        calls, health, tally, loop = self._calls, self._health, self.tally, self._loop
        clock, pacer, signals = self._world.clock, self._world.pacer, self._signals
        missed = 0
        while True:
            self._tried_ms = now_ms = clock.boot_ms()
            health.asked(now_ms, self._poll_ms * (missed + 1))
            if self._silence_in_poll:
                self._watch_silence()
            if self._line is None:
                began_s = loop.time()
                values = await calls.make("poll", driver.poll, self._timeout_ms)
                tally.answered(loop.time() - began_s)
            else:
                values = await self._ask_in_turn(driver, self._line)
            self._take(values)
            if self.writes.waiting:
                await self.writes.do(partial(self._write, self._calls, driver))
            missed = await pacer.next_poll(self.id, self._poll_ms, signals.wake_ms)
            tally.missed += missed

    async def _write(self, calls: DriverCalls, driver: AnyDriver, output: str, value: bool) -> None:
        """Switch one output, in the device's turn. Raises ``DeviceFault``."""
        write = partial(driver.write, output, value)
        if self._line is None:
            await calls.make("write", write, self._timeout_ms)
        else:
            async with self._line.turn(answering=True):
                await calls.make("write", write, self._line.bound_ms(self._timeout_ms))

    async def _open(self, driver: AnyDriver) -> None:
        if self._line is None:
            await driver.open()
        else:
            await driver.open(await self._line.get())

    async def _ask_in_turn(self, driver: AnyDriver, line: SharedLine) -> Sequence[Item]:
        """One poll over a shared line. Waiting for the turn is no fault of the device.

        The first try has the whole timeout: a device slower than its neighbours makes itself known.
        """
        async with line.turn(answering=self._asked and self._health.cause is None):
            bound_ms = line.bound_ms(self._timeout_ms) if self._asked else self._timeout_ms
            self._asked = True
            began_s = self._loop.time()
            values = await self._calls.make("poll", driver.poll, bound_ms)
            took_s = self._loop.time() - began_s
            line.answered(took_s * 1000)
        self.tally.answered(took_s)
        return values

    async def _close(self, driver: AnyDriver) -> None:
        """Close within a bound; that it failed is of no use to anybody but the log."""
        try:
            await self._calls.make("close", driver.close, CLOSE_MS)
        except DeviceFault as fault:
            log.debug("driver did not close", device=self.id, detail=fault.detail)

    # --- outcomes ------------------------------------------------------------------------

    def _take(self, answer: Sequence[Item]) -> None:
        """Tell what an answer changed. Raises ``DeviceFault`` for one of the wrong shape."""
        values = self._checked(answer)
        now_ms = self._world.clock.boot_ms()
        self._tried_ms = now_ms
        if self._health.cause is not None:
            self._back_off.reset()
        if self._health.answered(now_ms):
            self._returned(values, now_ms)
            return
        for change in self._signals.take(values, now_ms):
            self._world.offer(fact_of(change, values[change.place]))
        if noticed := self._signals.noticed:
            self._counters.tell(noticed, now_ms)
            noticed.clear()

    def _checked(self, answer: Sequence[Item]) -> Sequence[Item]:
        if type(answer) is not list and type(answer) is not tuple:
            kind = type(answer).__name__
            raise DeviceFault(f"driver {self._driver} answered a poll with {kind}", Cause.DRIVER)
        if len(answer) != len(self._signals):
            detail = (
                f"driver {self._driver} answered {len(answer)} values"
                f" for {len(self._signals)} points"
            )
            raise DeviceFault(detail, Cause.DRIVER)
        return answer

    def _returned(self, values: Sequence[Item], now_ms: int) -> None:
        """The first answer, or the first after a loss: all of it, believed as it is."""
        self._signals.forget()
        changes = self._signals.take(values, now_ms)
        words = log.debug if self.tally.polls == 1 else log.info
        words("device answers", device=self.id)
        self._world.offer(DeviceReturned(device=self.id, samples=self._signals.everything()))
        for change in changes:
            if change.once:
                self._world.offer(fact_of(change, values[change.place]))

    def _failed(self, fault: DeviceFault) -> int:
        """Tell what a fault means for the device's health; how long to leave it alone."""
        first = self._health.cause is None
        self.tally.errors += 1
        self._tell(fault)
        words = log.warning if first else log.debug
        words("device failed", device=self.id, cause=str(fault.cause), detail=fault.detail)
        self._watch_silence()
        hopeless = is_hopeless(fault)
        return self._back_off.after(hopeless=hopeless, jitter=self._world.io.jitter())

    def _tell(self, fault: DeviceFault) -> None:
        self._lost(self._health.failed(fault, self._world.clock.boot_ms()))

    def _lost(self, lost: DeviceLost | None) -> None:
        if lost is not None:
            self._signals.forget()
            self._world.offer(lost)

    def _watch_silence(self) -> None:
        due_ms = self._health.silent_at_ms
        if due_ms < NEVER_MS:
            self._silence.at(due_ms, self._world.clock.boot_ms())

    def _on_silence(self) -> None:
        """Silent past the limit, whatever the task is waiting for."""
        self._lost(self._health.overdue(self._world.clock.boot_ms()))
        self._watch_silence()

    def _on_cut(self, call: str, times: int) -> None:
        """A call was cancelled at its bound; the second time means that the driver ignored it."""
        if times == 1:
            self._watch_silence()
            return
        detail = f"driver {self._driver} does not stop its {call} when told to"
        if times == 2:
            log.error("driver ignores cancellation", device=self.id, driver=self._driver, call=call)
        self._tell(DeviceFault(detail, Cause.DRIVER))

    # --- for others ----------------------------------------------------------------------

    def tell_again(self) -> None:
        """What was told may have given way: all of it once more. What is known changes nothing."""
        if self._health.lost:
            cause = self._health.cause or Cause.SILENT
            self._world.offer(DeviceLost(self.id, cause, self._health.detail))
        elif self._health.answered_ms is not None:
            self._world.offer(DeviceReturned(self.id, self._signals.everything()))

    def switch(self, output: str, value: bool, tell: Callable[[str], None]) -> None:
        """Have an output switched soon; ``tell`` hears why not, or nothing wrong.

        Only what is wanted last is done. A device that does not answer is told when it does.
        """
        self.writes.wish(output, value, tell)

    def is_stuck(self, now_ms: int) -> bool:
        """Whether no try has come to an end for longer than any try may take."""
        return now_ms - self._tried_ms > self._try_max_ms

    def vitals(self, now_ms: int) -> DeviceVitals:
        """How the device does now."""
        health, tally = self._health, self.tally
        mean_us = tally.latency_mean_us
        return DeviceVitals(
            device=self.id,
            connected=self._connected,
            age_ms=None if health.answered_ms is None else now_ms - health.answered_ms,
            latency_us=tally.latency_us,
            latency_mean_us=None if mean_us is None else round(mean_us),
            polls=tally.polls,
            missed=tally.missed,
            errors=tally.errors,
            blocked_ms=tally.blocked_ms,
            cause=health.cause,
            detail=health.detail,
            points=tuple(PointVitals(s.point, s.state, s.value) for s in self._signals.live()),
        )
