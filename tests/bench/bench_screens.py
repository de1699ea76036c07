"""Twenty screens open on a busy museum: how soon they show, and what they cost those who watch.

200 panels of 64 inputs at 5 Hz, the daemon on one core; the console, its screens, the panels and
the bench on the other. The same alarms come without a console and with one, in turns of one run,
so that the grid of polls is compared with itself.
"""

import asyncio
import random
from pathlib import Path
from typing import NamedTuple

from tests.bench import house
from tests.bench.figures import figure, on_core, p50, p99, percentile, title
from tests.bench.screens import SCREENS, Seen, console, screens
from tests.system.daemon import free_port

#: Alarms a second, far enough apart to be seen one by one.
RATE, ALARMS, SETTLE_S = 4.0, 60, 3.0


class Grid(NamedTuple):
    """What the daemon did in a stretch, each second of it."""

    polls: float
    missed: int
    cpu_us: float


def test_twenty_screens(tmp_path: Path) -> None:
    """Event to seen, the poll grid with and without, memory of the console."""
    title(f"{SCREENS} screens, 200 panels x 64 inputs at 5 Hz, {RATE:.0f} incidents a second")
    with house.panels(tmp_path) as panels:
        config = house.write_site(tmp_path / "site.yaml", panels.ports, free_port())
        state = tmp_path / "state"
        with on_core(house.OTHERS_CORE), house.daemon(config, state) as daemon:
            house.until_all_polled(state)
            where = [(panel, i) for panel in range(house.PANELS) for i in range(house.DETECTORS)]
            random.Random(5).shuffle(where)
            asyncio.run(_measured(panels, state, daemon.pid, where))


async def _measured(
    panels: house.Panels, state: Path, pid: int, where: list[tuple[int, int]]
) -> None:
    await asyncio.sleep(SETTLE_S)
    before = await _grid(panels, state, pid, where[:ALARMS])
    with console(state) as (url, console_pid):
        async with screens(url, state) as seen:
            watched = await _grid(panels, state, pid, where[ALARMS : 2 * ALARMS])
            await _until_shown(seen)
        memory_mb = house.memory_mb(console_pid)
        cpu_s = house.cpu_s(console_pid)
    await asyncio.sleep(SETTLE_S)
    after = await _grid(panels, state, pid, where[2 * ALARMS : 3 * ALARMS])
    took_ms = seen.took_ms()
    figure(f"stored to on screen, p50 of {len(took_ms)}", p50(took_ms), "ms")
    figure(f"stored to on screen, p95 of {len(took_ms)}", percentile(took_ms, 95), "ms", most=100)
    figure("stored to on screen, p99", p99(took_ms), "ms")
    figure("stored to on screen, longest", max(took_ms), "ms")
    none_polls = min(before.polls, after.polls)
    figure("polls a second, none to with screens", none_polls / watched.polls, "x", most=1.05)
    figure("missed polls without, before and after", before.missed + after.missed)
    figure("missed polls with screens", watched.missed, most=0.5)
    none_us = min(before.cpu_us, after.cpu_us)
    figure("CPU a poll of the daemon, with screens to none", watched.cpu_us / none_us, "x")
    figure("memory of the console", memory_mb, "MB", most=120)
    figure("CPU of the console, its start included", cpu_s, "s")


async def _grid(panels: house.Panels, state: Path, pid: int, where: list[tuple[int, int]]) -> Grid:
    """The same alarms at the same pace, whoever looks."""
    loop = asyncio.get_running_loop()
    reader, writer = await asyncio.open_unix_connection(panels.control)
    counted, cpu_s, begin_s = (
        await asyncio.to_thread(house.counts, state),
        house.cpu_s(pid),
        loop.time(),
    )
    for panel, i in where:
        writer.write(f"set panel {panel + 1} input {i} on\n".encode())
        said = await reader.readuntil(b"\n\n")
        assert not said.startswith(b"error"), said
        await asyncio.sleep(1 / RATE)
    lasted_s = loop.time() - begin_s
    now, cpu_s = await asyncio.to_thread(house.counts, state), house.cpu_s(pid) - cpu_s
    writer.close()
    polls = now.polls - counted.polls
    assert polls > 0
    return Grid(polls / lasted_s, now.missed - counted.missed, cpu_s / polls * 1_000_000)


async def _until_shown(seen: Seen) -> None:
    """Every incident of the stretch is on every screen."""
    async with asyncio.timeout(10):
        while len(seen.told_s) < ALARMS or any(
            not seen.told_s.keys() <= shown.keys() for shown in seen.seen_s
        ):
            await asyncio.sleep(0.05)
