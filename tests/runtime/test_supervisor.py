"""The supervisor against devices that hang, raise, lie and come back (A1, T6.2, laws 4, 5, 12)."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from monitord.core.facts import DeviceLost, DeviceReturned, PointChanged, Sample
from monitord.core.site import Device, Site
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
from tests.runtime.supervised import Watch, World, site_of, watch

NORMAL, ACTIVE, DOUBTFUL = PointState.NORMAL, PointState.ACTIVE, PointState.UNKNOWN


def later(*seconds: float) -> Callable[[Watch], Any]:
    """A story in which nothing is done but to wait."""

    async def story(watching: Watch) -> None:
        await asyncio.sleep(sum(seconds))

    return story


async def hang() -> Any:
    """Never answer."""
    await asyncio.get_running_loop().create_future()


def raising(error: BaseException) -> Callable[[], Awaitable[Any]]:
    """Fail in this way every time."""

    async def fail() -> Any:
        raise error

    return fail


def healthy_world(*devices: str, points: int = 1) -> World:
    world = World()
    for device in devices:
        world.values[device] = [False] * points
    return world


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
                point="a.p0", state=ACTIVE, device_ms=7, by="user 3", raw="x" * 200, key="k1"
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
            PointChanged(point="a.p0", state=ACTIVE, value=True, once=True, key="k"),
        ]


class TestSilence:
    """A device that does not answer."""

    def test_one_that_never_answered_is_lost_at_its_limit(self) -> None:
        """So that the core's deadline of the start names it."""
        world = World()
        world.open["a"] = hang
        lost = watch(site_of("a"), world, later(60)).lost("a")
        assert [(at_ms, fact.cause) for at_ms, fact in lost] == [(2000, Cause.SILENT)]
        assert "no answer to open" in lost[0][1].detail

    @pytest.mark.parametrize(("poll_ms", "limit_ms"), [(200, 2000), (1000, 4000), (5000, 16_000)])
    def test_half_open_is_lost_after_three_missed_polls_or_two_seconds(
        self, poll_ms: int, limit_ms: int
    ) -> None:
        """T6.2: the connection stands and nothing comes. Counted from the last answer."""
        world = healthy_world("a")

        async def story(watching: Watch) -> None:
            await asyncio.sleep(0.5 * poll_ms / 1000)
            world.poll["a"] = world.open["a"] = hang
            await asyncio.sleep(100)

        watching = watch(site_of("a", poll_ms=poll_ms), world, story)
        [(at_ms, fact)] = watching.lost("a")
        assert at_ms == limit_ms
        assert (fact.cause, fact.silent_ms) == (Cause.SILENT, limit_ms)

    def test_a_bound_longer_than_the_limit_does_not_delay_the_loss(self) -> None:
        """The poll may still go on; the points are unknown all the same."""
        world = healthy_world("a")

        async def story(watching: Watch) -> None:
            await asyncio.sleep(0.1)
            world.poll["a"] = hang
            await asyncio.sleep(5)

        [(at_ms, _)] = watch(site_of("a", timeout_ms=30_000), world, story).lost("a")
        assert at_ms == 2000

    def test_a_short_gap_is_no_loss(self) -> None:
        """One poll times out, the device is opened anew and answers within the limit."""
        world = healthy_world("a")

        async def once() -> Any:
            del world.poll["a"]
            await hang()

        async def story(watching: Watch) -> None:
            await asyncio.sleep(0.1)
            world.poll["a"] = once
            await asyncio.sleep(10)
            world.values["a"] = [True]
            await asyncio.sleep(1)

        watching = watch(site_of("a", timeout_ms=500), world, story)
        assert [type(fact) for _, fact in watching.told] == [DeviceReturned, PointChanged]
        assert world.made["a"] == 2
        assert world.closed["a"] == 2

    def test_a_return_tells_everything_anew(self) -> None:
        """What changed while nobody was looking is in the return, not lost (A3)."""
        world = healthy_world("a")

        async def story(watching: Watch) -> None:
            await asyncio.sleep(0.1)
            world.poll["a"] = hang
            await asyncio.sleep(10)
            [points] = [device.points for device in watching.supervisor.vitals().devices]
            assert points[0].state is DOUBTFUL
            del world.poll["a"]
            world.values["a"] = [True]
            await asyncio.sleep(10)

        watching = watch(site_of("a"), world, story)
        kinds = [type(fact) for _, fact in watching.told]
        assert kinds == [DeviceReturned, DeviceLost, DeviceReturned]
        assert watching.returned("a")[1][1].samples == (Sample("a.p0", ACTIVE),)


