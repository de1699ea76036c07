"""200 panels of 64 inputs at 5 Hz: the whole daemon against a bare pymodbus loop, in one run.

The bare loop runs before and after, on the same core and the same panels. Whatever else a machine
does can only add to a figure, so the cheapest of the bare runs is compared with the cheapest of as
long windows of the daemon. Detection is timed from before a panel is told to change its input to
the receipt of the webhook's call.
"""

import asyncio
import random
import time
from pathlib import Path

from tests.bench import house
from tests.bench.figures import figure, on_core, p50, p99, title
from tests.system.daemon import free_port

WINDOW_S, WINDOWS, SETTLE_S = 8.0, 3, 3.0
#: Toggles a second, in all: the calls must not queue for each other.
RATE = 20.0
PATIENCE_S = 10.0


def test_two_hundred_panels(tmp_path: Path) -> None:
    """Missed polls, CPU a poll, detection, memory."""
    title("200 panels x 64 inputs at 5 Hz, daemon on one core, panels on the other")
    with house.panels(tmp_path) as panels:
        call_port = free_port()
        config = house.write_site(tmp_path / "site.yaml", panels.ports, call_port)
        state = tmp_path / "state"
        before_us = house.bare_us_a_poll(panels.ports, WINDOW_S)
        with on_core(house.OTHERS_CORE), house.daemon(config, state) as daemon:
            house.until_all_polled(state)
            time.sleep(SETTLE_S)
            watched_us = _watched(state, daemon.pid)
            figure("memory, quiet", house.memory_mb(daemon.pid), "MB", most=120)
            took_ms = asyncio.run(_detections(panels, call_port))
            assert house.counts(state).errors == 0
            figure(
                f"memory, {len(took_ms)} incidents later",
                house.memory_mb(daemon.pid),
                "MB",
                most=120,
            )
            figure("  at most, a first start included", house.memory_mb(daemon.pid, "VmHWM"), "MB")
        after_us = house.bare_us_a_poll(panels.ports, WINDOW_S)
    figure("CPU a poll, bare loop before", before_us, "us")
    figure("CPU a poll, bare loop after", after_us, "us")
    figure("CPU a poll, whole daemon", watched_us, "us")
    figure("CPU a poll, daemon to bare loop", watched_us / min(before_us, after_us), "x", most=1.3)
    polls_a_second = house.PANELS * 1_000 / house.PERIOD_MS
    figure("  of the core", watched_us * polls_a_second / 10_000, "%")
    figure(f"input to webhook, p50 of {len(took_ms)}", p50(took_ms), "ms")
    figure(
        f"input to webhook, p99 of {len(took_ms)}", p99(took_ms), "ms", most=house.PERIOD_MS + 50
    )
    figure("input to webhook, longest", max(took_ms), "ms")


def _watched(state: Path, pid: int) -> float:
    """CPU microseconds a poll of the daemon, everything that it does included."""
    windows_us, missed = [], 0
    for _ in range(WINDOWS):
        before, cpu_before_s = house.counts(state), house.cpu_s(pid)
        time.sleep(WINDOW_S)
        cpu_s, after = house.cpu_s(pid) - cpu_before_s, house.counts(state)
        polls = after.polls - before.polls
        due = house.PANELS * WINDOW_S * 1_000 / house.PERIOD_MS
        assert polls >= 0.9 * due, f"{polls} polls where {due:.0f} were due"
        missed += after.missed - before.missed
        windows_us.append(cpu_s / polls * 1_000_000)
    figure(f"missed polls of {WINDOWS * due:,.0f}", missed, most=0.5)
    return min(windows_us)


async def _detections(panels: house.Panels, call_port: int) -> list[float]:
    """Milliseconds from a changed input to its call's receipt, one sample a detector."""
    receiver, chance = house.Receiver(), random.Random(1)
    await receiver.open(call_port)
    reader, writer = await asyncio.open_unix_connection(panels.control)
    where = [(panel, i) for panel in range(house.PANELS) for i in range(house.DETECTORS)]
    chance.shuffle(where)
    changed_s: dict[str, float] = {}
    for panel, i in where:
        await asyncio.sleep(chance.uniform(0, 2 / RATE))
        changed_s[f"panel-{panel}.p{i}"] = time.monotonic()
        writer.write(f"set panel {panel + 1} input {i} on\n".encode())
        said = await reader.readuntil(b"\n\n")
        assert not said.startswith(b"error"), said
    took_ms = [
        (await receiver.until_called(point, PATIENCE_S) - began_s) * 1_000
        for point, began_s in changed_s.items()
    ]
    writer.close()
    await receiver.close()
    return took_ms
