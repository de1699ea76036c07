"""Old journal files go whole, the oldest first, and never one that a start would still read.

The caller has it on record before a file goes (an entry says so), and the entry says up to where:
one that was recorded and is still there, after a crash, goes the next time.
"""

import sqlite3
from pathlib import Path
from typing import NamedTuple

from monitord.journal import database
from monitord.journal.codec import NotAnEntry, place_of
from monitord.journal.database import journal_folder
from monitord.journal.errors import StoreError, Trouble, os_error, store_error
from monitord.journal.files import sealed_files
from monitord.journal.records import Head, Snapshot
from monitord.journal.snapshots import SnapshotFolder


class Expired(NamedTuple):
    """A file whose time is over; ``last`` is its last entry, of ``utc_ms``."""

    path: Path
    last: Head
    utc_ms: int


def expired(state_folder: Path, before_ms: int) -> Expired | None:
    """The oldest sealed file, if it ended before this engine time and nothing needs it.

    Needed is what lies behind any good snapshot: the newest one may be damaged tomorrow. Raises
    ``StoreError``.
    """
    folder = journal_folder(state_folder)
    oldest = next(iter(sealed_files(folder)), None)
    if oldest is None:
        return None
    last, utc_ms = _end_of(oldest)
    if last.at_ms >= before_ms:
        return None
    kept = [one for one in SnapshotFolder(folder).read() if isinstance(one, Snapshot)]
    if not kept or min(one.head.seq for one in kept) < last.seq:
        return None
    return Expired(oldest, last, utc_ms)


def drop(state_folder: Path, seq: int) -> list[str]:
    """Remove the sealed files that end at ``seq`` or before; their names. Raises ``StoreError``."""
    folder = journal_folder(state_folder)
    dropped = []
    for path in sealed_files(folder):
        if _end_of(path)[0].seq > seq:
            break
        try:
            path.unlink(missing_ok=True)
            database.sync_folder(folder)
        except OSError as error:
            raise os_error(error) from error
        dropped.append(path.name)
    return dropped


def _end_of(path: Path) -> tuple[Head, int]:
    """The seal of a file and the time (UTC) of its last entry, 0 where that does not say."""
    db = database.connect_reader(path)
    try:
        seal = database.read_seal(db)
        if seal is None:
            raise StoreError(Trouble.DAMAGED, f"{path.name} is read-only, but not sealed")
        stored = database.read_one(db, seal.seq)
    except sqlite3.Error as error:
        raise store_error(error) from error
    finally:
        db.close()
    if stored is None:
        return seal, 0
    try:
        return seal, place_of(stored.payload).utc_ms
    except NotAnEntry:
        return seal, 0
