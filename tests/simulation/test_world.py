"""The simulated world itself: its timeline, its disk, its crashes, its leaps, its scripts."""

import asyncio
from itertools import pairwise
from random import Random

import pytest

from monitord.journal.records import Row, Snapshot
from monitord.testing.crash import Crash, CrashDesk
from monitord.testing.disk import SimStore, SimTexts
from monitord.testing.loop import VirtualLoop
from monitord.testing.pacers import LeapPacer
from monitord.testing.script import (
    NEVER_MS,
    CrashAt,
    CrashPlan,
    Fault,
    Move,
    PanelTrouble,
    Script,
    Timeline,
    WallStep,
    openings,
)
from monitord.testing.swarm import draw, quiet
from monitord.vocabulary import Kind
from tests.simulation.runs import site

SCRIPT = Script(
    seed="world",
    end_ms=100_000,
    moves={
        "p.a": (Move(1_050, active=True), Move(2_000, active=False), Move(9_000, active=True)),
    },
    troubles={"p": (PanelTrouble(4_000, 7_500, Fault.CUT),)},
    wall_steps=(WallStep(12_300, 500),),
)
TIMELINE = Timeline(SCRIPT, {"p": ("p.a", "p.b")})


def test_a_timeline_says_what_is_so_and_when_it_changes() -> None:
    assert [TIMELINE.is_active("p.a", at) for at in (1_049, 1_050, 1_999, 2_000, 9_000)] == [
        False,
        True,
        True,
        False,
        True,
    ]
    assert TIMELINE.values("p", 1_500) == [True, False]
    assert [TIMELINE.next_change("p", at) for at in (0, 1_050, 2_000, 4_000, 7_500, 9_000)] == [
        1_050,
        2_000,
        4_000,
        7_500,
        9_000,
        NEVER_MS,
    ]
    assert TIMELINE.trouble("p", 3_999) is None
    assert TIMELINE.trouble("p", 7_500) is None
    cut = TIMELINE.trouble("p", 7_499)
    assert cut is not None
    assert cut.fault is Fault.CUT
    assert [span for _, span in openings(SCRIPT)] == [(1_050, 2_000), (9_000, NEVER_MS)]


def leaps(asks: list[tuple[int, str, int | None]]) -> list[int]:
    """When ``next_poll`` of a 200 ms grid comes back, for each start, device and wake time."""
    found = []
    for start_ms, device, wake_ms in asks:
        loop = VirtualLoop(start_ms)
        pacer = LeapPacer(TIMELINE, lambda loop=loop: loop.now_ms)  # type: ignore[misc]
        loop.run_until_complete(pacer.next_poll(device, 200, wake_ms))
        found.append(loop.now_ms)
        loop.close()
    return found


def test_a_leap_ends_at_the_first_grid_point_with_something_to_see() -> None:
    """Law 5: on the grid, never at once, honouring wake_ms, and no leap while a fault lasts."""
    quiet_ms, woken_ms, faulty_ms, clock_ms = leaps(
        [(0, "p", None), (0, "p", 610), (4_100, "p", None), (10_000, "monitord.clock", None)]
    )
    assert (quiet_ms, woken_ms, faulty_ms, clock_ms) == (1_200, 800, 4_200, 12_400)


def test_a_failed_device_is_tried_again_when_it_could_answer() -> None:
    loop = VirtualLoop(4_500)
    loop.run_until_complete(LeapPacer(TIMELINE, lambda: loop.now_ms).next_try("p", 600))
    assert loop.now_ms == 7_500 + 600
    loop.close()


def rows(first: int, count: int) -> list[Row]:
    return [Row(seq, 1, seq, b"%d" % seq) for seq in range(first, first + count)]


