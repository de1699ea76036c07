"""One look at a device, as the daemon would take it: made, opened, polled once, closed.

For a person who installs or seeks a fault. Every step is bounded in time, nothing is written to
the device, stored or decided, and no daemon is needed.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from itertools import pairwise
from typing import Any, Final

import msgspec

from monitord.driver import ConfigFault, DeviceFault, Driver, Item, Line
from monitord.runtime.bound import DriverCalls
from monitord.runtime.building import Builder, Order
from monitord.runtime.clock import SystemClock
from monitord.runtime.plugins import DriverRegistry
from monitord.vocabulary import Cause

CLOSE_MS: Final = 500

#: When a poll was refused, its points are asked one by one, for no longer than this.
ONE_BY_ONE_S: Final = 10.0


class Fault(msgspec.Struct, frozen=True):
    """Why there was no answer, in the words that the daemon would have."""

    cause: Cause
    detail: str


class Look(msgspec.Struct, frozen=True):
    """What came of it: ``items`` by point, in order; or ``fault``, and then ``by_point``.

    ``by_point`` has an outcome for each point that was asked by itself.
    """

    items: tuple[Item, ...] = ()
    fault: Fault | None = None
    by_point: tuple[Item | Fault, ...] = ()
    open_ms: float | None = None
    poll_ms: float | None = None


class SingleLook:
    """Looks at one device.

    ``shared`` opens it over a line of several devices, as a site would; ``one_by_one`` asks each
    point by itself where the device refuses the whole.
    """

    def __init__(
        self,
        drivers: DriverRegistry,
        order: Order,
        *,
        shared: bool = False,
        one_by_one: bool = True,
    ) -> None:
        self._builder = Builder(drivers)
        self._cls: type[Driver[Any]] = drivers.get(order.driver).cls
        self._order = order
        self._shared = shared
        self._again = one_by_one and len(order.points) > 1
        self._calls = DriverCalls(order.driver, SystemClock(), _nobody_told)

    async def take(self) -> Look:
        """Look. Raises nothing: what went wrong is in the answer."""
        try:
            look = await self._once(self._order)
            if self._again and look.fault is not None and _is_refusal(look.fault):
                return msgspec.structs.replace(look, by_point=await self._one_by_one())
            return look
        finally:
            self._calls.close()

    async def _one_by_one(self) -> tuple[Item | Fault, ...]:
        outcomes: list[Item | Fault] = []
        loop = asyncio.get_running_loop()
        ends_s = loop.time() + ONE_BY_ONE_S
        for point in self._order.points:
            if loop.time() >= ends_s:
                break
            look = await self._once(msgspec.structs.replace(self._order, points=(point,)))
            outcomes.append(look.fault or look.items[0])
        return tuple(outcomes)

    async def _once(self, order: Order) -> Look:
        loop, line, driver = asyncio.get_running_loop(), None, None
        times: list[float] = [loop.time()]
        try:
            driver = self._builder.build(order)
            if self._shared:
                connect = partial(self._cls.connect, order.address or "")
                line = await self._calls.make("connect", connect, order.timeout_ms)
            await self._calls.make("open", partial(driver.open, line), order.timeout_ms)
            times.append(loop.time())
            items = await self._calls.make("poll", driver.poll, order.timeout_ms)
            times.append(loop.time())
            return Look(_checked(order, items), None, (), *_spans(times))
        except DeviceFault as fault:
            return Look((), Fault(fault.cause, fault.detail), (), *_spans(times))
        finally:
            await self._let_go(driver, line)

    async def _let_go(self, driver: Driver[Any] | None, line: Line | None) -> None:
        for held in (driver, line):
            if held is not None:
                with suppress(DeviceFault):  # that it does not close is the daemon's to tell
                    await self._calls.make("close", held.close, CLOSE_MS)


def _nobody_told(call: str, times: int) -> None:
    """A call that was cut is told as a fault already."""


def _is_refusal(fault: Fault) -> bool:
    """Whether the device answered, and a part of what was asked may be the reason."""
    return fault.cause in (Cause.CONFIGURATION, Cause.PROTOCOL)


def _checked(order: Order, items: Sequence[Item]) -> tuple[Item, ...]:
    if not isinstance(items, list | tuple) or len(items) != len(order.points):
        raise ConfigFault(
            f"driver {order.driver} did not answer with one item for each of its "
            f"{len(order.points)} points"
        )
    return tuple(items)


def _spans(times: list[float]) -> list[float | None]:
    """Milliseconds between the times that were reached."""
    spans = [1_000 * (later - before) for before, later in pairwise(times)]
    return [*spans, None, None][:2]
