"""Damage is named and passed over: torn tails, edited entries, broken pages, lost files."""

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from monitord.journal.chain import link
from monitord.journal.errors import JournalUnreadable
from monitord.journal.reader import JournalReader
from monitord.journal.records import Snapshot
from monitord.journal.store import SqliteStore
from monitord.journal.verify import Problem, Report, verify
from tests.journal.samples import entry as sample
from tests.journal.samples import filled, row_of, rows

FRAME = 24 + 4096
WAL_HEADER = 32


def journal(folder: Path) -> Path:
    return folder / "journal" / "000001.db"


def check(folder: Path, *, decoding: bool = False) -> Report:
    with JournalReader(folder) as reader:
        return verify(reader, decoding=decoding)


def edit(folder: Path, statement: str, *values: object) -> None:
    """What somebody with the file and a database tool would do."""
    db = sqlite3.connect(journal(folder), isolation_level=None)
    db.execute(statement, values)
    db.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    filled(tmp_path).close()
    return tmp_path


def test_a_whole_journal_is_whole(folder: Path) -> None:
    report = check(folder, decoding=True)
    assert (report.entries, report.damaged, report.first, report.head) == (10, 0, None, "1.10")
    with JournalReader(folder) as reader:
        assert report.hash == reader.head().hash.hex()


PAYLOAD = rows(5, 5)[0].payload
EDITS: dict[str, tuple[str, tuple[object, ...], str, Problem, int]] = {
    "payload": (
        "UPDATE entries SET payload = ? WHERE seq = 5",
        (PAYLOAD.replace(b"case-7", b"case-8"),),
        "1.5",
        Problem.HASH,
        1,
    ),
    "hash": ("UPDATE entries SET hash = zeroblob(32) WHERE seq = 5", (), "1.5", Problem.HASH, 2),
    "deleted": ("DELETE FROM entries WHERE seq = 5", (), "1.5", Problem.GAP, 1),
    "several deleted": ("DELETE FROM entries WHERE seq < 4", (), "0.1", Problem.GAP, 1),
    "epoch": ("UPDATE entries SET epoch = 2 WHERE seq = 10", (), "2.10", Problem.PLACE, 1),
    "time": ("UPDATE entries SET at_ms = 51 WHERE seq = 5", (), "1.5", Problem.PLACE, 1),
    "no entry": ("UPDATE entries SET payload = x'00' WHERE seq = 5", (), "1.5", Problem.HASH, 2),
    "moved": ("UPDATE entries SET seq = 11 WHERE seq = 5", (), "1.5", Problem.GAP, 4),
}


@pytest.mark.parametrize("case", EDITS)
def test_the_first_bad_entry_is_named_and_the_walk_goes_on(folder: Path, case: str) -> None:
    """H1: edit a row in the database, and verify names it."""
    statement, values, position, problem, damaged = EDITS[case]
    edit(folder, statement, *values)
    report = check(folder)
    assert report.first is not None
    assert (report.first.position, report.first.problem) == (position, problem)
    assert report.damaged == damaged
    with JournalReader(folder) as reader:
        assert report.entries == len(reader.read(0, 100))


def test_an_edit_with_a_fitting_hash_shows_at_the_next_entry(folder: Path) -> None:
    with JournalReader(folder) as reader:
        before = reader.read(3, 1)[0]
    forged = PAYLOAD.replace(b"case-7", b"case-8")
    statement = "UPDATE entries SET payload = ?, hash = ? WHERE seq = 5"
    edit(folder, statement, forged, link(before.hash, 5, forged))
    first = check(folder).first
    assert first is not None
    assert (first.position, first.problem) == ("1.6", Problem.HASH)
    assert "1.5" in first.text


def test_time_that_runs_backwards_is_named(tmp_path: Path) -> None:
    """Law 6: engine time only moves forward, over starts too."""
    store = filled(tmp_path, 3)
    late = row_of(sample(4))._replace(at_ms=5)
    store.append([late, *rows(5, 6)])
    store.close()
    assert [(one.position, one.problem) for one in check(tmp_path).findings] == [
        ("1.4", Problem.ORDER),
        ("1.4", Problem.PLACE),
    ]


def test_an_epoch_that_goes_back_is_named(tmp_path: Path) -> None:
    store = filled(tmp_path, 3)
    store.append(rows(4, 5, epoch=2))
    store.append(rows(6, 7, epoch=1))
    store.close()
    assert [(one.position, one.problem) for one in check(tmp_path).findings] == [
        ("1.6", Problem.ORDER)
    ]


def test_a_snapshot_shows_that_the_end_was_cut_off(tmp_path: Path) -> None:
    store = filled(tmp_path)
    store.save_snapshot(Snapshot(store.head(), "0.1.0", b"{}"))
    store.close()
    assert check(tmp_path).damaged == 0
    edit(tmp_path, "DELETE FROM entries WHERE seq > 8")
    first = check(tmp_path).first
    assert first is not None
    assert first.problem is Problem.END
    assert "1.10" in first.text


def test_damaged_and_foreign_snapshots_are_named(tmp_path: Path) -> None:
    store = filled(tmp_path)
    store.save_snapshot(Snapshot(store.head(), "0.1.0", b"{}"))
    foreign = store.head()._replace(seq=9, hash=bytes(32))
    store.save_snapshot(Snapshot(foreign, "0.1.0", b"{}"))
    store.close()
    path = tmp_path / "journal" / "snapshot-1.10"
    path.write_bytes(path.read_bytes()[:-1])
    report = check(tmp_path)
    assert [one.position for one in report.findings] == ["1.10", "1.9"]
    assert {one.problem for one in report.findings} == {Problem.SNAPSHOT}
    assert report.snapshots == 0