class TestFaults:
    """A device or a driver that fails."""

    def test_tries_back_off_from_half_a_second_to_five(self) -> None:
        """Without jitter; each try makes a new driver and closes the old one."""
        world = World()
        world.open["a"] = raising(DeviceFault("connection refused", Cause.REFUSED))
        watching = watch(site_of("a"), world, later(30))
        times = world.opened_ms["a"]
        gaps = [later_ms - earlier_ms for earlier_ms, later_ms in itertools.pairwise(times)]
        assert gaps[:6] == [500, 1000, 2000, 4000, 5000, 5000]
        assert world.closed["a"] == world.made["a"] == len(times)
        [(_, fact)] = watching.lost("a")
        assert (fact.cause, fact.detail) == (Cause.REFUSED, "connection refused")

    def test_an_answer_begins_the_back_off_anew(self) -> None:
        """Even where the device was never counted as lost."""
        world = healthy_world("a")
        polls = itertools.count(1)

        async def every_third() -> list[bool]:
            if next(polls) % 3 == 0:
                raise DeviceFault("reset by peer")
            return [False]

        world.poll["a"] = every_third
        watch(site_of("a"), world, later(20))
        gaps = [b - a for a, b in itertools.pairwise(world.opened_ms["a"])]
        assert max(gaps) <= 400 + 500

    @pytest.mark.parametrize(
        ("fault", "cause"),
        [
            (AuthFault("wrong password"), Cause.AUTHENTICATION),
            (ConfigFault("no such register"), Cause.CONFIGURATION),
        ],
    )
    def test_what_cannot_help_is_told_at_once_and_tried_rarely(
        self, fault: DeviceFault, cause: Cause
    ) -> None:
        """No three tries to find out that a password is wrong."""
        world = World()
        world.open["a"] = raising(fault)
        watching = watch(site_of("a"), world, later(12))
        [(at_ms, lost)] = watching.lost("a")
        assert (at_ms, lost.cause) == (0, cause)
        assert world.opened_ms["a"] == [0, 5000, 10_000]

    def test_a_changed_cause_is_told_at_most_once_a_minute(self) -> None:
        """The guard reads the newest cause, without a flood in the journal."""
        world = World()
        causes = itertools.cycle([Cause.REFUSED, Cause.GATEWAY])

        async def open_() -> None:
            raise DeviceFault("failed", next(causes))

        world.open["a"] = open_
        told = [at_ms for at_ms, _ in watch(site_of("a"), world, later(300)).lost("a")]
        assert len(told) in (4, 5)
        assert all(b - a >= 60_000 for a, b in itertools.pairwise(told))

    def test_an_unchanged_cause_is_told_once(self) -> None:
        """An hour of silence is one fact."""
        world = World()
        world.open["a"] = raising(DeviceFault("no route", Cause.SILENT))
        assert len(watch(site_of("a"), world, later(3600)).lost("a")) == 1

    @pytest.mark.parametrize(
        "error", [ZeroDivisionError("secret=1234"), SystemExit(3), asyncio.CancelledError()]
    )
    def test_whatever_a_driver_raises_is_its_own_fault(self, error: BaseException) -> None:
        """Named by class, never by its text; and it goes on being tried."""
        world = healthy_world("a")
        world.poll["a"] = raising(error)
        watching = watch(site_of("a"), world, later(20))
        [(_, lost)] = watching.lost("a")
        assert lost.cause is Cause.DRIVER
        assert "scripted" in lost.detail
        assert "secret" not in lost.detail
        if not isinstance(error, asyncio.CancelledError):
            assert type(error).__name__ in lost.detail
        assert world.made["a"] > 4

    @pytest.mark.parametrize(
        ("answer", "words"),
        [([False], "1 values for 2 points"), ([], "0 values"), (None, "NoneType"), ("ab", "str")],
    )
    def test_an_answer_of_the_wrong_shape_is_refused_in_words(
        self, answer: Any, words: str
    ) -> None:
        """Zone 1 must never be read as zone 2."""
        world = World()
        world.values["a"] = answer
        watching = watch(site_of("a", points=2), world, later(10))
        [(_, lost)] = watching.lost("a")
        assert lost.cause is Cause.DRIVER
        assert words in lost.detail
        assert not watching.facts(DeviceReturned, PointChanged)

    def test_a_driver_that_ignores_cancellation_is_named_and_does_not_hide_the_loss(self) -> None:
        """Its task is stuck: the loss and its reason are told from outside."""
        world = healthy_world("a", "b")
        stubborn = itertools.count()

        async def ignore() -> Any:
            while next(stubborn) < 5:
                try:
                    await hang()
                except asyncio.CancelledError:
                    continue
            return [False]

        async def story(watching: Watch) -> None:
            await asyncio.sleep(0.1)
            world.poll["a"] = ignore
            await asyncio.sleep(70)

        watching = watch(site_of("a", "b"), world, story)
        at_ms, _ = watching.lost("a")[0]
        assert at_ms == 2000
        assert not watching.lost("b")
        assert [fact for _, fact in watching.returned("a")][1:], "it let go and was built anew"

    def test_a_site_section_that_the_driver_refuses_names_the_key(self) -> None:
        """And never the value: a secret may stand in it."""
        site = site_of("a", config={"name": "a", "pasword": "hunter2"})
        [(at_ms, lost)] = watch(site, healthy_world("a"), later(1)).lost("a")
        assert (at_ms, lost.cause) == (0, Cause.DRIVER)
        assert "pasword" in lost.detail
        assert "hunter2" not in lost.detail

    def test_a_driver_that_is_not_there_is_said_so(self) -> None:
        """One device's fault, not the daemon's."""
        site = site_of("a", "b")
        site.devices["a"] = Device("a", "a", "nonesuch", (), ("a.p0",), setup={"poll_ms": 200})
        watching = watch(site, healthy_world("b"), later(1))
        [(_, lost)] = watching.lost("a")
        assert "no driver 'nonesuch'" in lost.detail
        assert watching.returned("b")


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
