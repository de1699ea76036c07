"""What a backup holds: every file with its length and sha256, and where its record ends."""

import os
import re
from hashlib import sha256
from pathlib import Path
from typing import Final

import msgspec

MANIFEST: Final = "manifest.json"
FORMAT: Final = 1
MANIFEST_BYTES_MAX: Final = 1024 * 1024
_BLOCK: Final = 1024 * 1024

#: Nothing else is taken back: a manifest that somebody changed must not name a path of theirs.
_PATHS: Final = re.compile(
    r"journal/\d{6,9}\.db|journal/snapshot-\d{1,18}\.\d{1,18}|side\.db|accounts\.json"
)


class BackupRefused(Exception):
    """Why no backup is made or taken back, and what to do."""


class Copied(msgspec.Struct, frozen=True):
    """One file; ``path`` is relative to the backup."""

    path: str
    bytes: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True):
    """``head`` and ``hash`` are of the last entry; ``damaged`` counts what ``verify`` found."""

    version: str
    taken_utc_ms: int
    entries: int
    damaged: int
    head: str
    hash: str
    files: tuple[Copied, ...]
    format: int = FORMAT


def read_manifest(backup: Path) -> Manifest:
    """What a folder says that it holds. Raises ``BackupRefused``."""
    try:
        with (backup / MANIFEST).open("rb") as file:
            raw = file.read(MANIFEST_BYTES_MAX)
        manifest = msgspec.json.decode(raw, type=Manifest)
    except FileNotFoundError:
        raise BackupRefused(f"{backup} is no backup, or one that was never finished") from None
    except OSError as error:
        raise BackupRefused(f"{backup} cannot be read: {error.strerror}") from None
    except msgspec.MsgspecError:
        raise BackupRefused(f"{backup / MANIFEST} is damaged: take another backup") from None
    if manifest.format > FORMAT:
        raise BackupRefused(f"a newer version made {backup}: install that one")
    for copied in manifest.files:
        if not _PATHS.fullmatch(copied.path):
            raise BackupRefused(f"{backup} names a file that no backup has: take another one")
    return manifest


def digest_of(path: Path) -> str:
    """The sha256 of a file, in hex."""
    digest = sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def copy_synced(source: Path, target: Path, mode: int = 0o600) -> str:
    """Copy a file, on the disk when this returns; the sha256 of what was copied, in hex."""
    digest = sha256()
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with source.open("rb") as file, os.fdopen(handle, "wb") as copy:
        while block := file.read(_BLOCK):
            digest.update(block)
            copy.write(block)
        copy.flush()
        os.fsync(copy.fileno())
        os.fchmod(copy.fileno(), mode)
    return digest.hexdigest()


def write_synced(path: Path, raw: bytes) -> None:
    """A small new file for this account alone, on the disk when this returns."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
