"""The loop watch: which task holds up everybody else, by name, even while it still does.

The event loop marks the time ten times a second; a thread looks at the mark. Where the loop has
not been back for too long, the thread asks which task is running and where it stands, and logs
it at once: a driver that never gives the loop back could not be named afterwards. The thread
never touches anything of the loop's; it reads two fields and the current task's name.
"""

import asyncio
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Final

import structlog

from monitord.runtime.seams import Clock

log = structlog.get_logger(__name__)

MARK_MS: Final = 100
LIMIT_MS: Final = 250

#: Told, on the loop, after a block: the task's name and for how long nobody else could run.
OnBlocked = Callable[[str, int], None]


class LoopWatch:
    """Watches the running loop from ``start`` to ``stop``."""

    def __init__(
        self,
        clock: Clock,
        on_blocked: OnBlocked,
        *,
        mark_ms: int = MARK_MS,
        limit_ms: int = LIMIT_MS,
    ) -> None:
        self._clock = clock
        self._on_blocked = on_blocked
        self._mark_ms = mark_ms
        self._limit_ms = limit_ms
        self._marked_ms = 0
        self._culprit = ""
        self._ended = threading.Event()
        self._handle: asyncio.TimerHandle | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin; call on the loop's own thread."""
        self._loop = asyncio.get_running_loop()
        self._loop_thread = threading.get_ident()
        self._marked_ms = self._clock.boot_ms()
        self._mark()
        self._thread = threading.Thread(target=self._look_on, name="loop watch", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End; the thread is gone within one mark."""
        self._ended.set()
        if self._handle is not None:
            self._handle.cancel()
        if self._thread is not None:
            self._thread.join(1.0)

    def _mark(self) -> None:
        now_ms = self._clock.boot_ms()
        blocked_ms = now_ms - self._marked_ms - self._mark_ms
        self._marked_ms = now_ms
        culprit, self._culprit = self._culprit, ""
        if culprit:
            log.warning("loop was blocked", task=culprit, blocked_ms=blocked_ms)
            self._on_blocked(culprit, blocked_ms)
        self._handle = self._loop.call_later(self._mark_ms / 1000, self._mark)

    # --- the thread ----------------------------------------------------------------------

    def _look_on(self) -> None:
        while not self._ended.wait(self._mark_ms / 1000):
            late_ms = self._clock.boot_ms() - self._marked_ms - self._mark_ms
            if late_ms > self._limit_ms and not self._culprit:
                self._look(late_ms)

    def _look(self, late_ms: int) -> None:
        task = asyncio.current_task(self._loop)
        name = "the loop" if task is None else task.get_name()
        where = _where(sys._current_frames().get(self._loop_thread))
        log.error("loop is blocked", task=name, late_ms=late_ms, where=where)
        self._culprit = name


def _where(frame: FrameType | None) -> str:
    """The innermost five places of a running thread, outermost first."""
    stack = traceback.extract_stack(frame, limit=5) if frame is not None else []
    return " > ".join(f"{Path(place.filename).name}:{place.lineno}" for place in stack)
