"""A scripted device, and a supervisor around it on virtual time."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from monitord.core.facts import DeviceLost, DeviceReturned, Fact
from monitord.core.site import Device, Point, Site
from monitord.driver import Driver
from monitord.driver import Point as DriverPoint
from monitord.runtime.pacer import GridPacer
from monitord.runtime.plugins import DriverRegistry, driver_registry
from monitord.runtime.receipts import Receipts
from monitord.runtime.supervisor import Supervisor
from monitord.testing.loop import VirtualClock, VirtualLoop, run_virtual
from monitord.vocabulary import Arming, Category, Kind, Priority

Answer = Callable[["World"], Awaitable[Sequence[Any]]]


class FakeIo:
    """No chance: a jitter of 0 gives the longest back-off."""

    def __init__(self) -> None:
        self.alive: list[int] = []

    def jitter(self) -> float:
        return 0.0

    def write_alive(self, utc_ms: int) -> None:
        self.alive.append(utc_ms)

    def read_alive(self) -> int | None:
        return self.alive[-1] if self.alive else None


class NoJournal:
    """Nobody stores anything here."""

    def give(self, fact: object) -> None:
        return None

    def knows(self, fact: object) -> bool:
        return False


class World:
    """What the scripted devices do, and what they saw, by device id. ``values`` by default."""

    def __init__(self) -> None:
        self.values: dict[str, list[Any]] = {}
        self.open: dict[str, Callable[[], Awaitable[None]]] = {}
        self.poll: dict[str, Callable[[], Awaitable[Any]]] = {}
        self.close: dict[str, Callable[[], Awaitable[None]]] = {}
        self.made: dict[str, int] = {}
        self.opened_ms: dict[str, list[int]] = {}
        self.polled_ms: dict[str, list[int]] = {}
        self.closed: dict[str, int] = {}


class Section(BaseModel):
    """The scripted device's section."""

    model_config = ConfigDict(extra="forbid")
    name: str
    address: str = ""


class PointSection(BaseModel):
    """Nothing to say."""

    model_config = ConfigDict(extra="forbid")


def scripted(world: World) -> type[Driver[Any]]:
    """A driver whose devices do what ``world`` says."""

    def now_ms() -> int:
        return round(asyncio.get_running_loop().time() * 1000)

    class Scripted(Driver[Section]):
        Config: ClassVar[type[BaseModel]] = Section
        PointConfig: ClassVar[type[BaseModel]] = PointSection

        def __init__(self, config: Section, points: Sequence[DriverPoint]) -> None:
            super().__init__(config, points)
            world.made[config.name] = world.made.get(config.name, 0) + 1

        async def open(self, line: object = None) -> None:
            name = self.config.name
            world.opened_ms.setdefault(name, []).append(now_ms())
            if name in world.open:
                await world.open[name]()

        async def poll(self) -> Any:
            name = self.config.name
            world.polled_ms.setdefault(name, []).append(now_ms())
            if name in world.poll:
                return await world.poll[name]()
            return world.values[name]

        async def close(self) -> None:
            name = self.config.name
            world.closed[name] = world.closed.get(name, 0) + 1
            if name in world.close:
                await world.close[name]()

    return Scripted


def site_of(*devices: str, points: int = 1, **setup: Any) -> Site:
    """A site of devices with the points ``p0`` ...; ``setup`` is every device's."""
    made: dict[str, Device] = {}
    all_points: dict[str, Point] = {}
    for device in devices:
        ids = tuple(f"{device}.p{number}" for number in range(points))
        own = {"config": {"name": device}, "poll_ms": 200, "timeout_ms": 1000, **setup}
        made[device] = Device(device, device, "scripted", ("hall",), ids, setup=own)
        for point in ids:
            all_points[point] = point_of(point, device)
    return Site(id="test", devices=made, points=all_points)


def point_of(point: str, device: str, kind: Kind = Kind.MOTION, **setup: Any) -> Point:
    """A compiled point."""
    return Point(
        point,
        device,
        point,
        kind,
        Category.INTRUSION,
        "hall",
        Priority.HIGH,
        Arming.WHILE_SET,
        latching=True,
        setup=setup,
    )


def drivers_of(world: World) -> DriverRegistry:
    """A registry with the scripted driver in it."""
    drivers = driver_registry()
    drivers.add("scripted", scripted(world), "tests")
    return drivers


class Watch:
    """A started supervisor with everything that it told, each fact with its time."""

    def __init__(
        self,
        site: Site,
        world: World,
        drivers: DriverRegistry | None = None,
        receipts: Receipts | None = None,
    ) -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        self.loop = loop
        self.clock = VirtualClock(loop)
        self.io = FakeIo()
        self.told: list[tuple[int, Fact]] = []
        self.supervisor = Supervisor(
            site,
            drivers or drivers_of(world),
            self._offer,
            self.clock,
            self.io,
            GridPacer(self.clock),
            receipts or NoJournal(),
        )

    def _offer(self, fact: Fact) -> None:
        self.told.append((self.loop.now_ms, fact))

    def facts(self, *types: type[Fact]) -> list[tuple[int, Fact]]:
        """What was told, of these types only."""
        return [(at_ms, fact) for at_ms, fact in self.told if isinstance(fact, types)]

    def lost(self, device: str) -> list[tuple[int, DeviceLost]]:
        """When and why a device was lost."""
        return [
            (at_ms, fact)
            for at_ms, fact in self.told
            if isinstance(fact, DeviceLost) and fact.device == device
        ]

    def returned(self, device: str) -> list[tuple[int, DeviceReturned]]:
        """When a device answered for the first time, or again."""
        return [
            (at_ms, fact)
            for at_ms, fact in self.told
            if isinstance(fact, DeviceReturned) and fact.device == device
        ]


def watch(
    site: Site,
    world: World,
    story: Callable[[Watch], Coroutine[Any, Any, None]],
    drivers: DriverRegistry | None = None,
) -> Watch:
    """Run ``story`` beside a started supervisor, on virtual time from 0."""

    async def run() -> Watch:
        watching = Watch(site, world, drivers)
        watching.supervisor.start()
        try:
            await story(watching)
        finally:
            await watching.supervisor.stop()
        return watching

    return run_virtual(run())


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
