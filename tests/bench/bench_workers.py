"""What a worker adds to a poll: the same driver in two workers and in the daemon, in one run.

64 devices of 64 inputs each way at 5 Hz; every answer differs from the last. A poll's time is what
stands between an input and its event beside the period, so what it takes longer is what is added.
"""

import asyncio
from pathlib import Path

from msgspec import structs

from monitord.core.site import Site
from monitord.runtime.clock import SystemClock
from monitord.runtime.pacer import GridPacer
from monitord.runtime.plugins import driver_registry
from monitord.runtime.supervisor import Supervisor
from tests.bench.figures import figure, p50, p99, title
from tests.runtime.supervised import FakeIo, NoJournal, site_of

DEVICES, POINTS, SECONDS, PERIOD_S = 64, 64, 8, 0.2

FLICKERS = """
import asyncio

from pydantic import BaseModel

from monitord.driver import Driver


class Section(BaseModel):
    name: str


class PointSection(BaseModel):
    pass


class Flickers(Driver[Section]):
    Config = Section
    PointConfig = PointSection
    turn = False

    async def poll(self):
        self.turn = not self.turn
        await asyncio.sleep(0)
        return [self.turn] + [False] * (len(self.points()) - 1)


DRIVER = Flickers
"""


def sites() -> Site:
    """Both halves as one site."""
    halves = [
        site_of(*(f"{half}-{n}" for n in range(DEVICES)), points=POINTS, isolate=half == "worker")
        for half in ("worker", "daemon")
    ]
    devices = {
        name: structs.replace(device, driver="flickers")
        for half in halves
        for name, device in half.devices.items()
    }
    points = {name: point for half in halves for name, point in half.points.items()}
    return structs.replace(halves[0], devices=devices, points=points)


async def latencies(folder: Path) -> dict[str, list[float]]:
    """Milliseconds of each poll, by half."""
    clock = SystemClock()
    supervisor = Supervisor(
        sites(), driver_registry(folder), lambda _fact: None, clock, FakeIo(), GridPacer(clock),
        NoJournal(),
    )  # fmt: skip
    found: dict[str, list[float]] = {"worker": [], "daemon": []}
    supervisor.start()
    try:
        await asyncio.sleep(4)
        for _ in range(int(SECONDS / PERIOD_S)):
            await asyncio.sleep(PERIOD_S)
            for device in supervisor.vitals().devices:
                assert device.latency_us is not None, f"{device.device} was never polled"
                found[device.device.partition("-")[0]].append(device.latency_us / 1000)
        assert not any(device.errors for device in supervisor.vitals().devices)
    finally:
        await supervisor.stop()
    return found


def test_what_a_worker_adds(tmp_path: Path) -> None:
    """The bar of the design: 5 ms at the 99th percentile."""
    (tmp_path / "flickers.py").write_text(FLICKERS)
    found = asyncio.run(latencies(tmp_path))
    title("A driver in a worker: 64 devices of 64 inputs at 5 Hz, beside 64 in the daemon")
    for half, samples in found.items():
        figure(f"poll in the {half}, p50", p50(samples), "ms")
        figure(f"poll in the {half}, p99", p99(samples), "ms")
    added = p99(found["worker"]) - p99(found["daemon"])
    figure("a worker adds, p99", added, "ms", most=5)
