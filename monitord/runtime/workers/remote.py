"""A driver that runs in a worker, as the device supervisor sees it: the usual contract.

Cadence, bounds, back-off and health stay the daemon's; here a call becomes a frame and an answer
a value. It never holds what the real driver knows, but for the last answer.
"""

from collections.abc import Sequence
from typing import Any

from monitord.driver import DeviceFault, Driver, Item, Line, Point
from monitord.runtime.building import Order
from monitord.runtime.workers import frames as f
from monitord.runtime.workers.link import Link
from monitord.vocabulary import Cause


class RemoteLine:
    """A shared connection that stands in the worker; it is made there when a device opens."""

    def __init__(self, address: str) -> None:
        self.address = address

    async def close(self) -> None:
        """Nothing stands here: the fleet tells the worker when nobody is on the line any more."""


class RemoteDriver(Driver[Any]):
    """Device ``number`` in the worker behind ``link``, for one life of that worker."""

    def __init__(self, link: Link, number: int, order: Order) -> None:
        super().__init__(None, [Point(name) for name, _ in order.points])
        self._link, self._number, self._order = link, number, order
        self._last: list[Item] | None = None

    async def open(self, line: Line | None = None) -> None:
        """Have it made and opened."""
        address = line.address if isinstance(line, RemoteLine) else None
        await self._link.call(lambda i: f.Open(i, self._number, self._order, address), self._number)

    async def poll(self) -> Sequence[Item]:
        """What it answers; the same list again while nothing has changed."""
        reply = await self._link.call(lambda i: f.Poll(i, self._number), self._number)
        try:
            if isinstance(reply, f.Answer):
                self._last = f.unpacked(reply.items)
        except f.Garbage as error:
            raise DeviceFault(f"its worker answered {error}", Cause.DRIVER) from None
        if self._last is None or isinstance(reply, f.Done):
            raise DeviceFault("its worker answered a poll with nothing", Cause.DRIVER)
        return self._last

    async def close(self) -> None:
        """Have it closed; a worker that is gone has let go of everything."""
        await self._link.call(lambda i: f.Close(i, self._number), self._number)
