"""The grid: shared phases, no bursts, missed points counted."""

import asyncio
import itertools
import time
from typing import Any

from monitord.runtime.clock import SystemClock
from monitord.runtime.pacer import PHASES, GridPacer
from monitord.testing.loop import VirtualClock, VirtualLoop, run_virtual


def pacer_on(loop: asyncio.AbstractEventLoop) -> GridPacer:
    assert isinstance(loop, VirtualLoop)
    return GridPacer(VirtualClock(loop))


async def polled_at(
    pacer: GridPacer, device: str, polls: int, *, period_ms: int = 200, takes_ms: int = 0
) -> list[int]:
    """When a device that takes ``takes_ms`` for a poll is woken."""
    loop = asyncio.get_running_loop()
    woken: list[int] = []
    for _ in range(polls):
        await pacer.next_poll(device, period_ms, None)
        woken.append(round(loop.time() * 1000))
        await asyncio.sleep(takes_ms / 1000)
    return woken


def test_devices_of_one_period_share_few_phases() -> None:
    """200 devices are woken at 4 moments of each period, 50 at a time."""

    async def story() -> list[list[int]]:
        pacer = pacer_on(asyncio.get_running_loop())
        return await asyncio.gather(*(polled_at(pacer, f"d{n}", 3) for n in range(200)))

    woken = run_virtual(story())
    moments = {at_ms for times in woken for at_ms in times}
    assert len(moments) == 3 * PHASES
    for times in woken:
        assert [later - earlier for earlier, later in itertools.pairwise(times)] == [200, 200]
    assert all(sum(at_ms in times for times in woken) == 50 for at_ms in moments)


def test_a_slow_poll_stays_on_the_grid_and_makes_no_burst() -> None:
    """A poll of 450 ms on a grid of 200 ms: the two points in between are gone."""

    async def story() -> list[int]:
        return await polled_at(pacer_on(asyncio.get_running_loop()), "d", 4, takes_ms=450)

    assert run_virtual(story()) == [200, 800, 1400, 2000]


def test_missed_points_are_counted() -> None:
    """What vitals show as missed polls."""

    async def story() -> list[int]:
        pacer = pacer_on(asyncio.get_running_loop())
        missed = []
        for takes_ms in (0, 150, 450, 199, 200, 0):
            missed.append(await pacer.next_poll("d", 200, None))
            await asyncio.sleep(takes_ms / 1000)
        return missed

    assert run_virtual(story()) == [0, 0, 0, 2, 0, 1]


def test_a_slow_device_does_not_hold_up_its_phase() -> None:
    """Two devices on one phase, one of them slow (law 12)."""

    async def story() -> list[int]:
        pacer = pacer_on(asyncio.get_running_loop())
        names = [f"d{n}" for n in range(PHASES + 1)]
        slow = asyncio.create_task(polled_at(pacer, names[0], 2, takes_ms=5_000))
        await asyncio.sleep(0)
        others = [asyncio.create_task(polled_at(pacer, name, 1)) for name in names[1:-1]]
        await asyncio.sleep(0)
        woken = await polled_at(pacer, names[-1], 5)
        await asyncio.gather(slow, *others)
        return woken

    assert run_virtual(story()) == [200, 400, 600, 800, 1000]


def test_a_pending_debounce_is_not_kept_waiting_by_a_slow_grid() -> None:
    """``wake_ms`` before the next point wakes early; the grid goes on as it was."""

    async def story() -> list[int]:
        loop = asyncio.get_running_loop()
        pacer = pacer_on(loop)
        woken = []
        for wake_ms in (400, None, 10_500, 15_000, 10_000):
            await pacer.next_poll("d", 10_000, wake_ms)
            woken.append(round(loop.time() * 1000))
        return woken

    # 15 000 is exact; a moment that is already past wakes at once.
    assert run_virtual(story()) == [400, 10_000, 10_500, 15_000, 15_000]


def test_nobody_waiting_leaves_no_timer() -> None:
    """A grid without devices does not wake the processor."""

    async def story() -> int:
        loop: Any = asyncio.get_running_loop()
        await polled_at(pacer_on(loop), "d", 2)
        await asyncio.sleep(1)
        return sum(not handle.cancelled() for handle in loop._scheduled)

    assert run_virtual(story()) == 0


def test_a_device_that_gives_up_is_not_woken() -> None:
    """A cancelled wait leaves the others of its phase alone."""

    async def story() -> list[int]:
        pacer = pacer_on(asyncio.get_running_loop())
        gone = asyncio.create_task(polled_at(pacer, "gone", 1))
        await asyncio.sleep(0.05)
        gone.cancel()
        return await polled_at(pacer, "here", 2)

    assert len(run_virtual(story())) == 2


async def test_a_blocked_loop_skips_the_points_it_slept_through() -> None:
    """On real time: one wake after the block, not one per missed point."""
    pacer = GridPacer(SystemClock())
    await pacer.next_poll("d", 10, None)
    time.sleep(0.055)
    missed = await pacer.next_poll("d", 10, None)
    assert missed >= 4
    assert await pacer.next_poll("d", 10, None) >= 0, "a point that has passed came again"
