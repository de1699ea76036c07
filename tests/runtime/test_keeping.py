"""Keeping the record in shape: a replica's snapshots, and old files that go by rule."""

import asyncio
import functools
from collections.abc import Callable, Coroutine
from hashlib import sha256
from pathlib import Path
from typing import Any, ParamSpec

import pytest
from msgspec.structs import replace

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.state import State, encode
from monitord.core.step import apply
from monitord.journal import files
from monitord.journal.committer import InlineCommitter
from monitord.journal.errors import Gone
from monitord.journal.reader import JournalReader
from monitord.journal.records import Position
from monitord.journal.recover import load
from monitord.journal.retention import drop, expired
from monitord.journal.store import SqliteStore
from monitord.journal.verify import verify
from monitord.runtime import keeping as keeping_module
from monitord.runtime import replica
from monitord.runtime.engine import Answer
from monitord.runtime.keeping import JournalKeeper
from monitord.runtime.resume import MODEL
from monitord.testing.loop import run_virtual
from monitord.vocabulary import Kind, PointState
from tests.core.sites import EAST, museum
from tests.runtime.engine_parts import Bench
from tests.runtime.journal_parts import FILE_MAX, a_night, digest_of, end_of, stored

P = ParamSpec("P")


def virtual(test: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """Run a test on virtual time: an hour costs nothing."""

    @functools.wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        run_virtual(test(*args, **kwargs))

    return run


# --- when ------------------------------------------------------------------------------------


class Replica:
    """Stands in for the process; what it was asked, and what it says."""

    def __init__(self) -> None:
        self.asked: list[tuple[Position, str]] = []
        self.problem = ""

    async def make(self, folder: Path, position: Position, digest: str) -> replica.Answer:
        self.asked.append((position, digest))
        return replica.Answer(self.problem)


async def keeping(folder: Path) -> tuple[Bench, JournalKeeper, Replica]:
    bench, child = await Bench().start(), Replica()
    keeper = JournalKeeper(bench.engine, folder, bench.clock, child.make)
    keeper.start()
    return bench, keeper, child


@virtual
async def test_a_snapshot_is_made_a_minute_after_a_start_and_then_hourly(tmp_path: Path) -> None:
    """Of what is stored, and only when something happened since."""
    bench, keeper, child = await keeping(tmp_path)
    await asyncio.sleep(50)
    assert child.asked == []
    await asyncio.sleep(20)
    [(position, digest)] = child.asked
    state = State()
    for published in bench.published[: position.seq]:
        apply(state, published.entry)
    assert digest == sha256(encode(state)).hexdigest()
    quiet_seq = bench.engine.state.seq
    bench.engine.offer(f.DoorFailed(door="a", reason="b"))
    await asyncio.sleep(3_000)
    assert len(child.asked) == 1
    await asyncio.sleep(700)
    assert child.asked[1][0].seq > quiet_seq
    await keeper.close()
    await bench.engine.stop()


@virtual
async def test_a_quiet_site_has_its_snapshot_too(tmp_path: Path) -> None:
    """Nothing at all happens after the start."""
    bench, child = Bench(), Replica()
    bench.engine.start()
    await bench.engine.submit(f.Started(epoch=1, version="test", utc_ms=1))
    keeper = JournalKeeper(bench.engine, tmp_path, bench.clock, child.make)
    keeper.start()
    await asyncio.sleep(70)
    assert [position for position, _ in child.asked] == [Position(1, 1)]
    await keeper.close()
    await bench.engine.stop()


@virtual
async def test_many_entries_do_not_wait_for_the_hour(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a start has to replay is bounded."""
    monkeypatch.setattr(keeping_module, "EVERY_ENTRIES", 20)
    bench, keeper, child = await keeping(tmp_path)
    await asyncio.sleep(70)
    for number in range(25):
        bench.engine.offer(f.DoorFailed(door=f"{number}", reason="b"))
    await asyncio.sleep(12)
    assert len(child.asked) == 2
    await keeper.close()
    await bench.engine.stop()


@virtual
async def test_a5_a_low_battery_has_the_record_put_in_order_at_once(tmp_path: Path) -> None:
    """A5: a snapshot within seconds, once in ten minutes however it flickers."""
    bench, keeper, child = await keeping(tmp_path)
    await asyncio.sleep(70)
    site = museum(east={**EAST, "battery": Kind.BATTERY})
    bench.engine.offer(f.SiteOffered(file_hash="battery", site=site))
    await asyncio.sleep(1)
    before = len(child.asked)
    for state in (PointState.ACTIVE, PointState.NORMAL, PointState.ACTIVE):
        bench.engine.offer(f.PointChanged("east.battery", state))
        await asyncio.sleep(12)
    assert len(child.asked) == before + 1
    assert child.asked[-1][0].seq < bench.engine.state.seq
    await asyncio.sleep(600)
    bench.engine.offer(f.PointChanged("east.battery", PointState.NORMAL))
    bench.engine.offer(f.PointChanged("east.battery", PointState.ACTIVE))
    await asyncio.sleep(12)
    assert len(child.asked) == before + 2
    await keeper.close()
    await bench.engine.stop()


@virtual
async def test_what_the_replica_finds_is_told_until_it_agrees(tmp_path: Path) -> None:
    """A technical alarm, no crash."""
    bench, keeper, child = await keeping(tmp_path)
    child.problem = "it differs"
    await asyncio.sleep(70)
    assert bench.engine.state.snapshot_problem == "it differs"
    assert "SnapshotFailed" in bench.events()
    child.problem = ""
    await asyncio.sleep(3_700)
    assert bench.engine.state.snapshot_problem == ""
    await keeper.close()
    await bench.engine.stop()


@virtual
async def test_the_last_room_on_the_disk_is_not_for_snapshots(tmp_path: Path) -> None:
    """A10: with the reserve in use there is none; afterwards there is."""
    bench, keeper, child = await keeping(tmp_path)
    bench.engine.offer(f.DiskLooked(low=True, spent=True, free_mb=1))
    await asyncio.sleep(200)
    assert child.asked == []
    bench.engine.offer(f.DiskLooked(low=False, spent=False, free_mb=900))
    await asyncio.sleep(3_700)
    assert child.asked
    await keeper.close()
    await bench.engine.stop()


@virtual
@pytest.mark.parametrize("at_s", [10, 59.9], ids=["before", "as it begins"])
async def test_a_disk_that_is_late_has_no_snapshot_and_no_alarm_for_it(
    tmp_path: Path, at_s: float
) -> None:
    """What is not stored yet no replica can come to; the next one does."""
    bench, keeper, child = await keeping(tmp_path)
    await asyncio.sleep(at_s)
    bench.committer.hang = True
    bench.engine.offer(f.DoorFailed(door="a", reason="b"))
    await asyncio.sleep(200)
    assert child.asked == []
    assert bench.engine.state.snapshot_problem == ""
    bench.committer.heal()
    await asyncio.sleep(3_700)
    assert child.asked
    await keeper.close()
    await bench.engine.stop()


# --- old files -------------------------------------------------------------------------------


def test_a_file_is_expired_when_its_end_is_old_and_no_snapshot_needs_it(tmp_path: Path) -> None:
    night = a_night()
    stored(tmp_path, night.journal)
    late_ms = night.now_ms + 1
    assert expired(tmp_path, late_ms) is None, "without a snapshot everything is needed"
    for seq in (FILE_MAX - 1, FILE_MAX * 2):
        with JournalReader(tmp_path) as reader:
            loaded = load(reader, MODEL, until=Position(1, seq))
        body = encode(loaded.state)
        assert not replica.make_here(tmp_path, Position(1, seq), sha256(body).hexdigest()).problem
        if seq < FILE_MAX:
            assert expired(tmp_path, late_ms) is None, "its last entry lies behind the snapshot"
    assert expired(tmp_path, late_ms) is None, "an older good snapshot still needs it"
    [oldest] = (tmp_path / "journal").glob(f"snapshot-1.{FILE_MAX - 1}")
    oldest.unlink()
    found = expired(tmp_path, late_ms)
    assert found is not None
    assert (found.path.name, found.last.seq) == ("000001.db", FILE_MAX)
    assert found.utc_ms == night.journal[FILE_MAX - 1].utc_ms
    assert expired(tmp_path, night.journal[FILE_MAX - 1].at_ms) is None, "not old enough"


def test_the_live_file_is_never_dropped(tmp_path: Path) -> None:
    night = a_night()
    stored(tmp_path, night.journal)
    dropped = drop(tmp_path, night.state.seq + 100)
    assert [path.name for path in files.journal_files(tmp_path / "journal")] == [
        files.live_file(tmp_path / "journal").name
    ]
    assert len(dropped) == (len(night.journal) - 1) // FILE_MAX


@virtual
async def test_a_file_that_is_on_record_and_still_there_goes_later(tmp_path: Path) -> None:
    """A crash between the entry and the disk: the record is what counts."""
    night = a_night()
    night.feed(f.FileExpired("000001.db", 1, FILE_MAX, "", 0))
    stored(tmp_path, night.journal)
    bench = await Bench(state=night.state).start(epoch=2)
    keeper = JournalKeeper(bench.engine, tmp_path, bench.clock, Replica().make, first_s=0)
    await keeper.look()
    left = [path.name for path in files.journal_files(tmp_path / "journal")]
    assert left[0] == "000002.db"
    assert "FileDropped" not in bench.events()
    await keeper.close()
    await bench.engine.stop()


@virtual
async def test_a_file_stays_while_its_entry_is_not_stored(tmp_path: Path) -> None:
    """Journal first: the disk refuses the entry, so the file is not touched."""
    night = a_night()
    stored(tmp_path, night.journal)
    assert not replica.make_here(tmp_path, end_of(night), digest_of(night)).problem
    bench = await Bench(state=night.state).start(epoch=2)
    site = replace(bench.engine.state.site, setup={"journal": {"keep_ms": 1}})
    await bench.engine.submit(f.SiteOffered("b", site))
    keeper = JournalKeeper(bench.engine, tmp_path, bench.clock, Replica().make, first_s=0)
    await asyncio.sleep(1)
    bench.committer.fail = True
    await keeper.look()
    assert "FileDropped" in bench.events()
    assert files.path_of(tmp_path / "journal", 1).exists()
    bench.committer.heal()
    await keeper.close()
    await bench.engine.stop()


@virtual
async def test_a_file_goes_on_record_first_and_verify_knows_the_rule(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The daemon's way with a real store: entry stored, file gone, the rest whole."""
    night = a_night()
    stored(tmp_path, night.journal)
    assert not replica.make_here(tmp_path, end_of(night), digest_of(night)).problem
    store = SqliteStore(tmp_path, file_entries_max=FILE_MAX)
    store.open()
    bench = Bench(state=load(store, MODEL).state, store=InlineCommitter(store))
    await bench.start(epoch=2)
    site = bench.engine.state.site
    await bench.engine.submit(f.SiteOffered("b", replace(site, setup={"journal": {"keep_ms": 1}})))
    keeper = JournalKeeper(bench.engine, tmp_path, bench.clock, Replica().make, first_s=0)
    await asyncio.sleep(1)
    submit, oldest = bench.engine.submit, files.path_of(tmp_path / "journal", 1)
    there: list[bool] = []

    async def watched(fact: f.AnyFact) -> Answer:
        there.append(oldest.exists())
        return await submit(fact)

    monkeypatch.setattr(bench.engine, "submit", watched)
    await keeper.look()
    assert there == [True]
    [told] = [e for p in bench.published for e in p.entry.events if isinstance(e, ev.FileDropped)]
    assert (told.file, told.last_seq) == ("000001.db", FILE_MAX)
    assert not oldest.exists()
    report = verify(store)
    assert (report.damaged, report.dropped) == (0, f"1.{FILE_MAX}"), report.findings
    with pytest.raises(Gone) as gone, JournalReader(tmp_path) as reader:
        reader.find(Position(1, FILE_MAX - 1))
    assert gone.value.snapshot == end_of(night)
    store.find(Position(1, FILE_MAX))
    await asyncio.sleep(10)
    await keeper.look()
    assert files.path_of(tmp_path / "journal", 2).exists(), "one a day"
    await keeper.close()
    await bench.engine.stop()
    store.close()
