"""The side store: names, numbers and notes, outside the chain, each with a purpose and an end.

The journal holds an id and a salted hash; the text and its salt stand here alone, so erasing
both leaves the chain verifiable and the hash meaningless. A text must never reach a log, an
error or an entry. The file keeps no copy of what was erased: what is freed is overwritten, the
whole file is written anew after each erasure, and there is no WAL that could hold on to it.

Ids are ``person/ID`` and ``note/WHO-WROTE-IT/EPOCH-N``: so all of a person is found by their id.
"""

import secrets
import sqlite3
from collections.abc import Callable, Collection, Iterable
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple

from monitord.core.facts import TextRef
from monitord.journal.database import make_private
from monitord.journal.errors import JournalNewer, JournalUnreadable, store_error, trouble_of

ERASED: Final = "erased"
FORMAT: Final = 1
TEXT_LENGTH_MAX: Final = 10_000
SALT_BYTES: Final = 16
WAIT_S: Final = 0.25
#: A reader waits for the daemon, which may be writing the file anew.
READER_WAIT_S: Final = 5.0
#: Texts copied in one go.
COPIED: Final = 500

_SCHEMA: Final = """
BEGIN IMMEDIATE;
CREATE TABLE texts (
  id TEXT NOT NULL, version INTEGER NOT NULL, hash TEXT NOT NULL, salt BLOB NOT NULL,
  text TEXT NOT NULL, purpose TEXT NOT NULL, until_utc_ms INTEGER,
  PRIMARY KEY (id, version)
) STRICT;
CREATE UNIQUE INDEX texts_by_hash ON texts (id, hash);
PRAGMA user_version = 1;
COMMIT;
"""


#: Values of a row, or to ask with.
Columns = tuple[str | int | bytes | None, ...]

_TEXT: Final = "SELECT text FROM texts WHERE id = ? AND hash = ?"


class Kept(NamedTuple):
    """One version of a text, by reference, and what it is kept for."""

    ref: TextRef
    purpose: str


def _new_salt() -> bytes:
    return secrets.token_bytes(SALT_BYTES)


