"""The side store: personal text outside the chain, and really gone when it is erased."""

import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitord.core.events import Entry, IncidentAcknowledged
from monitord.core.facts import Acknowledge, TextRef
from monitord.journal.codec import encode
from monitord.journal.errors import JournalNewer, JournalUnreadable
from monitord.journal.export import export_ndjson
from monitord.journal.reader import JournalReader
from monitord.journal.records import Row
from monitord.journal.side import ERASED, TEXT_LENGTH_MAX, Columns, SideStore
from monitord.journal.store import SqliteStore
from monitord.journal.verify import verify

NUMBER = "+44 20 7946 0123"


@pytest.fixture
def side(tmp_path: Path) -> Iterator[SideStore]:
    side = SideStore(tmp_path)
    yield side
    side.close()


def test_a_text_is_kept_privately(side: SideStore, tmp_path: Path) -> None:
    ref = side.put("person/ana/voice", NUMBER, "calling", None)
    assert side.get(ref) == NUMBER
    assert (tmp_path / "side.db").stat().st_mode & 0o777 == 0o600
    assert NUMBER not in repr(ref)
    side.close()
    again = SideStore(tmp_path)
    assert again.get(ref) == NUMBER
    again.close()


def test_the_same_text_has_the_same_reference(side: SideStore) -> None:
    first = side.put("person/ana/voice", NUMBER, "calling", None)
    assert side.put("person/ana/voice", NUMBER, "calling", 5) == first
    assert side.put("person/ben/voice", NUMBER, "calling", None).hash != first.hash


def test_a_changed_text_is_a_new_version_and_the_old_one_stays(side: SideStore) -> None:
    old = side.put("person/ana/voice", NUMBER, "calling", None)
    new = side.put("person/ana/voice", "another", "calling", None)
    assert old != new
    assert (side.get(old), side.get(new)) == (NUMBER, "another")
    assert side.put("person/ana/voice", NUMBER, "calling", None) == old


def test_the_hash_says_nothing_without_its_salt(tmp_path: Path) -> None:
    hashes = set()
    for name in ("one", "two"):
        side = SideStore(tmp_path / name)
        hashes.add(side.put("person/ana/voice", NUMBER, "calling", None).hash)
        side.close()
    assert len(hashes) == 2


def test_erased_text_is_gone_from_the_file(side: SideStore, tmp_path: Path) -> None:
    """Law 3: text and salt, all versions, and nothing left in a freed page or another file."""
    refs = [
        side.put("note/7", f"{word} saw it " * 400, "incident", None) for word in ("Ana", "Ben")
    ]
    salts = [row[0] for row in side._db.execute("SELECT salt FROM texts")]
    kept = side.put("note/8", "this one stays", "incident", None)
    side.erase(refs)
    assert [side.get(ref) for ref in refs] == [ERASED, ERASED]
    assert side.get(kept) == "this one stays"
    content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"this one stays" in content
    assert b"saw it" not in content
    assert not any(salt in content for salt in salts[:2])
    side.erase(refs)
    assert side.get(kept) == "this one stays"


def test_a_text_that_moved_between_pages_leaves_nothing_behind(tmp_path: Path) -> None:
    """What grows, shrinks and is split over pages leaves copies that no deletion reaches."""
    chance = random.Random(7)
    side = SideStore(tmp_path)
    rows: list[Columns] = []
    numbers = chance.sample(range(10_000), 1_500)
    refs = {n: TextRef(id=f"note/{chance.choice('ab')}/{n}", hash=str(n)) for n in numbers}
    for n, ref in refs.items():
        row = (ref.id, 1, ref.hash, b"salt", _words(n, chance), "log", 1)
        rows.append(row)
        if len(rows) == 10:
            side.add(rows)
            rows = []
    gone = numbers[::2]
    side.erase([refs[number] for number in gone])
    content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert [n for n in gone if b"<%05d>" % n in content] == []
    assert all(b"<%05d>" % n in content for n in numbers if n not in gone)
    side.close()


def _words(number: int, chance: random.Random) -> str:
    return f"<{number:05}>" * chance.randint(1, 60)


