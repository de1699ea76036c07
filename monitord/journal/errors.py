"""What can go wrong with the journal, in words a person can act on.

Callers see these errors and never one of ``sqlite3``. None of them may carry personal text.
"""

import errno
import sqlite3
from enum import StrEnum
from pathlib import Path
from typing import Final

from monitord.journal.records import Position


class Trouble(StrEnum):
    """What kind of trouble the disk is in; for alarms and for whoever has to mend it."""

    FULL = "full"
    READ_ONLY = "read-only"
    INPUT_OUTPUT = "input-output"
    DAMAGED = "damaged"
    BUSY = "busy"
    CLOSED = "closed"
    OTHER = "other"


_CURE: Final = {
    Trouble.FULL: "the disk is full: free space or enlarge it",
    Trouble.READ_ONLY: "the disk is read-only: look at its health, then mount it writable again",
    Trouble.INPUT_OUTPUT: "the disk fails to read or write: check cable and health, replace it",
    Trouble.DAMAGED: "the file is damaged: keep it as evidence and look at the disk's health",
    Trouble.BUSY: "another program holds the file: end it",
    Trouble.CLOSED: "the journal is closed",
    Trouble.OTHER: "see the words of the database",
}


class StoreError(Exception):
    """The disk did not take or give what was asked. The same call may be tried again."""

    def __init__(self, trouble: Trouble, detail: str = "") -> None:
        self.trouble = trouble
        super().__init__(f"{_CURE[trouble]} ({detail})" if detail else _CURE[trouble])


class JournalUnreadable(StoreError):
    """The journal cannot be opened or its end cannot be read."""

    def __init__(self, path: Path, detail: str, trouble: Trouble = Trouble.DAMAGED) -> None:
        super().__init__(trouble, f"{path.name}: {detail}")


class JournalNewer(StoreError):
    """A newer version of monitord wrote this file; this one must not touch it."""

    def __init__(self, path: Path, found: int, known: int) -> None:
        super().__init__(
            Trouble.OTHER,
            f"{path.name} has format {found}, this version knows up to {known}: "
            "install the version that wrote it",
        )


class JournalBusy(StoreError):
    """Another daemon writes this journal. ``pid`` is None when it could not be told."""

    def __init__(self, pid: int | None) -> None:
        self.pid = pid
        super().__init__(Trouble.BUSY, f"held by process {pid}" if pid else "")


class Gone(Exception):
    """This journal never had, or no longer has, that position. Start from ``snapshot``."""

    def __init__(self, asked: Position, snapshot: Position | None) -> None:
        self.asked = asked
        self.snapshot = snapshot
        start = f"the snapshot at {snapshot}" if snapshot else "the beginning"
        super().__init__(f"position {asked} is not in this journal: start again from {start}")


def trouble_of(error: sqlite3.Error) -> Trouble:
    """The kind of trouble behind an error of SQLite."""
    name = str(getattr(error, "sqlite_errorname", ""))
    table = {
        "SQLITE_FULL": Trouble.FULL,
        "SQLITE_READONLY": Trouble.READ_ONLY,
        "SQLITE_IOERR": Trouble.INPUT_OUTPUT,
        "SQLITE_CANTOPEN": Trouble.INPUT_OUTPUT,
        "SQLITE_CORRUPT": Trouble.DAMAGED,
        "SQLITE_NOTADB": Trouble.DAMAGED,
        "SQLITE_BUSY": Trouble.BUSY,
        "SQLITE_LOCKED": Trouble.BUSY,
    }
    return next((kind for start, kind in table.items() if name.startswith(start)), Trouble.OTHER)


def store_error(error: sqlite3.Error) -> StoreError:
    """The error to raise instead of one of SQLite."""
    return StoreError(trouble_of(error), str(error))


def os_error(error: OSError) -> StoreError:
    """The error to raise instead of one of the file system."""
    table = {
        errno.ENOSPC: Trouble.FULL,
        errno.EDQUOT: Trouble.FULL,
        errno.EFBIG: Trouble.FULL,
        errno.EROFS: Trouble.READ_ONLY,
        errno.EACCES: Trouble.READ_ONLY,
        errno.EPERM: Trouble.READ_ONLY,
    }
    trouble = table.get(error.errno or 0, Trouble.INPUT_OUTPUT)
    return StoreError(trouble, error.strerror or str(error))
