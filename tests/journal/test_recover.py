"""From the journal to a state: a snapshot and the tail, whatever is wrong with either."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from monitord.journal.errors import Gone, StoreError
from monitord.journal.reader import JournalReader
from monitord.journal.records import Position, Snapshot
from monitord.journal.recover import SET_ASIDE_MAX, Model, load
from monitord.journal.store import SqliteStore
from tests.journal.samples import TALLY, Tally, entry, filled, row_of, rows


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    store = filled(tmp_path)
    yield store
    store.close()


def save(store: SqliteStore, seqs: list[int]) -> None:
    body = msgspec.json.encode(Tally(seqs))
    store.save_snapshot(Snapshot(store.head(), "0.1.0", body))


def one_to(last: int) -> list[int]:
    return list(range(1, last + 1))


def test_without_a_snapshot_everything_is_applied(store: SqliteStore) -> None:
    """T1.5."""
    loaded = load(store, TALLY)
    assert loaded.state.seqs == one_to(10)
    assert (loaded.head, loaded.base, loaded.applied) == (store.head(), None, 10)
    assert (loaded.damaged, loaded.skipped_count) == (0, 0)


def test_a_snapshot_saves_the_work_and_changes_nothing(store: SqliteStore) -> None:
    save(store, one_to(10))
    store.append(rows(11, 13))
    loaded = load(store, TALLY)
    assert (loaded.base, loaded.applied) == (Position(1, 10), 3)
    assert loaded.state == load(store, TALLY, from_snapshot=False).state


def test_a_damaged_snapshot_gives_way_to_an_older_one(store: SqliteStore, tmp_path: Path) -> None:
    save(store, one_to(10))
    store.append(rows(11, 12))
    save(store, one_to(12))
    store.append(rows(13, 13))
    path = tmp_path / "journal" / "snapshot-1.12"
    path.write_bytes(path.read_bytes().replace(b"seqs", b"sqes"))
    loaded = load(store, TALLY)
    assert (loaded.base, loaded.state.seqs) == (Position(1, 10), one_to(13))
    assert [note.position for note in loaded.damage] == ["snapshot-1.12"]


def test_a_snapshot_that_does_not_decode_gives_way_too(store: SqliteStore) -> None:
    store.save_snapshot(Snapshot(store.head(), "9.9", b'{"seqs": "of a newer version"}'))
    loaded = load(store, TALLY)
    assert (loaded.base, loaded.state.seqs, loaded.damaged) == (None, one_to(10), 1)


def test_a_snapshot_of_another_journal_is_not_believed(store: SqliteStore) -> None:
    foreign = store.head()._replace(hash=bytes(32))
    store.save_snapshot(Snapshot(foreign, "0.1.0", msgspec.json.encode(Tally([99]))))
    loaded = load(store, TALLY)
    assert (loaded.state.seqs, loaded.damaged) == (one_to(10), 1)


def test_a_snapshot_that_outlived_the_journals_end_is_gone_on_from(tmp_path: Path) -> None:
    """What was lost stays a gap on record; nothing that the snapshot knows is lost again."""
    store = filled(tmp_path)
    save(store, one_to(10))
    store.close()
    with sqlite3.connect(tmp_path / "journal" / "000001.db") as db:
        db.execute("DELETE FROM entries WHERE seq > 6")
    db.close()
    again = SqliteStore(tmp_path)
    again.open()
    again.resume_after(load(again, TALLY).head)
    again.close()  # and the daemon dies again before it has stored anything
    store = SqliteStore(tmp_path)
    store.open()
    loaded = load(store, TALLY)
    assert (loaded.state.seqs, str(loaded.head.position)) == (one_to(10), "1.10")
    assert loaded.damaged == 1
    store.resume_after(loaded.head)
    store.append(rows(11, 12, epoch=2))
    after = load(store, TALLY)
    assert (after.state.seqs, after.damaged) == (one_to(12), 0)
    store.close()


def test_an_entry_that_cannot_be_applied_leaves_no_half_behind(store: SqliteStore) -> None:
    """Law 13: set aside whole and told; all others are applied, in order."""
    for seq in (11, 14):
        store.append([row_of(entry(seq, word="cursed")), *rows(seq + 1, seq + 2)])
    loaded = load(store, TALLY)
    assert loaded.state.seqs == [*one_to(10), 12, 13, 15, 16]
    assert [note.position for note in loaded.damage] == ["1.11", "1.14"]
    assert "no rule for this" in loaded.damage[0].text
    assert loaded.head == store.head()


def test_too_many_that_cannot_be_applied_end_it(store: SqliteStore) -> None:
    cursed = [row_of(entry(11 + n, word="cursed")) for n in range(SET_ASIDE_MAX + 1)]
    store.append(cursed)
    with pytest.raises(StoreError, match="cannot be applied"):
        load(store, TALLY)


def test_an_edited_entry_is_told_and_still_applied(store: SqliteStore, tmp_path: Path) -> None:
    """A broken hash is damaged evidence, never a stop."""
    edited = rows(5, 5)[0].payload.replace(b"case-7", b"case-8")
    store._open_db().execute("UPDATE entries SET payload = ? WHERE seq = 5", (edited,))
    store._open_db().execute("UPDATE entries SET payload = x'7b' WHERE seq = 7")
    store._open_db().execute("DELETE FROM entries WHERE seq = 9")
    loaded = load(store, TALLY)
    assert loaded.state.seqs == [1, 2, 3, 4, 5, 6, 8, 10]
    assert [note.position for note in loaded.damage] == ["1.5", "1.7", "1.7", "1.10"]


def test_what_only_a_newer_version_knows_is_told(store: SqliteStore) -> None:
    row = row_of(entry(11))
    store.append([row._replace(payload=row.payload.replace(b"CallBegan", b"MoonRose"))])
    loaded = load(store, TALLY)
    assert loaded.state.seqs == one_to(11)
    assert (loaded.skipped_count, loaded.damaged) == (1, 0)
    assert loaded.skipped[0].position == "1.11"
    assert "MoonRose" in loaded.skipped[0].text


@pytest.mark.parametrize("until", [1, 7, 10])
def test_replay_stops_where_it_was_asked_to(store: SqliteStore, tmp_path: Path, until: int) -> None:
    save(store, one_to(10))
    with JournalReader(tmp_path) as reader:
        loaded = load(reader, TALLY, until=Position(1, until))
    assert loaded.state.seqs == one_to(until)
    assert loaded.head.seq == until


@pytest.mark.parametrize("until", [Position(1, 11), Position(2, 5)])
def test_replay_to_a_position_that_never_was(store: SqliteStore, until: Position) -> None:
    with pytest.raises(Gone):
        load(store, TALLY, until=until)


def test_the_model_alone_knows_what_a_state_is(store: SqliteStore) -> None:
    counting: Model[list[int]] = Model(
        initial=list,
        encode=msgspec.json.encode,
        decode=msgspec.json.Decoder(list[int]).decode,
        apply=lambda state, one: state.append(len(one.events)),
    )
    assert load(store, counting).state == [2] * 10
