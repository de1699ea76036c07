"""The supervisor beside healthy and dead devices: changes, vitals, stop (laws 4, 5, 12)."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from pydantic import ConfigDict

from monitord.core.facts import DeviceReturned, PointChanged, Sample
from monitord.core.site import Site
from monitord.driver import (
    UNKNOWN,
    AuthFault,
    ConfigFault,
    DeviceFault,
    Quality,
    Reading,
)
from monitord.testing.loop import run_virtual
from monitord.vocabulary import Cause, PointState
from tests.runtime.supervised import (
    PointSection,
    Watch,
    World,
    drivers_of,
    hang,
    healthy_world,
    later,
    raising,
    scripted,
    site_of,
    watch,
)

NORMAL, ACTIVE, DOUBTFUL = PointState.NORMAL, PointState.ACTIVE, PointState.UNKNOWN


class TestHealthy:
    """A device that answers."""

    def test_the_first_answer_tells_everything_and_the_next_only_changes(self) -> None:
        """A poll that found nothing new leaves no trace."""
        world = healthy_world("a", points=3)

        async def story(watching: Watch) -> None:
            await asyncio.sleep(1.1)
            world.values["a"] = [False, True, False]
            await asyncio.sleep(1)
            world.values["a"] = [False, False, False]
            await asyncio.sleep(1)

        told = watch(site_of("a", points=3), world, story).told
        samples = tuple(Sample(f"a.p{n}", NORMAL) for n in range(3))
        assert [fact for _, fact in told] == [
            DeviceReturned(device="a", samples=samples),
            PointChanged(point="a.p1", state=ACTIVE),
            PointChanged(point="a.p1", state=NORMAL),
        ]
        assert [at_ms for at_ms, _ in told] == [0, 1200, 2600]

    def test_a_slow_grid_still_ends_a_debounce_in_time(self) -> None:
        """Polled every 10 s, the hold is looked at when it ends."""
        world = healthy_world("a")

        async def story(watching: Watch) -> None:
            world.values["a"] = [True]
            await asyncio.sleep(1)
            world.values["a"] = [False]
            await asyncio.sleep(15)

        told = watch(site_of("a", poll_ms=10_000), world, story).told
        assert [at_ms for at_ms, _ in told] == [0, 10_400]

    def test_readings_carry_what_the_driver_knows(self) -> None:
        """Who, when by the device's clock, and the text as received; doubt is unknown."""
        world = healthy_world("a", points=3)

        async def story(watching: Watch) -> None:
            await asyncio.sleep(0.1)
            world.values["a"] = [
                Reading("p0", value=True, device_ms=7, by="user 3", key="k1", raw="x" * 300),
                Reading("p1", value=False, quality=Quality.UNKNOWN),
                UNKNOWN,
            ]
            await asyncio.sleep(1)

        facts = [fact for _, fact in watch(site_of("a", points=3), world, story).told][1:]
        assert facts == [
            PointChanged(
                point="a.p0",
                state=ACTIVE,
                device_ms=7,
                by="user 3",
                raw="x" * 200,
                key="a.p0/k1",
            ),
            PointChanged(point="a.p1", state=DOUBTFUL),
            PointChanged(point="a.p2", state=DOUBTFUL),
        ]

    def test_what_happens_once_is_told_once_even_in_the_first_answer(self) -> None:
        """A line crossed has no end and must not be swallowed by the return."""
        world = World()
        world.values["a"] = [Reading("p0", value=True, once=True, key="k")]
        told = [fact for _, fact in watch(site_of("a"), world, later(1)).told]
        assert told == [
            DeviceReturned(device="a", samples=(Sample("a.p0", NORMAL),)),
            PointChanged(point="a.p0", state=ACTIVE, value=True, once=True, key="a.p0/k"),
        ]

    def test_a_driver_knows_its_own_pace_before_it_opens(self) -> None:
        """A protocol's own timeout must end before the runtime's bound."""
        world, paces = healthy_world("a"), []
        drivers = drivers_of(world)

        class Curious(scripted(world)):  # type: ignore[misc]
            async def open(self, line: object = None) -> None:
                paces.append((self.poll_ms, self.timeout_ms))

        drivers.add("curious", Curious, "tests")
        site = site_of("a", poll_ms=500, timeout_ms=300)
        device = msgspec.structs.replace(site.devices["a"], driver="curious")
        site = msgspec.structs.replace(site, devices={"a": device})
        watch(site, world, later(1), drivers)
        assert paces == [(500, 300)]

    def test_points_that_say_the_same_share_a_section_that_cannot_change(self) -> None:
        """Twelve thousand points are a few dozen sections; a driver's mutable ones stay its own."""
        held: list[Any] = []
        for frozen in (True, False):
            world = healthy_world("a", points=2)
            drivers = drivers_of(world)

            class Fixed(PointSection):
                model_config = ConfigDict(frozen=frozen)

            class Curious(scripted(world)):  # type: ignore[misc]
                PointConfig = Fixed

                async def open(self, line: object = None) -> None:
                    held.append(self.points()[0].config is self.points()[1].config)

            drivers.add("curious", Curious, "tests")
            site = site_of("a", points=2)
            device = msgspec.structs.replace(site.devices["a"], driver="curious")
            watch(msgspec.structs.replace(site, devices={"a": device}), world, later(1), drivers)
        assert held == [True, False]


