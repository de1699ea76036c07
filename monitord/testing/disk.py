"""The journal's disk in memory: it syncs, tears, fills, errs and hangs as the script says.

``SimStore`` is the real chain over rows that are either *synced* or still in the page cache; a
crash keeps the first and a prefix of the second (``survivor``). ``SimCommitter`` runs the store's
calls in line, on virtual time. Nothing that was not synced ever reaches the next life.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from random import Random
from typing import Final

from monitord.core.facts import TextRef
from monitord.journal.chain import link
from monitord.journal.errors import Gone, StoreError, Trouble
from monitord.journal.records import Head, Lost, Position, Row, Segment, Snapshot, Stored
from monitord.journal.snapshots import Unusable
from monitord.testing.script import CrashAt, DiskTrouble

SNAPSHOTS_KEPT: Final = 2
_ERRORS: Final = {DiskTrouble.FULL: Trouble.FULL, DiskTrouble.ERROR: Trouble.INPUT_OUTPUT}


class SimStore:
    """A ``JournalStore`` in memory."""

    def __init__(self) -> None:
        self.rows: list[Stored] = []
        self._synced = 0
        self._snapshots: list[Snapshot] = []
        self._behind = Head()

    # --- what the world does to it ---------------------------------------------------------

    def write(self, rows: Sequence[Row]) -> None:
        """Rows into the page cache, chained; none that is there already (a repeated commit)."""
        head = self.head()
        for row in rows:
            if row.seq <= head.seq:
                continue
            digest = link(head.hash, row.seq, row.payload)
            head = Head(row.epoch, row.seq, row.at_ms, digest)
            self.rows.append(Stored(*row, digest))

    def sync(self) -> Head:
        """All of it is durable now."""
        self._synced = len(self.rows)
        return self.head()

    def survivor(self, chance: Random) -> "SimStore":
        """The disk after a crash: of what was not synced, some first part may be there.

        A disk of its own, so that nothing of the life that ended can still write to it.
        """
        kept = chance.randint(self._synced, len(self.rows))
        after = SimStore()
        after.rows, after._synced = self.rows[:kept], kept
        after._snapshots, after._behind = list(self._snapshots), self._behind
        return after

    # --- the Store ---------------------------------------------------------------------------

    def open(self) -> Head:
        """Nothing to make ready."""
        return self.head()

    def append(self, rows: Sequence[Row]) -> Head:
        """Written and synced in one go."""
        self.write(rows)
        return self.sync()

    def find(self, position: Position) -> None:
        """Raises ``Gone`` for a position that is not here."""
        if not any(row.position == position for row in self.rows):
            raise Gone(position, None)

    def save_snapshot(self, snapshot: Snapshot) -> None:
        """Keep the newest two."""
        self._snapshots = [snapshot, *self._snapshots][:SNAPSHOTS_KEPT]

    def resume_after(self, head: Head) -> None:
        """Go on behind a snapshot that is ahead."""
        self._behind = head

    def close(self) -> None:
        """Nothing to let go of."""

    def set_aside(self) -> str:
        """An unreadable journal, kept as evidence; this one is always readable."""
        raise StoreError(Trouble.OTHER, "a journal in memory has no file to move")

    # --- the Source --------------------------------------------------------------------------

    def opening(self) -> Head:
        """Nothing stands before the first entry."""
        return Head()

    def head(self) -> Head:
        """The last entry that was written."""
        if not self.rows:
            return self._behind
        last = self.rows[-1]
        mine = Head(last.epoch, last.seq, last.at_ms, last.hash)
        return max(mine, self._behind, key=lambda head: head.seq)

    def read(self, after_seq: int, limit: int) -> list[Stored]:
        """Entries count from 1 without a gap."""
        return self.rows[after_seq : after_seq + limit]

    def scan(self, after_seq: int = 0) -> Iterator[Stored | Lost]:
        """All that follow."""
        return iter(self.rows[after_seq:])

    def files(self) -> Iterator[Segment]:
        """It is one piece, in memory."""
        return iter(())

    def snapshots(self) -> Iterator[Snapshot | Unusable]:
        """Newest first."""
        return iter(tuple(self._snapshots))


class SimCommitter:
    """A ``Committer`` on virtual time.

    ``trouble`` says what is wrong with the disk now, ``healed_ms`` when that ends; ``pass_by`` is
    told of every place at which a crash may be due; ``stored`` hears of rows that are durable.
    """

    def __init__(
        self,
        store: SimStore,
        trouble: Callable[[], tuple[DiskTrouble, int] | None],
        pass_by: Callable[[CrashAt], None],
        stored: Callable[[Sequence[Row]], None],
        commit_ms: int,
    ) -> None:
        self._store, self._trouble, self._pass_by = store, trouble, pass_by
        self._stored, self._commit_ms = stored, commit_ms
        self._under_way = 0

    def commit(self, rows: Sequence[Row]) -> "asyncio.Future[Head]":
        """See :class:`monitord.journal.committer.Committer`."""
        self._pass_by(CrashAt.BEFORE_COMMIT)
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Head] = loop.create_future()
        trouble = self._trouble()
        if trouble is None and not self._commit_ms:
            self._store.write(rows)
            self._finish(rows, answer)
        elif trouble is None:
            self._store.write(rows)
            self._under_way += 1
            loop.call_later(self._commit_ms / 1000, self._finish_later, rows, answer)
        elif trouble[0] is DiskTrouble.HANG:
            self._under_way += 1
            wait_s = max(trouble[1] / 1000 - loop.time(), 0.001)
            loop.call_later(wait_s, self._write_late, rows, answer)
        else:
            answer.set_exception(StoreError(_ERRORS[trouble[0]]))
        return answer

    async def close(self) -> bool:
        """False while a commit hangs: its thread is left behind."""
        return not self._under_way

    def _write_late(self, rows: Sequence[Row], answer: "asyncio.Future[Head]") -> None:
        self._store.write(rows)
        self._finish_later(rows, answer)

    def _finish_later(self, rows: Sequence[Row], answer: "asyncio.Future[Head]") -> None:
        self._under_way -= 1
        self._finish(rows, answer)

    def _finish(self, rows: Sequence[Row], answer: "asyncio.Future[Head]") -> None:
        head = self._store.sync()
        self._stored(rows)
        self._pass_by(CrashAt.AFTER_SYNC)
        if not answer.done():
            answer.set_result(head)


class SimTexts:
    """The side store in memory; it outlives a crash."""

    def __init__(self) -> None:
        self._texts: dict[TextRef, str] = {}

    def put(self, text_id: str, text: str, purpose: str, until_utc_ms: int | None) -> TextRef:
        """Keep a text."""
        ref = TextRef(text_id, sha256(f"{text_id}:{text}".encode()).hexdigest())
        self._texts[ref] = text
        return ref

    def get(self, ref: TextRef) -> str:
        """The text, or ``erased``."""
        return self._texts.get(ref, "erased")

    def close(self) -> None:
        """Nothing to let go of."""
