"""A backup while the daemon runs: a copy of the journal up to one entry, and what belongs to it.

Theory of operation. Entries are only ever added, so a copy up to the entry that was the last one
when it began is consistent however long it takes. Sealed files are copied as they are. The one that
is written is read as every reader reads it, in chunks of about 10 ms, and written anew: so the one
connection that checkpoints stays the only one, and the writer waits for nobody. The texts come
last: whatever an entry refers to is among them. A backup is a state folder with a manifest, made
under another name and renamed once all of it is on the disk: what has the name is whole.
"""

import contextlib
import fcntl
import os
import shutil
import sqlite3
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import msgspec

from monitord.journal import database, files
from monitord.journal.errors import JournalUnreadable, store_error
from monitord.journal.manifest import (
    MANIFEST,
    BackupRefused,
    Copied,
    Manifest,
    copy_synced,
    digest_of,
    write_synced,
)
from monitord.journal.reader import JournalReader
from monitord.journal.records import Head, Stored
from monitord.journal.side import copy_texts
from monitord.journal.snapshots import SnapshotFolder
from monitord.journal.verify import verify

#: What is made beside the files, in room that must be free.
ROOM_SPARE: Final = 1024 * 1024


def back_up(
    state_folder: Path, out: Path, private: Sequence[str], version: str, now_utc_ms: int
) -> Manifest:
    """Make ``out``, which must not exist yet; what it holds. Files named ``private`` come along.

    Raises ``BackupRefused``, ``StoreError`` and ``OSError``; nothing of the name is left then.
    """
    _look_before(state_folder, out)
    with _draft(out) as draft:
        (draft / "journal").mkdir(mode=0o700)
        head = _copy_journal(state_folder, draft)
        _copy_snapshots(state_folder, draft, head)
        copy_texts(state_folder, draft)
        for name in private:
            with contextlib.suppress(FileNotFoundError):
                write_synced(draft / name, (state_folder / name).read_bytes())
        with JournalReader(draft) as reader:
            report = verify(reader)
        manifest = Manifest(
            version=version,
            taken_utc_ms=now_utc_ms,
            entries=report.entries,
            damaged=report.damaged,
            head=report.head,
            hash=report.hash,
            files=tuple(_listed(draft)),
        )
        write_synced(draft / MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)))
    return manifest


def _look_before(state_folder: Path, out: Path) -> None:
    if out.exists():
        raise BackupRefused(f"{out} is there already: give each backup a name of its own")
    if out.resolve().is_relative_to(state_folder.resolve()):
        raise BackupRefused(f"{out} lies in the state folder: choose another disk")
    needed = sum(path.stat().st_size for path in _sources(state_folder)) + ROOM_SPARE
    found = os.statvfs(out.parent)
    free = found.f_bavail * found.f_frsize
    if free < needed:
        raise BackupRefused(
            f"{out.parent} has no room: {needed >> 20} MB are needed, {free >> 20} MB are free"
        )


def _sources(state_folder: Path) -> Iterator[Path]:
    folder = database.journal_folder(state_folder)
    for path in (state_folder / "side.db", *files.journal_files(folder)):
        yield from (found for found in (path, Path(f"{path}-wal")) if found.exists())


@contextlib.contextmanager
def _draft(out: Path) -> Iterator[Path]:
    """A folder that becomes ``out`` when all went well, and is gone when it did not."""
    draft = out.with_name(f".{out.name}.unfinished")
    draft.mkdir(mode=0o700, exist_ok=True)
    found = draft.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise BackupRefused(f"{draft} is not ours: look at who made it, then take it away")
    lock = os.open(draft / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupRefused(f"another backup to {out} is being made: wait for it") from None
        try:
            _empty(draft)  # what one that was cut off has left
            yield draft
            (draft / "lock").unlink()
            for folder in (draft / "journal", draft):
                database.sync_folder(folder)
            draft.rename(out)
            database.sync_folder(out.parent)
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise
    finally:
        os.close(lock)


def _empty(draft: Path) -> None:
    for path in draft.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != "lock":
            path.unlink()


def _copy_journal(state_folder: Path, draft: Path) -> Head:
    """Every file up to the entry that is the last one now; that entry.

    The last file stays one that is written, though it may have been sealed meanwhile.
    """
    source, target = database.journal_folder(state_folder), database.journal_folder(draft)
    paths = files.journal_files(source)
    if not paths:
        raise JournalUnreadable(source, "there is no journal here")
    end = _end_of(paths[-1])
    for path in paths:
        copy = target / path.name
        if path != paths[-1] and database.is_sealed(path):
            copy_synced(path, copy, mode=0o400)
        else:
            _copy_written(path, target, end)
    return end


def _end_of(path: Path) -> Head:
    db = database.connect_reader(path)
    try:
        return database.read_head(db, path)
    finally:
        db.close()


def _copy_written(path: Path, target: Path, end: Head) -> None:
    """A file that may be written meanwhile, entry by entry, up to ``end``."""
    source = database.connect_reader(path)
    try:
        opening = database.read_opening(source)
        copy = files.create(target, files.number_of(path), opening)
        db = database.connect(copy, "mode=rw", database.WRITER_WAIT_S)
        try:
            db.execute("PRAGMA synchronous = OFF")
            # It is to be read where nobody may write; the daemon turns it on again.
            db.execute("PRAGMA journal_mode = DELETE")
            _copy_entries(source, db, opening.seq, end.seq)
        finally:
            db.close()
    except sqlite3.Error as error:
        raise store_error(error) from error
    finally:
        source.close()
    _synced(copy)


def _copy_entries(
    source: sqlite3.Connection, db: sqlite3.Connection, after_seq: int, last_seq: int
) -> None:
    """All that can be read of them; what cannot, ``verify`` finds missing in the copy."""
    rows: list[Stored] = []
    for item in database.scan(source, after_seq):
        if isinstance(item, Stored) and item.seq <= last_seq:
            rows.append(item)
        if len(rows) == database.CHUNK:
            _insert(db, rows)
            rows = []
        if isinstance(item, Stored) and item.seq >= last_seq:
            break
    _insert(db, rows)


def _insert(db: sqlite3.Connection, rows: Sequence[Stored]) -> None:
    db.execute("BEGIN")
    db.executemany("INSERT INTO entries VALUES (?, ?, ?, ?, ?)", rows)
    db.execute("COMMIT")


def _copy_snapshots(state_folder: Path, draft: Path, end: Head) -> None:
    source, target = database.journal_folder(state_folder), database.journal_folder(draft)
    for position in SnapshotFolder(source).positions():
        name = f"snapshot-{position}"
        if position.seq <= end.seq and (source / name).exists():
            copy_synced(source / name, target / name)


def _synced(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _listed(draft: Path) -> Iterator[Copied]:
    for path in sorted(draft.rglob("*")):
        if path.is_file() and path.name != "lock":
            yield Copied(
                path=path.relative_to(draft).as_posix(),
                bytes=path.stat().st_size,
                sha256=digest_of(path),
            )
