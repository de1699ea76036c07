"""Batches go to a thread and come back; a disk that hangs holds nobody else."""

import asyncio
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from monitord.journal import committer
from monitord.journal.committer import WAITING_MAX, Committer, InlineCommitter, ThreadCommitter
from monitord.journal.errors import StoreError, Trouble
from monitord.journal.records import Head, Row
from monitord.journal.store import SqliteStore
from tests.journal.samples import rows


class Hanging(SqliteStore):
    """Takes nothing until ``go`` is set."""

    def __init__(self, state_folder: Path) -> None:
        super().__init__(state_folder)
        self.go = threading.Event()
        self.threads: set[int] = set()
        self.fails = False

    def append(self, rows: Sequence[Row]) -> Head:
        self.threads.add(threading.get_ident())
        assert self.go.wait(10)
        if self.fails:
            raise StoreError(Trouble.FULL)
        return super().append(rows)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Hanging]:
    store = Hanging(tmp_path)
    store.open()
    yield store
    store.go.set()


def threaded(store: Hanging) -> ThreadCommitter:
    made = ThreadCommitter(store)
    made.start()
    return made


@pytest.mark.parametrize("inline", [False, True])
async def test_batches_are_stored_in_order(store: Hanging, inline: bool, tmp_path: Path) -> None:
    store.go.set()
    taking: Committer = InlineCommitter(store) if inline else threaded(store)
    answers = [taking.commit(rows(first, first + 1)) for first in (1, 3, 5)]
    assert [(await answer).seq for answer in answers] == [2, 4, 6]
    assert (store.threads == {threading.get_ident()}) is inline
    with pytest.raises(ValueError, match="cannot follow"):
        await taking.commit(rows(9, 9))
    assert (await taking.commit(rows(7, 7))).seq == 7
    assert await taking.close() is True
    with pytest.raises(StoreError, match="closed"):
        await taking.commit(rows(8, 8))


async def test_the_loop_runs_while_the_disk_hangs(store: Hanging) -> None:
    """Law 1, law 12: the engine hears nothing, goes on in memory, and is answered in the end."""
    taking = threaded(store)
    answer = taking.commit(rows(1, 2))
    for _ in range(20):
        await asyncio.sleep(0)
    assert not answer.done()
    store.go.set()
    assert (await answer).seq == 2
    assert await taking.close() is True


async def test_a_failure_is_handed_on_and_the_next_batch_is_taken(store: Hanging) -> None:
    store.go.set()
    store.fails = True
    taking = threaded(store)
    with pytest.raises(StoreError, match="full"):
        await taking.commit(rows(1, 2))
    store.fails = False
    assert (await taking.commit(rows(1, 2))).seq == 2
    await taking.close()


async def test_a_cancelled_answer_harms_nobody(store: Hanging) -> None:
    complaints: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
    taking = threaded(store)
    first, second = taking.commit(rows(1, 1)), taking.commit(rows(2, 2))
    first.cancel()
    store.go.set()
    assert (await second).seq == 2
    await taking.close()
    assert complaints == []


async def test_waiting_batches_are_bounded(store: Hanging) -> None:
    taking = threaded(store)
    answers = [taking.commit(rows(n, n)) for n in range(1, WAITING_MAX + 1)]
    with pytest.raises(StoreError, match="wait already"):
        await taking.commit(rows(99, 99))
    store.go.set()
    assert (await answers[-1]).seq == WAITING_MAX
    assert (await taking.commit(rows(WAITING_MAX + 1, WAITING_MAX + 1))).seq == WAITING_MAX + 1
    await taking.close()


async def test_closing_stores_what_waits(store: Hanging, tmp_path: Path) -> None:
    taking = threaded(store)
    answer = taking.commit(rows(1, 3))
    store.go.set()
    assert await taking.close() is True
    assert (await answer).seq == 3
    again = SqliteStore(tmp_path)
    assert again.open().seq == 3
    again.close()


async def test_closing_does_not_wait_for_a_disk_that_hangs(
    store: Hanging, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Law 1: at most 1 s; the thread is a daemon's, so the process can end."""
    assert committer.CLOSING_S == 1.0
    monkeypatch.setattr(committer, "CLOSING_S", 0.02)
    taking = threaded(store)
    answer = taking.commit(rows(1, 1))
    assert await taking.close() is False
    assert taking._thread.daemon
    monkeypatch.setattr(committer, "CLOSING_S", 10)
    store.go.set()
    assert await taking.close() is True
    assert (await answer).seq == 1


def test_an_answer_after_the_loop_has_ended_is_let_go(
    store: Hanging, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(committer, "CLOSING_S", 0.01)

    async def leave() -> ThreadCommitter:
        taking = threaded(store)
        taking.commit(rows(1, 1))
        assert await taking.close() is False
        return taking

    taking = asyncio.run(leave())
    store.go.set()
    taking._thread.join(10)
    assert not taking._thread.is_alive()
    again = SqliteStore(tmp_path)
    assert again.open().seq == 1
    again.close()