class TestNeighbours:
    """One dead device costs the others nothing (law 12)."""

    def test_dead_ones_delay_the_others_by_no_poll(self) -> None:
        """Seven kinds of trouble beside one healthy device: not one poll missed or late."""
        trouble: dict[str, Callable[[], Awaitable[Any]]] = {
            "hangs": hang,
            "refuses": raising(DeviceFault("refused", Cause.REFUSED)),
            "raises": raising(ZeroDivisionError()),
            "exits": raising(SystemExit()),
            "cancels": raising(asyncio.CancelledError()),
            "locks": raising(AuthFault("no")),
            "lies": raising(ConfigFault("no")),
        }
        world = healthy_world("well")
        world.poll.update(trouble)
        watching = watch(site_of("well", *trouble), world, later(60))
        gaps = {b - a for a, b in itertools.pairwise(world.polled_ms["well"][1:])}
        assert gaps == {200}
        assert not watching.lost("well")
        assert all(watching.lost(device) for device in trouble)

    def test_a_slow_device_makes_no_bursts(self) -> None:
        """Its late polls are missed, counted, and not made up for."""
        world = healthy_world("a")

        async def slow() -> list[bool]:
            await asyncio.sleep(0.45)
            return [False]

        world.poll["a"] = slow

        async def story(watching: Watch) -> None:
            await asyncio.sleep(6.1)
            [vitals] = watching.supervisor.vitals().devices
            assert vitals.missed >= 2 * (vitals.polls - 2)

        watching = watch(site_of("a"), world, story)
        gaps = {b - a for a, b in itertools.pairwise(world.polled_ms["a"][1:])}
        assert gaps == {600}
        assert not watching.lost("a")


class TestStop:
    """Stopping."""

    def test_every_driver_is_closed(self) -> None:
        """In the middle of a poll too."""
        world = healthy_world("a", "b")
        world.poll["b"] = hang
        watch(site_of("a", "b"), world, later(0.5))
        assert world.closed == {"a": 1, "b": 1}

    def test_a_driver_that_holds_on_costs_a_second(self) -> None:
        """It is left behind, by name."""
        world = healthy_world("a")
        world.close["a"] = hang
        stubborn = itertools.count()

        async def ignore() -> Any:
            while next(stubborn) < 2:
                try:
                    await asyncio.sleep(3)
                except asyncio.CancelledError:
                    continue
            return [False]

        world.poll["a"] = ignore

        async def run() -> float:
            watching = Watch(site_of("a"), world)
            watching.supervisor.start()
            await asyncio.sleep(0.5)
            before_ms = watching.loop.now_ms
            await watching.supervisor.stop()
            took_ms = watching.loop.now_ms - before_ms
            await asyncio.sleep(30)
            return took_ms

        assert run_virtual(run()) == 1000

    def test_nothing_to_stop(self) -> None:
        """A site without devices."""
        watch(Site(id="empty"), World(), later(1))


class TestVitals:
    """What only ages."""

    def test_a_device_shows_how_it_does(self) -> None:
        """Ages and latencies in their units, before debounce."""
        world = healthy_world("a")

        async def slow() -> list[bool]:
            await asyncio.sleep(0.05)
            return [True]

        world.poll["a"] = slow

        async def story(watching: Watch) -> None:
            [early] = watching.supervisor.vitals().devices
            assert (early.connected, early.age_ms, early.latency_us) == (False, None, None)
            await asyncio.sleep(1.15)
            [vitals] = watching.supervisor.vitals().devices
            assert vitals.connected
            assert vitals.age_ms == 50
            assert (vitals.latency_us, vitals.latency_mean_us) == (50_000, 50_000)
            assert (vitals.polls, vitals.missed, vitals.errors) == (6, 0, 0)
            assert (vitals.points[0].point, vitals.points[0].state) == ("a.p0", ACTIVE)

        watch(site_of("a"), world, story)

    def test_frames_are_built_once_a_second_and_only_while_watched(self) -> None:
        """Two watchers share one frame; nobody watching costs nothing."""
        world = healthy_world("a")

        async def story(watching: Watch) -> None:
            first, second = watching.supervisor.frames(), watching.supervisor.frames()
            assert (await anext(first)).at_ms == 0
            await anext(second)
            one, two = await asyncio.gather(anext(first), anext(second))
            assert one is two
            assert one.at_ms == 1000
            await first.aclose()
            await second.aclose()

        watch(site_of("a"), world, story)

    def test_polling_is_stuck_only_when_all_of_it_is(self) -> None:
        """One stuck driver is its own fault; the pulse hears of all of them together."""
        world = healthy_world("a", "b")

        async def story(watching: Watch) -> None:
            await asyncio.sleep(60)
            now_ms = watching.loop.now_ms
            assert watching.supervisor.stuck(now_ms) == ""
            assert "none of 2 devices" in watching.supervisor.stuck(now_ms + 60_000)

        watch(site_of("a", "b"), world, story)
