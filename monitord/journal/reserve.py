"""The reserve: room on the journal's disk that nobody else can take.

A file that is really allocated and holds nothing. When the disk is full it is given up, so that
what matters is still stored; once there is room again it is made anew. Used by the thread that
writes the journal and by the one that looks after it; every call may wait for the disk.
"""

import errno
import os
import threading
from pathlib import Path
from typing import Final, NamedTuple

import structlog

from monitord.journal.errors import StoreError, Trouble

#: A few thousand alarms and acknowledgements, each with what the write-ahead log needs around it.
BYTES: Final = 4 * 1024 * 1024
#: Made anew only where it leaves as much again: or a disk that is full would be filled by it.
FREE_MIN: Final = 2 * BYTES
#: A disk with less than this is full, whatever it calls it.
FULL_BYTES: Final = 256 * 1024
#: Little room: less than this, or than a tenth of a disk that is smaller.
LOW_BYTES: Final = 512 * 1024 * 1024
LOW_PART: Final = 10
#: Room again: a quarter above that, so that one file more or less is no new alarm.
ENOUGH_PART: Final = 4

_NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

_log = structlog.get_logger(__name__)


class Room(NamedTuple):
    """What the disk has: ``low`` is under its bound; ``spent``: there is no reserve."""

    low: bool
    spent: bool
    free_bytes: int


class Reserve:
    """The file ``reserve`` in the folder of a journal."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "reserve"
        self._turn = threading.Lock()
        self._low = False

    def look(self) -> Room:
        """How much room there is; makes the reserve where it is missing. Raises ``OSError``."""
        with self._turn:
            if not self._is_whole() and self._free()[0] >= FREE_MIN:
                self._make()
            free, total = self._free()
            bound = min(LOW_BYTES, total // LOW_PART)
            self._low = free < (bound + bound // ENOUGH_PART if self._low else bound)
            return Room(self._low, not self._is_whole(), free)

    def release(self, trouble: Trouble) -> bool:
        """Give the room back to the disk where it is full; False where that helps nothing.

        Some file systems notice only while they sync, and call it a failure to write.
        """
        with self._turn:
            try:
                if trouble is not Trouble.FULL and self._free()[0] >= FULL_BYTES:
                    return False
                given = self._is_whole()
                self._path.unlink(missing_ok=True)
            except OSError as error:
                _log.error("reserve_not_given_up", error=error.strerror)
                return False
            if given:
                _log.error("disk_full", instead="the reserve is used")
            return given

    def keep_clear(self) -> None:
        """For what can wait: raises ``StoreError`` while the reserve is in use."""
        try:
            needed = not self._is_whole() and self._free()[0] < FREE_MIN
        except OSError as error:
            raise StoreError(Trouble.INPUT_OUTPUT, error.strerror or str(error)) from error
        if needed:
            raise StoreError(Trouble.FULL, "its reserve is for alarms")

    def _is_whole(self) -> bool:
        try:
            status = self._path.stat()
        except OSError:
            return False
        return status.st_size == BYTES and status.st_blocks * 512 >= BYTES

    def _make(self) -> None:
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            os.posix_fallocate(handle, 0, BYTES)
        except OSError as error:
            self._path.unlink(missing_ok=True)  # a part of it is no use and takes room
            if error.errno not in _NO_ROOM:
                raise
        finally:
            os.close(handle)

    def _free(self) -> tuple[int, int]:
        found = os.statvfs(self._path.parent)
        return found.f_bavail * found.f_frsize, found.f_blocks * found.f_frsize
