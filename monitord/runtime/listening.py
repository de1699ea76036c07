"""A device that speaks first: opened, read once where that can be done, then listened to.

It is alive for as long as it says something, at least once in the longest silence that its driver
promises. After that it is lost, although its connection may seem to live, and is begun anew. Of
what it has not said since its connection was made nothing is known.
"""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Final, NamedTuple, NoReturn

import structlog

from monitord.core.facts import DeviceReturned, Sample
from monitord.core.heard import HeardSignals
from monitord.core.signals import SignalRule
from monitord.driver import DeviceFault, Driver, Item, Reading
from monitord.runtime.bound import GRACE_MS, DriverCalls
from monitord.runtime.device import CLOSE_MS, AnyDriver, Build, SupervisedDevice, World
from monitord.runtime.line import SharedLine
from monitord.runtime.reading_queue import ReadingQueue
from monitord.runtime.readings import unwrap
from monitord.runtime.receipts import Receipts
from monitord.vocabulary import Cause, PointState

log = structlog.get_logger(__name__)

ENDED: Final = "the device ended the connection"
NUMBER_MAX: Final = 2**64
#: What a driver that ignores being told to stop may hold up the end of its connection.
LET_GO_S: Final = 0.1


class Speech(NamedTuple):
    """How the devices of a driver speak. ``is_asked`` is whether they can be asked as well."""

    silence_ms: int
    is_asked: bool
    can_wait: bool


def speech_of(driver: type[AnyDriver], silence_ms: int) -> Speech | None:
    """How this driver's devices speak first, with the site's longest silence; None: they do not."""
    if driver.listen is Driver.listen:
        return None
    is_asked = driver.poll is not Driver.poll
    return Speech(silence_ms or driver.silence_ms, is_asked, driver.can_wait)


