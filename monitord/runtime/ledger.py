"""The ledger: what the engine has decided, on its way to the disk and out of the door.

Entries are stored in batches, in order, and published once they are stored. When a commit fails
or hangs the ledger is *degraded*: entries are published at once with ``stored=False``, held in
memory, and stored in order when the disk answers again (law 1). It decides nothing itself.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final

import msgspec
import structlog

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.journal.committer import Committer
from monitord.journal.errors import StoreError, Trouble
from monitord.journal.records import Head, Row
from monitord.journal.spill import SpillFile
from monitord.runtime import giving_way
from monitord.runtime.seams import Clock

#: Rows in one commit.
ROWS_MAX: Final = 2_048
#: A commit that has not come back by then is a degraded store.
STALL_MS: Final = 1_000
#: A failed commit is tried again this often.
RETRY_MS: Final = 1_000
#: What Python needs for an entry that is held, beside its bytes.
HELD_OVERHEAD: Final = 700

_log = structlog.get_logger(__name__)


class Answer(msgspec.Struct, frozen=True):
    """What became of a fact: ``code`` is empty when it was accepted."""

    code: str
    text: str
    position: str
    stored: bool
    events: tuple[ev.AnyEvent, ...] = ()


class Published(msgspec.Struct, frozen=True):
    """An entry that may leave the engine; ``stored`` is False while the store is degraded."""

    entry: ev.Entry
    stored: bool


class Held(msgspec.Struct):
    """An entry with its row, or a bare answer (no row) that waits for what it rests on."""

    position: str
    row: Row | None = None
    entry: ev.Entry | None = None
    waiter: asyncio.Future[Answer] | None = None
    answer: tuple[str, str] = ("", "")
    published: bool = False
    spilled: bool = False
    #: The disk was asked for it: it may be stored, whatever came back.
    offered: bool = False

    @property
    def weight(self) -> int:
        """What it costs in memory."""
        return 0 if self.row is None else len(self.row.payload) + HELD_OVERHEAD


class Ledger:
    """Stores and publishes. ``tell`` wakes the engine after every change here."""

    def __init__(
        self,
        committer: Committer,
        clock: Clock,
        tell: Callable[[], None],
        spill: SpillFile | None = None,
    ) -> None:
        self._committer, self._clock, self._tell = committer, clock, tell
        self._spill = spill
        self._waiting: deque[Held] = deque()
        self._in_flight: list[Held] = []
        self._began_ms = 0
        self._retry_ms: int | None = None
        self._subscribers: list[Callable[[Published], None]] = []
        self.held_bytes = 0
        #: Why the store is degraded, empty when it is not.
        self.degraded = ""
        #: Entries that had to be held since it became degraded.
        self.held_entries = 0
        #: The last entry that is stored, as far as this ledger stored it.
        self.head: Head | None = None

    def subscribe(self, callback: Callable[[Published], None]) -> Callable[[], None]:
        """Hear every entry that leaves, in order; returns how to stop hearing."""
        self._subscribers.append(callback)

        def unsubscribe() -> None:
            if callback in self._subscribers:
                self._subscribers.remove(callback)

        return unsubscribe

    @property
    def ahead(self) -> int:
        """Entries that are decided and not stored."""
        return len(self._waiting) + len(self._in_flight)

    def carry(self, rows: Sequence[Row]) -> None:
        """Store first what a life before told people and could not store."""
        for row in rows:
            held = Held(f"{row.epoch}.{row.seq}", row, published=True, spilled=True)
            self.held_bytes += held.weight
            self._waiting.append(held)

    def add(self, held: Held) -> None:
        """Take the next entry or bare answer; published at once while degraded."""
        if held.row is None and not self.ahead:
            self._publish(held, stored=True)
            return
        if held.entry is not None and isinstance(held.entry.fact, f.HistoryFull):
            self._replace_history(held)
        self.held_bytes += held.weight
        self._waiting.append(held)
        if self.degraded:
            self.held_entries += held.row is not None
            self._spill_rows((held,))
            self._publish(held, stored=False)

    def overflow(self) -> f.HistoryFull | None:
        """Which history has to give way because no more can be held; None while there is room."""
        if not self.degraded or self.held_bytes < giving_way.HELD_BYTES_MAX:
            return None
        rows = [held.row for held in self._waiting if held.row is not None and not held.offered]
        if len(rows) < giving_way.HISTORY_MIN:
            return None
        return f.HistoryFull(rows[0].seq - 1, len(rows), rows[0].at_ms)

    def _replace_history(self, by: Held) -> None:
        """Forget what was told and never offered to the disk: ``by`` says what it led to."""
        gone = [held for held in self._waiting if not held.offered]
        self._waiting = deque(held for held in self._waiting if held.offered)
        self.held_bytes -= sum(held.weight for held in gone)
        self.held_entries -= sum(held.row is not None for held in gone)
        _log.error("history_gave_way", entries=len(gone))
        if self._spill is not None:
            kept = (*self._in_flight, *self._waiting, by)
            self._spill.replace(held.row for held in kept if held.row is not None)
            by.spilled = True

    def commit(self) -> None:
        """Hand the next batch over, unless one is on its way or a retry is not yet due."""
        if self._in_flight or not self._waiting or self._retry_ms is not None:
            return
        batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), ROWS_MAX))]
        rows = [held.row for held in batch if held.row is not None]
        if not rows:
            for held in batch:
                self._publish(held, stored=True)
            return
        self._in_flight, self._began_ms = batch, self._clock.boot_ms()
        for held in batch:
            held.offered = True
        self._committer.commit(rows).add_done_callback(self._committed)

    def look(self, boot_ms: int) -> str:
        """Check the commit on its way; why the store has just become degraded, else empty."""
        if self._retry_ms is not None and boot_ms >= self._retry_ms:
            self._retry_ms = None
        if not self.degraded and self._in_flight and boot_ms - self._began_ms >= STALL_MS:
            self._degrade(f"a commit has not come back for {STALL_MS} ms")
            return self.degraded
        return ""

    def next_look_ms(self) -> int | None:
        """Boot time of the next :meth:`look` that matters."""
        if self._retry_ms is not None:
            return self._retry_ms
        if self._in_flight and not self.degraded:
            return self._began_ms + STALL_MS
        return None

    def unanswered_ms(self, boot_ms: int) -> int:
        """For how long a commit has been under way without being declared; 0 for none."""
        undeclared = bool(self._in_flight) and not self.degraded
        return boot_ms - self._began_ms if undeclared else 0

    def recovered(self) -> int | None:
        """How many entries had been held, once, when the last of them is stored."""
        if not self.degraded or self.ahead or self._retry_ms is not None:
            return None
        held, self.held_entries, self.degraded = self.held_entries, 0, ""
        _log.info("store_recovered", held=held)
        return held

    def fail(self, error: BaseException) -> None:
        """The engine ended: whoever waits is told."""
        for held in (*self._in_flight, *self._waiting):
            if held.waiter is not None and not held.waiter.done():
                held.waiter.set_exception(RuntimeError(f"the engine ended: {error!r}"))

    def _committed(self, future: asyncio.Future[Head]) -> None:
        batch, self._in_flight = self._in_flight, []
        if future.cancelled():
            error: BaseException | None = StoreError(Trouble.CLOSED)
        else:
            error = future.exception()
        if error is not None:
            self._waiting.extendleft(reversed(batch))
            self._retry_ms = self._clock.boot_ms() + RETRY_MS
            self._degrade(str(error) or type(error).__name__)
        else:
            self.head = future.result()
            for held in batch:
                self.held_bytes -= held.weight
                self._publish(held, stored=True)
            if self._spill is not None and not self.ahead and any(h.spilled for h in batch):
                self._spill.clear()
        self._tell()

    def _degrade(self, reason: str) -> None:
        if self.degraded:
            return
        self.degraded = reason
        _log.error("store_degraded", reason=reason)
        self._spill_rows((*self._in_flight, *self._waiting))
        for held in (*self._in_flight, *self._waiting):
            self.held_entries += held.row is not None
            self._publish(held, stored=False)

    def _spill_rows(self, helds: Sequence[Held]) -> None:
        """Before anybody is told: what is told must not be lost."""
        if self._spill is None:
            return
        fresh = [held for held in helds if held.row is not None and not held.spilled]
        self._spill.add(held.row for held in fresh if held.row is not None)
        for held in fresh:
            held.spilled = True

    def _publish(self, held: Held, *, stored: bool) -> None:
        if held.published:
            return
        held.published = True
        if held.entry is not None:
            published = Published(held.entry, stored)
            for callback in tuple(self._subscribers):
                _tell_one(callback, published)
        if held.waiter is not None and not held.waiter.done():
            held.waiter.set_result(_answer(held, stored=stored))
        held.entry = held.waiter = None  # its bytes alone are held


def _tell_one(callback: Callable[[Published], None], published: Published) -> None:
    """One listener's bug costs the others, and the rest of the batch, nothing (law 12)."""
    try:
        callback(published)
    except Exception:  # noqa: BLE001 - the way out of the engine, with many listeners
        _log.exception("listener_failed", position=published.entry.position)


def _answer(held: Held, *, stored: bool) -> Answer:
    code, text = held.answer
    events = () if held.entry is None else held.entry.events
    for event in events:
        if isinstance(event, ev.CommandRefused):
            code, text = event.code, event.text
    return Answer(code, text, held.position, stored, events)
