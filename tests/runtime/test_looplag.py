"""The loop watch: who held up everybody, by name (law 12)."""

import asyncio
import time

from monitord.runtime.clock import SystemClock
from monitord.runtime.looplag import LoopWatch
from monitord.runtime.pacer import GridPacer
from monitord.runtime.supervisor import Supervisor
from tests.runtime.supervised import FakeIo, NoJournal, World, drivers_of, site_of


async def test_a_driver_that_blocks_the_loop_is_named_in_the_vitals() -> None:
    """The device whose driver it was, and for how long, not the others."""
    world = World()
    world.values = {"good": [False], "bad": [False]}

    async def block() -> list[bool]:
        time.sleep(0.08)
        return [False]

    clock = SystemClock()
    site = site_of("good", "bad")
    pacer = GridPacer(clock)
    supervisor = Supervisor(
        site, drivers_of(world), lambda _fact: None, clock, FakeIo(), pacer, NoJournal()
    )
    blocked: asyncio.Queue[tuple[str, int]] = asyncio.Queue()

    def on_blocked(task: str, blocked_ms: int) -> None:
        supervisor.blocked(task, blocked_ms)
        blocked.put_nowait((task, blocked_ms))

    watching = LoopWatch(clock, on_blocked, mark_ms=5, limit_ms=20)
    watching.start()
    supervisor.start()
    try:
        world.poll["bad"] = block
        task, blocked_ms = await asyncio.wait_for(blocked.get(), 10)
    finally:
        watching.stop()
        await supervisor.stop()
    assert task == "device bad"
    assert blocked_ms >= 40
    vitals = {device.device: device.blocked_ms for device in supervisor.vitals().devices}
    assert vitals["bad"] >= 40
    assert vitals["good"] == 0


async def test_a_loop_that_gets_on_is_left_alone() -> None:
    """No word about a loop that is merely busy with many short things."""
    blocked: list[str] = []
    watching = LoopWatch(
        SystemClock(), lambda task, _ms: blocked.append(task), mark_ms=5, limit_ms=5_000
    )
    watching.start()
    for _ in range(10):
        await asyncio.sleep(0.003)
    watching.stop()
    assert blocked == []
