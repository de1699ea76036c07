"""Whether the machine was in the way while a check ran: then nothing is proved by it.

It may have kept everybody waiting. A thread that only sleeps shows it: a driver that blocks the
loop does not keep that thread, a machine that is busy with something else does. Or it may have
given the device's port to somebody else while the device was away.
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
    """The longest time by which the machine was late, and whether it gave a port away."""

    def __init__(self) -> None:
        self.late_ms = 0
        self.port_taken = False

    @property
    def disturbed(self) -> bool:
        """Whether nobody can be judged by what happened."""
        return self.port_taken or self.late_ms >= STALL_MS


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
