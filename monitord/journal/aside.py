"""Moving a journal that cannot be read out of the way: kept as evidence, never repaired in place.

What ends before the newest good snapshot stays where it is: a start never reads it again.
"""

import os
import sqlite3
from itertools import takewhile
from pathlib import Path
from typing import Final

from monitord.journal import database
from monitord.journal.errors import StoreError, Trouble
from monitord.journal.files import journal_files, live_file
from monitord.journal.records import Snapshot
from monitord.journal.snapshots import SnapshotFolder

TRIES_MAX: Final = 1_000


def move_aside(folder: Path, snapshots: SnapshotFolder) -> Path:
    """Rename each file that a start would read; the newest one's new name.

    Raises ``OSError``, and ``StoreError`` when there is no name left.
    """
    aside = [_renamed(path) for path in _needed(folder, snapshots)]
    database.sync_folder(folder)
    return aside[0]


def _needed(folder: Path, snapshots: SnapshotFolder) -> list[Path]:
    """The newest file, and all that end behind the newest good snapshot, newest first."""
    newest = next((one for one in snapshots.read() if isinstance(one, Snapshot)), None)
    live, *older = reversed(journal_files(folder) or [live_file(folder)])
    if newest is None:
        return [live, *older]
    return [live, *takewhile(lambda path: not _ends_by(path, newest.head.seq), older)]


def _ends_by(path: Path, seq: int) -> bool:
    try:
        db = database.connect_reader(path)
        try:
            seal = database.read_seal(db)
        finally:
            db.close()
    except (StoreError, sqlite3.Error):
        return False
    return seal is not None and seal.seq <= seq


def _renamed(path: Path) -> Path:
    for attempt in range(1, TRIES_MAX):
        target = path.with_name(f"{path.name}.damaged-{attempt}")
        if target.exists():
            continue
        for suffix in ("-wal", ""):
            source = Path(f"{path}{suffix}")
            if source.exists():
                os.rename(source, f"{target}{suffix}")  # noqa: PTH104
        Path(f"{path}-shm").unlink(missing_ok=True)
        return target
    raise StoreError(Trouble.OTHER, "a thousand damaged journals lie here: move some away")
