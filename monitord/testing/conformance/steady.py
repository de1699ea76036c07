"""Whether the machine kept everybody waiting while a check ran: then nothing is proved by it.

A thread that only sleeps shows it: a driver that blocks the loop does not keep that thread, a
machine that is busy with something else does.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from monitord.runtime.clock import SystemClock

#: A machine that oversleeps by this may have made a good driver late.
STALL_MS: Final = 50
_TICK_MS: Final = 10


class Machine:
    """The longest time by which the machine was late."""

    def __init__(self) -> None:
        self.late_ms = 0

    @property
    def stalled(self) -> bool:
        """Whether it was too late to judge anybody by."""
        return self.late_ms >= STALL_MS


@contextmanager
def watched() -> Iterator[Machine]:
    """Watch the machine for as long as the block runs."""
    machine, clock, over = Machine(), SystemClock(), threading.Event()

    def watch() -> None:
        while not over.is_set():
            began_ms = clock.boot_ms()
            time.sleep(_TICK_MS / 1000)
            machine.late_ms = max(machine.late_ms, clock.boot_ms() - began_ms - _TICK_MS)

    thread = threading.Thread(target=watch, name="conformance machine", daemon=True)
    thread.start()
    try:
        yield machine
    finally:
        over.set()
        thread.join()
