"""The Store: where entries become durable. The only code that writes entries.

Synchronous, and used by one thread at a time (``committer`` brings the thread). A failed
``append`` changes nothing and leaves the store ready for the same rows again; when their commit
did go through and only its answer was lost, the repeat finds them and stores nothing twice.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, Protocol

from monitord.journal import database, files
from monitord.journal.aside import move_aside
from monitord.journal.chain import link_all
from monitord.journal.errors import (
    Gone,
    JournalUnreadable,
    StoreError,
    Trouble,
    store_error,
)
from monitord.journal.lock import WriterLock
from monitord.journal.records import Head, Lost, Position, Row, Segment, Snapshot, Stored
from monitord.journal.rolling import Rolling
from monitord.journal.segments import Segments
from monitord.journal.snapshots import SnapshotFolder, Unusable
from monitord.journal.source import Source

#: Rows in one transaction; the engine's batches are smaller, a backlog comes in several.
ROWS_MAX: Final = 10_000


class Store(Source, Protocol):
    """The seam, a :class:`Source` that also writes.

    Production has SQLite; a simulation has a disk that tears, fills and hangs.
    """

    def open(self) -> Head:
        """Make ready. Raises ``JournalUnreadable``, ``JournalNewer``, ``JournalBusy``."""

    def append(self, rows: Sequence[Row]) -> Head:
        """Store rows, all or none, durable on return. Raises ``StoreError``."""

    def find(self, position: Position) -> None:
        """Do nothing when ``position`` is in this journal; else raise ``Gone``."""

    def save_snapshot(self, snapshot: Snapshot) -> None:
        """Keep a snapshot, drop the oldest. From any thread. Raises ``StoreError``."""

    def resume_after(self, head: Head) -> None:
        """Go on behind a snapshot that is ahead of this journal; what lies between is lost."""

    def close(self) -> None:
        """Let go of the files. Safe to repeat."""


class SqliteStore:
    """A :class:`Store` in ``<state>/journal/``: numbered files, the snapshots and a lock."""

    def __init__(self, state_folder: Path, *, file_entries_max: int = files.ENTRIES_MAX) -> None:
        self._folder = database.journal_folder(state_folder)
        self._snapshots = SnapshotFolder(self._folder)
        self._segments = Segments(self._folder)
        self._rolling = Rolling(self._folder, file_entries_max)
        self._lock = WriterLock(self._folder / "writer.lock")
        self._db: sqlite3.Connection | None = None
        self._path = files.live_file(self._folder)
        self._head: Head | None = None
        self._opened = False
        self._in_doubt = False

    def open(self) -> Head:
        """Create what is missing, private to this account; see :class:`Store`."""
        try:
            self._folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._folder.mkdir(mode=0o700, exist_ok=True)
            self._lock.take()
        except OSError as error:
            detail = error.strerror or str(error)
            raise JournalUnreadable(self._folder, detail, Trouble.INPUT_OUTPUT) from error
        try:
            self._connect()
        except StoreError:
            self.close()
            raise
        self._opened = True
        self._rolling.finish_older()
        return self.head()

    def append(self, rows: Sequence[Row]) -> Head:
        """See :class:`Store`. Raises ``ValueError`` for rows that do not follow the head."""
        if len(rows) > ROWS_MAX:
            raise ValueError(f"{len(rows)} rows in one append; at most {ROWS_MAX}")
        head = self._reconnected()
        try:
            fresh = self._not_stored(rows, head)
            if fresh:
                if self._rolling.is_due(head, fresh):
                    self._roll(head)
                head = self._insert(fresh, head)
        except sqlite3.Error as error:
            self._disconnect()
            raise store_error(error) from error
        except StoreError:
            self._disconnect()
            raise
        self._head = head
        self._in_doubt = False
        self._segments.close()  # a file that is dropped must not live on in a connection
        return head

    def head(self) -> Head:
        """See :class:`Store`. Known without the disk while the store is open."""
        if self._head is None:
            raise StoreError(Trouble.CLOSED)
        return self._head

    def opening(self) -> Head:
        """See :class:`Store`."""
        return self._open_segments().opening()

    def find(self, position: Position) -> None:
        """See :class:`Store`. The place before the first entry is in every whole journal."""
        if position != self.head().position and not self._open_segments().has(position):
            raise Gone(position, next(iter(self._snapshots.positions()), None))

    def read(self, after_seq: int, limit: int) -> list[Stored]:
        """See :class:`Store`."""
        return self._open_segments().read(after_seq, limit)

    def scan(self, after_seq: int = 0) -> Iterator[Stored | Lost]:
        """See :class:`Store`."""
        return self._open_segments().scan(after_seq)

    def files(self) -> Iterator[Segment]:
        """See :class:`Store`."""
        return self._open_segments().files()

    def save_snapshot(self, snapshot: Snapshot) -> None:
        """See :class:`Store`."""
        self._snapshots.save(snapshot)

    def snapshots(self) -> Iterator[Snapshot | Unusable]:
        """See :class:`Store`. Works on a store that could not be opened, too."""
        return self._snapshots.read()

    def resume_after(self, head: Head) -> None:
        """See :class:`Store`. The gap stays on record: ``verify`` names it."""
        if head.seq < self.head().seq:
            raise ValueError(f"{head.position} is not ahead of {self.head().position}")
        db = self._open_db()
        try:
            database.open_with(db, head)
        except sqlite3.Error as error:
            raise store_error(error) from error
        self._segments.lend(self._path, db)
        self._head = head

    def close(self) -> None:
        """See :class:`Store`. The last connection's end writes the WAL into the file."""
        self._disconnect()
        self._segments.close()
        self._head = None
        self._opened = False
        self._lock.release()

    def set_aside(self) -> Path:
        """Move an unreadable journal out of the way, kept as evidence; the next open is fresh.

        Files that end before the newest good snapshot stay. Only after a failed :meth:`open`.
        Raises ``StoreError`` when the disk refuses.
        """
        if self._opened:
            raise ValueError("the journal is open, so it is readable")
        try:
            self._lock.take()
            return move_aside(self._folder, self._snapshots)
        except OSError as error:
            raise StoreError(Trouble.INPUT_OUTPUT, error.strerror or str(error)) from error
        finally:
            self._lock.release()

    def _reconnected(self) -> Head:
        if not self._opened:
            raise StoreError(Trouble.CLOSED)
        if self._db is None:
            self._connect()
        return self.head()

    def _connect(self) -> None:
        known = self._head
        path = self._rolling.live()
        db = database.connect_writer(path)
        try:
            found = database.read_head(db, path)
            self._take(path, db)
        except StoreError:
            db.close()
            raise
        # What was decided by resume_after() holds over a reconnect.
        self._head = known if known is not None and known.seq > found.seq else found

    def _take(self, path: Path, db: sqlite3.Connection) -> None:
        """Write to this file from here on."""
        self._rolling.began(path, db)
        self._segments.lend(path, db)
        self._path, self._db = path, db

    def _roll(self, head: Head) -> None:
        """Go on in a new file, or in this one where there is no room for another."""
        path = self._rolling.begin(files.number_of(self._path) + 1, head)
        if path is None:
            return
        old, old_path = self._open_db(), self._path
        self._segments.take_back()
        self._db = None
        try:
            self._take(path, database.connect_writer(path))
        finally:
            self._rolling.finish(old_path, old)

    def _disconnect(self) -> None:
        """Drop the connection, so that an unfinished transaction cannot linger in it."""
        db, self._db = self._db, None
        self._segments.take_back()
        self._in_doubt = True
        if db is not None:
            try:
                db.close()
            except sqlite3.Error:
                return  # Nothing is lost by it: the WAL is read again on the next connect.

    def _open_db(self) -> sqlite3.Connection:
        if self._db is None:
            raise StoreError(Trouble.CLOSED)
        return self._db

    def _open_segments(self) -> Segments:
        self._open_db()
        return self._segments

    def _not_stored(self, rows: Sequence[Row], head: Head) -> Sequence[Row]:
        """The rows behind ``head``, once those up to it have been found equal and durable."""
        known = [row for row in rows if row.seq <= head.seq]
        for row in known:
            stored = self._open_segments().one(row.seq)
            if stored is None or stored[:4] != row:
                raise ValueError(f"another entry stands at {row.seq} already")
        if known and self._in_doubt:
            self._force_down()
        return rows[len(known) :]

    def _force_down(self) -> None:
        """Write what the WAL holds into the file and sync it.

        After a failed sync the kernel may count pages as clean that never reached the disk; so
        rows found after a failure are only believed once they have been written a second time.
        """
        busy, pages, written = self._open_db().execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        if busy or pages != written:
            raise sqlite3.OperationalError("the journal cannot be written down while it is read")

    def _insert(self, rows: Sequence[Row], head: Head) -> Head:
        for expected, row in enumerate(rows, head.seq + 1):
            if row.seq != expected:
                raise ValueError(f"entry {row.seq} cannot follow {expected - 1}")
        hashes = link_all(head.hash, [(row.seq, row.payload) for row in rows])
        db = self._open_db()
        db.execute("BEGIN IMMEDIATE")
        db.executemany(
            "INSERT INTO entries (seq, epoch, at_ms, payload, hash) VALUES (?, ?, ?, ?, ?)",
            [(*row, digest) for row, digest in zip(rows, hashes, strict=True)],
        )
        self._commit(db)
        self._rolling.stored(rows[0])
        last = rows[-1]
        return Head(last.epoch, last.seq, last.at_ms, hashes[-1])

    def _commit(self, db: sqlite3.Connection) -> None:
        db.execute("COMMIT")
