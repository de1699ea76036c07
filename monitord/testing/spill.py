"""The spill file in memory: it outlives a crash as tmpfs does, torn where the crash came by.

The real records and their reading; only the bytes are kept here. What a life that ended still
does to its file reaches nobody: the next one has a copy of what stood there at the crash.
"""

from collections.abc import Callable
from pathlib import Path

from monitord.journal.spill import SpillFile
from monitord.testing.script import CrashAt


class SimSpill(SpillFile):
    """A ``SpillFile``; ``pass_by`` is told when half of a record is written."""

    def __init__(self, pass_by: Callable[[CrashAt], None], held: bytes = b"") -> None:
        super().__init__(Path("spill"))
        self._pass_by = pass_by
        self._held = bytearray(held)

    def survivor(self) -> "SimSpill":
        """What the next life finds."""
        return SimSpill(self._pass_by, bytes(self._held))

    def set_aside(self) -> None:
        """Of another journal, or stored by now."""
        self._held.clear()

    def _read(self) -> bytes:
        return bytes(self._held)

    def _append(self, raw: bytes, at: int) -> bool:
        half = len(raw) // 2
        self._held[at:] = raw[:half]
        self._pass_by(CrashAt.SPILLING)
        self._held += raw[half:]
        return True

    def _swap(self, raw: bytes) -> None:
        self._held[:] = raw

    def _remove(self) -> None:
        self._held.clear()
