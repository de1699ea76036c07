"""What gives way when the disk takes nothing for long: in order, counted, told, and no alarm."""

import asyncio
import tracemalloc
from pathlib import Path

import pytest

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core import state as core_state
from monitord.core.state import State
from monitord.core.step import apply
from monitord.journal.chain import GENESIS, link_all
from monitord.journal.codec import decode
from monitord.journal.records import Head, Row
from monitord.journal.spill import SpillFile
from monitord.runtime import giving_way
from monitord.runtime.giving_way import is_plain, is_technical
from monitord.runtime.resume import Resumed, take_spilled
from monitord.testing.loop import run_virtual
from monitord.vocabulary import Category, Cause, PointState, Proof
from tests.core.night import Night
from tests.runtime.engine_parts import Bench
from tests.runtime.supervised import Watch, hang, healthy_world, site_of, watch

MB = 1024 * 1024
FIRE = f.Declare(category=Category.FIRE, area="store", by="anna", proof=Proof.LOGIN)

PLAIN = [
    f.PointChanged("west.pir", PointState.NORMAL),
    f.PointChanged("nowhere.at-all", PointState.ACTIVE),
]
TECHNICAL = [
    f.DeviceReturned("west"),
    f.DeviceReturned("west", (f.Sample("west.pir", PointState.NORMAL),)),
    f.DeviceLost("east", Cause.SILENT),
    f.PointChanged("east.smoke", PointState.UNKNOWN),
    f.WallClockRead(utc_ms=1),
    f.BrokerLost(reason="away"),
]
NEVER = [
    f.PointChanged("west.pir", PointState.ACTIVE),
    f.PointChanged("west.pir", PointState.TAMPER),
    f.PointChanged("west.pir", PointState.UNKNOWN),
    f.PointChanged("east.set", PointState.ACTIVE),
    f.DeviceLost("west", Cause.SILENT),
    f.DeviceReturned("west", (f.Sample("west.glass", PointState.ACTIVE),)),
    f.Acknowledge(incident=1, seen=1, by="anna"),
    f.CallEnded("museum-1-1-1", "failed"),  # type: ignore[arg-type]
    f.TimePassed(),
    FIRE,
]


@pytest.mark.parametrize("fact", [*PLAIN, *TECHNICAL, *NEVER], ids=str)
def test_what_is_plain_what_is_technical_and_what_never_gives_way(fact: f.AnyFact) -> None:
    """Law 1, 4: the gallery is unset and the store is always set."""
    state = Night(gallery="unset").state
    assert is_plain(state, fact) is (fact in PLAIN)
    assert is_technical(state, fact) is (fact in TECHNICAL)


