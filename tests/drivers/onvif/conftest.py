"""A simulated camera, a driver on it, and all that the driver tells."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

import pytest

from monitord.driver import Driver, Point, Reading
from monitord_drivers.onvif import OnvifConfig, OnvifDriver, OnvifPointConfig, feed, listening, pins
from monitord_simulators.camera import PASSWORD, USER, SimulatedCamera

PATIENCE_S = 10.0
LOOK_S = 0.02

Start = Callable[..., Awaitable[SimulatedCamera]]
Make = Callable[..., OnvifDriver]


def config_of(port: int, password: str = PASSWORD, **more: Any) -> OnvifConfig:
    """The section of a camera on this port, its password filled in as the runtime does."""
    section: dict[str, Any] = {
        "address": f"http://127.0.0.1:{port}",
        "user": USER,
        "password": {"credential": "camera", "text": password},
    }
    return OnvifConfig.model_validate({**section, **more})


class Heard:
    """What a driver tells, from ``begin`` to ``end``. ``stores``: what its emits are answered."""

    def __init__(self, driver: Driver[Any]) -> None:
        self.driver = driver
        self.readings: list[Reading] = []
        self.last: dict[str, Reading] = {}
        self.emits = 0
        self.stores = True
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self.driver.listen(self.emit))
        self._task.add_done_callback(lambda _: self._news.set())

    async def emit(self, readings: Sequence[Reading]) -> bool:
        self.emits += 1
        if self.stores:
            self.readings += readings
            self.last.update({reading.point: reading for reading in readings})
        self._news.set()
        return self.stores

    def value(self, point: str) -> Any:
        return self.last[point].value if point in self.last else None

    def words(self, point: str) -> str:
        return (self.last[point].raw or "") if point in self.last else ""

    def times(self, point: str) -> list[Reading]:
        return [reading for reading in self.readings if reading.point == point]

    async def until(self, true: Callable[[], Any]) -> None:
        """Wait for what must be told. A fault of the driver's ends the wait."""
        async with asyncio.timeout(PATIENCE_S):
            while not true():
                if self._task is not None and self._task.done():
                    self._task.result()
                self._news.clear()
                with contextlib.suppress(TimeoutError):  # it may be of the camera, not of a reading
                    await asyncio.wait_for(self._news.wait(), LOOK_S)

    async def fault(self) -> BaseException | None:
        """What ends the listening."""
        assert self._task is not None
        async with asyncio.timeout(PATIENCE_S):
            await asyncio.wait({self._task})
        return self._task.exception()

    async def end(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self.driver.close()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits short enough for tests; nobody has been seen before."""
    monkeypatch.setattr(listening, "EVERY_S", 0.05)
    monkeypatch.setattr(feed, "ALIVE_S", 0.02)
    monkeypatch.setattr(feed, "RETRY_S", 0.05)
    pins.forget()


@pytest.fixture
async def start() -> AsyncIterator[Start]:
    """Starts cameras, and stops them at the end."""
    started: list[SimulatedCamera] = []

    async def begin(name: str = "vault", **how: Any) -> SimulatedCamera:
        camera = SimulatedCamera(name, **how)
        await camera.start()
        started.append(camera)
        return camera

    yield begin
    for camera in started:
        await camera.stop()


@pytest.fixture
async def camera(start: Start) -> SimulatedCamera:
    """A good camera."""
    return await start()


@pytest.fixture
async def make() -> AsyncIterator[Make]:
    """``make(port, "motion", "line/east")``: a driver, its points ``p0``, ``p1``, not yet open."""
    made: list[OnvifDriver] = []

    def build(port: int, *reads: str, **section: Any) -> OnvifDriver:
        config = config_of(port, **section)
        points = [
            Point(
                f"p{index}",
                OnvifPointConfig.model_validate(
                    {"topic" if read.startswith("tns") else "read": read}
                ),
            )
            for index, read in enumerate(reads)
        ]
        points += [Point(own.id) for own in OnvifDriver.own_points(config)]
        made.append(OnvifDriver(config, points))
        return made[-1]

    yield build
    for driver in made:
        await driver.close()


@pytest.fixture
async def hear() -> AsyncIterator[Callable[[OnvifDriver], Awaitable[Heard]]]:
    """Opens a driver and listens to it until the test ends."""
    hearing: list[Heard] = []

    async def begin(driver: OnvifDriver) -> Heard:
        await driver.open()
        heard = Heard(driver)
        heard.begin()
        hearing.append(heard)
        return heard

    yield begin
    for each in hearing:
        await each.end()
