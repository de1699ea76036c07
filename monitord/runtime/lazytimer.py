"""A timer that is moved far more often than it fires.

Every poll needs a bound, and nearly every poll is answered long before it. Setting and
cancelling a loop timer for each costs more than the bound is worth, so the timer that is already
set stays, and when it fires too early it looks at the time that is wanted now.
"""

import asyncio
from collections.abc import Callable

from monitord.runtime.seams import Clock


class LazyTimer:
    """Calls ``fire`` at the time last asked for, or not at all after ``clear``."""

    __slots__ = ("_clock", "_due_ms", "_fire", "_handle", "_handle_ms", "_loop")

    def __init__(
        self, loop: asyncio.AbstractEventLoop, clock: Clock, fire: Callable[[], None]
    ) -> None:
        self._loop = loop
        self._clock = clock
        self._fire = fire
        self._due_ms: int | None = None
        self._handle: asyncio.TimerHandle | None = None
        self._handle_ms = 0

    def at(self, due_ms: int, now_ms: int) -> None:
        """Fire at ``due_ms`` (boot time) and at no other time asked for before."""
        self._due_ms = due_ms
        if self._handle is None:
            self._set(due_ms, now_ms)
        elif due_ms < self._handle_ms:
            self._handle.cancel()
            self._set(due_ms, now_ms)

    def clear(self) -> None:
        """Do not fire. The loop's own timer runs out on its own and does nothing."""
        self._due_ms = None

    def close(self) -> None:
        """Let go of the loop's timer too."""
        self._due_ms = None
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _set(self, due_ms: int, now_ms: int) -> None:
        self._handle_ms = due_ms
        self._handle = self._loop.call_later(max(due_ms - now_ms, 1) / 1000, self._ring)

    def _ring(self) -> None:
        self._handle = None
        if self._due_ms is None:
            return
        now_ms = self._clock.boot_ms()
        if now_ms < self._due_ms:
            self._set(self._due_ms, now_ms)
            return
        self._due_ms = None
        self._fire()
