"""The one wake-up: moved, not doubled, and never lost."""

import asyncio

from monitord.runtime.timer import Timer
from monitord.testing.loop import run_virtual


def test_it_wakes_once_at_the_time_it_was_set_for_last() -> None:
    async def lives() -> list[float]:
        loop, woken = asyncio.get_running_loop(), list[float]()
        begun = loop.time()
        timer = Timer(lambda: woken.append(round(loop.time() - begun, 3)))
        timer.set(500)
        timer.set(2_000)
        await asyncio.sleep(1)
        timer.set(1_000)  # the same moment
        await asyncio.sleep(5)
        timer.set(1_000)
        timer.set(None)
        await asyncio.sleep(5)
        return woken

    assert run_virtual(lives()) == [2.0]


def test_one_that_has_woken_wakes_again_when_it_is_set_for_the_same_moment() -> None:
    """Whoever asks for what is due now is not told that it is set already."""

    async def lives() -> int:
        woken = 0

        def wake() -> None:
            nonlocal woken
            woken += 1

        timer = Timer(wake)
        for _ in range(3):
            timer.set(0)
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        return woken

    assert run_virtual(lives()) == 3
