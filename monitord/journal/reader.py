"""The read side: for the command line and for replicas, also while the daemon writes.

It cannot write, cannot checkpoint and needs no daemon. Each chunk is one short read transaction,
so that a slow reader never holds the writer's file. Synchronous: on an event loop, call it by
``asyncio.to_thread``.
"""

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from monitord.journal import database
from monitord.journal.errors import Gone, StoreError
from monitord.journal.records import BEGINNING, Head, Lost, Position, Segment, Snapshot, Stored
from monitord.journal.segments import Segments
from monitord.journal.snapshots import SnapshotFolder, Unusable


class JournalReader:
    """A :class:`~monitord.journal.source.Source` over the files of a state folder.

    ``path`` names another file of the same journal, such as one that was set aside. Raises
    ``JournalUnreadable``, ``JournalNewer``. Close it, or use it in a ``with``.
    """

    def __init__(self, state_folder: Path, path: Path | None = None) -> None:
        folder = database.journal_folder(state_folder)
        self._snapshots = SnapshotFolder(folder)
        self._segments = Segments(folder, path)
        try:
            self._segments.opening()
        except StoreError:
            self._segments.close()
            raise

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
        """What stands before the first entry of the oldest file. Raises ``StoreError``."""
        return self._segments.opening()

    def head(self) -> Head:
        """The last stored entry, as of now. Raises ``JournalUnreadable``."""
        return self._segments.head()

    def find(self, position: Position) -> None:
        """Do nothing when all behind ``position`` is in this journal; else raise ``Gone``."""
        if not self._segments.has(position):
            raise Gone(position, next(iter(self._snapshots.positions()), None))

    def read(self, after_seq: int, limit: int) -> list[Stored]:
        """Up to ``limit`` entries behind ``after_seq``. Raises ``StoreError``."""
        return self._segments.read(after_seq, limit)

    def scan(self, after_seq: int = 0) -> Iterator[Stored | Lost]:
        """Every entry behind ``after_seq`` that can be read. Raises ``StoreError``."""
        return self._segments.scan(after_seq)

    def tail(self, after: Position = BEGINNING) -> Iterator[Stored | Lost]:
        """What follows ``after``, up to what is stored now. Raises ``Gone``, ``StoreError``.

        To follow the journal, ask again behind the last one that came.
        """
        self.find(after)
        return self.scan(after.seq)

    def files(self) -> Iterator[Segment]:
        """What each file says of itself, oldest first."""
        return self._segments.files()

    def snapshots(self) -> Iterator[Snapshot | Unusable]:
        """Newest first, the damaged ones told."""
        return self._snapshots.read()

    def close(self) -> None:
        """Let go of the files. Safe to repeat."""
        self._segments.close()
