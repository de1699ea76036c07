"""Foreign drivers in a folder, and a supervisor with real workers around them, on real time."""

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, ClassVar

from msgspec import structs
from pydantic import BaseModel
from structlog.testing import capture_logs

from monitord.core.facts import AnyFact, DeviceLost, DeviceReturned
from monitord.core.site import Device, Site
from monitord.driver import Driver, Value
from monitord.runtime.clock import SystemClock
from monitord.runtime.device_secrets import ReadSecret, nothing_stored
from monitord.runtime.pacer import GridPacer
from monitord.runtime.plugins import DriverRegistry, driver_registry
from monitord.runtime.receipts import Receipts
from monitord.runtime.supervisor import Supervisor
from monitord.runtime.vitals import DeviceVitals
from monitord.runtime.workers.limits import Limits
from tests.runtime.supervised import FakeIo, NoJournal, PointSection, point_of

PATIENCE_S = 40.0
POLL_MS = 100

#: Shorter times, which a busy machine still keeps; memory for one worker and a little more.
QUICK = Limits(
    look_s=0.05, late_s=0.5, silent_s=1.5, start_s=6.0, refused_s=0.5, memory_mib=96, device_mib=0
)

#: ``do`` names what the device does at its third poll; all others answer for ever.
DRIVER = """
import asyncio, ctypes, os, time
from pathlib import Path

from pydantic import BaseModel

from monitord.driver import Driver


class Section(BaseModel):
    do: str = ""
    note: str = ""
    address: str = ""


class PointSection(BaseModel):
    pass


class Odd(Driver[Section]):
    Config = Section
    PointConfig = PointSection
    polls = 0
    hoard = []

    async def poll(self):
        self.polls += 1
        if self.polls >= 3 and self.config.do:
            await getattr(self, self.config.do)()
        if self.config.note:
            with Path(self.config.note).open("a") as note:
                note.write(f"{os.getpid()}\\n")
        return [False for _ in self.points()]

    async def block(self):
        time.sleep(60)

    async def block_in_a_task(self):
        await asyncio.create_task(self.block())

    async def leave(self):
        os._exit(3)

    async def crash(self):
        ctypes.string_at(0)

    async def leak(self):
        self.hoard.append(b"x" * (8 << 20))

    async def print(self):
        for _ in range(200):
            print("the panel says nothing of interest " * 9)

    async def garbage(self):
        for fd in range(3, 400):
            try:
                os.write(fd, b"\\xff" * 4_000)
            except OSError:
                pass

    async def flood(self):
        answer = b"\\x00\\x00\\x00\\x07\\x92\\xa4done\\x01"
        for fd in range(3, 400):
            try:
                while True:
                    os.write(fd, answer * 1_000)
            except OSError:
                pass

    async def deaf(self):
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                pass


DRIVER = Odd
"""


class Calm(Driver[Any]):
    """A neighbour in the daemon's own process."""

    class Config(BaseModel):
        """Nothing to say."""

    PointConfig: ClassVar[type[BaseModel]] = PointSection

    async def poll(self) -> list[Value]:
        """Always quiet."""
        return [False for _ in self.points()]


def folder_of(path: Path, **texts: str) -> Path:
    """A folder with these drivers; ``odd`` is always there."""
    folder = path / "drivers"
    folder.mkdir()
    for name, text in {"odd": DRIVER, **texts}.items():
        (folder / f"{name.replace('_', '-')}.py").write_text(text)
    return folder


def registry(folder: Path) -> DriverRegistry:
    drivers = driver_registry(folder)
    drivers.add("calm", Calm, "tests")
    return drivers


def site_with(**devices: dict[str, Any]) -> Site:
    """Devices with one point each; ``driver`` and ``config`` as given."""
    made = {name: _device(name, dict(setup)) for name, setup in devices.items()}
    points = {f"{name}.p": point_of(f"{name}.p", name) for name in made}
    return Site(id="test", devices=made, points=points)


def _device(name: str, setup: dict[str, Any]) -> Device:
    driver = setup.pop("driver", "odd")
    own = {"poll_ms": POLL_MS, "timeout_ms": 1_000, **setup}
    return Device(name, name, driver, ("hall",), (f"{name}.p",), setup=own)


class House:
    """A running supervisor, all that it told and all that it logged."""

    def __init__(
        self,
        site: Site,
        folder: Path,
        limits: Limits = QUICK,
        receipts: Receipts | None = None,
        read_secret: ReadSecret = nothing_stored,
    ) -> None:
        self.told: list[AnyFact] = []
        clock = SystemClock()
        self.supervisor = Supervisor(
            site, registry(folder), self.told.append, clock, FakeIo(), GridPacer(clock),
            receipts or NoJournal(), limits, read_secret,
        )  # fmt: skip
        self.logged: list[Any] = []
        self.before: dict[str, DeviceVitals] = {}
        self.last: dict[str, DeviceVitals] = {}

    def vitals(self, device: str) -> DeviceVitals:
        """How a device does."""
        return next(v for v in self.supervisor.vitals().devices if v.device == device)

    def down(self, driver: str) -> list[tuple[str, str | None]]:
        """Why workers of a driver went down, and at which device."""
        return [
            (entry["why"], entry["device"])
            for entry in self.logged
            if entry["event"] == "worker_down" and entry["driver"] == driver
        ]

    def said(self, event: str, worker: str) -> list[Any]:
        """What was logged of one worker."""
        return [e for e in self.logged if e["event"] == event and e.get("worker") == worker]

    def kill(self, device: str) -> None:
        """End the worker of a device at once."""
        fleet = self.supervisor._fleet
        os.kill(fleet.pids()[fleet.worker_of(device)], signal.SIGKILL)

    def lost(self, device: str) -> list[DeviceLost]:
        return [f for f in self.told if isinstance(f, DeviceLost) and f.device == device]

    def returned(self, device: str) -> int:
        return sum(isinstance(f, DeviceReturned) and f.device == device for f in self.told)

    async def until(self, true: Callable[[], Any], what: str) -> None:
        """Wait for something that must come."""
        end = time.monotonic() + PATIENCE_S
        while not true():
            assert time.monotonic() < end, f"never: {what}; {self.logged[-5:]}"
            await asyncio.sleep(0.02)

    async def polled(self, device: str, times: int = 5) -> None:
        """Return when the device has been polled so often from now on."""
        before = self.vitals(device).polls
        await self.until(lambda: self.vitals(device).polls >= before + times, f"{device} is polled")


def live(house: Callable[[], House], story: Callable[[House], Awaitable[None]]) -> House:
    """Run a story in a house; nothing of it is left."""

    async def run() -> House:
        with capture_logs() as logged:
            made = house()
            made.logged = logged
            made.supervisor.start()
            try:
                await story(made)
            finally:
                made.last = {v.device: v for v in made.supervisor.vitals().devices}
                await made.supervisor.stop()
        return made

    return asyncio.run(run())


def with_isolate(site: Site, device: str, isolate: bool | None) -> Site:
    """The site with another choice for one device."""
    was = site.devices[device]
    changed = structs.replace(was, setup={**was.setup, "isolate": isolate})
    return structs.replace(site, devices={**site.devices, device: changed})
