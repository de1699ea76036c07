"""The virtual-time loop: what a simulation stands on."""

import asyncio

import pytest

from monitord.testing import loop as loop_module
from monitord.testing.loop import Deadlock, Livelock, VirtualClock, VirtualLoop, run_virtual


def virtual_loop() -> VirtualLoop:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    return loop


def test_waiting_moves_the_clock_by_exactly_what_was_asked() -> None:
    """Float seconds never leak: ten times 100 ms are one second, to the millisecond."""

    async def story() -> list[int]:
        at_ms = []
        for _ in range(10):
            await asyncio.sleep(0.1)
            at_ms.append(virtual_loop().now_ms)
        return at_ms

    assert run_virtual(story()) == list(range(100, 1001, 100))


def test_it_is_exact_after_years_too() -> None:
    """At 10**12 ms a float second no longer holds every microsecond, but every millisecond."""

    async def story() -> int:
        for _ in range(1000):
            await asyncio.sleep(0.001)
        return virtual_loop().now_ms

    start_ms = 10**12
    assert run_virtual(story(), start_ms) == start_ms + 1000


def test_a_day_is_a_moment() -> None:
    """Timers beyond the selector's own longest wait are reached too."""

    async def story() -> int:
        await asyncio.sleep(40 * 86_400)
        return virtual_loop().now_ms

    assert run_virtual(story()) == 40 * 86_400_000


def test_timers_fire_in_order_and_equal_ones_together() -> None:
    """What is due at one millisecond is due in one turn."""

    async def story() -> list[tuple[int, str]]:
        fired: list[tuple[int, str]] = []
        loop = virtual_loop()

        def fire(name: str) -> None:
            fired.append((loop.now_ms, name))

        for delay_s, name in [(0.3, "c"), (0.1, "a"), (0.1 + 0.2, "d"), (0.2, "b"), (0.0004, "0")]:
            loop.call_later(delay_s, fire, name)
        await asyncio.sleep(0.5)
        return fired

    assert run_virtual(story()) == [(1, "0"), (100, "a"), (200, "b"), (300, "c"), (300, "d")]


def test_waiting_for_nothing_is_a_deadlock() -> None:
    """Not a hang: the test that does this must fail, at once."""

    async def story() -> None:
        await asyncio.get_running_loop().create_future()

    with pytest.raises(Deadlock):
        run_virtual(story())


def test_never_letting_time_pass_is_a_livelock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not a hang either."""
    monkeypatch.setattr(loop_module, "TURNS_MAX", 1_000)

    async def story() -> None:
        while True:
            await asyncio.sleep(0)

    with pytest.raises(Livelock):
        run_virtual(story())


def test_a_timeout_is_exact() -> None:
    """asyncio's own timeouts work, at their millisecond."""

    async def story() -> int:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1.234):
                await asyncio.get_running_loop().create_future()
        return virtual_loop().now_ms

    assert run_virtual(story()) == 1234


def test_a_thread_is_no_thread() -> None:
    """Calls meant for a thread run in line, with their result or their error."""

    async def story() -> tuple[int, str]:
        result = await asyncio.to_thread(int, "7")
        with pytest.raises(ValueError, match="invalid literal") as caught:
            await asyncio.to_thread(int, "seven")
        return result, type(caught.value).__name__

    assert run_virtual(story()) == (7, "ValueError")


def test_the_wall_clock_may_step_and_boot_time_may_not() -> None:
    """Two clocks, as in production."""

    async def story() -> tuple[int, int]:
        clock = VirtualClock(virtual_loop(), wall_ms=1_000_000)
        clock.step(-3_600_000)
        await asyncio.sleep(1)
        return clock.boot_ms(), clock.wall_ms()

    assert run_virtual(story()) == (1000, 1_000_000 - 3_600_000 + 1000)
