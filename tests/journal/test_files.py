"""A journal of many files: read as one, rolled over at any moment, whatever breaks meanwhile."""

import os
import signal
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from monitord.journal import files
from monitord.journal.database import connect_reader
from monitord.journal.errors import Gone, JournalUnreadable, StoreError
from monitord.journal.reader import JournalReader
from monitord.journal.records import BEGINNING, Lost, Position, Row, Snapshot, Stored
from monitord.journal.store import SqliteStore
from monitord.journal.verify import Problem, verify
from tests.journal.samples import entry, row_of, rows

FILE_MAX = 4
DAY_MS = 24 * 3_600_000


def opened(folder: Path) -> SqliteStore:
    store = SqliteStore(folder, file_entries_max=FILE_MAX)
    store.open()
    return store


def filled(folder: Path, last: int = 10) -> SqliteStore:
    """Two entries to a batch, four to a file."""
    store = opened(folder)
    for first in range(1, last + 1, 2):
        store.append(rows(first, min(first + 1, last)))
    return store


def names(folder: Path) -> list[str]:
    """What lies in the folder beside the lock and the live file's own."""
    live = files.live_file(folder / "journal").name
    left = {"writer.lock", f"{live}-wal", f"{live}-shm"}
    return sorted(p.name for p in (folder / "journal").iterdir() if p.name not in left)


def is_whole(folder: Path, last: int) -> None:
    """Every entry is there once, in order, chained over all files, and all but one are sealed."""
    with JournalReader(folder) as reader:
        assert [one.seq for one in reader.scan() if isinstance(one, Stored)] == [
            *range(1, last + 1)
        ]
        report = verify(reader, decoding=True)
    assert (report.damaged, report.entries) == (0, last), report.findings
    found = files.journal_files(folder / "journal")
    assert files.sealed_files(folder / "journal") == found[:-1]
    assert [files.number_of(path) for path in found] == list(range(1, len(found) + 1))


def test_a_full_file_is_sealed_and_the_next_opens_with_its_end(tmp_path: Path) -> None:
    store = filled(tmp_path)
    assert names(tmp_path) == ["000001.db", "000002.db", "000003.db"]
    journal = tmp_path / "journal"
    assert [path.stat().st_mode & 0o777 for path in files.journal_files(journal)] == [
        0o400,
        0o400,
        0o600,
    ]
    ends = [store.read(seq - 1, 1)[0] for seq in (4, 8)]
    marks = list(store.files())
    assert [mark.opening.seq for mark in marks] == [0, 4, 8]
    for end, sealed, following in zip(ends, marks[:-1], marks[1:], strict=True):
        head = (end.epoch, end.seq, end.at_ms, end.hash)
        assert sealed.seal == following.opening == head
    assert marks[-1].seal is None
    store.close()
    is_whole(tmp_path, 10)


def test_reading_does_not_notice_the_files(tmp_path: Path) -> None:
    store = filled(tmp_path)
    with JournalReader(tmp_path) as reader:
        for source in (store, reader):
            for after in range(11):
                assert [one.seq for one in source.read(after, 6)] == list(range(after + 1, 11))[:6]
                assert [one[0] for one in source.scan(after)] == list(range(after + 1, 11))
                source.find(BEGINNING if after == 0 else Position(1, after))
            with pytest.raises(Gone):
                source.find(Position(2, 4))
        assert reader.head() == store.head()
    store.close()


def test_a_reader_goes_on_over_a_new_file(tmp_path: Path) -> None:
    """A follower that reads behind its last entry, and one in the middle of a long walk."""
    store = filled(tmp_path, 3)
    with JournalReader(tmp_path) as reader:
        walk = reader.scan()
        assert next(walk)[0] == 1
        for seq in range(4, 12):
            store.append(rows(seq, seq))
            assert [one.seq for one in reader.read(seq - 1, 5)] == [seq]
        assert [one[0] for one in walk] == list(range(2, 12))
    store.close()
    is_whole(tmp_path, 11)


