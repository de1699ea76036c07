"""Devices that speak first: life, silence, return (A1, laws 4 and 12; design 5.6)."""

import asyncio
from typing import Any

import pytest
from pydantic import BaseModel

from monitord.core import facts as f
from monitord.driver import Driver, Emit, Quality, Reading
from monitord.runtime.plugins import driver_registry
from monitord.vocabulary import Cause, PointState
from tests.runtime.spoken import (
    SILENCE_MS,
    House,
    Nothing,
    Panel,
    active,
    broken,
    listen_to,
    normal,
)
from tests.runtime.supervised import Watch, World, site_of, watch

NORMAL, ACTIVE, UNKNOWN = PointState.NORMAL, PointState.ACTIVE, PointState.UNKNOWN


def test_what_it_says_is_known_and_the_rest_is_not() -> None:
    """Law 4: a device that speaks of changes is unknown until it has spoken of a point."""

    async def story(house: House) -> None:
        assert house.state("pir") is UNKNOWN
        assert await house.panel.says(normal("pir"))
        assert (house.state("pir"), house.state("glass")) == (NORMAL, UNKNOWN)
        assert await house.panel.says(normal("glass"), active("pir"))
        assert (house.state("pir"), house.state("glass")) == (ACTIVE, NORMAL)

    listen_to(story)


def test_what_more_is_known_is_in_the_fact() -> None:
    """By whom, the device's own clock, the text as received; none of it orders anything."""

    async def story(house: House) -> None:
        await house.panel.says(normal("pir"), normal("glass"))
        said = active(by="user 7", device_ms=-5, raw="E130 zone 1" * 40, key="17")
        assert await house.panel.says(said)

    told = listen_to(story).changed()[-1]
    assert (told.by, told.device_ms, told.key) == ("user 7", -5, "west.pir/17")
    assert told.raw == ("E130 zone 1" * 40)[:200]


def test_it_is_lost_when_it_is_silent_for_longer_than_it_promises() -> None:
    """T6.2: to the millisecond, though its connection lives; then it is begun anew."""

    async def story(house: House) -> None:
        await house.panel.says(normal("pir"), normal("glass"))
        await asyncio.sleep(SILENCE_MS / 1000 - 0.001)
        assert not house.lost()
        await asyncio.sleep(0.01)
        [lost] = house.lost()
        assert (lost.cause, lost.detail) == (Cause.SILENT, f"nothing heard for {SILENCE_MS} ms")
        assert house.state("pir") is UNKNOWN
        await asyncio.sleep(1)
        assert (house.panel.lives, house.panel.closed) == (2, 1)

    listen_to(story)


def test_a_sign_of_life_is_enough_and_leaves_no_trace() -> None:
    """An empty batch, or one that says nothing new; each is answered at once."""

    async def story(house: House) -> None:
        await house.panel.says(normal("pir"), normal("glass"))
        entries = len(house.bench.published)
        for said in ([], [normal("pir")], []):
            await asyncio.sleep(SILENCE_MS / 1000 - 1)
            assert await house.panel.says(*said)
        assert len(house.bench.published) == entries
        assert house.panel.lives == 1

    listen_to(story)


def test_a_broken_connection_is_a_loss_unless_it_speaks_again_in_time() -> None:
    """Two seconds, as for any device; that it can be connected to is no sign of life."""

    async def story(house: House) -> None:
        await house.panel.says(normal("pir"), normal("glass"))
        house.panel.drops(broken())
        await asyncio.sleep(0.6)
        assert house.panel.lives == 2
        assert not house.lost()
        await asyncio.sleep(1.39)
        assert not house.lost()
        await asyncio.sleep(0.02)
        assert house.lost()[0].detail == "reset by peer"

    listen_to(story)


def test_after_a_break_only_what_it_says_anew_is_known() -> None:
    """Nobody knows what it said meanwhile: the other points are unknown, not as they were."""

    async def story(house: House) -> None:
        await house.panel.says(normal("pir"), normal("glass"))
        house.panel.drops()
        await asyncio.sleep(0.6)
        assert await house.panel.says(active("pir"))
        assert (house.state("pir"), house.state("glass")) == (ACTIVE, UNKNOWN)
        assert not house.lost()

    house = listen_to(story)
    told = [
        p.entry.fact for p in house.bench.published if isinstance(p.entry.fact, f.DeviceReturned)
    ]
    samples = [fact.samples for fact in told if fact.device == "west"]
    assert [[s.point for s in some] for some in samples] == [[], ["west.glass"]]


def test_one_that_can_be_asked_is_read_once_after_each_connection() -> None:
    """Before it is listened to: it is known at once, and again after a break."""
    panel = Panel()
    panel.state = [False, True]

    async def story(house: House) -> None:
        assert (house.state("pir"), house.state("glass")) == (NORMAL, ACTIVE)
        assert await panel.says(active("pir"))
        assert house.state("pir") is ACTIVE
        panel.state = [False, False]
        panel.drops()
        await asyncio.sleep(1)
        assert (house.state("pir"), house.state("glass")) == (NORMAL, NORMAL)
        assert (panel.asked, panel.lives) == (2, 2)
        assert not house.lost()

    listen_to(story, asked=True, panel=panel)


def test_a_start_gives_it_the_time_that_it_may_be_silent() -> None:
    """A heartbeat that is not due yet is no alarm; one that stays away is."""

    async def story(house: House) -> None:
        await asyncio.sleep((SILENCE_MS + 3_000) / 1000)
        assert "DeviceOverdue" not in _wests(house)
        await asyncio.sleep(10)
        assert "DeviceOverdue" in _wests(house)

    listen_to(story)


