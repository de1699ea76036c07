"""The eraser with real files: it forgets what it must, all of it, and nothing else."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.journal.side import ERASED
from monitord.people.accounts import Accounts
from monitord.people.sessions import Sessions
from monitord.runtime import erasing
from monitord.runtime.erasing import Erased, Eraser, Names
from monitord.runtime.side_texts import SideTexts
from monitord.runtime.texts import REACH_PEOPLE
from monitord.vocabulary import Proof
from tests.runtime.control.house import MiniEngine, small_site

DAY_MS = 24 * 3_600_000
RECORD = '{"name": "Devika Quill", "reach": [{"channel": "sms", "address": "+441632960077"}]}'


class Bench:
    """A mini daemon with a side store and accounts on a real disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.engine, self.events = MiniEngine(), list[ev.AnyEvent]()
        self.engine.subscribe(lambda published: self.events.extend(published.entry.events))
        self.texts = SideTexts(folder)
        self.accounts = Accounts(folder, self.engine.now_ms)
        self.sessions = Sessions(folder, self.engine.now_ms)
        self.eraser = self.restarted()
        self.engine.take(f.Started(epoch=1, version="test", utc_ms=1_795_000_000_000))
        self.here = self.texts.put("person/anna", '{"name": "Anna"}', REACH_PEOPLE, None)
        self.engine.take(f.SiteOffered(file_hash="h", site=small_site(), texts=(self.here,)))
        self.left = self.texts.put("person/dev", RECORD, REACH_PEOPLE, None)

    def restarted(self) -> Eraser:
        return Eraser(self.engine, self.texts, self.accounts, self.sessions)

    def note(self, number: int, by: str = "dev", end_ms: int = DAY_MS) -> f.TextRef:
        until_ms = self.utc_ms() + end_ms
        return self.texts.put(f"note/{by}/1-{number}", f"tea {number}", "occurrence log", until_ms)

    def utc_ms(self) -> int:
        return self.engine.state.utc_ms(self.engine.now_ms())

    async def erase(self, what: str = "dev", reason: str = "left the house") -> Erased:
        return await self.eraser.order("boris", Proof.PIN, what, reason)

    def bytes(self) -> bytes:
        return b"".join(path.read_bytes() for path in self.folder.rglob("*") if path.is_file())


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.texts.close()


async def test_a_person_is_forgotten_whole_and_nobody_else(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Law 3: record, old versions, notes, PIN; the site's own people stay."""
    monkeypatch.setattr(erasing, "TEXTS_MAX", 4)
    old = bench.texts.put("person/dev", '{"name": "D. Q."}', REACH_PEOPLE, None)
    notes = [bench.note(number) for number in range(9)]
    other = bench.note(1, by="anna")
    await bench.accounts.set_pin("dev", "482915")
    session, _ = await bench.sessions.open("dev", "")
    erased = await bench.erase()
    assert (erased.done, erased.texts, erased.answer.code) == (True, 11, "")
    assert erased.purposes == ("occurrence log", REACH_PEOPLE)
    assert {bench.texts.get(ref) for ref in (old, bench.left, *notes)} == {ERASED}
    assert (bench.texts.get(other), bench.texts.get(bench.here)) == ("tea 1", '{"name": "Anna"}')
    assert not await bench.accounts.has_pin("dev")
    assert await bench.sessions.find(session) is None
    assert not await bench.sessions.signed_on()
    assert bench.engine.state.erasures == {}
    assert not any(word in bench.bytes() for word in (b"Quill", b"960077", b"D. Q.", b"argon2"))
    again = await bench.erase()
    assert again.answer.code == "unknown"


async def test_one_note_is_erased_by_its_id(bench: Bench) -> None:
    note, other = bench.note(1), bench.note(2)
    assert (await bench.erase(note.id)).texts == 1
    assert (bench.texts.get(note), bench.texts.get(other)) == (ERASED, "tea 2")


async def test_who_is_in_the_site_file_and_who_is_named_in_the_reason(bench: Bench) -> None:
    refused = await bench.erase("anna")
    assert refused.answer.code == "in-site-file"
    assert bench.texts.get(bench.here) != ERASED
    with pytest.raises(Names):
        await bench.erase(reason="devika QUILL left")
    assert bench.texts.get(bench.left) == RECORD


async def test_a_disk_that_does_not_take_it_leaves_the_order_open(bench: Bench) -> None:
    """And the next life, or the next look, carries it out."""
    with _locked(bench.folder):
        erased = await bench.erase()
    assert (erased.done, erased.answer.code) == (False, "")
    assert bench.texts.get(bench.left) == RECORD
    assert list(bench.engine.state.erasures) == [1]
    await bench.restarted().look()
    assert bench.texts.get(bench.left) == ERASED
    assert bench.engine.state.erasures == {}
    kinds = [type(event) for event in bench.events]
    assert (kinds.count(ev.ErasureOrdered), kinds.count(ev.TextsErased)) == (1, 1)


async def test_a_person_who_came_back_before_the_order_was_carried_out_stays(bench: Bench) -> None:
    note = bench.note(1)
    with _locked(bench.folder):
        await bench.erase()
    texts = (bench.here, bench.left)
    bench.engine.take(f.SiteOffered(file_hash="with dev", site=small_site(), texts=texts))
    assert await bench.eraser.finish()
    assert (bench.texts.get(bench.left), bench.texts.get(note)) == (RECORD, ERASED)


async def test_what_reached_its_end_goes_and_who_left_goes_a_month_later(bench: Bench) -> None:
    note, fresh = bench.note(1, end_ms=10), bench.note(2, end_ms=90 * DAY_MS)
    await bench.eraser.look()
    bench.engine.at_ms += DAY_MS
    await bench.eraser.look()
    assert [bench.texts.get(ref) for ref in (note, fresh, bench.left)] == [ERASED, "tea 2", RECORD]
    bench.engine.at_ms += 32 * DAY_MS
    await bench.eraser.look()
    assert [bench.texts.get(ref) for ref in (fresh, bench.left)] == ["tea 2", ERASED]
    assert bench.texts.get(bench.here) != ERASED
    orders = [event for event in bench.events if isinstance(event, ev.ErasureOrdered)]
    assert [(order.by, order.purposes) for order in orders] == [
        ("", ("occurrence log",)),
        ("", (REACH_PEOPLE,)),
    ]


async def test_a_clock_that_stands_wrong_ends_nothing(bench: Bench) -> None:
    """A battery that failed at a start, or a step by years: not in the hour in which it happens."""
    note = bench.note(1)
    await bench.eraser.look()
    right = bench.engine.state.offset_ms
    bench.engine.take(f.WallClockRead(utc_ms=bench.utc_ms() + 3_650 * DAY_MS))
    await bench.eraser.look()
    await bench.restarted().look()
    bench.engine.take(f.WallClockRead(utc_ms=bench.engine.now_ms() + right))
    await bench.eraser.look()
    await bench.eraser.look()
    assert bench.texts.get(note) == "tea 1"


async def test_what_lies_in_a_damaged_copy_is_told(tmp_path: Path) -> None:
    (tmp_path / "side.db").write_bytes(b"no database" * 99)
    bench = Bench(tmp_path)
    assert (await bench.erase()).elsewhere == ("side.db.damaged-1",)
    bench.texts.close()


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Another program holds the file."""
    db = sqlite3.connect(folder / "side.db", isolation_level=None)
    db.execute("BEGIN IMMEDIATE")
    yield
    db.execute("ROLLBACK")
    db.close()