def test_news_is_no_damage(tmp_path: Path) -> None:
    store = filled(tmp_path, 3)
    newer = row_of(sample(4))
    store.append([newer._replace(payload=newer.payload.replace(b"CallBegan", b"MoonRose"))])
    store.close()
    report = check(tmp_path, decoding=True)
    assert (report.damaged, report.newer) == (0, 1)


def test_progress_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitord.journal.verify.PROGRESS_EVERY", 4)
    told: list[int] = []
    with JournalReader(folder) as reader:
        verify(reader, progress=told.append)
    assert told == [4, 8]


def crashed(tmp_path: Path, batches: int) -> Path:
    """A copy of a journal as kill -9 would leave it: everything still in the WAL."""
    store = SqliteStore(tmp_path / "live")
    store.open()
    for batch in range(batches):
        store.append(rows(batch * 2 + 1, batch * 2 + 2))
    copy = tmp_path / "copy"
    shutil.copytree(tmp_path / "live" / "journal", copy / "journal")
    (copy / "journal" / "000001.db-shm").unlink()
    store.close()
    return copy


def test_a_torn_wal_loses_whole_batches_from_its_end_and_nothing_else(tmp_path: Path) -> None:
    """A10: cut at every edge of every frame, and inside; what is left is whole and goes on."""
    source = crashed(tmp_path, 4)
    wal = Path(f"{journal(source)}-wal")
    whole = wal.read_bytes()
    frames = (len(whole) - WAL_HEADER) // FRAME
    edges = [WAL_HEADER + FRAME * n for n in range(frames + 1)]
    cuts = sorted({0, 1, 31, *(edge + step for edge in edges for step in (-1, 0, 1, 24, 2000))})
    heads = []
    for cut in cuts:
        if cut > len(whole):
            continue
        target = tmp_path / "cut"
        shutil.copytree(source, target)
        Path(f"{journal(target)}-wal").write_bytes(whole[:cut])
        store = SqliteStore(target)
        seq = store.open().seq
        heads.append(seq)
        store.append(rows(seq + 1, seq + 1, epoch=2))
        report = verify(store)
        assert (report.damaged, report.entries) == (0, seq + 1)
        store.close()
        shutil.rmtree(target)
    assert heads == sorted(heads)
    assert set(heads) == {0, 2, 4, 6, 8}


def test_a_damaged_frame_ends_the_wal_there(tmp_path: Path) -> None:
    source = crashed(tmp_path, 4)
    wal = Path(f"{journal(source)}-wal")
    content = bytearray(wal.read_bytes())
    content[-2000] ^= 0xFF
    wal.write_bytes(content)
    store = SqliteStore(source)
    assert store.open().seq == 6
    assert verify(store).damaged == 0
    store.close()


def test_a_reader_finds_what_a_crash_left_in_the_wal_and_leaves_it_there(tmp_path: Path) -> None:
    source = crashed(tmp_path, 4)
    wal = Path(f"{journal(source)}-wal")
    before = (journal(source).read_bytes(), wal.read_bytes())
    assert check(source).entries == 8
    assert (journal(source).read_bytes(), wal.read_bytes()) == before


def pages_of(folder: Path) -> list[int]:
    """Where the leaves of the entries lie in the file, in order of the entries."""
    content = journal(folder).read_bytes()
    pages = [(at, content[at : at + 4096]) for at in range(4096, len(content), 4096)]
    return [at for at, page in pages if page[0] == 0x0D and b"case-7" in page]


def break_page(folder: Path, choose: Callable[[list[int]], int]) -> None:
    path = journal(folder)
    at = choose(pages_of(folder))
    content = bytearray(path.read_bytes())
    content[at : at + 4096] = b"\xff" * 4096
    path.write_bytes(content)


def test_a_broken_page_in_the_middle_costs_its_own_entries_only(tmp_path: Path) -> None:
    """A10: the numbers that are gone are named, and all others are read and checked."""
    filled(tmp_path, 300).close()
    break_page(tmp_path, lambda leaves: leaves[len(leaves) // 2])
    report = check(tmp_path)
    assert report.first is not None
    assert report.first.problem is Problem.UNREADABLE
    assert report.damaged == 1
    assert 280 <= report.entries < 300
    assert report.head == "1.300"
    store = SqliteStore(tmp_path)
    store.open()
    store.append(rows(301, 302))
    assert verify(store).head == "1.302"
    store.close()


@pytest.mark.parametrize("share", [0.9, 0.5])
def test_a_truncated_file_is_read_as_far_as_it_goes(tmp_path: Path, share: float) -> None:
    filled(tmp_path, 300).close()
    path = journal(tmp_path)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share) // 4096 * 4096])
    store = SqliteStore(tmp_path)
    with pytest.raises(JournalUnreadable):
        store.open()
    kept = store.set_aside()
    with JournalReader(tmp_path, kept) as reader:
        report = verify(reader)
    assert report.damaged == 1
    assert report.first is not None
    assert report.first.problem is Problem.UNREADABLE
    assert report.entries > 300 * share * 0.5
