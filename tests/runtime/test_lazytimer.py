"""The timer that is moved far more often than it fires."""

import asyncio
from collections.abc import Callable

from monitord.runtime.lazytimer import LazyTimer
from monitord.testing.loop import VirtualClock, VirtualLoop, run_virtual


def fired_at(*moves: tuple[int, Callable[[LazyTimer, int], None]]) -> list[int]:
    """When a timer fires that is moved so at these moments, up to a minute later."""

    async def run() -> list[int]:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        fired: list[int] = []
        timer = LazyTimer(loop, VirtualClock(loop), lambda: fired.append(loop.now_ms))
        for at_ms, move in moves:
            await asyncio.sleep((at_ms - loop.now_ms) / 1000)
            move(timer, loop.now_ms)
        await asyncio.sleep(60)
        return fired

    return run_virtual(run())


def due(at_ms: int) -> Callable[[LazyTimer, int], None]:
    return lambda timer, now_ms: timer.at(at_ms, now_ms)


def test_it_fires_at_the_time_that_was_asked_for_last() -> None:
    """Later, or earlier, than the time before."""
    assert fired_at((0, due(1000))) == [1000]
    assert fired_at((0, due(1000)), (500, due(1500)), (900, due(1900))) == [1900]
    assert fired_at((0, due(5000)), (500, due(700))) == [700]


def test_it_fires_again_when_asked_again() -> None:
    """Once for each time that comes."""
    assert fired_at((0, due(100)), (200, due(300))) == [100, 300]


def test_cleared_or_closed_it_does_not_fire() -> None:
    """And can be used again after a clear."""

    def clear(timer: LazyTimer, now_ms: int) -> None:
        timer.clear()

    def close(timer: LazyTimer, now_ms: int) -> None:
        timer.close()

    assert fired_at((0, due(1000)), (500, clear)) == []
    assert fired_at((0, due(1000)), (500, close)) == []
    assert fired_at((0, due(1000)), (500, clear), (600, due(1200))) == [1200]


def test_a_time_that_has_passed_fires_at_once() -> None:
    """Within a millisecond, and never inside the call."""
    assert fired_at((500, due(100))) == [501]
