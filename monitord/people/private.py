"""Small files that nobody but the daemon may read: PIN hashes, keys, secrets.

Read with a bound and only when they are plain files closed to others; written whole beside the
old one, synced and renamed, 0600 from the first byte. Errors name the file, never its content.
"""

import os
import stat
from pathlib import Path
from typing import Final

#: Neither group nor others.
OWNER_ONLY: Final = stat.S_IRWXG | stat.S_IRWXO


class PrivateFileError(Exception):
    """A file that cannot be trusted, read or written; the text says what to do."""


def read_private(path: Path, bytes_max: int, forbidden: int = OWNER_ONLY) -> bytes | None:
    """The content of ``path``; None where there is no such file. Raises ``PrivateFileError``.

    ``forbidden`` are the permission bits of which none may be set.
    """
    try:
        # Not blocking: a pipe put in the file's place must not hold the daemon up.
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise PrivateFileError(f"{path} cannot be read: {error.strerror}") from None
    try:
        mode = os.fstat(handle).st_mode
        if not stat.S_ISREG(mode):
            raise PrivateFileError(f"{path} is not a plain file: put a plain file in its place")
        if mode & forbidden:
            raise PrivateFileError(f"{path} is open to others: renew what it holds, chmod 600")
        with os.fdopen(handle, "rb", closefd=False) as file:
            raw = file.read(bytes_max + 1)
    finally:
        os.close(handle)
    if len(raw) > bytes_max:
        raise PrivateFileError(f"{path} is longer than {bytes_max} bytes")
    return raw


def write_private(path: Path, raw: bytes) -> None:
    """Replace ``path`` whole, on disk when this returns. Raises ``PrivateFileError``."""
    draft = path.with_name(path.name + ".new")
    try:
        draft.unlink(missing_ok=True)
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise PrivateFileError(f"{path} cannot be written: {error.strerror}") from None


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
