"""What the runtime's parts do when the disk, a listener or a text is not as it should be."""

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core import state as core_state
from monitord.core.facts import TextRef
from monitord.core.state import State
from monitord.driver import DeviceFault, Reading
from monitord.journal.errors import JournalUnreadable, StoreError, Trouble
from monitord.journal.records import Head, Row, Snapshot
from monitord.journal.side import ERASED
from monitord.journal.store import SqliteStore
from monitord.runtime import ending, log_stream, side_texts
from monitord.runtime.engine import Published
from monitord.runtime.health import Health
from monitord.runtime.log_stream import PatientStream
from monitord.runtime.readings import unwrap
from monitord.runtime.resume import resume
from monitord.runtime.side_texts import SideTexts
from monitord.runtime.texts import Directory
from monitord.testing.loop import run_virtual
from monitord.vocabulary import PointState
from tests.core.sites import museum
from tests.runtime.engine_parts import Bench


class DeadStore(SqliteStore):
    """A disk that can neither be opened for writing nor moved on; snapshots may be read."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.path = folder

    def open(self) -> Head:
        raise JournalUnreadable(self.path, "read-only", Trouble.READ_ONLY)

    def set_aside(self) -> Path:
        raise StoreError(Trouble.READ_ONLY)


def test_without_a_journal_the_last_snapshot_is_guarded(tmp_path: Path) -> None:
    """Law 1: a start that can neither read nor replace the journal guards all the same."""
    good = SqliteStore(tmp_path)
    good.open()
    state = State(epoch=4, site_hash="known")
    good.save_snapshot(Snapshot(Head(4, 9, 1_000), "test", core_state.encode(state)))
    good.close()
    store = DeadStore(tmp_path)
    resumed = resume(store)
    assert (resumed.state.site_hash, resumed.state.position) == ("known", "4.9")
    assert "nothing is stored" in resumed.damaged
    with pytest.raises(StoreError):
        store.append([Row(10, 5, 1_001, b"{}")])


def test_without_journal_and_snapshot_it_begins_with_nothing(tmp_path: Path) -> None:
    """Law 1: from the site file alone."""
    resumed = resume(DeadStore(tmp_path))
    assert resumed.state.position == "0.0"
    assert resumed.damaged


def test_a_journal_that_opens_but_cannot_be_loaded_is_moved_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Law 1: damage that shows while it is read is no different from damage at its opening."""
    first = SqliteStore(tmp_path)
    first.open()
    first.close()
    store = SqliteStore(tmp_path)
    reads: list[int] = []
    good = SqliteStore.opening

    def opening(self: SqliteStore) -> Head:
        reads.append(1)
        if len(reads) == 1:
            raise StoreError(Trouble.DAMAGED)
        return good(self)

    monkeypatch.setattr(SqliteStore, "opening", opening)
    resumed = resume(store)
    assert "could not be read" in resumed.damaged
    assert list((tmp_path / "journal").glob("*.damaged-1"))
    store.close()


def test_a_damaged_side_store_is_moved_aside_and_begun_anew(tmp_path: Path) -> None:
    """Law 1: a damaged file of names does not stop the guard."""
    (tmp_path / "side.db").write_bytes(b"this is no database, whatever its name says" * 100)
    texts = SideTexts(tmp_path)
    ref = texts.put("person/anna", "{}", "reach people", None)
    assert texts.get(ref) == "{}"
    assert (tmp_path / "side.db.damaged-1").exists()
    texts.close()


def test_without_a_side_store_people_are_reached_from_memory(tmp_path: Path) -> None:
    """Law 1: the call above all; the next start sees that the text is missing."""
    (tmp_path / "state").touch()  # no folder, so no file in it
    texts = SideTexts(tmp_path / "state")
    directory = Directory(texts)
    state = State(site=museum())
    ref = directory.keep("person/anna", '{"reach": [{"channel": "hook", "address": "a"}]}')
    state.texts = (ref,)
    directory.load(state)
    assert directory.reach("anna") == {"hook": "a"}
    assert Directory(texts).misses_texts(state)