def test_only_synced_rows_and_a_first_part_of_the_others_outlive_a_crash() -> None:
    kept = set()
    for number in range(40):
        store = SimStore()
        store.append(rows(1, 3))
        store.write(rows(4, 3))
        after = store.survivor(Random(number))
        assert after.rows == store.rows[: len(after.rows)]
        kept.add(len(after.rows))
        store.append(rows(7, 1))
        assert len(after.rows) in range(3, 7), "the life that ended cannot write to it any more"
    assert kept == {3, 4, 5, 6}


def test_a_repeated_commit_stores_nothing_twice() -> None:
    store = SimStore()
    store.append(rows(1, 2))
    assert store.append(rows(1, 3)).seq == 3
    assert [row.seq for row in store.read(0, 10)] == [1, 2, 3]
    assert [row.seq for row in store.scan(1)] == [2, 3]  # type: ignore[union-attr]


def test_the_newest_two_snapshots_are_kept() -> None:
    store = SimStore()
    for body in (b"1", b"2", b"3"):
        store.save_snapshot(Snapshot(store.head(), "test", body))
    assert [found.body for found in store.snapshots()] == [b"3", b"2"]  # type: ignore[union-attr]


def test_texts_outlive_and_the_unknown_is_erased() -> None:
    texts = SimTexts()
    ref = texts.put("person/a", "Ada", "reach people", None)
    assert texts.get(ref) == "Ada"
    assert SimTexts().get(ref) == "erased"


def test_a_crash_strikes_once_at_its_place_and_not_before_its_time() -> None:
    now = [0]
    plan = CrashPlan(100, CrashAt.DIALLING, 5)
    desk = CrashDesk([plan], lambda: now[0])
    desk.pass_by(CrashAt.DIALLING)
    now[0] = 100
    desk.pass_by(CrashAt.DIALLED)
    with pytest.raises(Crash):
        desk.pass_by(CrashAt.DIALLING)
    desk.pass_by(CrashAt.DIALLING)


def test_a_crash_anywhere_ends_the_loop_where_it_stands() -> None:
    loop = VirtualLoop(0)
    desk = CrashDesk([CrashPlan(700, CrashAt.ANYWHERE, 0)], lambda: loop.now_ms)
    desk.arm(loop)
    with pytest.raises(Crash):
        loop.run_until_complete(asyncio.sleep(5))
    assert loop.now_ms == 700
    for task in asyncio.all_tasks(loop):
        task.cancel()
    loop.run_until_complete(asyncio.sleep(0))
    loop.close()


@pytest.mark.parametrize("seed", range(12))
def test_a_drawn_script_keeps_its_word(seed: int) -> None:
    """Moves alternate and end, troubles do not overlap, everything is over before the end."""
    script = draw(seed, site(), 2.0)
    for point, moves in script.moves.items():
        of_a_panel = site().points[point].kind is Kind.AREA_SET  # which is set when it ends
        assert [m.active for m in moves] == ([True, False] * len(moves))[: len(moves)]
        assert moves[-1].active is of_a_panel
        assert all(a.at_ms < b.at_ms for a, b in pairwise(moves))
        assert moves[-1].at_ms < script.end_ms
    for troubles in (*script.troubles.values(), script.disk):
        assert all(a.until_ms <= b.from_ms for a, b in pairwise(troubles))
        assert all(t.from_ms < t.until_ms < script.end_ms for t in troubles)
    calm = quiet(script, 1_000)
    assert calm == quiet(calm, 1_000)
    assert [*calm.troubles, *calm.crashes, *calm.disk, *calm.wall_steps] == []


def test_swarms_differ_in_what_exists() -> None:
    scripts = [draw(seed, site(), 2.0) for seed in range(40)]
    assert {bool(s.crashes) for s in scripts} == {True, False}
    assert {bool(s.disk) for s in scripts} == {True, False}
    faults = {t.fault for s in scripts for of in s.troubles.values() for t in of}
    places = {c.where for s in scripts for c in s.crashes}
    assert faults == set(Fault)
    assert places == set(CrashAt)