def test_a_reader_in_the_middle_puts_the_seal_off_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that somebody reads just now is not waited for; it is sealed a little later."""
    monkeypatch.setattr("monitord.journal.rolling.AGAIN_ENTRIES", 2)
    store = filled(tmp_path, 4)
    reader = connect_reader(tmp_path / "journal" / "000001.db")
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM entries").fetchone()
    store.append(rows(5, 6))
    assert files.sealed_files(tmp_path / "journal") == []
    assert [one.seq for one in store.read(0, 9)] == [1, 2, 3, 4, 5, 6]
    reader.execute("COMMIT")
    store.append(rows(7, 8))
    assert [path.name for path in files.sealed_files(tmp_path / "journal")] == ["000001.db"]
    assert reader.execute("SELECT count(*) FROM entries").fetchone() == (4,)
    reader.close()
    store.close()


def at_day(seq: int, day: datetime) -> Row:
    """An entry of that day, in engine time too."""
    utc_ms = int(day.timestamp() * 1000)
    one = entry(seq)
    return row_of(type(one)(**{**_fields(one), "at_ms": utc_ms, "utc_ms": utc_ms}))


def _fields(one: Any) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__struct_fields__}


def test_a_calendar_quarter_ends_a_file(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path)
    store.open()
    days = [(2026, 12, 1), (2026, 12, 31), (2027, 1, 1), (2027, 3, 31), (2027, 4, 1)]
    for seq, day in enumerate(days, 1):
        store.append([at_day(seq, datetime(*day, tzinfo=UTC))])
    assert [mark.opening.seq for mark in store.files()] == [0, 2, 4]
    store.close()
    again = SqliteStore(tmp_path)
    again.open()
    again.append([at_day(6, datetime(2027, 6, 30, tzinfo=UTC))])
    again.append([at_day(7, datetime(2027, 7, 1, tzinfo=UTC))])
    assert [mark.opening.seq for mark in again.files()] == [0, 2, 4, 6]
    again.close()


def test_a_clock_that_jumps_about_begins_no_heap_of_files(tmp_path: Path) -> None:
    """Engine time is what counts the day."""
    store = SqliteStore(tmp_path)
    store.open()
    for seq in range(1, 20):
        wrong = row_of(entry(seq))
        jumped = datetime(2030 + seq % 2, 1, 1, tzinfo=UTC)
        store.append([at_day(seq, jumped)._replace(at_ms=wrong.at_ms)])
    assert len(list(store.files())) == 1
    store.close()


# --- what breaks in the middle ---------------------------------------------------------------


@contextmanager
def at_step(number: int, act: Callable[[], None]) -> Iterator[list[int]]:
    """``act`` before the ``number``-th line of the code that handles files; counts the lines."""
    passed = [0]
    places = {files.__file__, sys.modules["monitord.journal.rolling"].__file__}

    def trace(frame: FrameType, event: str, _: object) -> Any:
        if frame.f_code.co_filename not in places:
            return None
        if event == "line":
            passed[0] += 1
            if passed[0] == number:
                act()
        return trace

    sys.settrace(trace)
    try:
        yield passed
    finally:
        sys.settrace(None)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def steps_of_a_rollover(folder: Path) -> int:
    store = filled(folder, 4)
    with at_step(0, die) as passed:
        store.append(rows(5, 6))
    store.close()
    return passed[0]


def test_kill_9_at_each_step_of_a_rollover(tmp_path: Path) -> None:
    """A3: all that was stored before is there, the journal goes on, and every file is sealed."""
    steps = steps_of_a_rollover(tmp_path / "whole")
    assert steps > 40
    for step in range(1, steps + 1):
        folder = tmp_path / f"killed-{step}"
        child = os.fork()
        if not child:
            store = filled(folder, 4)
            with at_step(step, die):
                store.append(rows(5, 6))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status), f"step {step} was not reached"
        again = opened(folder)
        assert again.head().seq >= 4
        for first in range(again.head().seq + 1, 14):
            again.append(rows(first, first))
        again.close()
        is_whole(folder, 13)
        assert len(names(folder)) == 4, (step, names(folder))


def test_a_disk_that_fails_at_each_step_of_a_rollover(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A10: a rollover that fails costs no entry: the old file goes on, and it is tried again.

    Only where the new name stands and may not last are the rows refused, once.
    """
    monkeypatch.setattr("monitord.journal.rolling.AGAIN_ENTRIES", 1)
    creating = (
        files.create.__code__,
        files.seal.__code__,
        files.sweep.__code__,
        files._sync.__code__,
    )

    def full() -> None:
        frame = sys._getframe(2)
        if frame.f_code in creating:
            raise OSError(28, "No space left on device")

    refused = 0
    for step in range(1, steps_of_a_rollover(tmp_path / "whole") + 1):
        folder = tmp_path / f"full-{step}"
        store = filled(folder, 4)
        with at_step(step, full):
            try:
                store.append(rows(5, 6))
            except StoreError:
                refused += 1
        assert store.append(rows(5, 6)).seq == 6
        store.append(rows(7, 7))
        for seq in range(8, 14):
            store.append(rows(seq, seq))
        store.close()
        opened(folder).close()
        is_whole(folder, 13)
    assert 0 < refused < 4


