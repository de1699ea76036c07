"""When the live file is full, how the next one takes its place, and what still has to be sealed.

Used by the one thread that writes, between two batches: about 10 ms, once in a million entries.
The next file is begun before the old one is sealed, and nothing is waited for: what cannot be
sealed now is sealed later, and a disk with no room for another file goes on with the old one.
"""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import structlog

from monitord.journal import database, files
from monitord.journal.errors import JournalUnreadable, StoreError, Trouble, trouble_of
from monitord.journal.records import Head, Row

#: What did not work is tried again after so many entries.
AGAIN_ENTRIES: Final = 1_000

_log = structlog.get_logger(__name__)


class _First(NamedTuple):
    """The first entry of the live file: when it was, by engine time and by the calendar."""

    at_ms: int
    quarter: int | None


class Rolling:
    """The files of one journal on their way from live to sealed."""

    def __init__(self, folder: Path, entries_max: int) -> None:
        self._folder, self._entries_max = folder, entries_max
        self._opening_seq = 0
        self._first: _First | None = None
        self._begin_after_seq = 0
        self._unsealed: list[Path] = []
        self._seal_after_seq = 0

    def live(self) -> Path:
        """The file to write; begun when there is none. Raises ``JournalUnreadable``."""
        path = files.live_file(self._folder)
        try:
            if not path.exists() or not path.stat().st_size:
                return files.create(self._folder, files.number_of(path), Head())
            if not database.is_sealed(path):
                database.sync_folder(self._folder)
                return path
            # The one behind it was moved aside, or is lost: verify finds the gap.
            db = database.connect_reader(path)
            try:
                end = database.read_head(db, path)
            finally:
                db.close()
            return files.create(self._folder, files.number_of(path) + 1, end)
        except OSError as error:
            raise JournalUnreadable(path, error.strerror or str(error)) from error
        except sqlite3.Error as error:
            raise JournalUnreadable(path, str(error), trouble_of(error)) from error

    def began(self, path: Path, db: sqlite3.Connection) -> None:
        """This file is written from now on. Raises ``JournalUnreadable``."""
        try:
            self._opening_seq = database.read_opening(db).seq
            stored = database.read_chunk(db, self._opening_seq, 1)
        except (sqlite3.Error, TypeError) as error:
            raise JournalUnreadable(path, f"its start cannot be read: {error}") from error
        self._first = None
        for one in stored:
            self.stored(Row(*one[:4]))

    def stored(self, row: Row) -> None:
        """An entry of the live file, of which the first one matters."""
        if self._first is None:
            self._first = _First(row.at_ms, files.quarter_of(row.payload))

    def is_due(self, head: Head, rows: Sequence[Row]) -> bool:
        """Whether these rows belong into the next file; the way also to seal what waits."""
        if self._unsealed and head.seq >= self._seal_after_seq:
            self._seal_waiting(head.seq)
        if self._first is None or head.seq < self._begin_after_seq:
            return False
        if head.seq - self._opening_seq + len(rows) > self._entries_max:
            return True
        if rows[0].at_ms - self._first.at_ms < files.QUARTER_FILE_MS:
            return False
        return files.quarter_of(rows[0].payload) not in (None, self._first.quarter)

    def begin(self, number: int, head: Head) -> Path | None:
        """The next file, behind ``head``; None where that fails, and the old one goes on.

        Raises ``StoreError`` where it is begun already, but may not last: there is no way back.
        """
        try:
            return files.create(self._folder, number, head)
        except (OSError, sqlite3.Error) as error:
            if files.path_of(self._folder, number).exists():
                raise StoreError(Trouble.INPUT_OUTPUT, str(error)) from error
            _log.error("journal_file_not_begun", number=number, error=str(error))
            self._begin_after_seq = head.seq + AGAIN_ENTRIES
            return None

    def finish(self, path: Path, db: sqlite3.Connection) -> None:
        """Seal a finished file, now or, where somebody reads it or the disk fails, later."""
        if not _sealed(path, db):
            self._unsealed.append(path)

    def finish_older(self) -> None:
        """Complete what a life before left unsealed."""
        *older, _ = files.journal_files(self._folder)
        for path in older:
            if database.is_sealed(path):
                files.sweep(path)
            else:
                self._unsealed.append(path)
        self._seal_waiting(0)

    def _seal_waiting(self, seq: int) -> None:
        self._seal_after_seq = seq + AGAIN_ENTRIES
        waiting, self._unsealed = self._unsealed, []
        for path in waiting:
            try:
                self.finish(path, database.connect_writer(path))
            except StoreError as error:
                _log.error("journal_file_not_sealed", file=path.name, error=str(error))
                self._unsealed.append(path)


def _sealed(path: Path, db: sqlite3.Connection) -> bool:
    try:
        return files.seal(db, path)
    except (OSError, sqlite3.Error, StoreError) as error:
        _log.error("journal_file_not_sealed", file=path.name, error=str(error))
        return False
