"""Where log lines go: a stream that never fails its writer and never makes it wait.

A full disk, a closed pipe, a terminal that is held or a reader that hangs must cost the line, not
the guard: the engine logs just when a disk fails. The lines are written by a thread of their own.
"""

import threading
from queue import SimpleQueue
from typing import Final, Protocol

#: Pieces of text that may wait for a slow reader; further ones are lost and counted.
WAITING_MAX: Final = 10_000
CLOSE_S: Final = 0.3


class Stream(Protocol):
    """What is needed of a text stream."""

    def write(self, text: str, /) -> object:
        """Write. May block, and raise ``OSError`` or ``ValueError``."""

    def flush(self) -> object:
        """Let go of what was written. May block, and raise as ``write``."""


class PatientStream:
    """Hands on to ``stream`` and counts in ``lost`` what it did not take."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._waiting: SimpleQueue[str | None] = SimpleQueue()
        self._writer = threading.Thread(target=self._write, name="log", daemon=True)
        self._writer.start()
        self.lost = 0

    def write(self, text: str) -> int:
        """Take the text; returns at once."""
        if self._waiting.qsize() < WAITING_MAX:
            self._waiting.put(text)
        else:
            self.lost += 1
        return len(text)

    def flush(self) -> None:
        """Nothing to do: every text is flushed by the thread that writes it."""

    def close(self) -> None:
        """Write what waits, for at most ``CLOSE_S``."""
        self._waiting.put(None)
        self._writer.join(CLOSE_S)

    def _write(self) -> None:
        while (text := self._waiting.get()) is not None:
            try:
                self._stream.write(text)
                self._stream.flush()
            except (OSError, ValueError):
                self.lost += 1
