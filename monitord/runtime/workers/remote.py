"""A driver that runs in a worker, as the device supervisor sees it: the usual contract.

Cadence, bounds, back-off and health stay the daemon's; here a call becomes a frame and an answer
a value. It never holds what the real driver knows, but for the last answer.
"""

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Any, Protocol

from monitord.driver import DeviceFault, Driver, Emit, Item, Line, Point, Reading
from monitord.runtime.building import Order
from monitord.runtime.line import shares_lines
from monitord.runtime.workers import frames as f
from monitord.runtime.workers import items
from monitord.runtime.workers.link import Link
from monitord.runtime.workers.memory import Memory
from monitord.vocabulary import Cause


class Reached(Protocol):
    """The worker, which may be gone and come again."""

    async def link(self, patience_s: float) -> Link:
        """The way to it now. Raises ``DeviceFault``."""


class RemoteLine:
    """A shared connection that stands in the worker; it is made there when a device opens."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._link: Link | None = None

    def reached_by(self, link: Link) -> None:
        """A device opens over it in the worker behind ``link``."""
        self._link = link

    async def close(self) -> None:
        """Nobody is on it any more; a worker that is gone has let go of it."""
        if self._link is not None and not self._link.is_over:
            self._link.tell(f.LeaveLine(self.address))


class RemoteDriver(Driver[Any]):
    """Device ``number`` in ``worker``, for one life of that worker."""

    def __init__(
        self, worker: Reached, number: int, order: Order, patience_s: float, memory: Memory
    ) -> None:
        super().__init__(None, [Point(name) for name, _ in order.points])
        self._memory = memory
        self._worker, self._patience_s = worker, patience_s
        self._number, self._order = number, order
        self._link: Link | None = None
        self._last: list[Item] | None = None

    @classmethod
    async def connect(cls, address: str) -> Line:
        """What the daemon holds of a line; the worker connects."""
        return RemoteLine(address)

    async def open(self, line: Line | None = None) -> None:
        """Have it made and opened, once the worker can be asked."""
        self._link = link = await self._worker.link(self._patience_s)
        address = None
        if isinstance(line, RemoteLine):
            line.reached_by(link)
            address = line.address
        known = await self._memory.recall(self._order.device) if self._order.look_ms else b""
        await link.call(
            lambda i: f.Open(i, self._number, self._order, address, known), self._number
        )

    async def poll(self) -> Sequence[Item]:
        """What it answers; the same list again while nothing has changed."""
        reply = await self._reached().call(lambda i: f.Poll(i, self._number), self._number)
        try:
            if isinstance(reply, f.Answer):
                self._last = items.unpacked(reply.items)
        except items.Garbage as error:
            raise DeviceFault(f"its worker answered {error}", Cause.DRIVER) from None
        if self._last is None or not isinstance(reply, f.Answer | f.Same):
            raise DeviceFault("its worker answered a poll with nothing", Cause.DRIVER)
        return self._last

    async def write(self, output: str, value: bool) -> None:
        """Have an output switched; whatever ends the call before its answer leaves it unknown."""
        await self._reached().call(lambda i: f.Write(i, self._number, output, value), self._number)

    async def listen(self, emit: Emit) -> None:
        """Have it listened to; each receipt goes back to the worker."""
        link, telling = self._reached(), set[asyncio.Task[None]]()

        def hear(said: f.Emitted) -> None:
            if len(telling) >= f.EMITS_MAX:
                raise items.Garbage("more readings than it has receipts for")
            readings = [items.reading_of(told) for told in said.readings]
            task = asyncio.create_task(self._tell(link, emit, said.emit, readings))
            telling.add(task)
            task.add_done_callback(telling.discard)

        try:
            await link.call(lambda i: f.Listen(i, self._number), self._number, hear)
        finally:
            for task in telling:
                task.cancel()

    async def _tell(self, link: Link, emit: Emit, number: int, readings: list[Reading]) -> None:
        with contextlib.suppress(DeviceFault):  # what is wrong with them ends the listening
            stored = await emit(readings)
            link.tell(f.Receipt(self._number, number, stored))

    async def close(self) -> None:
        """Have it closed; a worker that is gone has let go of everything."""
        if self._link is not None and not self._link.is_over:
            await self._link.call(lambda i: f.Close(i, self._number), self._number)

    def _reached(self) -> Link:
        if self._link is None:
            raise DeviceFault("the device is not open", Cause.DRIVER)
        return self._link


class Undescribed(Driver[Any]):
    """What is taken for a driver until its worker has said what it is like."""


def described(cls: type[Driver[Any]]) -> f.Ready:
    """In the worker: what the daemon must know of a driver that it does not import."""
    return f.Ready(
        poll_ms=cls.poll_ms,
        timeout_ms=cls.timeout_ms,
        silence_ms=cls.silence_ms,
        polls=cls.poll is not Driver.poll,
        listens=cls.listen is not Driver.listen,
        can_wait=cls.can_wait,
        shares_lines=shares_lines(cls),
        memory_mib=min(max(int(cls.memory_mib), 0), f.MEMORY_MIB_MAX),
    )


def stand_in(ready: f.Ready) -> type[Driver[Any]]:
    """In the daemon: a class that says of itself what the worker said of the real one."""
    own: dict[str, Any] = {
        "poll_ms": ready.poll_ms or Driver.poll_ms,
        "timeout_ms": ready.timeout_ms or Driver.timeout_ms,
        "silence_ms": ready.silence_ms,
        "can_wait": ready.can_wait,
    }
    if ready.polls:
        own["poll"] = RemoteDriver.poll
    if ready.listens:
        own["listen"] = RemoteDriver.listen
    if ready.shares_lines:
        own["connect"] = RemoteDriver.__dict__["connect"]
    return type("Described", (Driver,), own)
