"""Devices that hang, raise, lie and come back (A1, T6.2, laws 4 and 13)."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from monitord.core.facts import DeviceLost, DeviceReturned, Fact, PointChanged, Sample
from monitord.core.site import Device
from monitord.driver import (
    AuthFault,
    ConfigFault,
    DeviceFault,
)
from monitord.runtime.pacer import GridPacer
from monitord.runtime.supervisor import Supervisor
from monitord.testing.loop import run_virtual
from monitord.vocabulary import Cause, PointState
from tests.runtime.supervised import (
    NoJournal,
    Watch,
    World,
    drivers_of,
    hang,
    healthy_world,
    later,
    point_of,
    raising,
    site_of,
    watch,
)

NORMAL, ACTIVE, DOUBTFUL = PointState.NORMAL, PointState.ACTIVE, PointState.UNKNOWN


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
    @pytest.mark.parametrize("fails", [hang, raising(DeviceFault("reset by peer"))])
    def test_it_is_lost_after_three_missed_polls_or_two_seconds(
        self, fails: Callable[[], Awaitable[Any]], poll_ms: int, limit_ms: int
    ) -> None:
        """T6.2: half-open, or refusing each try; to the millisecond, counted from the answer."""
        world = healthy_world("a")

        async def story(watching: Watch) -> None:
            await asyncio.sleep(10.5 * poll_ms / 1000)
            world.poll["a"] = world.open["a"] = fails
            await asyncio.sleep(100)

        watching = watch(site_of("a", poll_ms=poll_ms), world, story)
        [(at_ms, fact)] = watching.lost("a")
        assert at_ms == 10 * poll_ms + limit_ms
        assert (fact.cause, fact.silent_ms) == (Cause.SILENT, limit_ms)

    def test_a_bound_longer_than_the_limit_does_not_delay_the_loss(self) -> None:
        """The poll may still go on; the points are unknown all the same."""
        world = healthy_world("a")

        async def story(watching: Watch) -> None:
            await asyncio.sleep(10.1)
            world.poll["a"] = hang
            await asyncio.sleep(5)

        [(at_ms, _)] = watch(site_of("a", timeout_ms=30_000), world, story).lost("a")
        assert at_ms == 12_000

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
            await asyncio.sleep(10.1)
            world.poll["a"] = ignore
            await asyncio.sleep(70)

        watching = watch(site_of("a", "b"), world, story)
        at_ms, _ = watching.lost("a")[0]
        assert at_ms == 12_000
        assert not watching.lost("b")
        assert [fact for _, fact in watching.returned("a")][1:], "it let go and was built anew"

    def test_a_site_section_that_the_driver_refuses_names_the_key(self) -> None:
        """And never the value: a secret may stand in it."""
        site = site_of("a", config={"name": "a", "pasword": "hunter2"})
        [(at_ms, lost)] = watch(site, healthy_world("a"), later(1)).lost("a")
        assert (at_ms, lost.cause) == (0, Cause.DRIVER)
        assert "pasword" in lost.detail
        assert "hunter2" not in lost.detail

    @pytest.mark.parametrize(
        ("device_setup", "point_setup"), [({"poll_ms": -1}, {}), ({}, {"wiring": "sideways"})]
    )
    def test_what_this_version_cannot_read_blinds_one_device_only(
        self, device_setup: dict[str, Any], point_setup: dict[str, Any]
    ) -> None:
        """Never a guess at the wiring, and never the end of all the others."""
        site = site_of("a", "b")
        site.devices["a"] = Device(
            "a", "a", "scripted", (), ("a.p0",), setup={"config": {"name": "a"}, **device_setup}
        )
        site.points["a.p0"] = point_of("a.p0", "a", **point_setup)
        watching = watch(site, healthy_world("a", "b"), later(1))
        [(at_ms, lost)] = watching.lost("a")
        assert (at_ms, lost.cause) == (0, Cause.DRIVER)
        assert "cannot read" in lost.detail
        assert not watching.returned("a")
        assert watching.returned("b")

    def test_a_driver_that_is_not_there_is_said_so(self) -> None:
        """One device's fault, not the daemon's."""
        site = site_of("a", "b")
        site.devices["a"] = Device("a", "a", "nonesuch", (), ("a.p0",), setup={"poll_ms": 200})
        watching = watch(site, healthy_world("b"), later(1))
        [(_, lost)] = watching.lost("a")
        assert "no driver 'nonesuch'" in lost.detail
        assert watching.returned("b")

    def test_a_bug_of_ours_costs_the_device_a_wait_and_no_more(self) -> None:
        """Facts that cannot be handed over do not end the supervision of a device (law 13)."""
        world = healthy_world("a")
        world.open["a"] = raising(ConfigFault("no such unit"))

        async def run() -> list[Fact]:
            watching = Watch(site_of("a"), world)
            broken = True

            def offer(fact: Fact) -> None:
                if broken:
                    raise ZeroDivisionError
                told.append(fact)

            told: list[Fact] = []
            watching.supervisor = Supervisor(
                site_of("a"),
                drivers_of(world),
                offer,
                watching.clock,
                watching.io,
                GridPacer(watching.clock),
                NoJournal(),
            )
            watching.supervisor.start()
            await asyncio.sleep(1)
            broken = False
            del world.open["a"]
            await asyncio.sleep(10)
            await watching.supervisor.stop()
            return told

        assert [type(fact) for fact in run_virtual(run())] == [DeviceReturned]