def _wests(house: House) -> list[str]:
    return [
        type(event).__name__
        for p in house.bench.published
        for event in p.entry.events
        if getattr(event, "device", "") == "west"
    ]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (Reading("hatch", True), "spoke of 'hatch', which is no point"),
        ("pir", "emitted str, not a Reading"),
        (Reading("pir", True, key=7), "key or raw that is no text"),  # type: ignore[arg-type]
        (Reading("pir", True, device_ms="now"), "device_ms"),  # type: ignore[arg-type]
        (Reading("pir", 10**400), "a number that is none"),
    ],
)
def test_what_cannot_be_a_reading_is_the_drivers_fault(said: Any, words: str) -> None:
    """Even where its driver swallows the fault; what it said beside it is not lost."""

    async def story(house: House) -> None:
        await house.panel.says(normal("pir"), normal("glass"))
        with pytest.raises(Exception, match="driver panel"):
            await house.panel.says(said, active("glass"))
        assert house.state("glass") is ACTIVE
        await asyncio.sleep(3)
        lost = house.lost()[0]
        assert lost.cause is Cause.DRIVER
        assert words in lost.detail
        assert house.panel.closed

    listen_to(story)


def test_nonsense_is_no_sign_of_life() -> None:
    """Said anew on each connection, it does not keep a device from being lost."""
    panel = Panel()

    async def nonsense(emit: Emit) -> None:
        await asyncio.sleep(0.1)
        await emit([Reading("hatch", True)])

    async def story(house: House) -> None:
        await panel.says(normal("pir"), normal("glass"))
        panel.listen = nonsense
        panel.drops()
        await asyncio.sleep(3)
        assert house.lost()[0].cause is Cause.DRIVER

    listen_to(story, panel=panel)


def test_a_doubtful_reading_is_unknown() -> None:
    """Law 4."""

    async def story(house: House) -> None:
        await house.panel.says(normal("pir"), normal("glass"))
        await house.panel.says(Reading("pir", PointState.NORMAL, quality=Quality.UNKNOWN))
        assert house.state("pir") is UNKNOWN

    listen_to(story)


def test_a_happening_is_told_each_time_and_leaves_the_point_normal() -> None:
    """A line crossed twice is two alarms, however alike."""

    async def story(house: House) -> None:
        await house.panel.says(normal("pir"), normal("glass"))
        for _ in range(2):
            assert await house.panel.says(Reading("pir", True, once=True))
        assert house.state("pir") is NORMAL

    assert [fact.once for fact in listen_to(story).changed()][-2:] == [True, True]


def test_what_a_driver_left_behind_says_nothing() -> None:
    """A task that outlives its connection is not believed, and is no sign of life."""

    async def story(house: House) -> None:
        await house.panel.says(normal("pir"), normal("glass"))
        late = house.panel.emit
        assert late is not None
        house.panel.drops()
        await asyncio.sleep(1)
        assert not await late([active("pir")])
        assert house.state("pir") is not ACTIVE
        await asyncio.sleep(1.1)
        assert house.lost()

    listen_to(story)


def test_one_that_ignores_its_end_is_told_and_lost_all_the_same() -> None:
    """The loss does not wait for the driver."""
    panel = Panel()

    async def deaf(emit: object) -> None:
        while True:
            try:
                await asyncio.get_running_loop().create_future()
            except asyncio.CancelledError:
                if house_is_over:
                    raise

    house_is_over = False
    panel.listen = deaf

    async def story(house: House) -> None:
        nonlocal house_is_over
        await house.panel.says(normal("pir"), normal("glass"))
        await asyncio.sleep(SILENCE_MS / 1000 + 0.01)
        assert [lost.cause for lost in house.lost()] == [Cause.SILENT]
        house_is_over = True

    listen_to(story, panel=panel)


class Hub:
    """One receiver that hears many devices; each registers who listens to it."""

    def __init__(self) -> None:
        self.ears: dict[str, Emit] = {}
        self.closed = False

    async def close(self) -> None:
        self.closed = True


class Address(BaseModel):
    """The receiver's, and which of its devices this is."""

    address: str
    name: str


def test_devices_behind_one_receiver_share_its_connection() -> None:
    """Each is heard, lost and begun anew for itself; the line is connected once and stays."""
    hubs: list[Hub] = []

    class Heard(Driver[Address]):
        Config = Address
        PointConfig = Nothing
        silence_ms = SILENCE_MS

        @classmethod
        async def connect(cls, address: str) -> Hub:
            hubs.append(Hub())
            return hubs[-1]

        async def open(self, line: Any = None) -> None:
            self.hub = line

        async def listen(self, emit: Emit) -> None:
            self.hub.ears[self.config.name] = emit
            await asyncio.get_running_loop().create_future()

    async def story(watching: Watch) -> None:
        await asyncio.sleep(0.1)
        [hub] = hubs
        assert sorted(hub.ears) == ["a", "b"]
        for _ in range(3):
            await asyncio.sleep(SILENCE_MS / 1000 - 1)
            await hub.ears["a"]([normal("p0")])
        assert not watching.lost("a")
        assert len(watching.lost("b")) == 1
        await hub.ears["b"]([active("p0")])
        assert watching.returned("b")
        assert len(hubs) == 1

    setup = {"address": "udp://0.0.0.0:9000"}
    site = site_of("a", "b", **setup)
    drivers = driver_registry()
    drivers.add("scripted", Heard, "tests")
    watch(site, World(), story, drivers)
    assert hubs[0].closed
