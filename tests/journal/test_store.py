"""The Store: durable on return, all or none, and a repeat after a failure stores nothing twice."""

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitord.journal.chain import GENESIS, link_all
from monitord.journal.database import connect_reader
from monitord.journal.errors import (
    Gone,
    JournalBusy,
    JournalNewer,
    JournalUnreadable,
    StoreError,
    Trouble,
)
from monitord.journal.reader import JournalReader
from monitord.journal.records import BEGINNING, Head, Position, Snapshot
from monitord.journal.snapshots import KEPT, Unusable
from monitord.journal.store import ROWS_MAX, SqliteStore
from monitord.journal.verify import Problem, verify
from tests.journal.samples import filled, rows


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    store = filled(tmp_path)
    yield store
    store.close()


def journal(folder: Path) -> Path:
    return folder / "journal" / "000001.db"


def snapshot_at(store: SqliteStore, body: bytes = b"{}") -> Snapshot:
    return Snapshot(store.head(), "0.1.0", body)


def test_what_was_appended_is_there_after_a_restart(store: SqliteStore, tmp_path: Path) -> None:
    """A3."""
    head = store.head()
    store.close()
    again = SqliteStore(tmp_path)
    assert again.open() == head
    stored = again.read(0, 100)
    assert [one[:4] for one in stored] == [tuple(row) for row in rows(1, 10)]
    assert [one.hash for one in stored] == link_all(
        GENESIS, [(r.seq, r.payload) for r in rows(1, 10)]
    )
    again.close()


def test_files_are_private(store: SqliteStore, tmp_path: Path) -> None:
    store.save_snapshot(snapshot_at(store))
    folder = tmp_path / "journal"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_every_commit_is_synced(store: SqliteStore) -> None:
    """Journal first: WAL with synchronous=FULL, on the connection that really writes."""
    db = store._open_db()
    assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert db.execute("PRAGMA synchronous").fetchone() == (2,)


def test_an_empty_journal_has_a_head(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path)
    assert store.open() == Head(0, 0, 0, GENESIS)
    assert store.append([]) == Head(0, 0, 0, GENESIS)
    store.close()


def test_a_gap_is_refused_and_changes_nothing(store: SqliteStore) -> None:
    head = store.head()
    for wrong in (rows(12, 13), [*rows(11, 11), *rows(13, 13)]):
        with pytest.raises(ValueError, match="cannot follow"):
            store.append(wrong)
    assert store.head() == head
    assert store.append(rows(11, 12)).seq == 12


def test_another_entry_under_a_stored_number_is_refused(store: SqliteStore) -> None:
    with pytest.raises(ValueError, match="another entry stands at 10"):
        store.append(rows(10, 10, epoch=2))


def test_one_append_is_bounded(store: SqliteStore) -> None:
    with pytest.raises(ValueError, match="at most"):
        store.append(rows(11, 11) * (ROWS_MAX + 1))


def test_a_second_writer_is_refused_by_name(store: SqliteStore, tmp_path: Path) -> None:
    with pytest.raises(JournalBusy, match=str(os.getpid())):
        SqliteStore(tmp_path).open()
    store.close()
    after = SqliteStore(tmp_path)
    after.open()
    after.close()


class Unlucky(SqliteStore):
    """Its commits fail as told: before they reach the disk, or after, with the answer lost."""

    fate = ""

    def _commit(self, db: sqlite3.Connection) -> None:
        fate, self.fate = self.fate, ""
        if fate != "before":
            super()._commit(db)
        if fate:
            raise sqlite3.OperationalError("disk I/O error")


@pytest.mark.parametrize("fate", ["before", "after"])
def test_the_same_rows_again_after_a_failure(tmp_path: Path, fate: str) -> None:
    """Law 1: the engine offers the same rows again, in order, whatever became of the commit."""
    store = Unlucky(tmp_path)
    store.open()
    store.append(rows(1, 3))
    store.fate = fate
    with pytest.raises(StoreError):
        store.append(rows(4, 6))
    assert store.append(rows(4, 6)).seq == 6
    assert store.append(rows(4, 8)).seq == 8
    assert [one.seq for one in store.read(0, 100)] == list(range(1, 9))
    assert verify(store).damaged == 0
    store.close()


def test_a_failure_does_not_forget_where_a_snapshot_led(tmp_path: Path) -> None:
    store = Unlucky(tmp_path)
    store.open()
    store.append(rows(1, 3))
    store.resume_after(Head(1, 7, 70, bytes(32)))
    store.fate = "before"
    with pytest.raises(StoreError):
        store.append(rows(8, 9))
    assert store.append(rows(8, 9)).seq == 9
    store.close()


def entries_without_wal(folder: Path) -> int:
    """How many entries the database file alone holds."""
    alone = folder / "alone.db"
    alone.write_bytes(journal(folder).read_bytes())
    db = sqlite3.connect(alone)
    try:
        return int(db.execute("SELECT count(*) FROM entries").fetchone()[0])
    finally:
        db.close()
        alone.unlink()


def test_rows_found_after_a_failure_are_written_a_second_time(tmp_path: Path) -> None:
    """After a failed sync the kernel may hold pages for clean that never reached the disk."""
    store = Unlucky(tmp_path)
    store.open()
    store._open_db().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with JournalReader(tmp_path):  # so that the store's connection is never the last to close
        store.fate = "after"
        with pytest.raises(StoreError):
            store.append(rows(1, 3))
        assert entries_without_wal(tmp_path) == 0
        store.append(rows(1, 3))
        assert entries_without_wal(tmp_path) == 3
    store.close()


