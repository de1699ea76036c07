"""The files of a journal: ``000001.db``, ``000002.db`` …, the highest of them written.

A new file appears under its name only once it is whole, and opens with the last hash of the one
before. The finished one is then sealed: its end written down in it, its WAL folded in, and made
read-only for good. Whatever is killed in between leaves a journal that the next start completes;
nothing here changes an entry.
"""

import os
import re
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from monitord.journal import database
from monitord.journal.codec import NotAnEntry, place_of
from monitord.journal.database import is_sealed, make_private, sync_folder
from monitord.journal.records import Head

#: Entries in one file; a calendar quarter ends it as well.
ENTRIES_MAX: Final = 1_000_000
#: A clock that jumps to and fro begins no more files than one in so long, by engine time.
QUARTER_FILE_MS: Final = 24 * 3_600_000

_NAME: Final = re.compile(r"(\d{6,9})\.db")
_BESIDE: Final = ("-wal", "-shm")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def path_of(folder: Path, number: int) -> Path:
    """The file with this number."""
    return folder / f"{number:06}.db"


def number_of(path: Path) -> int:
    """The number in a file's name."""
    return int(path.stem)


def journal_files(folder: Path) -> list[Path]:
    """All files of the journal in ``folder``, oldest first; the last one is written."""
    try:
        found = [path for path in folder.iterdir() if _NAME.fullmatch(path.name)]
    except OSError:
        return []
    return sorted(found, key=number_of)


def sealed_files(folder: Path) -> list[Path]:
    """Those that are never written again, oldest first: they may be copied as they are."""
    return [path for path in journal_files(folder)[:-1] if is_sealed(path)]


def live_file(folder: Path) -> Path:
    """The file that is written; the first one, where there is none yet."""
    return next(reversed(journal_files(folder)), path_of(folder, 1))


def quarter_of(payload: bytes) -> int | None:
    """The calendar quarter (UTC) of an entry, counted on; None where it does not say."""
    try:
        moment = _EPOCH + timedelta(milliseconds=place_of(payload).utc_ms)
    except (NotAnEntry, OverflowError):
        return None
    return moment.year * 4 + (moment.month - 1) // 3


def create(folder: Path, number: int, opening: Head) -> Path:
    """A file without entries behind ``opening``, there at once and whole.

    Raises ``OSError`` and ``sqlite3.Error``; where the name is there all the same, that it lasts
    is not certain.
    """
    path = path_of(folder, number)
    fresh = path.with_name(path.name + ".new")
    for left in (fresh, *_beside(fresh)):
        left.unlink(missing_ok=True)
    make_private(fresh)
    db = database.connect(fresh, "mode=rw", database.WRITER_WAIT_S)
    try:
        db.execute("PRAGMA synchronous = OFF")
        db.execute("PRAGMA journal_mode = WAL")
        db.executescript(database.SCHEMA)
        db.execute("INSERT INTO opening VALUES (?, ?, ?, ?)", opening)
        _fold_in(db)
    finally:
        db.close()
    _sync(fresh)
    fresh.replace(path)
    sync_folder(folder)
    return path


def seal(db: sqlite3.Connection, path: Path) -> bool:
    """Close the finished file for good, and with it ``db``; False while somebody reads it.

    Readers are not waited for. Raises ``OSError``, ``sqlite3.Error``, ``StoreError``; it may be
    tried again on a new connection.
    """
    try:
        db.execute("PRAGMA busy_timeout = 0")
        if database.read_seal(db) is None:
            end = database.read_head(db, path)
            db.execute("INSERT INTO seal VALUES (?, ?, ?, ?)", end)
        folded_in = _fold_in(db)
    finally:
        db.close()
    if not folded_in:
        return False
    path.chmod(0o400)
    sweep(path)
    return True


def sweep(path: Path) -> None:
    """Take away what SQLite left beside a sealed file: nobody looks at it any more."""
    for left in _beside(path):
        left.unlink(missing_ok=True)


def _fold_in(db: sqlite3.Connection) -> bool:
    """Bring all of the WAL into the file; False while somebody reads it.

    Closing does it too, and says nothing when the disk is full.
    """
    busy, pages, _ = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy and not pages


def _beside(path: Path) -> tuple[Path, ...]:
    return tuple(path.with_name(path.name + suffix) for suffix in _BESIDE)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
