"""The stored journal, read beside the writer and off the event loop."""

import asyncio
from pathlib import Path

from monitord.journal.reader import JournalReader
from monitord.journal.records import Position, Stored


class History:
    """Reads in a thread, with a connection of its own each time: short, and never in the way."""

    def __init__(self, state_folder: Path) -> None:
        self._folder = state_folder

    async def find(self, position: Position) -> None:
        """Do nothing when the journal has ``position``; else raise ``Gone``."""
        await asyncio.to_thread(self._find, position)

    async def read(self, after_seq: int, limit: int) -> list[Stored]:
        """Up to ``limit`` entries behind ``after_seq``. Raises ``StoreError``."""
        return await asyncio.to_thread(self._read, after_seq, limit)

    def _find(self, position: Position) -> None:
        with JournalReader(self._folder) as reader:
            reader.find(position)

    def _read(self, after_seq: int, limit: int) -> list[Stored]:
        with JournalReader(self._folder) as reader:
            return reader.read(after_seq, limit)
