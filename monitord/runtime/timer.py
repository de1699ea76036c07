"""One wake-up of the event loop, moved as often as the next deadline moves."""

import asyncio
from collections.abc import Callable


class Timer:
    """Calls ``wake`` once, at the time it was last set for. Set in a running loop."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._handle: asyncio.TimerHandle | None = None

    def set(self, wait_ms: int | None) -> None:
        """After so many milliseconds, or not at all; the time it has already costs nothing."""
        if wait_ms is None:
            self.cancel()
            return
        loop = asyncio.get_running_loop()
        at_ms = round(loop.time() * 1000) + max(0, wait_ms)
        if self._handle is not None:
            # One that is due may have been called: it is set anew.
            if at_ms == round(self._handle.when() * 1000) > loop.time() * 1000:
                return
            self._handle.cancel()
        self._handle = loop.call_at(at_ms / 1000, self._wake)

    def cancel(self) -> None:
        """Nothing is called. Safe to repeat."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None
