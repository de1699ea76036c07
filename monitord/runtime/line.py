"""A connection that several devices share: one request at a time, in turn.

Devices that answer go first, so that a dead one costs the others one bounded try per back-off
period and no more. It knows no protocol, and it never decides whether a device is lost.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any, Final

import structlog

from monitord.core.lines import try_ms
from monitord.driver import Driver, Line
from monitord.site.types import shares_lines

__all__ = ["SharedLine", "close_all", "shares_lines"]

log = structlog.get_logger(__name__)

CLOSE_MS: Final = 500
_FADE: Final = 0.99  # of the longest answer, with each answer: a slow day is forgotten


async def close_all(lines: Iterable["SharedLine"]) -> None:
    """Close every line, within ``CLOSE_MS`` together."""
    closing = [asyncio.ensure_future(line.close()) for line in lines]
    if closing:
        done, holding_on = await asyncio.wait(closing, timeout=CLOSE_MS / 1000)
        for task in holding_on:
            task.cancel()
        failed = sum(task.exception() is not None for task in done)
        if failed or holding_on:
            log.error("lines did not close", failed=failed, holding_on=len(holding_on))


class SharedLine:
    """One line. ``members`` is the number of devices on it; ``connect`` is called once."""

    def __init__(self, cls: type[Driver[Any]], address: str, members: int) -> None:
        self._cls = cls
        self._address = address
        self._members = members
        self._line: Line | None = None
        self._connecting = asyncio.Lock()
        self._busy = False
        self._first: deque[asyncio.Future[None]] = deque()
        self._later: deque[asyncio.Future[None]] = deque()
        self._passed_over = 0
        self._answer_ms = 0.0

    async def get(self) -> Line:
        """The line, connected if nobody has done so. Raises what the driver raises."""
        async with self._connecting:
            if self._line is None:
                self._line = await self._cls.connect(self._address)
            return self._line

    async def close(self) -> None:
        """Let go of the line; the driver answers for it that this never raises."""
        line, self._line = self._line, None
        if line is not None:
            await line.close()

    def bound_ms(self, timeout_ms: int) -> int:
        """How long a try may take: by what the line's devices need, ``timeout_ms`` at most."""
        return try_ms(self._answer_ms, timeout_ms) if self._answer_ms else timeout_ms

    def answered(self, took_ms: float) -> None:
        """A device answered ``took_ms`` after it was asked."""
        self._answer_ms = max(took_ms, self._answer_ms * _FADE)

    @asynccontextmanager
    async def turn(self, *, answering: bool) -> AsyncIterator[None]:
        """The line for one request; ``answering`` is whether the device answered the last."""
        await self._take(answering=answering)
        try:
            yield
        finally:
            self._pass_on()

    async def _take(self, *, answering: bool) -> None:
        if not self._busy:
            self._busy = True
            return
        waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        queue = self._first if answering else self._later
        queue.append(waiting)
        try:
            await waiting
        except asyncio.CancelledError:
            if waiting.done() and not waiting.cancelled():
                self._pass_on()  # it was ours already
            elif waiting in queue:
                queue.remove(waiting)
            raise

    def _pass_on(self) -> None:
        """Give the line to whoever is next; the failing ones wait a round of the line at most."""
        while queue := self._next_queue():
            waiting = queue.popleft()
            if not waiting.done():
                waiting.set_result(None)
                return
        self._busy = False

    def _next_queue(self) -> "deque[asyncio.Future[None]] | None":
        if self._first and (not self._later or self._passed_over < self._members):
            self._passed_over += 1 if self._later else 0
            return self._first
        self._passed_over = 0
        return self._later or None
