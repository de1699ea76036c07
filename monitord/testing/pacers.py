"""The leap: from one moment at which a device could answer differently to the next.

A quiet poll finds nothing and leaves no trace, so it need not be made. The pacer asks the world's
script when that ends, keeps to the device's grid, and never leaps while a fault hides the truth.
Full mode has no pacer of its own: the production grid runs on virtual time as it is.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from monitord.runtime.guard import CLOCK_SEAT
from monitord.testing.script import NEVER_MS, Timeline

#: No wait is longer, so that a loop with nothing else to do still moves.
LEAP_MS_MAX: Final = 7 * 24 * 3_600_000


class LeapPacer:
    """Leaps over quiet polls. ``now_ms`` is world time, which is boot time too."""

    def __init__(self, timeline: Timeline, now_ms: Callable[[], int]) -> None:
        self._timeline, self._now_ms = timeline, now_ms

    async def next_poll(self, device: str, period_ms: int, wake_ms: int | None) -> int:
        """Wait for the first grid point at which there is something to see."""
        now_ms = self._now_ms()
        if device == CLOCK_SEAT:
            due_ms = self._next_wall_step(now_ms)
        else:
            trouble = self._timeline.trouble(device, now_ms)
            silenced = trouble is not None and trouble.fault.silences
            due_ms = now_ms if silenced else self._timeline.next_change(device, now_ms)
        if wake_ms is not None:
            due_ms = min(due_ms, wake_ms)
        # The grid of every period begins at 0; the next point is never now.
        point_ms = max(-(-due_ms // period_ms), now_ms // period_ms + 1) * period_ms
        await asyncio.sleep(min(point_ms - now_ms, LEAP_MS_MAX) / 1000)
        return 0

    async def next_try(self, device: str, after_ms: int) -> None:
        """Wait for the back-off, and on until the panel could answer differently."""
        now_ms = self._now_ms()
        due_ms = now_ms + after_ms
        while (trouble := self._timeline.trouble(device, due_ms)) and trouble.fault.silences:
            due_ms = trouble.until_ms + after_ms % 1_000
        await asyncio.sleep((due_ms - now_ms) / 1000)

    def _next_wall_step(self, now_ms: int) -> int:
        steps = self._timeline.script.wall_steps
        return next((step.at_ms for step in steps if step.at_ms > now_ms), NEVER_MS)
