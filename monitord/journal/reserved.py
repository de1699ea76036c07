"""A store on a disk with a reserve: one that is full takes entries for as long as that lasts."""

from collections.abc import Sequence
from pathlib import Path

from monitord.journal.errors import StoreError
from monitord.journal.files import ENTRIES_MAX
from monitord.journal.records import Head, Row, Snapshot
from monitord.journal.reserve import Reserve
from monitord.journal.store import SqliteStore


class ReservedStore(SqliteStore):
    """A ``SqliteStore`` that gives the reserve up rather than refuse an entry."""

    def __init__(
        self, state_folder: Path, reserve: Reserve, *, file_entries_max: int = ENTRIES_MAX
    ) -> None:
        super().__init__(state_folder, file_entries_max=file_entries_max)
        self._reserve = reserve

    def append(self, rows: Sequence[Row]) -> Head:
        """See :class:`Store`."""
        try:
            return super().append(rows)
        except StoreError as error:
            if not self._reserve.release(error.trouble):
                raise
            return super().append(rows)

    def save_snapshot(self, snapshot: Snapshot) -> None:
        """See :class:`Store`. Refused while the reserve is in use: a snapshot can wait."""
        self._reserve.keep_clear()
        super().save_snapshot(snapshot)
