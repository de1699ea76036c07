"""The figures of answering, counted beside the daemon: by a child, one at a time, kept a while."""

import asyncio
import sys
from functools import partial
from pathlib import Path

import msgspec
import pytest

from monitord.journal.reader import JournalReader
from monitord.journal.store import SqliteStore
from monitord.runtime import answer_times, replica
from monitord.runtime.answer_times import (
    DAY_MS,
    KEPT_MS,
    PERIODS,
    TRIED_AGAIN_MS,
    Counted,
    TimesKeeper,
    count_by_child,
    count_here,
)
from monitord.runtime.control import times
from monitord.runtime.control.protocol import Refused
from monitord.runtime.control.requests_times import AnswerTimes
from tests.core.night import BEGIN_MS, UTC_OFFSET_MS, Night
from tests.runtime.control.house import House
from tests.runtime.journal_parts import a_night, digest_of, end_of, stored

NOW_MS = BEGIN_MS + UTC_OFFSET_MS + DAY_MS


def answered() -> Night:
    night = a_night()
    night.opens("west.glass")
    night.after(20_000)
    night.acknowledges(incident=max(night.state.incidents))
    return night


async def test_a_child_of_low_priority_counts_what_is_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """H6: as a process of its own, with a bound to its memory and its time."""
    night = answered()
    stored(tmp_path, night.journal)
    asked: list[tuple[str, float]] = []
    real = answer_times.ask_child

    async def noted(module: str, *arguments: str, within_s: float) -> bytes:
        asked.append((module, within_s))
        return await real(module, *arguments, within_s=within_s)

    monkeypatch.setattr(answer_times, "ask_child", noted)
    counted = await count_by_child(tmp_path, "7d", NOW_MS)
    assert counted == count_here(tmp_path, "7d", NOW_MS)
    assert asked == [("monitord.runtime.answer_times", answer_times.COUNT_S)]
    assert counted.figures is not None
    assert counted.figures.acknowledged.p50_ms == 20_000
    assert len(counted.figures.bars) == 28


def test_the_child_gives_way_and_is_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    did: list[object] = []
    monkeypatch.setattr(answer_times.os, "nice", did.append)
    monkeypatch.setattr(answer_times.resource, "setrlimit", lambda _, most: did.append(most))
    monkeypatch.setattr(answer_times, "count_here", lambda *_: did.append("counts") or Counted())
    monkeypatch.setattr(sys, "argv", ["it", str(tmp_path), "24h", "0"])
    answer_times.main()
    assert did == [10, (answer_times.MEMORY_BYTES,) * 2, "counts"]


def test_from_a_snapshot_of_before_only_what_follows_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same figures, from fewer entries."""
    night = answered()
    stored(tmp_path, night.journal)
    whole = count_here(tmp_path, "24h", NOW_MS + 1_000_000)
    assert replica.make_here(tmp_path, end_of(night), digest_of(night)) == replica.Answer()
    read: list[int] = []
    real = JournalReader.scan
    monkeypatch.setattr(
        JournalReader, "scan", lambda self, after=0: read.append(after) or real(self, after)
    )
    again = count_here(tmp_path, "24h", NOW_MS + 1_000_000)
    assert count_here(tmp_path, "7d", NOW_MS).figures is not None
    assert read == [night.state.seq, 0]
    assert whole.figures is not None
    assert again.figures is not None
    begins_ms = again.figures.begins_ms
    assert again.figures == msgspec.structs.replace(whole.figures, begins_ms=begins_ms)


def test_an_empty_journal_has_no_figure_and_no_problem(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path)
    store.open()
    store.close()
    for period in PERIODS:
        counted = count_here(tmp_path, period, NOW_MS)
        assert counted.problem == ""
        assert counted.figures is not None
        assert (counted.figures.alarms, counted.figures.begins_ms) == (0, None)


async def test_what_is_wrong_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "cannot be read" in count_here(tmp_path / "nowhere", "24h", NOW_MS).problem
    night = answered()
    first, site, *rest = night.journal
    stored(tmp_path, [first, msgspec.structs.replace(site, events=()), *rest])
    assert "is missing" in count_here(tmp_path, "24h", NOW_MS).problem

    async def gone(*_: str, within_s: float) -> bytes:
        raise OSError(12, "no memory")

    async def late(*_: str, within_s: float) -> bytes:
        raise TimeoutError

    async def killed(*_: str, within_s: float) -> bytes:
        return b""

    for child, says in ((gone, "could not be started"), (late, "within"), (killed, "no answer")):
        monkeypatch.setattr(answer_times, "ask_child", child)
        assert says in (await count_by_child(tmp_path, "24h", NOW_MS)).problem


class Slow:
    """Counts when it is let go on."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.at_once = self.most_at_once = 0
        self.go = asyncio.Event()
        self.problem = ""

    async def __call__(self, period: str, until_utc_ms: int) -> Counted:
        self.asked.append(period)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await self.go.wait()
        self.at_once -= 1
        return Counted(lost=until_utc_ms, problem=self.problem)


