"""The store of a daemon: on a disk that may be full, or take nothing at all for now.

One that is full takes entries for as long as its reserve lasts. One that is read-only at the start
is read all the same, so that nothing that was guarded is forgotten; the journal is opened to write
with the first entry that the disk takes again.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from monitord.journal.database import is_read_only, journal_folder
from monitord.journal.errors import JournalBusy, JournalNewer, StoreError, Trouble
from monitord.journal.files import ENTRIES_MAX
from monitord.journal.reader import JournalReader
from monitord.journal.records import Head, Lost, Row, Segment, Snapshot, Stored
from monitord.journal.reserve import Reserve
from monitord.journal.store import SqliteStore


class ReservedStore(SqliteStore):
    """A ``SqliteStore`` that gives the reserve up rather than refuse an entry."""

    def __init__(
        self, state_folder: Path, reserve: Reserve, *, file_entries_max: int = ENTRIES_MAX
    ) -> None:
        super().__init__(state_folder, file_entries_max=file_entries_max)
        self._reserve = reserve
        self._state_folder = state_folder
        #: While the disk is read-only, and what a snapshot led to then.
        self._reader: JournalReader | None = None
        self._behind: Head | None = None

    def open(self) -> Head:
        """See :class:`Store`; a journal on a read-only disk is opened to be read."""
        try:
            return super().open()
        except (JournalBusy, JournalNewer):
            raise
        except StoreError:
            if not is_read_only(journal_folder(self._state_folder)):
                raise
            self._reader = JournalReader(self._state_folder)
            return self._reader.head()

    def append(self, rows: Sequence[Row]) -> Head:
        """See :class:`Store`."""
        if self._reader is not None:
            self._begin_to_write(self._reader)
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

    def resume_after(self, head: Head) -> None:
        """See :class:`Store`."""
        if self._reader is None:
            super().resume_after(head)
        else:
            self._behind = head

    def close(self) -> None:
        """See :class:`Store`."""
        if self._reader is not None:
            self._reader.close()
            self._reader = None
        super().close()

    def head(self) -> Head:
        """See :class:`Store`."""
        return super().head() if self._reader is None else self._reader.head()

    def opening(self) -> Head:
        """See :class:`Store`."""
        return super().opening() if self._reader is None else self._reader.opening()

    def read(self, after_seq: int, limit: int) -> list[Stored]:
        """See :class:`Store`."""
        reader = self._reader
        return super().read(after_seq, limit) if reader is None else reader.read(after_seq, limit)

    def scan(self, after_seq: int = 0) -> Iterator[Stored | Lost]:
        """See :class:`Store`."""
        return super().scan(after_seq) if self._reader is None else self._reader.scan(after_seq)

    def files(self) -> Iterator[Segment]:
        """See :class:`Store`."""
        return super().files() if self._reader is None else self._reader.files()

    def _begin_to_write(self, reader: JournalReader) -> None:
        """Raises ``StoreError`` while the disk does not take anything."""
        if is_read_only(journal_folder(self._state_folder)):
            raise StoreError(Trouble.READ_ONLY)
        super().open()
        self._reader = None
        reader.close()
        if self._behind is not None:
            super().resume_after(self._behind)
