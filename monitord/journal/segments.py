"""Reading over all files of a journal as if it were one.

A file is opened when it is needed and stays open, so that one that is dropped meanwhile can be
read to its end; the newest may be the writer's own connection. A file that cannot be opened is
damage like any other: told as :class:`Lost`, and the reading goes on behind it.
"""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from monitord.journal import database
from monitord.journal.errors import JournalUnreadable, StoreError, store_error, trouble_of
from monitord.journal.files import journal_files, number_of, path_of
from monitord.journal.records import BEGINNING, Head, Lost, Position, Segment, Stored


class _File(NamedTuple):
    path: Path
    db: sqlite3.Connection
    opening: Head


class Segments:
    """The files of one folder, or the one file ``alone``."""

    def __init__(self, folder: Path, alone: Path | None = None) -> None:
        self._folder, self._alone = folder, alone
        self._open: dict[Path, _File] = {}
        self._lent: Path | None = None

    def lend(self, path: Path, db: sqlite3.Connection) -> None:
        """Read ``path`` by the writer's connection, until :meth:`take_back`."""
        self.take_back()
        self._drop(path)
        self._open[path] = _File(path, db, _opening_of(db, path))
        self._lent = path

    def take_back(self) -> None:
        """Forget the connection that was lent."""
        if self._lent is not None:
            self._open.pop(self._lent, None)
            self._lent = None

    def opening(self) -> Head:
        """The entry before the first one here. Raises ``StoreError``."""
        return self._first().opening

    def head(self) -> Head:
        """The last entry. Raises ``StoreError``."""
        newest = self._file(self._paths()[-1])
        return database.read_head(newest.db, newest.path)

    def has(self, position: Position) -> bool:
        """Whether all behind ``position`` is here. Raises ``StoreError``."""
        opening = self.opening()
        if position in (opening.position, BEGINNING) and position.seq == opening.seq:
            return True
        stored = self.one(position.seq)
        return stored is not None and stored.epoch == position.epoch

    def one(self, seq: int) -> Stored | None:
        """One entry, or None where there is none. Raises ``StoreError``."""
        return database.read_one(self._behind(seq - 1).db, seq)

    def read(self, after_seq: int, limit: int) -> list[Stored]:
        """Up to ``limit`` entries behind ``after_seq``. Raises ``StoreError``."""
        file: _File | None = self._behind(after_seq)
        found: list[Stored] = []
        while file is not None and len(found) < limit:
            last_seq = found[-1].seq if found else after_seq
            try:
                found += database.read_chunk(file.db, last_seq, limit - len(found))
            except sqlite3.Error as error:
                raise store_error(error) from error
            file = self._next(file) if len(found) < limit else None
        return found

    def scan(self, after_seq: int = 0) -> Iterator[Stored | Lost]:
        """Every entry behind ``after_seq`` that can be read, in order. Raises ``StoreError``."""
        file = self._behind(after_seq)
        while True:
            lost: Lost | None = None
            for item in database.scan(file.db, after_seq):
                if isinstance(item, Lost) and item.last is None:
                    lost = item
                    break
                after_seq = item.seq if isinstance(item, Stored) else after_seq
                yield item
            following = self._paths_behind(file.path)
            if lost is None and not following:
                return
            found, reason = self._first_readable(following)
            if lost is None and reason:
                lost = Lost(after_seq + 1, None, reason)
            if lost is not None:
                last = None if found is None else found.opening.seq
                yield lost._replace(last=last)
            if found is None:
                return
            file = found
            after_seq = max(after_seq, file.opening.seq)

    def files(self) -> Iterator[Segment]:
        """What each file says of itself, oldest first. Raises ``StoreError``."""
        for path in self._paths():
            try:
                file = self._file(path)
                yield Segment(path.name, file.opening, database.read_seal(file.db))
            except (sqlite3.Error, JournalUnreadable):
                continue  # the scan tells it, with the entries that are lost by it

    def close(self) -> None:
        """Let go of all files but the one that was lent."""
        for path in [path for path in self._open if path != self._lent]:
            self._drop(path)

    def _paths(self) -> list[Path]:
        if self._alone is not None:
            return [self._alone]
        return journal_files(self._folder) or [path_of(self._folder, 1)]

    def _paths_behind(self, path: Path) -> list[Path]:
        if self._alone is not None:
            return []
        return [other for other in self._paths() if number_of(other) > number_of(path)]

    def _first(self) -> _File:
        found, _ = self._first_readable(self._paths())
        return self._file(self._paths()[-1]) if found is None else found

    def _next(self, file: _File) -> _File | None:
        return next((self._file(path) for path in self._paths_behind(file.path)), None)

    def _first_readable(self, paths: list[Path]) -> tuple[_File | None, str]:
        """The first of these that opens, and why one before it does not."""
        reason = ""
        for path in paths:
            try:
                return self._file(path), reason
            except JournalUnreadable as error:
                reason = reason or str(error)
        return None, reason

    def _behind(self, after_seq: int) -> _File:
        """The file in which the entry behind ``after_seq`` stands, or would."""
        oldest: _File | None = None
        for path in reversed(self._paths()):
            try:
                file = self._file(path)
            except JournalUnreadable:
                continue
            if file.opening.seq <= after_seq:
                return file
            oldest = file
        return self._first() if oldest is None else oldest

    def _file(self, path: Path) -> _File:
        known = self._open.get(path)
        if known is None:
            db = database.connect_reader(path)
            try:
                known = _File(path, db, _opening_of(db, path))
            except StoreError:
                db.close()
                raise
            self._open[path] = known
        return known

    def _drop(self, path: Path) -> None:
        known = self._open.pop(path, None)
        if known is not None:
            known.db.close()


def _opening_of(db: sqlite3.Connection, path: Path) -> Head:
    try:
        return database.read_opening(db)
    except TypeError as error:
        raise JournalUnreadable(path, "it does not say where it begins") from error
    except sqlite3.Error as error:
        detail = f"its start cannot be read: {error}"
        raise JournalUnreadable(path, detail, trouble_of(error)) from error
