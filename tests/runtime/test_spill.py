"""What people were told while the journal took nothing outlives a kill -9 (law 1)."""

import asyncio
from pathlib import Path

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core import state as core_state
from monitord.core.state import State
from monitord.core.step import apply
from monitord.journal.codec import decode
from monitord.journal.records import Head, Row
from monitord.journal.spill import SpillFile
from monitord.runtime.resume import Resumed, take_spilled
from monitord.testing.loop import run_virtual
from monitord.vocabulary import PointState
from tests.runtime.engine_parts import Bench

ROWS = [Row(n, 1, 10 * n, b"payload %d" % n) for n in range(1, 6)]


def _head(row: Row) -> Head:
    return Head(row.epoch, row.seq, row.at_ms, bytes(32))


async def _degraded(spill: SpillFile, *, fail: bool = False) -> Bench:
    """A bench whose disk hangs or is full, with an alarm that people were told of."""
    bench = Bench(spill=spill)
    await bench.start()
    bench.committer.hang, bench.committer.fail = not fail, fail
    bench.engine.offer(f.PointChanged("west.pir", PointState.ACTIVE))
    await asyncio.sleep(1.5)
    bench.engine.offer(f.PointChanged("west.glass", PointState.ACTIVE))
    await asyncio.sleep(0.1)
    return bench


def _restored(bench: Bench) -> Resumed:
    """What a next life finds in the journal alone."""
    state = State()
    for row in bench.committer.rows:
        apply(state, decode(row.payload).entry)
    return Resumed(state, _head(bench.committer.rows[-1]), "")


def test_what_was_told_unstored_is_taken_by_the_next_life(tmp_path: Path) -> None:
    """Law 1, A3: kill -9 while the disk hangs, with an alarm in the middle."""

    async def night() -> None:
        bench = await _degraded(SpillFile(tmp_path / "spill"))
        told = [p.entry.seq for p in bench.published if not p.stored]
        assert told
        next_life = take_spilled(_restored(bench), SpillFile(tmp_path / "spill").rows())
        assert [row.seq for row in next_life.carried] == told
        assert next_life.damaged == ""
        assert core_state.encode(next_life.state) == core_state.encode(bench.engine.state)

    run_virtual(night())


def test_a_full_disk_spills_too_and_the_file_is_gone_once_all_is_stored(tmp_path: Path) -> None:
    """Law 1, A10."""

    async def night() -> None:
        bench = await _degraded(SpillFile(tmp_path / "spill"), fail=True)
        assert (tmp_path / "spill").stat().st_mode & 0o777 == 0o600
        assert SpillFile(tmp_path / "spill").rows()
        bench.committer.heal()
        await asyncio.sleep(3)
        assert not bench.engine.degraded
        assert not (tmp_path / "spill").exists()

    run_virtual(night())


def test_carried_rows_are_stored_before_the_next_start(tmp_path: Path) -> None:
    """Law 1: in order, once, and not told a second time."""

    async def night() -> None:
        first = await _degraded(SpillFile(tmp_path / "spill"))
        spill = SpillFile(tmp_path / "spill")
        resumed = take_spilled(_restored(first), spill.rows())
        second = Bench(spill=spill, state=resumed.state, carried=resumed.carried)
        second.engine.start()
        now = second.clock.wall_ms()
        await second.engine.submit(f.Started(epoch=2, version="test", utc_ms=now))
        seqs = [row.seq for row in second.committer.rows]
        assert seqs == list(range(seqs[0], seqs[0] + len(resumed.carried) + 1))
        assert [p.entry.epoch for p in second.published] == [2]
        assert not (tmp_path / "spill").exists()
        state = State()
        for row in (*first.committer.rows, *second.committer.rows):
            apply(state, decode(row.payload).entry)
        assert core_state.encode(state) == core_state.encode(second.engine.state)

    run_virtual(night())


def test_a_torn_or_changed_record_ends_it_and_what_follows_is_written_anew(tmp_path: Path) -> None:
    path = tmp_path / "spill"
    SpillFile(path).add(ROWS)
    whole = path.read_bytes()
    size = len(whole) // len(ROWS)
    for cut in range(size):
        path.write_bytes(whole[: 3 * size + cut])
        assert SpillFile(path).rows() == ROWS[:3]
    changed = bytearray(whole)
    changed[2 * size - 1] ^= 1
    path.write_bytes(bytes(changed))
    spill = SpillFile(path)
    assert spill.rows() == ROWS[:1]
    spill.add(ROWS[1:2])
    assert SpillFile(path).rows() == ROWS[:2]


def test_rows_that_do_not_follow_the_journal_are_told_and_not_taken() -> None:
    state = State(epoch=1, seq=2)
    assert take_spilled(Resumed(state, _head(ROWS[1]), ""), ROWS[3:]).damaged
    known = take_spilled(Resumed(state, _head(ROWS[4]), ""), ROWS)
    assert (known.carried, known.damaged) == ((), "")


def test_a_row_that_cannot_be_applied_is_told_and_stored_all_the_same() -> None:
    """Law 13."""
    state = State(epoch=1, seq=2)
    taken = take_spilled(Resumed(state, _head(ROWS[1]), ""), ROWS[2:4])
    assert "cannot be applied" in taken.damaged
    assert list(taken.carried) == ROWS[2:4]
    assert taken.state.seq == 4


def test_a_folder_on_the_disk_of_the_journal_is_no_place_for_it(tmp_path: Path) -> None:
    """A write to a disk that hangs would hang the guard."""
    assert SpillFile.beside(tmp_path, tmp_path) is None
    assert SpillFile.beside(tmp_path, None) is None
    assert SpillFile.beside(tmp_path, tmp_path / "none") is None


def test_a_file_system_that_refuses_stops_nothing(tmp_path: Path) -> None:
    spill = SpillFile(tmp_path / "none" / "spill")
    spill.add(ROWS)
    spill.clear()
    spill.set_aside()
    assert spill.rows() == []


def test_every_told_entry_is_an_entry(tmp_path: Path) -> None:
    async def night() -> None:
        await _degraded(SpillFile(tmp_path / "spill"))
        entries = [decode(row.payload).entry for row in SpillFile(tmp_path / "spill").rows()]
        assert any(isinstance(e, ev.StoreDegraded) for entry in entries for e in entry.events)

    run_virtual(night())