def test_a_text_that_was_lost_is_noticed(tmp_path: Path) -> None:
    texts = SideTexts(tmp_path)
    directory, state = Directory(texts), State()
    state.texts = (directory.keep("person/anna", "{}"),)
    assert not directory.misses_texts(state)
    state.texts = (TextRef(id="person/anna", hash="another"),)
    assert texts.get(state.texts[0]) == ERASED
    assert directory.misses_texts(state)
    texts.close()


async def test_a_note_waits_for_no_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Law 1: the loop goes on, the person is told, and a second note does not queue up."""
    monkeypatch.setattr(side_texts, "PUT_S", 0.02)
    texts, healed = SideTexts(tmp_path), threading.Event()

    def put(*_: object) -> TextRef:
        healed.wait(5)
        return TextRef(id="n", hash="h")

    monkeypatch.setattr(side_texts.SideStore, "put", put)
    began = time.monotonic()
    for _ in range(3):
        with pytest.raises(StoreError):
            await texts.put_soon("note/1", "text", "occurrence log", 1)
    assert time.monotonic() - began < 2
    healed.set()
    while not texts._under_way.done():  # type: ignore[union-attr]
        await asyncio.sleep(0.005)
    assert (await texts.put_soon("note/2", "text", "occurrence log", 1)).id == "n"


def test_an_entry_that_cannot_be_written_down_is_a_fault() -> None:
    """Law 13: what JSON cannot hold costs its own fact, never the engine."""

    async def night() -> None:
        bench = await Bench(strict=False).start()
        value: Any = object()
        bench.engine.offer(f.PointChanged("west.pir", PointState.ACTIVE, value))
        await asyncio.sleep(0.1)
        assert "FactFailed" in bench.events()
        answer = await bench.engine.submit(f.WallClockRead(utc_ms=1))
        assert answer.stored

    run_virtual(night())


def test_words_that_are_no_text_stay_out_of_the_state() -> None:
    """Law 2: what is in memory is what a replay makes of the journal."""
    health = Health("west", 0, 0)
    lost = health.failed(DeviceFault("caf\udce9"), 1)
    assert lost is not None
    assert lost.detail == "caf?"
    assert unwrap("\ud800") == "?"
    assert unwrap(Reading("p", "\ud800")) == "?"


def test_a_listener_that_fails_keeps_nothing_from_the_others() -> None:
    """Law 12: the outbox hears what a broken stream before it did not take."""

    async def night() -> None:
        bench = await Bench().start()
        heard: list[Published] = []

        def broken(_: object) -> None:
            raise RuntimeError("a bug")

        stop = bench.engine.subscribe(broken)
        bench.engine.subscribe(heard.append)
        answer = await bench.engine.submit(f.WallClockRead(utc_ms=1))
        assert answer.stored
        assert [type(e) for p in heard for e in p.entry.events] == [ev.ClockStepped]
        stop()

    run_virtual(night())


def test_a_log_that_cannot_be_written_fails_nobody() -> None:
    """Law 1: the line about the full disk goes to that disk."""

    class Full:
        def write(self, text: str, /) -> int:
            raise OSError(28, "No space left on device")

        def flush(self) -> None:
            raise OSError(28, "No space left on device")

    stream = PatientStream(Full())
    print("line", file=stream, flush=True)
    stream.close()
    assert stream.lost == 2


def test_a_log_that_nobody_reads_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Law 12: a held terminal or a reader that hangs costs lines, and no memory without end."""
    monkeypatch.setattr(log_stream, "WAITING_MAX", 3)
    released, written = threading.Event(), list[str]()

    class Held:
        def write(self, text: str, /) -> None:
            released.wait(5)
            written.append(text)

        def flush(self) -> None:
            """Nothing."""

    stream = PatientStream(Held())
    for number in range(10):
        stream.write(str(number))
    assert stream.lost >= 6
    released.set()
    stream.close()
    assert written[:3] == ["0", "1", "2"]


async def test_a_thread_at_a_disk_that_hangs_holds_no_stop_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Law 1: the stop sees it and ends without it; one that comes back is waited for."""
    monkeypatch.setattr(ending, "LEFTOVERS_S", 0.05)
    healed = threading.Event()
    with ThreadPoolExecutor(1, ending.WORKER) as workers:
        workers.submit(healed.wait, 5)
        assert not await ending.all_ended(workers)
        healed.set()
        while not await ending.all_ended(workers):
            pass
