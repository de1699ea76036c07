"""Gets the battery back from a driver that blocks the loop for good.

A signal interrupts the blocking call in the main thread; elsewhere nothing can, and nothing is
tried.
"""

import asyncio
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

from monitord.testing.conformance.verdict import Failed

#: For so long the loop may stand still before whatever holds it is interrupted.
STALL_S: Final = 3.0


@contextmanager
def interrupting(stall_s: float = STALL_S) -> Iterator[None]:
    """Raise ``Failed`` inside whatever keeps the running loop for longer than ``stall_s``."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    beat_s = loop.time()
    handle: asyncio.TimerHandle | None = None

    def beat() -> None:
        nonlocal beat_s, handle
        beat_s = loop.time()
        handle = loop.call_later(stall_s / 4, beat)

    def look(number: int, frame: FrameType | None) -> None:
        if loop.time() - beat_s > stall_s:
            raise Failed(
                f"a call has blocked the loop for {stall_s:.1f} s and did not come back",
                "that a call waits without keeping everybody else",
                "use asyncio's connections, or asyncio.to_thread for what blocks",
            )

    beat()
    earlier = signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, stall_s / 2, stall_s / 2)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, earlier)
        if handle is not None:
            handle.cancel()