# --- damage over files -------------------------------------------------------------------------


def test_a_sealed_file_that_cannot_be_opened_loses_its_own_entries_alone(tmp_path: Path) -> None:
    """Law 13: the start reads on behind it, and verify names what is lost."""
    filled(tmp_path).close()
    broken = tmp_path / "journal" / "000002.db"
    broken.chmod(0o600)
    broken.write_bytes(b"no database at all" * 500)
    broken.chmod(0o400)
    store = opened(tmp_path)
    assert [item.seq if isinstance(item, Stored) else item[:2] for item in store.scan()] == [
        *(1, 2, 3, 4),
        (5, 8),
        *(9, 10),
    ]
    assert [item for item in store.scan(8) if isinstance(item, Lost)] == []
    report = verify(store)
    assert report.damaged > 0
    assert report.findings[0].position == "1.5"
    assert store.append(rows(11, 11)).seq == 11
    store.close()


def test_a_sealed_file_that_is_gone_is_named(tmp_path: Path) -> None:
    filled(tmp_path).close()
    (tmp_path / "journal" / "000002.db").unlink()
    with JournalReader(tmp_path) as reader:
        report = verify(reader)
    assert "entries 5 to 8 are missing" in [one.text for one in report.findings]


def test_setting_aside_leaves_what_no_start_reads_again(tmp_path: Path) -> None:
    """The newest good snapshot decides: the files behind it go, those before it stay."""
    store = filled(tmp_path, 6)
    store.save_snapshot(Snapshot(store.head(), "0.1.0", b"{}"))
    for first in range(7, 14):
        store.append(rows(first, first))
    store.close()
    live = files.live_file(tmp_path / "journal")
    live.write_bytes(b"no database at all" * 500)
    again = SqliteStore(tmp_path)
    with pytest.raises(JournalUnreadable):
        again.open()
    assert again.set_aside().name == f"{live.name}.damaged-1"
    assert [path.name for path in files.journal_files(tmp_path / "journal")] == ["000001.db"]
    assert again.open().seq == 4
    again.close()


def forged(folder: Path, name: str, statement: str) -> list[Problem]:
    """What verify finds once somebody has edited a file with a database tool."""
    path = folder / "journal" / name
    path.chmod(0o600)
    db = sqlite3.connect(path, isolation_level=None)
    db.execute(statement)
    db.close()
    path.chmod(0o400)
    with JournalReader(folder) as reader:
        return [one.problem for one in verify(reader).findings]


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE seal SET hash = zeroblob(32)", [Problem.FILE]),
        ("UPDATE seal SET at_ms = 1", [Problem.FILE]),
        ("UPDATE opening SET hash = zeroblob(32)", [Problem.FILE]),
        ("DELETE FROM entries WHERE seq = 8", [Problem.GAP]),
        ("UPDATE entries SET payload = CAST(payload || ' ' AS BLOB) WHERE seq = 8", [Problem.HASH]),
    ],
)
def test_an_edited_sealed_file_is_named(
    tmp_path: Path, statement: str, found: list[Problem]
) -> None:
    """H1."""
    filled(tmp_path).close()
    assert forged(tmp_path, "000002.db", statement) == found


def test_a_live_file_that_is_gone_is_named(tmp_path: Path) -> None:
    """A sealed end says that something stood behind it; the next start goes on all the same."""
    filled(tmp_path).close()
    (tmp_path / "journal" / "000003.db").unlink()
    with JournalReader(tmp_path) as reader:
        report = verify(reader)
    assert [one.problem for one in report.findings] == [Problem.END]
    again = opened(tmp_path)
    assert again.append(rows(9, 10)).seq == 10
    again.close()
    is_whole(tmp_path, 10)
