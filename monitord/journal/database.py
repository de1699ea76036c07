"""One file of the journal: its schema, its two kinds of connection, and reading past damage.

SQLite before 3.51.3 can corrupt a WAL when a second connection checkpoints. So there is exactly
one connection that writes and checkpoints (:func:`connect_writer`, behind a lock); all others
come from :func:`connect_reader`, cannot write, and hold a read transaction only for the length
of one chunk. A sealed file is never written again and is read without any lock.
"""

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from monitord.journal.errors import (
    JournalNewer,
    JournalUnreadable,
    StoreError,
    Trouble,
    store_error,
    trouble_of,
)
from monitord.journal.records import Head, Lost, Stored

FORMAT: Final = 1
#: Entries in one read: about 10 ms, so that no reader holds the file for long.
CHUNK: Final = 2_000
#: How many numbers are tried one by one behind an unreadable one before giving up.
PROBE_MAX: Final = 65_536
WRITER_WAIT_S: Final = 0.25
READER_WAIT_S: Final = 1.0
WAL_KEPT_BYTES: Final = 64 * 1024 * 1024
CHECKPOINT_PAGES: Final = 1_000
#: Many files may be open at a time in one reader, and each is read once through.
READER_CACHE_KIB: Final = 512

#: ``opening`` is the entry before the first one here; ``seal`` is the last one, once there comes
#: no other.
SCHEMA: Final = """
CREATE TABLE opening (
  epoch INTEGER NOT NULL, seq INTEGER NOT NULL, at_ms INTEGER NOT NULL, hash BLOB NOT NULL
) STRICT;
CREATE TABLE entries (
  seq INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, at_ms INTEGER NOT NULL,
  payload BLOB NOT NULL, hash BLOB NOT NULL
) STRICT;
CREATE TABLE seal (
  epoch INTEGER NOT NULL, seq INTEGER NOT NULL, at_ms INTEGER NOT NULL, hash BLOB NOT NULL
) STRICT;
PRAGMA user_version = 1;
"""
_READ_ONE: Final = "SELECT seq, epoch, at_ms, payload, hash FROM entries WHERE seq = ?"
_READ_CHUNK: Final = """
SELECT seq, epoch, at_ms, payload, hash FROM entries WHERE seq >= ? ORDER BY seq LIMIT ?
"""


def journal_folder(state_folder: Path) -> Path:
    """Where the journal of a state folder lies."""
    return state_folder / "journal"


def make_private(path: Path) -> None:
    """Create a file that only its owner may read, unless it is there already.

    One that exists is not even opened: closing it would drop the locks that SQLite holds on it
    elsewhere in this process.
    """
    if path.exists():
        return
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600))
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make names that were added to or taken from a folder outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def connect_writer(path: Path) -> sqlite3.Connection:
    """The one connection that writes and checkpoints; the caller holds the writer's lock.

    Every commit is on the disk when it returns. Raises ``JournalUnreadable``, ``JournalNewer``.
    """
    try:
        db = connect(path, "mode=rw", WRITER_WAIT_S)
    except sqlite3.Error as error:
        raise JournalUnreadable(path, str(error), trouble_of(error)) from error
    try:
        if _format_of(db, path) == 0:
            raise sqlite3.DatabaseError("it is empty")
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
        db.execute(f"PRAGMA journal_size_limit = {WAL_KEPT_BYTES}")
    except sqlite3.Error as error:
        db.close()
        raise JournalUnreadable(path, str(error), trouble_of(error)) from error
    except JournalNewer:
        db.close()
        raise
    return db


def connect_reader(path: Path) -> sqlite3.Connection:
    """A connection that reads beside the writer and can neither write nor checkpoint.

    A sealed file is read as it stands: no lock is taken, and nothing is laid beside it. Raises
    ``JournalUnreadable``, ``JournalNewer``.
    """
    try:
        still = is_sealed(path) or (is_read_only(path.parent) and not _has_wal(path))
        mode = "mode=ro&immutable=1" if still else "mode=ro"
        db = connect(path, mode, READER_WAIT_S)
    except sqlite3.Error as error:
        detail = str(error) if path.exists() else "there is no journal here"
        raise JournalUnreadable(path, detail, trouble_of(error)) from error
    try:
        db.execute("PRAGMA query_only = 1")
        db.execute("PRAGMA wal_autocheckpoint = 0")
        # Read a file that was cut short as far as it goes; SQLite otherwise gives nothing of it.
        db.execute("PRAGMA writable_schema = 1")
        db.execute(f"PRAGMA cache_size = -{READER_CACHE_KIB}")
        if _format_of(db, path) == 0:
            raise JournalUnreadable(path, "it is empty")
    except sqlite3.Error as error:
        db.close()
        raise JournalUnreadable(path, str(error), trouble_of(error)) from error
    except (JournalNewer, JournalUnreadable):
        db.close()
        raise
    return db