class SideStore:
    """``<state>/side.db``. Synchronous and quick; for one thread at a time."""

    def __init__(self, state_folder: Path, make_salt: Callable[[], bytes] = _new_salt) -> None:
        """Opens or creates it. Raises ``JournalUnreadable``, ``JournalNewer``.

        ``make_salt`` is there for simulations, whose chance comes from a seed.
        """
        path = state_folder / "side.db"
        self._make_salt = make_salt
        try:
            state_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            make_private(path)
            self._db = sqlite3.connect(
                path, timeout=WAIT_S, isolation_level=None, check_same_thread=False
            )
        except OSError as error:
            raise JournalUnreadable(path, error.strerror or str(error)) from error
        except sqlite3.Error as error:
            raise JournalUnreadable(path, str(error), trouble_of(error)) from error
        try:
            self._prepare(path)
        except sqlite3.Error as error:
            self.close()
            raise JournalUnreadable(path, str(error), trouble_of(error)) from error
        except JournalNewer:
            self.close()
            raise

    def put(
        self, text_id: str, text: str, purpose: str, until_utc_ms: int | None = None
    ) -> TextRef:
        """Keep a text and give its reference; the same id and text have the same reference.

        Another text under the same id is a new version; older ones stay until erased. Raises
        ``StoreError``, and ``ValueError`` for a text that is too long.
        """
        if len(text) > TEXT_LENGTH_MAX:
            raise ValueError(f"a text of {len(text)} characters; at most {TEXT_LENGTH_MAX}")
        text = text.encode("utf-8", "replace").decode("utf-8")
        try:
            return self._known(text_id, text, purpose, until_utc_ms) or self._insert(
                text_id, text, purpose, until_utc_ms
            )
        except sqlite3.Error as error:
            raise store_error(error) from error

    def get(self, ref: TextRef) -> str:
        """The text, or the word ``erased``. Raises ``StoreError``."""
        row = self._one(_TEXT, (ref.id, ref.hash))
        return ERASED if row is None else str(row[0])

    def of_person(self, person: str, limit: int) -> list[Kept]:
        """What is kept of a person: their record, all versions, and the notes that they wrote."""
        notes = f"note/{person}/"
        query = (
            "SELECT id, hash, purpose FROM texts WHERE id = ?"
            " OR (id >= ? AND id < ? AND id NOT GLOB ?) LIMIT ?"
        )
        values = (f"person/{person}", notes, f"{notes}~", f"{notes}*/*", limit)
        return self._list(query, values)

    def of_text(self, text_id: str, limit: int) -> list[Kept]:
        """The versions of one text."""
        return self._list("SELECT id, hash, purpose FROM texts WHERE id = ? LIMIT ?",
                          (text_id, limit))  # fmt: skip

    def expired(self, now_utc_ms: int, limit: int) -> list[Kept]:
        """Texts whose end is reached."""
        query = "SELECT id, hash, purpose FROM texts WHERE until_utc_ms <= ? LIMIT ?"
        return self._list(query, (now_utc_ms, limit))

    def end_others(self, purpose: str, needed: Collection[TextRef], until_utc_ms: int) -> None:
        """Give an end to texts without one that are not needed for this purpose any more."""
        query = "SELECT id, hash, purpose FROM texts WHERE purpose = ? AND until_utc_ms IS NULL"
        ends = [kept.ref for kept in self._list(query, (purpose,)) if kept.ref not in needed]
        self._each("UPDATE texts SET until_utc_ms = ? WHERE id = ? AND hash = ?",
                   ((until_utc_ms, ref.id, ref.hash) for ref in ends))  # fmt: skip

    def erase(self, refs: Iterable[TextRef]) -> None:
        """Delete these texts with their salts, and write the file anew without them.

        Safe to repeat: what a kill has left half done is done whole. Raises ``StoreError``.
        """
        self._each("DELETE FROM texts WHERE id = ? AND hash = ?", ((r.id, r.hash) for r in refs))
        try:
            # A row that has moved between pages may have left its bytes where it stood.
            self._db.execute("VACUUM")
        except sqlite3.Error as error:
            raise store_error(error) from error

    def add(self, rows: Iterable[Columns]) -> None:
        """Take rows of another side store as they are. Raises ``StoreError``."""
        self._each("INSERT INTO texts VALUES (?, ?, ?, ?, ?, ?, ?)", rows)

    def changed(self) -> tuple[str, ...]:
        """The ids of texts that no longer match their hash: somebody edited them."""
        try:
            rows = self._db.execute("SELECT id, hash, salt, text FROM texts ORDER BY id, version")
            found = {str(row[0]): None for row in rows if row[1] != _hash(row[2], row[3])}
        except sqlite3.Error as error:
            raise store_error(error) from error
        return tuple(found)

    def close(self) -> None:
        """Let go of the file. Safe to repeat."""
        self._db.close()

    def _prepare(self, path: Path) -> None:
        self._db.execute("PRAGMA secure_delete = ON")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute("PRAGMA temp_store = MEMORY")
        found = int(self._db.execute("PRAGMA user_version").fetchone()[0])
        if found > FORMAT:
            raise JournalNewer(path, found, FORMAT)
        if found == 0:
            self._db.executescript(_SCHEMA)

    def _known(
        self, text_id: str, text: str, purpose: str, until_utc_ms: int | None
    ) -> TextRef | None:
        row = self._db.execute(
            "SELECT version, hash FROM texts WHERE id = ? AND text = ?", (text_id, text)
        ).fetchone()
        if row is None:
            return None
        self._db.execute(
            "UPDATE texts SET purpose = ?1, until_utc_ms = ?2 WHERE id = ?3 AND version = ?4"
            " AND (purpose IS NOT ?1 OR until_utc_ms IS NOT ?2)",
            (purpose, until_utc_ms, text_id, row[0]),
        )
        return TextRef(id=text_id, hash=row[1])

    def _insert(self, text_id: str, text: str, purpose: str, until_utc_ms: int | None) -> TextRef:
        salt = self._make_salt()
        digest = _hash(salt, text)
        self._db.execute(
            "INSERT INTO texts (id, version, hash, salt, text, purpose, until_utc_ms) VALUES"
            " (?1, (SELECT coalesce(max(version), 0) + 1 FROM texts WHERE id = ?1),"
            " ?2, ?3, ?4, ?5, ?6)",
            (text_id, digest, salt, text, purpose, until_utc_ms),
        )
        return TextRef(id=text_id, hash=digest)

    def _one(self, query: str, values: tuple[str, ...]) -> tuple[object, ...] | None:
        try:
            row: tuple[object, ...] | None = self._db.execute(query, values).fetchone()
        except sqlite3.Error as error:
            raise store_error(error) from error
        return row

    def _list(self, query: str, values: tuple[str | int, ...]) -> list[Kept]:
        try:
            rows = self._db.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise store_error(error) from error
        return [Kept(TextRef(id=row[0], hash=row[1]), row[2]) for row in rows]

    def _each(self, query: str, values: Iterable[Columns]) -> None:
        """All of them or none. Raises ``StoreError``."""
        try:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.executemany(query, values)
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise store_error(error) from error


class SideReader:
    """Reads beside the daemon and cannot write. Each question is one short transaction."""

    def __init__(self, state_folder: Path) -> None:
        """Raises ``JournalUnreadable``, ``JournalNewer``."""
        path = state_folder / "side.db"
        try:
            self._db = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=READER_WAIT_S
            )
            found = int(self._db.execute("PRAGMA user_version").fetchone()[0])
        except sqlite3.Error as error:
            raise JournalUnreadable(path, str(error), trouble_of(error)) from error
        if found > FORMAT:
            self.close()
            raise JournalNewer(path, found, FORMAT)

    def get(self, ref: TextRef) -> str:
        """The text, or the word ``erased``. Raises ``StoreError``."""
        try:
            row = self._db.execute(_TEXT, (ref.id, ref.hash)).fetchone()
        except sqlite3.Error as error:
            raise store_error(error) from error
        return ERASED if row is None else str(row[0])

    def rows(self, after: Columns, limit: int) -> list[Columns]:
        """Whole rows behind an id and version, in order. Raises ``StoreError``."""
        query = "SELECT * FROM texts WHERE (id, version) > (?, ?) ORDER BY id, version LIMIT ?"
        try:
            return self._db.execute(query, (*after, limit)).fetchall()
        except sqlite3.Error as error:
            raise store_error(error) from error

    def close(self) -> None:
        """Let go of the file. Safe to repeat."""
        self._db.close()


def copy_texts(state_folder: Path, target_folder: Path) -> None:
    """Copy all texts that stand there now, a few at a time; nobody waits long for it.

    Raises ``StoreError``.
    """
    if not (state_folder / "side.db").exists():
        return
    source, target = SideReader(state_folder), SideStore(target_folder)
    try:
        last: Columns = ("", 0)
        while rows := source.rows(last, COPIED):
            target.add(rows)
            last = rows[-1][:2]
    finally:
        source.close()
        target.close()


def _hash(salt: bytes, text: str) -> str:
    return sha256(salt + text.encode()).hexdigest()