class Flood:
    """Readings that never give way, so fast that no memory holds them for long."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.held_max = 0

    async def run(self, seconds: int, a_second: int) -> None:
        for n in range(seconds):
            for _ in range(a_second // 2):
                self.bench.engine.offer(f.PointChanged("west.pir", PointState.ACTIVE))
                self.bench.engine.offer(f.PointChanged("west.pir", PointState.UNKNOWN))
            if n % 10 == 5:
                self.bench.engine.offer(f.PointChanged("west.glass", PointState.NORMAL))
                self.bench.engine.offer(f.DeviceReturned("east"))
            await asyncio.sleep(1)
            self.held_max = max(self.held_max, self.bench.engine._ledger.held_bytes)


def _replayed(rows: list[Row]) -> State:
    """The state that the journal alone leads to; its numbers have no gap."""
    link_all(GENESIS, [(row.seq, row.payload) for row in rows])
    state = State()
    for row in rows:
        assert row.seq == state.seq + 1
        assert row.epoch >= state.epoch
        apply(state, decode(row.payload).entry)
    return state


def _gone(bench: Bench) -> list[ev.HistoryGaveWay]:
    events = [event for p in bench.published for event in p.entry.events]
    return [event for event in events if isinstance(event, ev.HistoryGaveWay)]


def test_ten_minutes_of_flood_on_a_disk_that_hangs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Law 1, A10: memory is bounded, alarms are called, and the journal says what is missing.

    A bound of 1 MB stands for that of 64; 2,000 readings a minute, none of which may be dropped.
    """
    monkeypatch.setattr(giving_way, "HELD_BYTES_MAX", MB)

    async def night() -> None:
        spill = SpillFile(tmp_path / "spill")
        bench = await Bench(spill=spill).start()
        for point in ("west.pir", "west.glass"):
            bench.engine.offer(f.PointChanged(point, PointState.NORMAL))
        bench.engine.offer(f.DeviceReturned("east"))
        await asyncio.sleep(1)
        bench.committer.hang = True
        flood = Flood(bench)
        await flood.run(300, 34)
        before = len(bench.published)
        await bench.engine.submit(FIRE)
        assert bench.steps(bench.published[before:]), "it is called at once"
        await bench.engine.submit(f.Acknowledge(incident=1, seen=99, by="anna", proof=Proof.LINK))
        await flood.run(300, 34)
        assert flood.held_max < MB + 64 * 1024
        assert _gone(bench), "more than the bound came"
        told = bench.events()
        assert told.index("StatusGaveWay") < told.index("HistoryGaveWay")
        assert "monitord.memory/fault" in bench.engine.state.alarms

        kept = _replayed(bench.committer.rows)
        head = Head(kept.epoch, kept.seq, kept.at_ms, bytes(32))
        after_kill = take_spilled(Resumed(kept, head, ""), SpillFile(tmp_path / "spill").rows())
        assert after_kill.damaged == ""
        assert core_state.encode(after_kill.state) == core_state.encode(bench.engine.state)

        bench.committer.heal()
        await asyncio.sleep(5)
        assert not bench.engine.degraded
        replayed = _replayed(bench.committer.rows)
        assert core_state.encode(replayed) == core_state.encode(bench.engine.state)
        assert any(i.declared_by for i in replayed.open_incidents())
        missing = sum(event.entries for event in _gone(bench))
        told_unstored = {p.entry.position for p in bench.published}
        stored = {f"{row.epoch}.{row.seq}" for row in bench.committer.rows}
        assert len(told_unstored - stored) == missing, "no more is missing than is told"
        every = [e for p in bench.published for e in p.entry.events]
        gave_way = [e for e in every if isinstance(e, ev.StatusGaveWay)]
        assert [e.over for e in gave_way] == [False, True] * (len(gave_way) // 2)
        assert all(e.plain for e in gave_way)
        assert any(e.technical for e in gave_way)

    run_virtual(night())


def test_a_disk_that_fails_and_was_asked_before_gets_the_same_rows_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What was offered once may be stored: it is never replaced."""
    monkeypatch.setattr(giving_way, "HELD_BYTES_MAX", MB)

    async def night() -> None:
        bench = await Bench().start()
        bench.committer.fail = True
        bench.engine.offer(FIRE)
        await asyncio.sleep(0.5)
        offered = bench.engine.state.seq
        await Flood(bench).run(120, 34)
        [first, *_] = _gone(bench)
        assert first.after_seq >= offered
        bench.committer.heal()
        await asyncio.sleep(5)
        replayed = _replayed(bench.committer.rows)
        assert core_state.encode(replayed) == core_state.encode(bench.engine.state)

    run_virtual(night())


def _forget(bench: Bench) -> None:
    """What this bench keeps to look at later, and the engine to rebuild its state, is not held."""
    bench.published.clear()
    bench.engine._since.clear()


def test_what_is_held_is_weighed_as_python_weighs_it() -> None:
    """The bound is one of memory, not of payloads."""

    async def night() -> None:
        bench = await Bench().start()
        bench.committer.hang = True
        await asyncio.sleep(2)
        await Flood(bench).run(1, 1_000)
        _forget(bench)
        tracemalloc.start()
        before, _ = tracemalloc.get_traced_memory()
        weighed = bench.engine._ledger.held_bytes
        await Flood(bench).run(2, 5_000)
        _forget(bench)
        after, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        weighed = bench.engine._ledger.held_bytes - weighed
        print(f"held {after - before} bytes, weighed {weighed}")
        assert after - before <= weighed

    run_virtual(night())


def test_every_device_tells_again_how_it_is_once_nothing_gives_way() -> None:
    """Law 4: what was dropped does not stand as something else for ever."""
    world = healthy_world("a", "b")
    world.poll["b"] = hang

    async def story(watching: Watch) -> None:
        world.values["a"] = [True]
        await asyncio.sleep(20)
        del watching.told[:]
        watching.supervisor.tell_again()

    told = [fact for _, fact in watch(site_of("a", "b"), world, story).told]
    assert told[0] == f.DeviceReturned("a", (f.Sample("a.p0", PointState.ACTIVE),))
    assert [(type(fact), getattr(fact, "device", "")) for fact in told[1:]] == [(f.DeviceLost, "b")]
