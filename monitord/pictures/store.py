"""``<state>/evidence``: pictures as files, each named by its sha256 and whole, or not there.

It knows no incident and decides nothing: what is kept for how long is the core's. A picture is
*fresh* until its entry is stored: what a crash left so is on no record and is taken away at the
next start, and nothing else ever is by itself. Everything here blocks, so the daemon calls it in a
thread.
"""

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import Final

#: No picture is larger; what hands one over says so earlier.
PICTURE_BYTES_MAX: Final = 4 * 1024 * 1024
_UNFINISHED: Final = ".new"
_NAME_CHARS: Final = frozenset("0123456789abcdef")


class PictureStore:
    """The evidence store of one state folder."""

    def __init__(self, state_folder: Path) -> None:
        self._folder = state_folder / "evidence"
        self._fresh = self._folder / "fresh"

    def keep(self, jpeg: bytes) -> str:
        """Write it, have the disk take it, and only then name it; its sha256. It is fresh then.

        Kept twice is kept once. Raises ``OSError`` where the disk does not take it: then nothing of
        it is there. Raises ``ValueError`` for what is too large or empty.
        """
        if not 0 < len(jpeg) <= PICTURE_BYTES_MAX:
            raise ValueError(f"a picture of {len(jpeg)} bytes: 1 to {PICTURE_BYTES_MAX}")
        name = hashlib.sha256(jpeg).hexdigest()
        path = self._fresh / name
        if self.get(name) == jpeg:
            return name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished, where = tempfile.mkstemp(dir=path.parent, suffix=_UNFINISHED)
        try:
            with os.fdopen(unfinished, "wb") as file:
                file.write(jpeg)
                file.flush()
                os.fsync(file.fileno())
            Path(where).replace(path)
        except OSError:
            with contextlib.suppress(OSError):
                Path(where).unlink()
            raise
        _sync_folder(path.parent)
        return name

    def get(self, name: str) -> bytes | None:
        """The picture; None where it is missing, damaged, or that is no name of one."""
        if not is_name(name):
            return None
        settled = self._path(name)
        for path in (settled, self._fresh / name, settled):  # it may be settled just now
            jpeg = _read(path)
            if hashlib.sha256(jpeg).hexdigest() == name:
                return jpeg
        return None

    def settle(self, name: str) -> None:
        """It is on record now: no longer fresh. Raises ``OSError``; a start does it again."""
        path = self._path(name)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            (self._fresh / name).replace(path)

    def remove(self, name: str) -> bool:
        """Take it away; True when nothing of that name is there afterwards."""
        if not is_name(name):
            return False
        try:
            for path in (self._fresh / name, self._path(name)):
                path.unlink(missing_ok=True)
                if path.parent.is_dir():
                    _sync_folder(path.parent)
        except OSError:
            return False
        return True

    def sweep(self, on_record: Collection[str]) -> None:
        """Take away what somebody left who was killed: half a file, or a fresh one that is not
        ``on_record``. Never raises. What is no longer fresh stays, whatever the record says: a
        journal may have been lost, and its pictures are not."""
        with contextlib.suppress(OSError):
            for path in self._folder.glob(f"*/*{_UNFINISHED}"):
                path.unlink(missing_ok=True)
            for path in self._fresh.glob("*"):
                if path.name in on_record:
                    self.settle(path.name)
                else:
                    path.unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        return self._folder / name[:2] / name


def _read(path: Path) -> bytes:
    """Empty where it is not there, or cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(PICTURE_BYTES_MAX + 1)
    except OSError:
        return b""


def is_name(name: str) -> bool:
    """Whether a file of the store could be called so."""
    return len(name) == 64 and _NAME_CHARS.issuperset(name)


def _sync_folder(folder: Path) -> None:
    """The name too must outlive a power cut, not only what stands behind it."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