def test_rows_that_cannot_be_written_a_second_time_are_not_believed(tmp_path: Path) -> None:
    store = Unlucky(tmp_path)
    store.open()
    store.append(rows(1, 3))
    reader = connect_reader(journal(tmp_path))
    reader.execute("BEGIN")
    assert reader.execute("SELECT count(*) FROM entries").fetchone() == (3,)
    store.fate = "after"
    for _ in range(2):
        with pytest.raises(StoreError):
            store.append(rows(4, 6))
    reader.execute("COMMIT")
    assert store.append(rows(4, 6)).seq == 6
    reader.close()
    store.close()


def test_a_full_disk_is_told_and_outlived(store: SqliteStore) -> None:
    """A10: nothing of the batch is stored, and the same batch goes in once there is room."""
    db = store._open_db()
    pages = db.execute("PRAGMA page_count").fetchone()[0]
    db.execute(f"PRAGMA max_page_count = {pages}")
    head = store.head()
    with pytest.raises(StoreError, match="free space") as caught:
        store.append(rows(11, 300))
    assert caught.value.trouble is Trouble.FULL
    assert store.head() == head
    assert store.append(rows(11, 300)).seq == 300
    assert verify(store).damaged == 0


def test_a_closed_store_says_so(tmp_path: Path) -> None:
    store = filled(tmp_path)
    store.close()
    store.close()
    for call in (store.head, lambda: store.append(rows(11, 11)), lambda: store.read(0, 1)):
        with pytest.raises(StoreError, match="closed"):
            call()


def test_a_newer_journal_is_left_alone(store: SqliteStore, tmp_path: Path) -> None:
    store.close()
    with sqlite3.connect(journal(tmp_path)) as db:
        db.execute("PRAGMA user_version = 7")
    db.close()
    with pytest.raises(JournalNewer, match="format 7"):
        SqliteStore(tmp_path).open()
    with pytest.raises(JournalNewer):
        JournalReader(tmp_path)


@pytest.mark.parametrize(
    "content", [b"not a database at all" * 500, b"SQLite format 3\0" + bytes(90)]
)
def test_an_unreadable_journal_is_set_aside_as_evidence(tmp_path: Path, content: bytes) -> None:
    """A10: the daemon can store again, from the snapshot's number on, and the chain goes on."""
    store = filled(tmp_path)
    head = store.head()
    store.save_snapshot(snapshot_at(store))
    store.close()
    journal(tmp_path).write_bytes(content)
    fresh = SqliteStore(tmp_path)
    with pytest.raises(JournalUnreadable):
        fresh.open()
    kept = fresh.set_aside()
    assert kept.read_bytes() == content
    fresh.open()
    fresh.resume_after(head)
    fresh.append(rows(11, 12, epoch=2))
    assert [one.problem for one in verify(fresh).findings] == [Problem.START]
    with pytest.raises(Gone) as caught:
        fresh.find(BEGINNING)
    assert caught.value.snapshot == head.position
    fresh.close()


def test_an_open_journal_is_not_set_aside(store: SqliteStore) -> None:
    with pytest.raises(ValueError, match="readable"):
        store.set_aside()


@pytest.mark.parametrize("asked", [Position(1, 11), Position(2, 5), Position(0, 5), Position(5, 0)])
def test_a_position_that_never_was_is_gone(
    store: SqliteStore, tmp_path: Path, asked: Position
) -> None:
    """The same number under another epoch is another position: its tail was lost once."""
    store.save_snapshot(snapshot_at(store))
    with JournalReader(tmp_path) as reader:
        for source in (store, reader):
            with pytest.raises(Gone) as caught:
                source.find(asked)
            assert caught.value.snapshot == Position(1, 10)
            for there in (BEGINNING, Position(1, 1), Position(1, 10)):
                source.find(there)


def test_numbers_go_on_over_epochs_and_a_lost_tail_may_be_numbered_again(tmp_path: Path) -> None:
    store = filled(tmp_path, 3)
    store.append(rows(4, 5, epoch=2))
    store.find(Position(2, 4))
    with pytest.raises(Gone):
        store.find(Position(1, 4))
    store.close()


def test_the_newest_snapshots_are_kept(store: SqliteStore, tmp_path: Path) -> None:
    for last in range(11, 16):
        store.append(rows(last, last))
        store.save_snapshot(snapshot_at(store, f"body {last}".encode()))
    found = list(store.snapshots())
    assert [one.body for one in found if isinstance(one, Snapshot)] == [
        b"body 15",
        b"body 14",
        b"body 13",
    ]
    assert len(found) == KEPT
    assert found[0] == Snapshot(store.head(), "0.1.0", b"body 15")


def test_any_changed_byte_of_a_snapshot_is_noticed(store: SqliteStore, tmp_path: Path) -> None:
    store.save_snapshot(snapshot_at(store))
    [path] = (tmp_path / "journal").glob("snapshot-*")
    whole = path.read_bytes()
    for at in range(len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        [found] = store.snapshots()
        assert isinstance(found, Unusable)
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        [found] = store.snapshots()
        assert isinstance(found, Unusable)


def test_an_unfinished_snapshot_is_never_read_and_goes_away(
    store: SqliteStore, tmp_path: Path
) -> None:
    unfinished = tmp_path / "journal" / "snapshot-1.9.new"
    unfinished.write_bytes(b"half")
    assert list(store.snapshots()) == []
    store.save_snapshot(snapshot_at(store))
    assert not unfinished.exists()


@pytest.mark.parametrize(
    "text", ["", "1", "1.", ".1", "a.1", "1.2.3", "-1.2", "1.²", "1 .2", "9" * 60]
)
def test_a_position_is_written_one_way(text: str) -> None:
    with pytest.raises(ValueError, match=r"EPOCH\.SEQ"):
        Position.parse(text)
    assert Position.parse("3.1207") == Position(3, 1207)
    assert str(Position(3, 1207)) == "3.1207"
