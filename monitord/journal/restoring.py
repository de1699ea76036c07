"""Taking a backup back into an empty state folder.

All of it is looked at before anything counts: lengths and hashes by the manifest, then the chain in
the copy. Until the last byte is on the disk a mark lies in the folder and no daemon starts there.
What happened after the backup is not on record any more, so the next start opens an epoch that no
lost life can have had: a position of that life is answered as gone, never with another entry.
"""

import contextlib
import os
import shutil
from pathlib import Path
from typing import Final

import msgspec

from monitord.journal import database
from monitord.journal.errors import JournalBusy
from monitord.journal.export import rfc3339
from monitord.journal.lock import WriterLock
from monitord.journal.manifest import (
    BackupRefused,
    Manifest,
    copy_synced,
    digest_of,
    read_manifest,
    write_synced,
)
from monitord.journal.reader import JournalReader
from monitord.journal.records import Position
from monitord.journal.verify import verify

#: Lies in a state folder that is not whole yet.
UNFINISHED: Final = "restore-unfinished"
#: Tells the next start that the record has a gap; gone once that is stored.
RESTORED: Final = "restored.json"
#: Epochs of restored journals count minutes from here (2026-01-01): ahead of all counted ones.
EPOCH_FROM_UTC_MS: Final = 1_767_225_600_000
_MINUTE_MS: Final = 60_000


class Restored(msgspec.Struct, frozen=True):
    """The gap begins behind ``head``; ``epoch`` is the least that the next start may open."""

    head: str
    taken_utc_ms: int
    epoch: int

    @property
    def words(self) -> str:
        """From where on nothing is on record."""
        taken = rfc3339(self.taken_utc_ms)
        return f"restored from a backup of {taken}: what came after {self.head} is not on record"


def restore(backup: Path, state_folder: Path, now_utc_ms: int) -> Manifest:
    """Make ``state_folder`` what it was; what the backup holds. Raises ``BackupRefused``,
    ``StoreError`` and ``OSError``; the folder is empty again then.
    """
    manifest = read_manifest(backup)
    _look_through(backup, manifest)
    _look_at_target(state_folder)
    state_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        write_synced(state_folder / UNFINISHED, b"")
        _copy(backup, state_folder, manifest)
        _check_chain(state_folder, manifest)
        _tell(state_folder, manifest, now_utc_ms)
        _give(state_folder)
        (state_folder / UNFINISHED).unlink()
        database.sync_folder(state_folder)
    except BaseException:
        for path in state_folder.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        raise
    return manifest


def read_restored(state_folder: Path) -> Restored | None:
    """What the next start has to tell; None where nothing was restored, or it was told."""
    try:
        return msgspec.json.decode((state_folder / RESTORED).read_bytes(), type=Restored)
    except (OSError, msgspec.MsgspecError):
        return None


def restored_is_told(state_folder: Path) -> None:
    """The gap is on record."""
    with contextlib.suppress(OSError):
        (state_folder / RESTORED).unlink(missing_ok=True)


def _look_through(backup: Path, manifest: Manifest) -> None:
    for copied in manifest.files:
        path = backup / copied.path
        try:
            whole = path.stat().st_size == copied.bytes and digest_of(path) == copied.sha256
        except OSError as error:
            raise BackupRefused(f"{path} cannot be read: {error.strerror}") from None
        if not whole:
            raise BackupRefused(
                f"{path} is not as it was when the backup was made: take another backup"
            )


def _look_at_target(state_folder: Path) -> None:
    if not state_folder.exists():
        return
    if not state_folder.is_dir():
        raise BackupRefused(f"{state_folder} is no folder")
    if (state_folder / UNFINISHED).exists():
        raise BackupRefused(
            f"a restore into {state_folder} was cut off, or is going on: empty the folder first"
        )
    if not any(state_folder.iterdir()):
        return
    try:
        lock = WriterLock(database.journal_folder(state_folder) / "writer.lock")
        lock.take()
        lock.release()
    except JournalBusy as error:
        raise BackupRefused(
            f"a daemon guards in {state_folder} (pid {error.pid}): stop it first, and move the "
            "folder away"
        ) from None
    except OSError:
        pass
    raise BackupRefused(
        f"{state_folder} is not empty: move it away, it may hold what the backup has not"
    )


def _copy(backup: Path, state_folder: Path, manifest: Manifest) -> None:
    (state_folder / "journal").mkdir(mode=0o700)
    for copied in manifest.files:
        source, target = backup / copied.path, state_folder / copied.path
        sealed = copied.path.endswith(".db") and database.is_sealed(source)
        if copy_synced(source, target, 0o400 if sealed else 0o600) != copied.sha256:
            raise BackupRefused(f"{source} changed while it was read: take another backup")
    database.sync_folder(state_folder / "journal")


def _check_chain(state_folder: Path, manifest: Manifest) -> None:
    with JournalReader(state_folder) as reader:
        report = verify(reader)
    found = (report.head, report.hash, report.damaged)
    if found != (manifest.head, manifest.hash, manifest.damaged):
        raise BackupRefused(
            "the chain in it is not the one that was backed up: take another backup"
        )


def _tell(state_folder: Path, manifest: Manifest, now_utc_ms: int) -> None:
    minutes = max(0, now_utc_ms - EPOCH_FROM_UTC_MS) // _MINUTE_MS
    epoch = max(minutes, Position.parse(manifest.head).epoch + 1)
    told = Restored(manifest.head, manifest.taken_utc_ms, epoch)
    write_synced(state_folder / RESTORED, msgspec.json.encode(told))


def _give(state_folder: Path) -> None:
    """To the account of the folder, where root restores for the daemon."""
    owner = state_folder.stat()
    if os.geteuid() == 0 and owner.st_uid != 0:
        for path in state_folder.rglob("*"):
            os.chown(path, owner.st_uid, owner.st_gid)
