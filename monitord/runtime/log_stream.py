"""Where log lines go: a stream that never fails its writer.

A full disk, a closed pipe or a terminal that has gone must cost the line, not the guard: the
engine logs just when a disk fails.
"""

from typing import Protocol


class Stream(Protocol):
    """What is needed of a text stream."""

    def write(self, text: str, /) -> object:
        """Write. May raise ``OSError`` or ``ValueError``."""

    def flush(self) -> object:
        """Let go of what was written. May raise ``OSError`` or ``ValueError``."""


class PatientStream:
    """Hands on to ``stream`` and counts in ``lost`` what it did not take."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self.lost = 0

    def write(self, text: str) -> int:
        """Write, or lose it."""
        try:
            self._stream.write(text)
        except (OSError, ValueError):
            self.lost += 1
        return len(text)

    def flush(self) -> None:
        """Flush, or let it be."""
        try:
            self._stream.flush()
        except (OSError, ValueError):
            self.lost += 1
