"""The read side: for the command line and for replicas, also while the daemon writes.

It cannot write, cannot checkpoint and needs no daemon. Each chunk is one short read transaction,
so that a slow reader never holds the writer's file. Synchronous: on an event loop, call it by
``asyncio.to_thread``.
"""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from monitord.journal import database
from monitord.journal.errors import Gone, JournalUnreadable, store_error
from monitord.journal.records import BEGINNING, Head, Lost, Position, Snapshot, Stored
from monitord.journal.snapshots import SnapshotFolder, Unusable


class JournalReader:
    """A :class:`~monitord.journal.source.Source` over the files of a state folder.

    ``path`` names another file of the same journal, such as one that was set aside. Raises
    ``JournalUnreadable``, ``JournalNewer``. Close it, or use it in a ``with``.
    """

    def __init__(self, state_folder: Path, path: Path | None = None) -> None:
        folder = database.journal_folder(state_folder)
        self._path = path or database.segment_path(folder)
        self._snapshots = SnapshotFolder(folder)
        self._db = database.connect_reader(self._path)

    def __enter__(self) -> "JournalReader":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def opening(self) -> Head:
        """What stands before the first entry of this file. Raises ``JournalUnreadable``."""
        try:
            return database.read_opening(self._db)
        except (sqlite3.Error, TypeError) as error:
            raise JournalUnreadable(self._path, f"its start cannot be read: {error}") from error

    def head(self) -> Head:
        """The last stored entry, as of now. Raises ``JournalUnreadable``."""
        return database.read_head(self._db, self._path)

    def find(self, position: Position) -> None:
        """Do nothing when ``position`` is in this journal; else raise ``Gone``."""
        if not database.holds(self._db, position):
            raise Gone(position, next(iter(self._snapshots.positions()), None))

    def read(self, after_seq: int, limit: int) -> list[Stored]:
        """Up to ``limit`` entries behind ``after_seq``. Raises ``StoreError``."""
        try:
            return database.read_chunk(self._db, after_seq, limit)
        except sqlite3.Error as error:
            raise store_error(error) from error

    def scan(self, after_seq: int = 0) -> Iterator[Stored | Lost]:
        """Every entry behind ``after_seq`` that can be read. Raises ``StoreError``."""
        return database.scan(self._db, after_seq)

    def tail(self, after: Position = BEGINNING) -> Iterator[Stored | Lost]:
        """What follows ``after``, up to what is stored now. Raises ``Gone``, ``StoreError``.

        To follow the journal, ask again behind the last one that came.
        """
        self.find(after)
        return self.scan(after.seq)

    def snapshots(self) -> Iterator[Snapshot | Unusable]:
        """Newest first, the damaged ones told."""
        return self._snapshots.read()

    def close(self) -> None:
        """Let go of the file. Safe to repeat."""
        self._db.close()
