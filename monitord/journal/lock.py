"""The writer's lock: one process writes a journal, and the kernel ends the claim with it."""

import fcntl
import os
from pathlib import Path

from monitord.journal.errors import JournalBusy


class WriterLock:
    """Held from :meth:`take` to :meth:`release`; the file names the pid for the message."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle: int | None = None

    def take(self) -> None:
        """Raises ``JournalBusy`` when another process holds it, ``OSError`` for the disk."""
        if self._handle is not None:
            return
        handle = os.open(self._path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(handle, 20).decode("ascii", "replace").strip()
            os.close(handle)
            raise JournalBusy(int(holder) if holder.isdecimal() else None) from None
        self._handle = handle
        _write_pid(handle)

    def release(self) -> None:
        """Let others write. Does nothing when it is not held."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def _write_pid(handle: int) -> None:
    try:
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
    except OSError:
        return  # A full disk must not stop the guard; only the message loses its number.