class ListeningDevice(SupervisedDevice):
    """One device under supervision that speaks first."""

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
        receipts: Receipts,
        speech: Speech,
        line: SharedLine | None = None,
    ) -> None:
        super().__init__(
            device,
            driver,
            rules,
            build,
            world,
            poll_ms=poll_ms,
            timeout_ms=timeout_ms,
            line=line,
        )
        self._speech = speech
        self._points = tuple(rule.point for rule in rules)
        self._signals: HeardSignals = HeardSignals(rules, unwrap)
        self._queue = ReadingQueue(
            device, self._points, self._signals, receipts, world.clock, can_wait=speech.can_wait
        )
        self._try_max_ms += speech.silence_ms + CLOSE_MS + GRACE_MS
        self._life: object = None
        self._emitting = 0
        self._is_new = False
        self._broken: DeviceFault | None = None

    async def run(self) -> None:
        """Keep the device listened to until cancelled."""
        try:
            await super().run()
        finally:
            self._queue.close()

    async def _attend(self, driver: AnyDriver) -> NoReturn:
        """Listen for as long as the device speaks. Raises ``DeviceFault``."""
        self._is_new = not self._speech.is_asked
        if self._speech.is_asked:
            self._take(await self._ask(driver))
            self._queue.owe()
        else:
            self._health.listening()
        silence_ms = self._speech.silence_ms
        life = self._life = object()
        self._broken, self._emitting = None, 0
        listen = partial(driver.listen, partial(self._emit, life))
        self.writes.renew()
        switching = asyncio.create_task(self._switch_beside(driver), name=_own_name())
        try:
            await self._calls.make("listen", listen, silence_ms, self._silent_words)
        except DeviceFault as fault:
            raise self._what_broke(fault) from None
        finally:
            self._life = None
            switching.cancel()
            await asyncio.wait({switching}, timeout=LET_GO_S)
        raise self._what_broke(DeviceFault(ENDED))

    async def _switch_beside(self, driver: AnyDriver) -> None:
        """Outputs are switched while it is listened to: that call has no end to wait for."""
        calls = DriverCalls(self._driver, self._world.clock, self._on_cut)
        try:
            await self.writes.do_for_ever(partial(self._write, calls, driver))
        finally:
            calls.close()

    def _what_broke(self, fault: DeviceFault) -> DeviceFault:
        """Why the life ended: what its driver lied about comes before what came of it."""
        return self._broken or fault

    async def _ask(self, driver: AnyDriver) -> Sequence[Item]:
        """The whole state, once."""
        if self._line is not None:
            return await self._ask_in_turn(driver, self._line)
        return await self._calls.make("poll", driver.poll, self._timeout_ms)

    # --- what it says ----------------------------------------------------------------------

    async def _emit(self, life: object, readings: Sequence[Reading]) -> bool:
        """``emit``, as the driver has it. Raises ``DeviceFault`` for what cannot be a reading."""
        if life is not self._life:
            return False  # a call that its driver left behind
        self._emitting += 1
        self._calls.hold()  # it is we who keep it waiting
        try:
            good = self._checked_readings(readings)
            if good or self._broken is None:
                self._heard(good)
            told = await self._queue.take(good, lambda: life is self._life)
        finally:
            self._emitting -= 1
            if life is self._life and not self._emitting:
                self._calls.extend(1 if self._broken else self._speech.silence_ms)
        if self._broken is not None:
            raise self._broken
        return told

    def _checked_readings(self, readings: object) -> list[Reading]:
        """Those that can be taken; the first that cannot is a fault of the driver."""
        if type(readings) is not list and type(readings) is not tuple:
            self._lies(f"emitted {type(readings).__name__}, not a list")
            return []
        good = []
        for reading in readings:
            wrong = self._wrong_with(reading)
            if wrong:
                self._lies(wrong)
            else:
                good.append(reading)
        return good

    def _wrong_with(self, reading: object) -> str:
        if type(reading) is not Reading:
            return f"emitted {type(reading).__name__}, not a Reading"
        if self._queue.place_of(str(reading.point)) is None:
            return f"spoke of {str(reading.point)[:40]!r}, which is no point of this device"
        texts = (reading.by, reading.key, reading.raw)
        if any(text is not None and type(text) is not str for text in texts):
            return f"said of {reading.point} a by, key or raw that is no text"
        if reading.device_ms is not None and type(reading.device_ms) is not int:
            return f"said of {reading.point} a device_ms that is no whole number"
        if isinstance(reading.value, int) and abs(reading.value) > NUMBER_MAX:
            return f"said of {reading.point} a number that is none of a device's"
        return ""

    def _lies(self, detail: str) -> None:
        if self._broken is None:
            self._broken = DeviceFault(f"driver {self._driver} {detail}", Cause.DRIVER)

    def _heard(self, readings: Sequence[Reading]) -> None:
        """The device has spoken: it is there, and known by what it has said."""
        now_ms = self._world.clock.boot_ms()
        self._tried_ms = now_ms
        if self._health.cause is not None:
            self._back_off.reset()
        back = self._health.answered(now_ms)
        if not back and not self._is_new:
            return
        self._is_new = False
        self._signals.forget()
        unspoken = self._queue.unspoken(readings)
        samples = tuple(Sample(point, PointState.UNKNOWN) for point in unspoken)
        log.info("device speaks", device=self.id)
        self._world.offer(DeviceReturned(device=self.id, samples=samples))
        self._queue.owe()

    # --- silence -----------------------------------------------------------------------------

    @property
    def _silent_words(self) -> str:
        return f"nothing heard for {self._speech.silence_ms} ms"

    def _on_cut(self, call: str, times: int) -> None:
        """Nothing was heard for too long: it is lost now, whatever its driver does."""
        if call == "listen" and times == 1 and self._broken is None:
            now_ms = self._world.clock.boot_ms()
            self._back_off.reset()  # it was listened to for as long as it may be silent
            self._lost(self._health.fell_silent(self._silent_words, now_ms))
        super()._on_cut(call, times)


def _own_name() -> str:
    """A driver that blocks in a write is named as its device."""
    task = asyncio.current_task()
    return "" if task is None else task.get_name()
