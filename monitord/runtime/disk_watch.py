"""Watching the room on the journal's disk, every few seconds, off the event loop.

It tells the core only what changed. A disk that does not answer costs one thread that waits; the
store tells that in its own way.
"""

import asyncio
from collections.abc import Callable
from typing import Final, Protocol

import structlog

from monitord.core.facts import AnyFact, DiskLooked
from monitord.core.state import State
from monitord.journal.reserve import Room

LOOK_S: Final = 2.0

_log = structlog.get_logger(__name__)


class Told(Protocol):
    """What is needed of the engine."""

    @property
    def state(self) -> State: ...
    def offer(self, fact: AnyFact) -> object: ...


class DiskWatch:
    """``look`` asks the disk and may wait for it; None where there is nothing to look at."""

    def __init__(self, look: Callable[[], Room] | None, engine: Told) -> None:
        self._look, self._engine = look, engine
        self._failing = ""

    async def run(self) -> None:
        """Look until cancelled."""
        while self._look is not None:
            asked = asyncio.get_running_loop().run_in_executor(None, self._look)
            asked.add_done_callback(self._tell)
            await asyncio.wait({asked})
            await asyncio.sleep(LOOK_S)

    def _tell(self, asked: "asyncio.Future[Room]") -> None:
        if asked.cancelled():
            return
        error = asked.exception()
        failing = "" if error is None else str(error)
        if error is None:
            room, state = asked.result(), self._engine.state
            if (room.low, room.spent) != (state.disk_low, state.reserve_spent):
                self._engine.offer(DiskLooked(room.low, room.spent, room.free_bytes >> 20))
        elif failing != self._failing:
            _log.error("disk_not_looked_at", error=failing)
        self._failing = failing