def test_all_of_a_person_is_found_by_their_id_and_nothing_else(side: SideStore) -> None:
    old = side.put("person/ana", NUMBER, "reach people", None)
    new = side.put("person/ana", "another", "reach people", None)
    note = side.put("note/ana/1-1", "a cat", "occurrence log", 5)
    for other in (
        "person/anabel",
        "note/anabel/1-2",
        "note/an/1-3",
        "note/ana-b/1-4",
        "note/ana/hub/1-5",
    ):
        side.put(other, "theirs", "occurrence log", 5)
    assert {kept.ref for kept in side.of_person("ana", 9)} == {old, new, note}
    assert [kept.ref for kept in side.of_text("note/ana/1-1", 9)] == [note]
    assert len(side.of_person("ana", 2)) == 2


def test_what_has_reached_its_end_is_found(side: SideStore) -> None:
    refs = [side.put(f"note/{end}", "text", "incident", end) for end in (10, 20, None)]
    assert [kept.ref for kept in side.expired(19, 9)] == refs[:1]
    side.put("note/20", "text", "incident", 99)
    assert [kept.ref for kept in side.expired(20, 9)] == refs[:1]
    assert len(side.expired(99, 1)) == 1


def test_what_is_not_needed_any_more_gets_an_end_and_loses_it_when_it_is(side: SideStore) -> None:
    """A number that was changed, and a person who has left the site file."""
    old, new, left = (
        side.put(f"person/{who}", text, "reach people", None)
        for who, text in (("ana", NUMBER), ("ana", "another"), ("ben", NUMBER))
    )
    note = side.put("note/ana/1-1", "a cat", "occurrence log", None)
    side.end_others("reach people", [new], 50)
    side.end_others("reach people", [new], 90)
    assert {kept.ref for kept in side.expired(50, 9)} == {old, left}
    assert side.put("person/ben", NUMBER, "reach people", None) == left
    assert [kept.ref for kept in side.expired(50, 9)] == [old]
    assert side.get(note) == "a cat"


def test_an_edited_text_is_noticed(side: SideStore) -> None:
    side.put("note/1", "as it was said", "incident", None)
    side.put("note/2", "another", "incident", None)
    assert side.changed() == ()
    side._db.execute("UPDATE texts SET text = 'as it was not' WHERE id = 'note/1'")
    assert side.changed() == ("note/1",)


def test_a_text_is_bounded_and_need_not_be_unicode(side: SideStore) -> None:
    with pytest.raises(ValueError, match="at most"):
        side.put("note/1", "x" * (TEXT_LENGTH_MAX + 1), "incident", None)
    assert side.get(side.put("note/1", "caf\udce9", "incident", None)) == "caf?"


def test_a_reference_that_was_never_given_is_erased_too(side: SideStore) -> None:
    assert side.get(TextRef(id="note/1", hash="00")) == ERASED


def test_a_file_that_is_not_ours(tmp_path: Path) -> None:
    (tmp_path / "side.db").write_bytes(b"nothing that SQLite knows" * 100)
    with pytest.raises(JournalUnreadable):
        SideStore(tmp_path)
    (tmp_path / "side.db").unlink()
    db = sqlite3.connect(tmp_path / "side.db")
    db.execute("PRAGMA user_version = 9")
    db.close()
    with pytest.raises(JournalNewer):
        SideStore(tmp_path)


def test_the_chain_stays_whole_and_exports_show_erased(side: SideStore, tmp_path: Path) -> None:
    """Law 3, H1: the text is on request only, the entry holds an id and a salted hash."""
    note = side.put("note/1", "Ana: a cat", "incident", None)
    entry = Entry(
        v=1,
        epoch=1,
        seq=1,
        at_ms=10,
        utc_ms=1_795_000_000_010,
        version="0.1.0",
        fact=Acknowledge(by="ana", incident=1, seen=1, note=note),
        events=(IncidentAcknowledged(incident=1, by="ana", seen=1, note=note),),
    )
    store = SqliteStore(tmp_path)
    store.open()
    store.append([Row(1, 1, 10, encode(entry))])
    assert b"cat" not in encode(entry)
    with JournalReader(tmp_path) as reader:

        def exported(*, resolve: bool) -> str:
            out = tmp_path / "out.ndjson"
            with out.open("wb") as file:
                assert export_ndjson(reader.tail(), file, side.get if resolve else None) == 1
            return out.read_text()

        assert "cat" not in exported(resolve=False)
        assert exported(resolve=True).count("Ana: a cat") == 2
        side.erase([note])
        assert exported(resolve=True).count('"text":"erased"') == 2
        assert verify(reader).damaged == 0
    store.close()
