"""The stored journal, read beside the writer and off the event loop.

In threads of its own, few and named: readers of a long journal, or of a disk that hangs, must
never take the threads in which PINs are checked.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, TypeVar

from monitord.journal.reader import JournalReader
from monitord.journal.records import Position, Stored
from monitord.runtime.ending import WORKER

#: Readers at the same time; others wait for their turn.
READERS_MAX: Final = 2

_T = TypeVar("_T")


class History:
    """Reads with a connection of its own each time: short, and never in the way."""

    def __init__(self, state_folder: Path) -> None:
        self._folder = state_folder
        self._readers = ThreadPoolExecutor(READERS_MAX, f"{WORKER}-history")

    async def find(self, position: Position) -> None:
        """Do nothing when the journal has ``position``; else raise ``Gone``."""
        await self._run(lambda: self._find(position))

    async def read(self, after_seq: int, limit: int) -> list[Stored]:
        """Up to ``limit`` entries behind ``after_seq``. Raises ``StoreError``."""
        return await self._run(lambda: self._read(after_seq, limit))

    async def close(self) -> None:
        """Take no more questions. Waits for nobody: a disk that hangs is the ending's business."""
        self._readers.shutdown(wait=False, cancel_futures=True)

    async def _run(self, what: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._readers, what)

    def _find(self, position: Position) -> None:
        with JournalReader(self._folder) as reader:
            reader.find(position)

    def _read(self, after_seq: int, limit: int) -> list[Stored]:
        with JournalReader(self._folder) as reader:
            return reader.read(after_seq, limit)
