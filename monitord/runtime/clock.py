"""The real world behind the seams: the two clocks, chance, and the alive file.

No other runtime module reads a clock or draws chance. Nothing here waits for the disk on the
event loop: a disk that hangs must not stop the guard.
"""

import random
import threading
import time
from pathlib import Path
from typing import Final

import structlog

log = structlog.get_logger(__name__)

ALIVE_NAME: Final = "alive"


class SystemClock:
    """The clocks of this machine."""

    def boot_ms(self) -> int:
        """CLOCK_BOOTTIME: only forward, and on through a suspend."""
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000

    def wall_ms(self) -> int:
        """CLOCK_REALTIME, UTC."""
        return time.time_ns() // 1_000_000


class SystemIo:
    """Chance of this machine, and the alive file in the state folder.

    The file holds one number. It is written by a thread of its own that keeps only the newest
    number while the disk is slow; ``close`` does not wait for a disk that hangs.
    """

    def __init__(self, state_folder: Path) -> None:
        self._path = state_folder / ALIVE_NAME
        self._chance = random.SystemRandom()
        self._wanted: int | None = None
        self._changed = threading.Condition()
        self._writer: threading.Thread | None = None
        self._closing = False

    def jitter(self) -> float:
        """Uniform in [0, 1)."""
        return self._chance.random()

    def write_alive(self, utc_ms: int) -> None:
        """Hand the number to the writer; returns at once."""
        with self._changed:
            self._wanted = utc_ms
            if self._writer is None:
                self._writer = threading.Thread(target=self._write, name="alive", daemon=True)
                self._writer.start()
            self._changed.notify()

    def read_alive(self) -> int | None:
        """The number that was left, or None where there is none that can be read."""
        try:
            return int(self._path.read_text("ascii"))
        except (OSError, ValueError):
            return None

    def close(self, wait_s: float = 0.2) -> None:
        """Let the writer end; a number handed over before is written if the disk is prompt."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        if self._writer is not None:
            self._writer.join(wait_s)

    def _write(self) -> None:
        failing = False
        while (utc_ms := self._next()) is not None:
            try:
                self._replace(f"{utc_ms}\n")
            except OSError as error:
                if not failing:
                    log.warning("alive file cannot be written", error=error.strerror)
                failing = True
            else:
                failing = False

    def _next(self) -> int | None:
        """Wait for a number; None when closing and nothing is left to write."""
        with self._changed:
            self._changed.wait_for(lambda: self._wanted is not None or self._closing)
            wanted, self._wanted = self._wanted, None
            return wanted

    def _replace(self, text: str) -> None:
        """Whole or not at all: a kill in between leaves the older number."""
        draft = self._path.with_suffix(".new")
        draft.touch(0o600)
        draft.chmod(0o600)  # an older version left it open to readers
        draft.write_text(text, "ascii")
        draft.replace(self._path)
