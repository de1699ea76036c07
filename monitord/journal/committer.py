"""How batches get from the event loop to the Store without holding the loop up.

One daemon thread owns the Store from :meth:`ThreadCommitter.start` on: a disk that hangs for
minutes hangs that thread alone, and the process can still end. Batches are stored in the order
in which they came. Nothing here retries: the engine decides what to offer again (law 1).
"""

import asyncio
import threading
from collections.abc import Sequence
from queue import SimpleQueue
from typing import Final, NamedTuple, Protocol

from monitord.journal.errors import StoreError, Trouble
from monitord.journal.records import Head, Row
from monitord.journal.store import Store

#: Batches that may wait; the engine offers one at a time, so more is a fault of ours.
WAITING_MAX: Final = 16
CLOSING_S: Final = 1.0


class Committer(Protocol):
    """Takes batches and answers when they are durable."""

    def commit(self, rows: Sequence[Row]) -> "asyncio.Future[Head]":
        """The new head once ``rows`` are stored, or ``StoreError`` (or ``ValueError``: ours).

        Cancelling the future does not take the batch back: it may be stored all the same.
        """

    async def close(self) -> bool:
        """Store what waits, for at most 1 s, and close the Store. False: the disk hangs."""


class _Batch(NamedTuple):
    rows: Sequence[Row]
    answer: "asyncio.Future[Head]"


class ThreadCommitter:
    """A :class:`Committer` with one daemon thread. ``start`` it on a running loop."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._queue: SimpleQueue[_Batch | None] = SimpleQueue()
        self._waiting = 0
        self._closing = False
        self._thread = threading.Thread(target=self._work, name="journal", daemon=True)

    def start(self) -> None:
        """From here on nobody else may use the Store, until :meth:`close` has answered True."""
        self._loop = asyncio.get_running_loop()
        self._closed: asyncio.Future[None] = self._loop.create_future()
        self._thread.start()

    def commit(self, rows: Sequence[Row]) -> "asyncio.Future[Head]":
        """See :class:`Committer`; at most :data:`WAITING_MAX` batches wait."""
        answer: asyncio.Future[Head] = self._loop.create_future()
        if self._closing:
            answer.set_exception(StoreError(Trouble.CLOSED))
        elif self._waiting >= WAITING_MAX:
            answer.set_exception(StoreError(Trouble.BUSY, f"{self._waiting} batches wait already"))
        else:
            self._waiting += 1
            self._queue.put(_Batch(rows, answer))
        return answer

    async def close(self) -> bool:
        """See :class:`Committer`. Safe to repeat."""
        if not self._closing:
            self._closing = True
            self._queue.put(None)
        done, _ = await asyncio.wait([self._closed], timeout=CLOSING_S)
        return bool(done)

    def _work(self) -> None:
        while (batch := self._queue.get()) is not None:
            self._answer(batch, *_append(self._store, batch.rows))
        self._store.close()
        self._tell(self._finish)

    def _answer(self, batch: _Batch, head: Head | None, error: Exception | None) -> None:
        def resolve() -> None:
            self._waiting -= 1
            if batch.answer.done():
                return
            if error is not None:
                batch.answer.set_exception(error)
            elif head is not None:
                batch.answer.set_result(head)

        self._tell(resolve)

    def _finish(self) -> None:
        if not self._closed.done():
            self._closed.set_result(None)

    def _tell(self, what: "_Callback") -> None:
        try:
            self._loop.call_soon_threadsafe(what)
        except RuntimeError:
            return  # The loop has ended: nobody is left to hear it, and it is stored.


class InlineCommitter:
    """A :class:`Committer` that stores at once, on the caller's thread; for virtual time."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def commit(self, rows: Sequence[Row]) -> "asyncio.Future[Head]":
        """See :class:`Committer`; the future is done on return."""
        answer: asyncio.Future[Head] = asyncio.get_running_loop().create_future()
        head, error = _append(self._store, rows)
        if error is not None:
            answer.set_exception(error)
        elif head is not None:
            answer.set_result(head)
        return answer

    async def close(self) -> bool:
        """See :class:`Committer`."""
        self._store.close()
        return True


class _Callback(Protocol):
    def __call__(self) -> None: ...


def _append(store: Store, rows: Sequence[Row]) -> tuple[Head | None, Exception | None]:
    try:
        return store.append(rows), None
    except Exception as error:  # noqa: BLE001 - handed on to whoever awaits the answer
        return None, error
