"""In a worker: what a device says by itself, on its way to the daemon, and the receipts for it.

The driver waits here while the daemon does, so that a device that says too much is slowed down
through both processes. It decides nothing: what a reading means, and whether it may be one at all,
is the daemon's.
"""

import asyncio
from collections.abc import Callable, Sequence
from itertools import count
from typing import Final

from monitord.driver import DeviceFault, Quality, Reading
from monitord.runtime.workers import frames as f
from monitord.runtime.workers import items
from monitord.vocabulary import Cause

#: Of a device that cannot wait: more calls of ``emit`` than this are not told any more.
WAITING_MAX: Final = 1_000


class Mouth:
    """``emit`` for one driver that listens, in the call ``call_id``."""

    def __init__(
        self, call_id: int, driver: str, say: Callable[[f.Emitted], None], *, can_wait: bool
    ) -> None:
        self._call_id, self._driver, self._say = call_id, driver, say
        self._can_wait = can_wait
        self._numbers = count(1)
        self._room = asyncio.Semaphore(f.EMITS_MAX)
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._receipts: dict[int, asyncio.Future[bool]] = {}

    async def emit(self, readings: Sequence[Reading]) -> bool:
        """``Emit``: True once all of them are stored."""
        if not self._can_wait and self._waiting >= WAITING_MAX:
            return False
        told = self._packed(readings)
        parts = [told[at : at + f.READINGS_MAX] for at in range(0, len(told), f.READINGS_MAX)]
        self._waiting += 1
        try:
            async with self._turn:  # or one call's readings would stand among another's
                receipts = [await self._tell(part) for part in parts or [[]]]
            return all([await receipt for receipt in receipts])
        finally:
            self._waiting -= 1

    def receipt(self, number: int, *, stored: bool) -> None:
        """The daemon's word on what was emitted."""
        receipt = self._receipts.pop(number, None)
        if receipt is not None:
            self._room.release()
            if not receipt.done():
                receipt.set_result(stored)

    def close(self) -> None:
        """Nobody listens any more: nothing is stored that was not told to be."""
        for number in list(self._receipts):
            self.receipt(number, stored=False)

    async def _tell(self, part: list[items.Told]) -> "asyncio.Future[bool]":
        await self._room.acquire()
        number = next(self._numbers)
        receipt = self._receipts[number] = asyncio.get_running_loop().create_future()
        self._say(f.Emitted(self._call_id, number, part))
        return receipt

    def _packed(self, readings: object) -> list[items.Told]:
        """What is no reading goes as one of a point that there cannot be: the daemon refuses it."""
        if not isinstance(readings, list | tuple):
            return [_nothing(readings)]
        try:
            told = [items.packed(one) if isinstance(one, Reading) else None for one in readings]
        except items.TooLong as error:
            raise DeviceFault(f"driver {self._driver} emitted {error}", Cause.DRIVER) from None
        pairs = zip(told, readings, strict=True)
        return [own if isinstance(own, items.Told) else _nothing(one) for own, one in pairs]


def _nothing(thing: object) -> items.Told:
    point = f"a {type(thing).__name__} that is no reading"[: items.NAME_MAX]
    return items.Told(point, None, False, Quality.UNKNOWN, None, False, None, None, None)
