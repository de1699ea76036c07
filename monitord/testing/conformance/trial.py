"""One check's bench and the drivers it makes, every call bounded as the runtime bounds it.

A call ends with values, with a ``DeviceFault``, or is cut at its bound. Anything else is a
failing of the driver and is said here, once, for all checks.
"""

import asyncio
import traceback
from collections.abc import Awaitable, Coroutine, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from monitord.driver import UNKNOWN, DeviceFault, Driver, Line, Quality, Reading
from monitord.testing.conformance.bench import Bench, Trouble
from monitord.testing.conformance.verdict import Failed, NotTried

GRACE_MS: Final = 500
SETTLE_MS: Final = 1_000

AnyDriver = Driver[Any]


class Told(msgspec.Struct, frozen=True):
    """The call gave this."""

    value: Any


class Cut(msgspec.Struct, frozen=True):
    """No answer: cancelled at its bound, and it let go."""


Ending = Told | Cut | DeviceFault


class Trial:
    """What a check works with. ``a`` and ``b`` are two whole answers, different in every point."""

    read_word = "poll ended with"
    read_cure = "ask the device at each poll, and answer one item per point in points() order"

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.a: list[Any] = [first for first, _ in bench.pairs]
        self.b: list[Any] = [second for _, second in bench.pairs]
        self.faults: list[DeviceFault] = []
        self._made: list[AnyDriver] = []
        self._running: set[asyncio.Task[Any]] = set()

    def make(self) -> AnyDriver:
        """A driver, not yet open."""
        driver = self.bench.make()
        self.adopt(driver)
        return driver

    def adopt(self, driver: AnyDriver) -> None:
        """Give a driver its bound, and close it at the latest with the trial."""
        driver.timeout_ms = self.bench.timeout_ms
        self._made.append(driver)

    async def opened(self, line: Line | None = None) -> AnyDriver:
        """A driver that is open; a failing where a healthy device cannot be opened."""
        driver = self.make()
        ending = await self.open(driver, line)
        if not isinstance(ending, Told):
            raise Failed(
                f"open of a healthy device ended with {words(ending)}",
                "a connection",
                "let open() connect and return; check the bench's make() and start()",
            )
        return driver

    async def open(self, driver: AnyDriver, line: Line | None = None) -> Ending:
        """Open, bounded."""
        return await self.call("open", driver.open(line))

    async def poll(self, driver: AnyDriver) -> Ending:
        """Poll, bounded; the answer as plain values, of the right length."""
        ending = await self.call("poll", driver.poll())
        return Told(self._plain(ending.value)) if isinstance(ending, Told) else ending

    async def call(self, name: str, asked: Awaitable[Any]) -> Ending:
        """Await one call of a driver for the bench's timeout. Raises ``Failed``."""
        task = self.begin(name, asked)
        await asyncio.wait({task}, timeout=self.bench.timeout_ms / 1000)
        if task.done():
            return self._ending(name, task)
        await self.cancel(name, task)
        return Cut()

    def begin(self, name: str, asked: Awaitable[Any]) -> "asyncio.Task[Any]":
        """Begin a call; it is ended at the latest with the trial."""

        async def ask() -> Any:
            return await asked

        work: Coroutine[Any, Any, Any] = ask()
        task = asyncio.create_task(work, name=f"conformance {name}")
        self._running.add(task)
        return task

    async def cancel(self, name: str, task: "asyncio.Task[Any]") -> None:
        """Cancel a call, as the runtime does at its bound. Raises ``Failed`` when it stays."""
        task.cancel()
        await asyncio.wait({task}, timeout=GRACE_MS / 1000)
        if not task.done():
            raise Failed(
                f"{name} goes on {GRACE_MS} ms after it was cancelled",
                "that it ends at once",
                "never catch CancelledError without raising it again",
            )
        if not task.cancelled():
            self._ending(name, task)

    async def close(self, driver: AnyDriver) -> None:
        """Close; whatever it raises or takes too long for is a failing."""
        try:
            ending = await self.call("close", driver.close())
        except Failed as failed:
            raise Failed(failed.seen, "a close() that never raises", CLOSE_CURE) from None
        if not isinstance(ending, Told):
            raise Failed(f"close ended with {words(ending)}", "that it returns", CLOSE_CURE)

    async def expect(self, driver: AnyDriver, values: list[Any], when: str) -> None:
        """Fail unless a poll now tells exactly ``values``."""
        ending = await self.poll(driver)
        if not (isinstance(ending, Told) and ending.value == values):
            raise Failed(
                f"{when}, {self.read_word} {words(ending)}",
                f"what the device says: {values}",
                self.read_cure,
            )

    async def returned(self) -> None:
        """Heal the device and fail unless a new driver reads what it says now."""
        await self.bench.heal()
        driver = await self.opened()
        await self.expect(driver, self.b, "after the device came back")
        await self.close(driver)

    async def begin_trouble(self, trouble: Trouble) -> None:
        """Bring the device into trouble. Raises ``NotTried`` where it cannot be."""
        why = self.bench.cannot.get(trouble)
        if why is not None:
            raise NotTried(f"this bench's device cannot do '{trouble}': {why}")
        await self.bench.trouble(trouble)

    async def settle(self) -> bool:
        """Whether every connection to the device ends within a second."""
        for _ in range(SETTLE_MS // 10):
            if self.bench.connections() == 0:
                return True
            await asyncio.sleep(0.01)
        return self.bench.connections() == 0

    async def end(self) -> None:
        """Let go of everything that the check began; what a driver raises here was judged."""
        for driver in self._made:
            closing = self.begin("close", driver.close())
            await asyncio.wait({closing}, timeout=GRACE_MS / 1000)
        for _ in range(3):
            left = {task for task in self._running if not task.done()}
            if not left:
                break
            for task in left:
                task.cancel()
            await asyncio.wait(left, timeout=GRACE_MS / 1000)
        for task in self._running:
            if task.done() and not task.cancelled():
                task.exception()

    def _ending(self, name: str, task: "asyncio.Task[Any]") -> Ending:
        if task.cancelled():
            raise Failed(f"{name} cancelled itself", "an answer or a DeviceFault", FAULT_CURE)
        error = task.exception()
        if error is None:
            return Told(task.result())
        if isinstance(error, Failed):  # it was interrupted while it blocked
            raise error
        if isinstance(error, DeviceFault):
            self.faults.append(error)
            if not error.detail.strip():
                raise Failed(
                    f"a {type(error).__name__} without words",
                    "what is wrong, in words for a guard",
                    "say in the fault what the device did",
                )
            return error
        raise Failed(
            f"{name} raised {type(error).__name__} ({_place(error)})",
            "an answer or a DeviceFault",
            FAULT_CURE,
        )

    def _plain(self, answer: object) -> list[Any]:
        if type(answer) is not list and type(answer) is not tuple:
            raise Failed(f"poll answered with {type(answer).__name__}", "a list", LIST_CURE)
        if len(answer) != len(self.a):
            raise Failed(
                f"poll answered {len(answer)} items for {len(self.a)} points",
                "one item per point",
                LIST_CURE,
            )
        return [plain_value(item) for item in answer]


CLOSE_CURE: Final = "let close() let go of everything and swallow what the connection raises"
FAULT_CURE: Final = "catch what the connection raises, by name, and raise DeviceFault with words"
LIST_CURE: Final = "return a list with one item per point, in the order of points()"


def words(ending: Ending) -> str:
    """How a call ended, for people."""
    match ending:
        case Told(value):
            return f"the answer {value}"
        case Cut():
            return "no answer in time"
        case _:
            return f"{type(ending).__name__}: {ending.detail}"


def is_unknown(values: Sequence[Any]) -> bool:
    """Whether an answer says of every point that it is not known."""
    return all(value is UNKNOWN for value in values)


def plain_value(item: object) -> Any:
    """An item as a bare value; a doubtful one is unknown."""
    if isinstance(item, Reading):
        return item.value if item.quality is Quality.GOOD else UNKNOWN
    return item


def _place(error: BaseException) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{Path(frame.filename).name}:{frame.lineno}"