async def settled(keeper: TimesKeeper, now_ms: int = 0) -> None:
    async with asyncio.timeout(5):
        while any(keeper.told(period, now_ms, 0).counting for period in PERIODS):
            await asyncio.sleep(0)


async def test_who_asks_waits_for_nothing_and_one_child_counts_at_a_time() -> None:
    """However many ask for however many periods."""
    slow = Slow()
    keeper = TimesKeeper(slow)
    for _ in range(50):
        for period in PERIODS:
            told = keeper.told(period, 0, 7)
            assert (told.counted, told.counting) == (None, True)
        await asyncio.sleep(0)
    slow.go.set()
    await settled(keeper)
    assert (slow.asked, slow.most_at_once) == (list(PERIODS), 1)
    assert keeper.told("24h", 0, 9).counted == Counted(lost=7)
    await keeper.close()


@pytest.mark.parametrize(("problem", "good_ms"), [("", KEPT_MS), ("no memory", TRIED_AGAIN_MS)])
async def test_what_was_counted_is_kept_a_while_and_shown_until_there_is_newer(
    problem: str, good_ms: int
) -> None:
    slow = Slow()
    slow.problem = problem
    slow.go.set()
    keeper = TimesKeeper(slow)
    keeper.told("7d", 1_000, 5)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    slow.go.clear()
    kept = Counted(lost=5, problem=problem)
    assert keeper.told("7d", 1_000 + good_ms - 1, 6) == answer_times.Told(kept, counting=False)
    assert keeper.told("7d", 1_000 + good_ms, 6) == answer_times.Told(kept, counting=True)
    await asyncio.sleep(0)
    assert slow.asked == ["7d", "7d"]
    await keeper.close()


async def test_the_end_of_the_daemon_ends_the_child(tmp_path: Path) -> None:
    ended = asyncio.Event()

    async def forever(_: str, __: int) -> Counted:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return Counted()

    keeper = TimesKeeper(forever)
    await keeper.close()
    keeper.told("24h", 0, 0)
    await asyncio.sleep(0)
    await keeper.close()
    assert ended.is_set()


async def test_the_verb_answers_at_once_and_refuses_what_is_no_period(tmp_path: Path) -> None:
    house = House()
    with pytest.raises(Refused, match="not counted here"):
        times.times(house.desk, AnswerTimes(period="24h"))
    stored(tmp_path, answered().journal)
    keeper = TimesKeeper(partial(count_by_child, tmp_path))
    house.replace_desk(times=keeper)
    with pytest.raises(Refused, match="did you mean 24h"):
        times.times(house.desk, AnswerTimes(period="24"))
    reply = times.times(house.desk, AnswerTimes(period="24h"))
    assert (reply["ok"], reply["counted"], reply["counting"]) == (True, None, True)
    await keeper.close()
