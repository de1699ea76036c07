"""Devices on one line, on virtual time: one at a time, the healthy first, a dead one bounded."""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import pairwise
from typing import Any, ClassVar

import pytest
from pydantic import BaseModel

from monitord.core.facts import DeviceLost
from monitord.core.lines import TRY_MS_MIN, worst_ms
from monitord.runtime.plugins import DriverRegistry, driver_registry

from .supervised import Watch, World, hang, healthy_world, later, scripted, site_of, watch

UNITS = tuple(f"unit-{number}" for number in range(1, 7))


class Wire:
    """The line as its devices see it: who speaks on it, and how often it was connected."""

    def __init__(self) -> None:
        self.connected = 0
        self.closed = 0
        self.speaking = 0
        self.most = 0

    async def close(self) -> None:
        self.closed += 1

    def speaks(self, answer: Callable[[], Awaitable[Any]], ms: int) -> Callable[[], Awaitable[Any]]:
        async def poll() -> Any:
            self.speaking += 1
            self.most = max(self.most, self.speaking)
            try:
                await asyncio.sleep(ms / 1000)
                return await answer()
            finally:
                self.speaking -= 1

        return poll


def on_a_line(world: World, wire: Wire) -> DriverRegistry:
    base: Any = scripted(world)

    class Shared(base):  # type: ignore[misc]
        Config: ClassVar[type[BaseModel]] = base.Config

        @classmethod
        async def connect(cls, address: str) -> Wire:
            assert address == "bus"
            wire.connected += 1
            return wire

        async def open(self, line: object = None) -> None:
            assert line is wire
            await super().open()

    drivers = driver_registry()
    drivers.add("scripted", Shared, "tests")
    return drivers


def bus(*dead: str, answer_ms: int = 10) -> tuple[World, Wire]:
    world, wire = healthy_world(*UNITS), Wire()
    for unit in UNITS:

        async def answer(unit: str = unit) -> Any:
            return await hang() if unit in dead else world.values[unit]

        world.poll[unit] = wire.speaks(answer, answer_ms)
    return world, wire


def longest_pause_ms(world: World, unit: str, after_ms: int) -> int:
    times = [at for at in world.polled_ms[unit] if at >= after_ms]
    return max(b - a for a, b in pairwise(times))


def run(world: World, wire: Wire, seconds: float) -> Watch:
    site = site_of(*UNITS, address="bus")
    return watch(site, world, later(seconds), on_a_line(world, wire))


def test_one_request_at_a_time_over_one_connection() -> None:
    world, wire = bus()
    watching = run(world, wire, 10)
    assert (wire.connected, wire.closed, wire.most) == (1, 1, 1)
    assert not watching.facts(DeviceLost)
    for unit in UNITS:
        assert longest_pause_ms(world, unit, 1_000) <= 200 + 5 * 10


def test_the_figure_of_check_is_kept() -> None:
    """Design 7: what is told on paper holds with one unit dead, answer included."""
    world, wire = bus(UNITS[3], answer_ms=20)
    run(world, wire, 30)
    on_paper_ms = worst_ms([200] * len(UNITS), [20.0] * len(UNITS), 1_000)
    for unit in UNITS:
        if unit != UNITS[3]:
            assert longest_pause_ms(world, unit, 8_000) + 20 <= on_paper_ms


@pytest.mark.parametrize("dead", [UNITS[3:4], UNITS[1:]])
def test_dead_units_cost_the_healthy_never_two_polls_in_a_row(dead: tuple[str, ...]) -> None:
    """Law 12, design 7: one bounded try each per back-off, and the healthy go first."""
    world, wire = bus(*dead)
    watching = run(world, wire, 30)
    assert wire.connected == 1
    for unit in UNITS:
        if unit in dead:
            assert len(watching.lost(unit)) == 1
            assert len(world.polled_ms[unit]) <= 12, "0.5 s doubling to 5 s"
        else:
            assert not watching.lost(unit)
            assert longest_pause_ms(world, unit, 8_000) < 2 * 200 + TRY_MS_MIN


def test_a_unit_slower_than_its_neighbours_is_learned() -> None:
    """Its first answer comes within the timeout, and sets the bound for the line."""
    world, wire = bus()

    async def slow() -> Any:
        return world.values[UNITS[0]]

    world.poll[UNITS[0]] = wire.speaks(slow, 120)
    watching = run(world, wire, 10)
    assert not watching.facts(DeviceLost)
    assert watching.supervisor.vitals().devices[0].errors == 0


def test_a_dead_unit_that_returns_is_heard_again() -> None:
    world, wire = bus(UNITS[2])
    site = site_of(*UNITS, address="bus")

    async def story(watching: Watch) -> None:
        await asyncio.sleep(10)

        async def answer() -> Any:
            return world.values[UNITS[2]]

        world.poll[UNITS[2]] = wire.speaks(answer, 10)
        await asyncio.sleep(6)

    watching = watch(site, world, story, on_a_line(world, wire))
    assert len(watching.returned(UNITS[2])) == 1


def test_devices_with_addresses_of_their_own_share_nothing() -> None:
    world = healthy_world("left")
    watching = watch(site_of("left", address="bus"), world, later(1))
    assert watching.returned("left")
