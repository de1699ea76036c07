"""What the pages of a site with 12,800 points cost: over real HTTP, on the loopback.

The daemon is in miniature here, and in the same process; the console is the real one. Beside each
time stands what the console's smallest answer takes in the same run.
"""

import time
from pathlib import Path

import httpx

from monitord.core import facts as f
from monitord.people.sessions import Sessions
from monitord.runtime.control.server import ControlServer
from monitord.runtime.vitals import DeviceVitals, VitalsFeed, VitalsFrame
from monitord.vocabulary import Cause, Kind, PointState
from tests.bench.figures import figure, p50, p99, title
from tests.bench.sites import DEVICES, POINTS, large_site
from tests.console.conftest import UTC_MS, Console
from tests.runtime.control.house import PIN, House

RUNS = 30
PAGES = (
    "/",
    "/areas",
    "/points",
    "/points?show=all",
    "/points/now?show=all&page=200",
    "/devices?show=all",
    "/held",
    "/search?q=gallery",
)


def house(folder: Path) -> House:
    """All panels answer but three."""
    made = House(large_site(Kind.MOTION))
    take = made.engine.take
    for device in made.engine.state.site.devices.values():
        samples = tuple(f.Sample(point, PointState.NORMAL) for point in device.points)
        take(f.DeviceReturned(device=device.id, samples=samples))
    for name in ("d3", "d30", "d130"):
        take(f.DeviceLost(device=name, cause=Cause.SILENT, detail="no answer", silent_ms=2_000))
    devices = tuple(
        DeviceVitals(name, True, 120, 300, 310, 40, 0, 0, 0, None, "", ())
        for name in made.engine.state.site.devices
    )
    frame = VitalsFrame(made.engine.at_ms, devices)
    sessions = Sessions(folder, lambda: UTC_MS)
    made.replace_desk(sessions=sessions, frames=VitalsFeed(lambda: frame).frames)
    return made


async def test_pages_of_a_large_site(tmp_path: Path) -> None:
    """The bar of the issue is 500 ms for each, and 150 KB for the first."""
    daemon = ControlServer(house(tmp_path).desk, tmp_path)
    await daemon.open()
    try:
        async with Console(tmp_path) as console:
            headers = {"origin": console.url, "sec-fetch-site": "same-origin"}
            async with httpx.AsyncClient(
                base_url=console.url, headers=headers, trust_env=False
            ) as anna:
                signed = await anna.post("/sign-on", data={"person": "anna", "pin": PIN})
                assert signed.status_code == 303
                title(f"Pages of {DEVICES * POINTS:,} points")
                for path in ("/healthz", *PAGES):
                    took_ms, size = await _timed(anna, path)
                    figure(f"{path}: p50", p50(took_ms), "ms")
                    figure(f"{path}: p99", p99(took_ms), "ms", most=500)
                    figure(f"{path}: size", size / 1_000, "kB")
    finally:
        await daemon.close()


async def _timed(anna: httpx.AsyncClient, path: str) -> tuple[list[float], int]:
    took_ms, size = [], 0
    for _ in range(RUNS):
        begin = time.perf_counter()
        answer = await anna.get(path)
        took_ms.append((time.perf_counter() - begin) * 1_000)
        assert answer.status_code == 200, path
        size = len(answer.content)
    return took_ms, size
