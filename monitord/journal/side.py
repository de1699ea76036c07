"""The side store: names, numbers and notes, outside the chain, each with a purpose and an end.

The journal holds an id and a salted hash; the text and its salt stand here alone, so erasing
both leaves the chain verifiable and the hash meaningless. A text must never reach a log, an
error or an entry. The file keeps no copy of what was erased: freed pages are overwritten, and
there is no WAL that could hold on to them.
"""

import secrets
import sqlite3
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Final

from monitord.core.facts import TextRef
from monitord.journal.database import make_private
from monitord.journal.errors import JournalNewer, JournalUnreadable, store_error, trouble_of

ERASED: Final = "erased"
FORMAT: Final = 1
TEXT_LENGTH_MAX: Final = 10_000
SALT_BYTES: Final = 16
WAIT_S: Final = 0.25

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
        row = self._one("SELECT text FROM texts WHERE id = ? AND hash = ?", (ref.id, ref.hash))
        return ERASED if row is None else str(row[0])

    def erase(self, text_id: str) -> int:
        """Delete all versions of a text with their salts; how many there were."""
        return self._delete("DELETE FROM texts WHERE id = ?", (text_id,))

    def erase_expired(self, now_utc_ms: int) -> int:
        """Delete every text whose end is reached; how many there were."""
        return self._delete("DELETE FROM texts WHERE until_utc_ms <= ?", (now_utc_ms,))

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

    def _delete(self, query: str, values: tuple[str | int, ...]) -> int:
        try:
            return self._db.execute(query, values).rowcount
        except sqlite3.Error as error:
            raise store_error(error) from error


def _hash(salt: bytes, text: str) -> str:
    return sha256(salt + text.encode()).hexdigest()