def read_head(db: sqlite3.Connection, path: Path) -> Head:
    """The last entry, or what this segment opens with. Raises ``JournalUnreadable``."""
    try:
        row = db.execute(
            "SELECT epoch, seq, at_ms, hash FROM entries ORDER BY seq DESC LIMIT 1"
        ).fetchone()
        return read_opening(db) if row is None else Head(*row)
    except (sqlite3.Error, TypeError) as error:
        raise JournalUnreadable(path, f"its end cannot be read: {error}") from error


def read_opening(db: sqlite3.Connection) -> Head:
    """The last entry before this file. Raises ``sqlite3.Error``; ``TypeError`` if it says none."""
    return Head(*db.execute("SELECT epoch, seq, at_ms, hash FROM opening").fetchone())


def read_seal(db: sqlite3.Connection) -> Head | None:
    """The end that the file was sealed with, None while it is written. ``sqlite3.Error``."""
    row = db.execute("SELECT epoch, seq, at_ms, hash FROM seal").fetchone()
    return None if row is None else Head(*row)


def read_one(db: sqlite3.Connection, seq: int) -> Stored | None:
    """One entry, or None where there is none. Raises ``StoreError``."""
    try:
        row = db.execute(_READ_ONE, (seq,)).fetchone()
    except sqlite3.Error as error:
        raise store_error(error) from error
    return None if row is None else Stored(*row)


def open_with(db: sqlite3.Connection, head: Head) -> None:
    """Let a file without entries begin behind ``head``. Raises ``sqlite3.Error``."""
    db.execute(
        "UPDATE opening SET epoch = ?, seq = ?, at_ms = ?, hash = ?"
        " WHERE NOT EXISTS (SELECT 1 FROM entries)",
        head,
    )


def read_chunk(db: sqlite3.Connection, after_seq: int, limit: int) -> list[Stored]:
    """Up to ``limit`` entries behind ``after_seq``, in order. Raises ``sqlite3.Error``.

    Asked for by the first number wanted: ``>`` would go by way of the page before, which may be
    a broken one.
    """
    rows = db.execute(_READ_CHUNK, (after_seq + 1, limit))
    return [Stored(*row) for row in rows]


def scan(db: sqlite3.Connection, after_seq: int = 0) -> Iterator[Stored | Lost]:
    """Every entry behind ``after_seq`` that the disk gives back, in order.

    Where pages are damaged, a :class:`Lost` stands in for the entries on them. Raises
    ``StoreError`` for trouble other than damage.
    """
    chunk = CHUNK
    while True:
        try:
            rows = read_chunk(db, after_seq, chunk)
        except sqlite3.DatabaseError as error:
            if trouble_of(error) is not Trouble.DAMAGED:
                raise store_error(error) from error
            if chunk > 1:
                chunk = max(1, chunk // 16)
                continue
            found = _next_readable(db, after_seq)
            if found is None or found.seq > after_seq + 1:
                last = None if found is None else found.seq - 1
                yield Lost(after_seq + 1, last, str(error))
            rows = [] if found is None else [found]
        if not rows:
            return
        yield from rows
        after_seq = rows[-1].seq
        chunk = min(CHUNK, chunk * 2)


def _next_readable(db: sqlite3.Connection, after_seq: int) -> Stored | None:
    """The first entry behind ``after_seq`` that can be read by its number."""
    for seq in range(after_seq + 1, after_seq + 1 + PROBE_MAX):
        try:
            found = read_one(db, seq)
        except StoreError:
            continue
        if found is not None:
            return found
    return None


def connect(path: Path, mode: str, wait_s: float) -> sqlite3.Connection:
    """A bare connection, ``mode`` in the words of an SQLite URI. Raises ``sqlite3.Error``."""
    uri = f"{path.absolute().as_uri()}?{mode}"
    return sqlite3.connect(
        uri, uri=True, timeout=wait_s, isolation_level=None, check_same_thread=False
    )


def is_sealed(path: Path) -> bool:
    """Whether nobody may write the file any more: the last thing that sealing does."""
    try:
        return not path.stat().st_mode & 0o222
    except OSError:
        return False


def is_read_only(folder: Path) -> bool:
    """Whether the disk takes nothing now: a file that cannot be written stands as it is."""
    try:
        return bool(os.statvfs(folder).f_flag & os.ST_RDONLY)
    except OSError:
        return False


def _has_wal(path: Path) -> bool:
    wal = Path(f"{path}-wal")
    return wal.exists() and wal.stat().st_size > 0


def _format_of(db: sqlite3.Connection, path: Path) -> int:
    """The file's format, 0 for an empty file. Raises ``JournalNewer``, ``sqlite3.Error``."""
    found = int(db.execute("PRAGMA user_version").fetchone()[0])
    if found > FORMAT:
        raise JournalNewer(path, found, FORMAT)
    if found == 0 and db.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
        raise sqlite3.DatabaseError("it is a database, but not a journal")
    return found
