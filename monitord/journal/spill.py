"""The spill file: entries that the journal does not take, where a kill -9 does not reach them.

It stands in the runtime directory, which is memory and outlives the process, not the machine.
Rows are appended as they leave the daemon unstored, and gone again once the journal has them.
It must never stand on the journal's own disk: a write to a disk that hangs would hang the guard.
"""

import errno
import os
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from struct import Struct
from typing import Final

import structlog

from monitord.journal.records import Row

#: What is held in memory is bounded alike; beyond it nothing more is spilled, and that is told.
BYTES_MAX: Final = 80 * 1024 * 1024
_HEADER: Final = Struct(">4sQQQI32s")
_MAGIC: Final = b"mspl"
_FLAGS: Final = os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW

_log = structlog.get_logger(__name__)


class SpillFile:
    """One daemon's spill file. Nothing here raises for what the file system does."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._fd: int | None = None
        self._bytes = 0

    @classmethod
    def beside(cls, state_folder: Path, runtime_folder: Path | None) -> "SpillFile | None":
        """That of a state folder; None without a runtime directory on another file system."""
        if runtime_folder is None:
            return None
        try:
            if runtime_folder.stat().st_dev == state_folder.stat().st_dev:
                _log.warning("no_spill_file", why="the runtime directory is on the journal's disk")
                return None
        except OSError as error:
            _log.warning("no_spill_file", why=error.strerror)
            return None
        name = sha256(str(state_folder.resolve()).encode()).hexdigest()[:12]
        return cls(runtime_folder / f"spill-{name}")

    def rows(self) -> list[Row]:
        """What it holds, up to the first record that is torn or changed."""
        raw = self._read()
        found, at = list[Row](), 0
        while len(raw) - at >= _HEADER.size:
            magic, seq, epoch, at_ms, size, digest = _HEADER.unpack_from(raw, at)
            payload = raw[at + _HEADER.size : at + _HEADER.size + size]
            if magic != _MAGIC or digest != _digest(seq, epoch, at_ms, payload):
                _log.error("spill_file_torn", taken=len(found))
                break
            found.append(Row(seq, epoch, at_ms, payload))
            at += _HEADER.size + size
        self._bytes = at
        return found

    def add(self, rows: Iterable[Row]) -> None:
        """Append rows, in the kernel's hands on return."""
        raw = b"".join(_record(row) for row in rows)
        try:
            if self._bytes + len(raw) <= BYTES_MAX and self._append(raw, self._bytes):
                self._bytes += len(raw)
            else:
                _log.error("spill_file_full", bytes=self._bytes)
        except OSError as error:
            _log.error("spill_file_fails", error=error.strerror)

    def replace(self, rows: Iterable[Row]) -> None:
        """Hold these rows alone: all of them, or after a kill in between what it held before."""
        raw = b"".join(_record(row) for row in rows)
        try:
            self._swap(raw)
            self._bytes = len(raw)
        except OSError as error:
            _log.error("spill_file_fails", error=error.strerror)

    def set_aside(self) -> None:
        """Keep what does not belong to this journal as evidence, out of the way."""
        try:
            self._let_go()
            self._path.replace(self._path.with_suffix(".aside"))
            self._bytes = 0
        except OSError as error:
            _log.error("spill_file_fails", error=error.strerror)

    def clear(self) -> None:
        """The journal has all of it."""
        try:
            self._bytes = 0
            self._remove()
        except OSError as error:
            _log.error("spill_file_fails", error=error.strerror)

    # --- the bytes, which a simulation keeps elsewhere; each raises OSError ------------------

    def _read(self) -> bytes:
        try:
            return self._path.read_bytes()
        except OSError:
            return b""

    def _append(self, raw: bytes, at: int) -> bool:
        """Write behind the first ``at`` bytes; behind a torn record nothing could be read."""
        if self._fd is None:
            self._fd = os.open(self._path, _FLAGS | os.O_APPEND, 0o600)
            os.ftruncate(self._fd, at)
        if os.write(self._fd, raw) == len(raw):
            return True
        os.ftruncate(self._fd, at)
        return False

    def _swap(self, raw: bytes) -> None:
        fresh = self._path.with_suffix(".new")
        handle = os.open(fresh, _FLAGS | os.O_TRUNC, 0o600)
        try:
            if os.write(handle, raw) < len(raw):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        finally:
            os.close(handle)
        self._let_go()
        fresh.replace(self._path)

    def _remove(self) -> None:
        self._let_go()
        self._path.unlink(missing_ok=True)

    def _let_go(self) -> None:
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None


def _record(row: Row) -> bytes:
    digest = _digest(row.seq, row.epoch, row.at_ms, row.payload)
    header = _HEADER.pack(_MAGIC, row.seq, row.epoch, row.at_ms, len(row.payload), digest)
    return header + row.payload


def _digest(seq: int, epoch: int, at_ms: int, payload: bytes) -> bytes:
    return sha256(b"%d %d %d " % (seq, epoch, at_ms) + payload).digest()
