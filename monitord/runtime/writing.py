"""What the outputs of one device are to be: the last wish of each, done as soon as that can be.

A device that cannot be asked gets its wishes when it can; one that was let go in the middle of a
write gets it again. Whoever wished hears what came of it. What was wished for is not judged here.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from monitord.driver import DeviceFault
from monitord.vocabulary import Cause

#: The device answers and says no: it is well, and nothing was switched.
REFUSALS: Final = frozenset({Cause.CONFIGURATION, Cause.DEVICE, Cause.BUSY, Cause.AUTHENTICATION})
#: Before the reason, where a device may have done it and may not.
UNKNOWN: Final = "nobody knows whether it did"

#: An output and what it is to be.
Write = Callable[[str, bool], Awaitable[None]]
#: Hears why not, or nothing wrong.
Tell = Callable[[str], None]


class Writes:
    """Of one device, for as long as it is supervised. At most one wish for each output."""

    def __init__(self) -> None:
        self._wishes: dict[str, tuple[bool, Tell]] = {}
        self._open: dict[str, tuple[bool, Tell]] = {}
        self._news = asyncio.Event()

    @property
    def waiting(self) -> bool:
        """Whether something is to be done."""
        return bool(self._open)

    def wish(self, output: str, value: bool, tell: Tell) -> None:
        """In place of what was wished for before."""
        self._wishes[output] = self._open[output] = value, tell
        self._news.set()

    def take_over(self, other: "Writes") -> None:
        """The device is supervised anew: nothing that was wished for is lost."""
        for output, (value, tell) in other._open.items():
            self.wish(output, value, tell)
        self._wishes = {**other._wishes, **self._wishes}

    def renew(self) -> None:
        """Nobody knows what its outputs are now: all are to be as was wished for last."""
        self._open = {**self._wishes, **self._open}
        if self._open:
            self._news.set()

    async def do(self, write: Write) -> None:
        """Each once. Raises the fault of a device that is gone; its wish was told of."""
        self._news.clear()
        while self._open:
            output, wish = self._open.popitem()
            value, tell = wish
            try:
                await write(output, value)
            except asyncio.CancelledError:  # let go in the middle: to be done by whoever is next
                self._open.setdefault(output, wish)
                raise
            except DeviceFault as fault:
                if fault.cause in REFUSALS:
                    tell(fault.detail)
                    continue
                tell(f"{UNKNOWN}: {fault.detail}")
                raise
            tell("")

    async def do_for_ever(self, write: Write) -> None:
        """As they come, until cancelled. A device that is gone is somebody else's to notice."""
        while True:
            await self._news.wait()
            try:
                await self.do(write)
            except DeviceFault:
                if self._open:
                    self._news.set()
