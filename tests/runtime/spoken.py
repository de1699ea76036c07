"""A panel that speaks first, the supervisor that listens to it, and the engine behind, on virtual
time: what the panel says is one call of ``Panel.says``, and its answer is what came back.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, ClassVar

from msgspec import structs
from pydantic import BaseModel

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.site import Device, Site
from monitord.driver import DeviceFault, Driver, Emit, Reading
from monitord.runtime.pacer import GridPacer
from monitord.runtime.plugins import driver_registry
from monitord.runtime.receipts import EngineReceipts
from monitord.runtime.supervisor import Supervisor
from monitord.testing.loop import run_virtual
from monitord.vocabulary import PointState
from tests.core.sites import museum
from tests.runtime.engine_parts import Bench
from tests.runtime.supervised import FakeIo

SILENCE_MS = 10_000


class Nothing(BaseModel):
    """No keys."""


class Panel:
    """The far end. ``listen`` and ``poll`` may be replaced; ``emit`` is that of the last life."""

    def __init__(self) -> None:
        self.emit: Emit | None = None
        self.lives = 0
        self.asked = 0
        self.closed = 0
        self.open: Callable[[], Awaitable[None]] | None = None
        self.listen: Callable[[Emit], Awaitable[None]] = self._listen
        self.state: list[Any] = [False, False]
        self._end: asyncio.Future[None] | None = None

    async def _listen(self, emit: Emit) -> None:
        self._end = asyncio.get_running_loop().create_future()
        await self._end

    def drops(self, error: Exception | None = None) -> None:
        """The connection ends."""
        assert self._end is not None
        if error is None:
            self._end.set_result(None)
        else:
            self._end.set_exception(error)

    async def says(self, *readings: Any) -> bool:
        """What ``emit`` gives back."""
        assert self.emit is not None
        return await self.emit(readings)

    def begins(self, *readings: Any) -> "asyncio.Task[bool]":
        """The same, without waiting for it."""
        return asyncio.get_running_loop().create_task(self.says(*readings))


def driver_of(panel: Panel, *, asked: bool = False, waits: bool = True) -> type[Driver[Any]]:
    """The panel's driver; ``asked`` gives it a ``poll`` too."""

    class Speaking(Driver[Nothing]):
        Config: ClassVar[type[BaseModel]] = Nothing
        PointConfig: ClassVar[type[BaseModel]] = Nothing
        silence_ms = SILENCE_MS
        can_wait = waits

        async def open(self, line: object = None) -> None:
            if panel.open is not None:
                await panel.open()

        async def listen(self, emit: Emit) -> None:
            panel.lives += 1
            panel.emit = emit
            await panel.listen(emit)

        async def close(self) -> None:
            panel.closed += 1

    class Asked(Speaking):
        async def poll(self) -> Sequence[Any]:
            panel.asked += 1
            return panel.state

    return Asked if asked else Speaking


def site() -> Site:
    """The museum, whose west panel speaks first (``pir``, ``glass``)."""
    plain = museum()
    west = plain.devices["west"]
    spoken = Device(
        "west", west.name, "panel", west.areas, west.points, west.alarm_after_ms, SILENCE_MS
    )
    east = structs.replace(plain.devices["east"], driver="quiet")
    return structs.replace(plain, devices={"east": east, "west": spoken})


class Quiet(Driver[Nothing]):
    """The other panel: polled, and all is normal."""

    Config: ClassVar[type[BaseModel]] = Nothing
    PointConfig: ClassVar[type[BaseModel]] = Nothing

    async def poll(self) -> Sequence[Any]:
        return [False] * len(self.points())


class House:
    """Engine and supervisor; ``bench.committer`` is the disk."""

    def __init__(self, bench: Bench, panel: Panel, driver: type[Driver[Any]]) -> None:
        self.bench, self.panel = bench, panel
        drivers = driver_registry()
        drivers.add("panel", driver, "tests")
        drivers.add("quiet", Quiet, "tests")
        self.supervisor = Supervisor(
            site(),
            drivers,
            bench.engine.offer,
            bench.clock,
            FakeIo(),
            GridPacer(bench.clock),
            EngineReceipts(bench.engine),
        )

    def state(self, point: str) -> PointState:
        return self.bench.engine.state.points[f"west.{point}"].state

    def facts(self, *types: type[f.Fact]) -> list[f.Fact]:
        """What is in entries about the panel, in order."""
        facts = [p.entry.fact for p in self.bench.published if isinstance(p.entry.fact, types)]
        return [fact for fact in facts if _is_wests(fact)]

    def changed(self) -> list[f.PointChanged]:
        return [fact for fact in self.facts(f.PointChanged) if isinstance(fact, f.PointChanged)]

    def silent(self) -> bool:
        return "DeviceWentSilent" in self.bench.events()

    def lost(self) -> list[ev.DeviceWentSilent]:
        return [
            event
            for p in self.bench.published
            for event in p.entry.events
            if isinstance(event, ev.DeviceWentSilent) and event.device == "west"
        ]


def _is_wests(fact: f.Fact) -> bool:
    return "west" in (getattr(fact, "device", ""), getattr(fact, "point", "").partition(".")[0])


def listen_to(
    story: Callable[[House], Coroutine[Any, Any, None]],
    *,
    asked: bool = False,
    waits: bool = True,
    panel: Panel | None = None,
) -> House:
    """Run ``story`` beside a started house."""
    speaking = panel or Panel()

    async def run() -> House:
        bench = Bench()
        bench.engine.start()
        now_ms = bench.clock.wall_ms()
        await bench.engine.submit(f.Started(epoch=1, version="test", utc_ms=now_ms))
        await bench.engine.submit(f.SiteOffered(file_hash="a", site=site()))
        house = House(bench, speaking, driver_of(speaking, asked=asked, waits=waits))
        house.supervisor.start()
        await asyncio.sleep(0.1)
        try:
            await story(house)
        finally:
            await house.supervisor.stop()
        return house

    return run_virtual(run())


def active(point: str = "pir", **more: Any) -> Reading:
    return Reading(point, PointState.ACTIVE, **more)


def normal(point: str = "pir", **more: Any) -> Reading:
    return Reading(point, PointState.NORMAL, **more)


def broken(words: str = "reset by peer") -> DeviceFault:
    return DeviceFault(words)
