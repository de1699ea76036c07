"""A trial of a driver that listens: what it emits is heard, answered, and held back at will.

"One read" of such a driver is what it tells while its device says all that it has to say, so that
the checks of polled drivers hold for it as well.
"""

import asyncio
from collections.abc import Sequence
from typing import Any

from monitord.driver import DeviceFault, Reading
from monitord.testing.conformance.bench import ListenBench
from monitord.testing.conformance.trial import (
    AnyDriver,
    Cut,
    Ending,
    Told,
    Trial,
    plain_value,
)
from monitord.testing.conformance.verdict import Failed

ENDED = "the device ended the connection"
LOOK_MS = 2


class Ear:
    """The far side of one driver's ``emit``. ``held`` keeps every answer back; then ``answer``."""

    def __init__(self, points: Sequence[str]) -> None:
        self._points = frozenset(points)
        self.readings: list[Reading] = []
        self.calls = 0
        self.waiting = 0
        self.waiting_max = 0
        self.answer = True
        self.wrong: Failed | None = None
        self.spoken = asyncio.Event()
        self._let_go = asyncio.Event()
        self._let_go.set()

    def hold(self) -> None:
        """From now on no call of ``emit`` comes back."""
        self._let_go.clear()

    def let_go(self) -> None:
        """They come back again, with ``answer``."""
        self._let_go.set()

    async def emit(self, readings: Sequence[Reading]) -> bool:
        """``emit``, as a driver is given it."""
        self.calls += 1
        self.spoken.set()
        self._look_at(readings)
        if self.wrong is not None:
            raise self.wrong
        self.readings += readings
        self.waiting += 1
        self.waiting_max = max(self.waiting_max, self.waiting)
        try:
            await self._let_go.wait()
        finally:
            self.waiting -= 1
        return self.answer

    def _look_at(self, readings: object) -> None:
        if type(readings) is not list and type(readings) is not tuple:
            seen = f"emitted {type(readings).__name__}"
        else:
            wrong = [item for item in readings if type(item) is not Reading]
            strange = [
                str(item.point)
                for item in readings
                if type(item) is Reading and item.point not in self._points
            ]
            if not wrong and not strange:
                return
            seen = (
                f"emitted {type(wrong[0]).__name__}" if wrong else f"spoke of point '{strange[0]}'"
            )
        self.wrong = Failed(
            seen,
            "a list of Readings of its own points",
            "name points by the id that points() has; answer for the others, and tell nothing",
        )


class ListenTrial(Trial):
    """What a check of a driver that listens works with."""

    read_word = "what it told was"
    read_cure = "emit a Reading for each point that the device speaks of, with the point's id"

    def __init__(self, bench: ListenBench) -> None:
        super().__init__(bench)
        self.device = bench
        self._ears: dict[AnyDriver, tuple[Ear, asyncio.Task[Any]]] = {}

    def listening(self, driver: AnyDriver) -> Ear:
        """The ear of a driver, which listens from the first call on until it is closed."""
        if driver not in self._ears:
            ear = Ear([point.id for point in driver.points()])
            self._ears[driver] = ear, self.begin("listen", driver.listen(ear.emit))
        return self._ears[driver][0]

    async def poll(self, driver: AnyDriver) -> Ending:
        """What it tells while the device says all that it has to say."""
        ear = self.listening(driver)
        before = len(ear.readings)
        await asyncio.sleep(0)
        if ending := self.ending(driver):
            return ending
        telling = self.begin("tell", self.device.tell())

        def told() -> dict[str, Any]:
            return {r.point: plain_value(r) for r in ear.readings[before:]}

        ids = [point.id for point in driver.points()]
        await self.until(driver, lambda: len(told()) == len(ids) and telling.done())
        telling.cancel()
        if len(values := told()) == len(ids):
            return Told([values[point] for point in ids])
        return self.ending(driver) or Cut()

    async def until(self, driver: AnyDriver, done: Any, parts: int = 1) -> bool:
        """Wait for at most a timeout's part, or the end of listening; whether ``done()``."""
        ear, task = self._ears[driver]
        for _ in range(self.bench.timeout_ms // parts // LOOK_MS):
            if done() or task.done():
                break
            await asyncio.sleep(LOOK_MS / 1000)
        if ear.wrong is not None:
            raise ear.wrong
        return bool(done())

    def ending(self, driver: AnyDriver) -> Ending | None:
        """How listening ended; None while it goes on."""
        _, task = self._ears[driver]
        if not task.done():
            return None
        ending = self._ending("listen", task)
        return DeviceFault(ENDED) if isinstance(ending, Told) else ending

    async def stop_listening(self, driver: AnyDriver) -> None:
        """Cancel it, as the runtime does. Raises ``Failed`` when it stays."""
        if driver in self._ears:
            ear, task = self._ears[driver]
            ear.let_go()
            if not task.done():
                await self.cancel("listen", task)
            self.ending_judged(driver)

    def ending_judged(self, driver: AnyDriver) -> None:
        """A failing where it ended with anything but a fault; then it is forgotten."""
        _, task = self._ears[driver]
        if not task.cancelled():
            self.ending(driver)
        del self._ears[driver]

    async def close(self, driver: AnyDriver) -> None:
        """Stop listening, then close."""
        await self.stop_listening(driver)
        await super().close(driver)
