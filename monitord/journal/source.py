"""What can be read from a journal, whoever holds it: the Store, a reader, a simulated disk."""

from collections.abc import Iterator
from typing import Protocol

from monitord.journal.records import Head, Lost, Segment, Snapshot, Stored
from monitord.journal.snapshots import Unusable


class Source(Protocol):
    """Entries and snapshots, read only."""

    def opening(self) -> Head:
        """What stands before the first entry here."""

    def head(self) -> Head:
        """The last stored entry."""

    def read(self, after_seq: int, limit: int) -> list[Stored]:
        """Up to ``limit`` entries behind ``after_seq``. Raises ``StoreError``."""

    def scan(self, after_seq: int = 0) -> Iterator[Stored | Lost]:
        """Every entry behind ``after_seq`` that can be read, damage told and passed over."""

    def files(self) -> Iterator[Segment]:
        """What each file says of itself, oldest first; none where there are no files."""

    def snapshots(self) -> Iterator[Snapshot | Unusable]:
        """Newest first, the damaged ones told."""
