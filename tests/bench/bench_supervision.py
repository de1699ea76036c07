"""What supervision adds to a poll: 200 quiet devices of 64 inputs at 5 Hz, and a null driver.

The same run holds the bare loops it is compared with: a task per device that sleeps, polls and
compares, with and without a bound on each poll. CPU time of the process, microseconds a poll.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, ClassVar

from pydantic import BaseModel

from monitord.driver import Driver, Value
from monitord.runtime.bound import DriverCalls
from monitord.runtime.clock import SystemClock
from monitord.runtime.pacer import GridPacer
from monitord.runtime.plugins import driver_registry
from monitord.runtime.supervisor import Supervisor
from tests.bench.figures import figure, title
from tests.runtime.supervised import FakeIo, NoJournal, PointSection, Section, site_of

DEVICES, POINTS, SECONDS = 200, 64, 3.0
PERIOD_S = 0.2

polls = 0


async def answer() -> list[bool]:
    """A poll that answers after one turn of the loop, as a socket would, with a new list."""
    global polls
    polls += 1
    waiter = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_soon(waiter.set_result, None)
    await waiter
    return [False] * POINTS


class Null(Driver[Section]):
    """A device that is always quiet."""

    Config: ClassVar[type[BaseModel]] = Section
    PointConfig: ClassVar[type[BaseModel]] = PointSection

    async def poll(self) -> Sequence[Value]:
        """All contacts closed."""
        return await answer()


async def bare(ask: Callable[[], Awaitable[list[bool]]]) -> None:
    """The least that anybody could do: sleep to the next point of the grid, poll, compare."""
    loop = asyncio.get_running_loop()
    last, due_s = [False] * POINTS, loop.time()
    while True:
        assert await ask() == last
        due_s += PERIOD_S
        await asyncio.sleep(due_s - loop.time())


async def with_timeout() -> list[bool]:
    """Each poll bounded by asyncio's own timeout."""
    async with asyncio.timeout(1):
        return await answer()


async def with_lazy_timer() -> None:
    """Each poll bounded by the timer that supervision uses."""
    calls = DriverCalls("null", SystemClock(), lambda _call, _times: None)

    async def ask() -> list[bool]:
        return await calls.make("poll", answer, 1_000)

    try:
        await bare(ask)
    finally:
        calls.close()


async def supervised() -> None:
    """All of supervision, facts aside: there are none but the first."""
    clock, drivers = SystemClock(), driver_registry()
    drivers.add("scripted", Null, "bench")
    site = site_of(*(f"d{number}" for number in range(DEVICES)), points=POINTS)
    pacer = GridPacer(clock)
    supervisor = Supervisor(site, drivers, lambda _fact: None, clock, FakeIo(), pacer, NoJournal())
    supervisor.start()
    try:
        await asyncio.get_running_loop().create_future()
    finally:
        await supervisor.stop()


def measured(*made: Callable[[], Coroutine[Any, Any, None]]) -> float:
    """CPU microseconds a poll, the start-up left out."""

    async def run() -> float:
        global polls
        tasks = [asyncio.create_task(make()) for make in made]
        await asyncio.sleep(1)
        polls, before_s = 0, time.process_time()
        await asyncio.sleep(SECONDS)
        used_s = time.process_time() - before_s
        per_poll_us = used_s / polls * 1_000_000
        assert polls > DEVICES * SECONDS / PERIOD_S * 0.9, "the loop did not keep up"
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        return per_poll_us

    return asyncio.run(run())


def test_what_supervision_adds_to_a_poll() -> None:
    """No bar of its own: the design's bar counts the whole daemon, see ``bench_poll``."""
    title("Supervision alone: 200 quiet devices of 64 inputs at 5 Hz, a null driver")
    for words, makers in (
        ("bare loop, no bound", [lambda: bare(answer)] * DEVICES),
        ("bare loop, asyncio.timeout", [lambda: bare(with_timeout)] * DEVICES),
        ("bare loop, lazy timer", [with_lazy_timer] * DEVICES),
        ("supervised", [supervised]),
    ):
        figure(f"CPU a poll, {words}", measured(*makers), "us")
