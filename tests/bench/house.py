"""A site of many simulated panels with the real daemon in front of it, each on a core of its own.

The daemon is ``monitord run`` on core 0; the panels, the receiver of its calls and the bench
itself are on core 1. On a machine of one core all share it, which the figures then show.
"""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from monitord.cli.client import Daemon as Control
from monitord.cli.errors import Mistake
from tests.bench.figures import on_core
from tests.system.daemon import MONITORD, Daemon, free_port, until

PANELS, INPUTS, PERIOD_MS = 200, 64, 200
#: The first inputs of each panel are smoke detectors: each alarm of one is an incident of its
#: own with a call of its own, so that every toggle gives a sample.
DETECTORS = 3
DAEMON_CORE, OTHERS_CORE = 0, (os.cpu_count() or 1) - 1
CLOCK_TICKS = os.sysconf("SC_CLK_TCK")


class Counts(NamedTuple):
    """Of all devices together, from one vitals frame."""

    devices: int
    connected: int
    polls: int
    missed: int
    errors: int


class Panels:
    """``monitord-panel`` as a process. ``ports`` has one per panel."""

    def __init__(self, folder: Path) -> None:
        self.control = folder / "panels.sock"
        program = MONITORD.with_name("monitord-panel")
        options = ("--count", str(PANELS), "--inputs", str(INPUTS), "--port", "0", "--json")
        with on_core(OTHERS_CORE):
            self._process = subprocess.Popen(
                [str(program), *options, "--control", str(self.control)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
            )
        assert self._process.stdout is not None
        self.ports: list[int] = json.loads(self._process.stdout.readline())["ports"]
        assert len(self.ports) == PANELS

    def close(self) -> None:
        """End them."""
        self._process.terminate()
        self._process.wait(10)
        assert self._process.stdout is not None
        self._process.stdout.close()


@contextmanager
def panels(folder: Path) -> Iterator[Panels]:
    """All panels at rest, until the end of the block."""
    running = Panels(folder)
    try:
        yield running
    finally:
        running.close()


@contextmanager
def daemon(config: Path, state: Path, *, kill: bool = False) -> Iterator[Daemon]:
    """The daemon, started on its core; stopped, or killed with -9, at the end of the block."""
    made = Daemon(config, state)
    with on_core(DAEMON_CORE):
        made.start()
    try:
        yield made
        assert made.running, f"the daemon ended; its log:\n{made.tail()}"
    finally:
        if kill:
            made.kill()
        made.stop()


def counts(state: Path) -> Counts:
    """What the daemon says of all its devices, over the control socket."""
    with Control(state) as control:
        devices: Sequence[dict[str, Any]] = next(control.stream("watch", device=""))["devices"]
    return Counts(
        len(devices),
        sum(d["connected"] and d["polls"] > 0 for d in devices),
        *(sum(d[name] for d in devices) for name in ("polls", "missed", "errors")),
    )


def until_all_polled(state: Path, patience_s: float = 60.0) -> None:
    """Wait until every panel has answered a poll."""

    def polled() -> bool:
        try:
            return counts(state).connected == PANELS
        except Mistake:
            return False  # it does not listen yet

    until(polled, f"{PANELS} panels are polled", patience_s)


def cpu_s(pid: int) -> float:
    """User and system time of a process, all its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / CLOCK_TICKS


def memory_mb(pid: int, which: str = "VmRSS") -> float:
    """Resident memory now, or ``VmHWM`` for the most that it ever was."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(which + ":"):
            return int(line.split()[1]) / 1_000
    raise AssertionError(f"no {which} of {pid}")


def bare_us_a_poll(ports: Sequence[int], lasting_s: float) -> float:
    """CPU microseconds a poll of the bare loop, on the daemon's core."""
    program = Path(__file__).with_name("bare.py")
    with on_core(DAEMON_CORE):
        done = subprocess.run(
            [sys.executable, str(program), str(lasting_s), *map(str, ports)],
            capture_output=True,
            text=True,
            check=True,
            timeout=lasting_s + 60,
        )
    said = json.loads(done.stdout)
    assert said["polls"] >= 0.98 * PANELS * lasting_s * 1_000 / PERIOD_MS, "it did not keep up"
    return float(said["cpu_s"] / said["polls"] * 1_000_000)


class Receiver:
    """The other end of the webhook: when each call came, by the point that it is about."""

    def __init__(self) -> None:
        self.received_s: dict[str, float] = {}
        self.calls = 0
        self._server: asyncio.Server | None = None

    async def open(self, port: int) -> None:
        """Listen on loopback."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port)

    async def close(self) -> None:
        """Stop listening."""
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    async def until_called(self, point: str, patience_s: float) -> float:
        """When the call about ``point`` came, in ``time.monotonic()``."""
        end_s = time.monotonic() + patience_s
        while point not in self.received_s:
            assert time.monotonic() < end_s, f"nobody was called about {point}"
            await asyncio.sleep(0.02)
        return self.received_s[point]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                now_s = time.monotonic()
                length = head.lower().partition(b"content-length:")[2].split(b"\r\n")[0]
                body = json.loads(await reader.readexactly(int(length)))
                self.calls += 1
                self.received_s.setdefault(body["incident"]["point"], now_s)
                writer.write(b"HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\n{}")
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


def write_site(path: Path, ports: Sequence[int], call_port: int) -> Path:
    """One area and 64 inputs to a panel; the only step of the chain waits longer than a bench.

    A flood holds no call here, so that every incident gives a sample.
    """
    site = "{id: bench, name: Bench Museum, timezone: Europe/London, calls-in-flood: 0s}"
    lines = [f"site: {site}", "areas:"]
    lines += [
        f'  hall-{n}: {{name: "Hall {n}", gate: "Gate {n}", set_by: monitord}}'
        for n in range(len(ports))
    ]
    lines.append("devices:")
    for number, port in enumerate(ports):
        lines += [
            f"  panel-{number}:",
            "    driver: modbus",
            f"    address: tcp://127.0.0.1:{port}",
            f"    poll: {PERIOD_MS}ms",
            "    points:",
        ]
        lines += [
            f"      p{i}: {{read: discrete/{i}, kind: {'smoke' if i < DETECTORS else 'motion'},"
            f' area: hall-{number}, name: "Detector {i}"}}'
            for i in range(INPUTS)
        ]
    lines += [
        "people:",
        '  ann: {name: Ann, role: duty-manager, reach: [{hook: "ann"}]}',
        '  bob: {name: Bob, role: director, reach: [{hook: "bob"}]}',
        f'channels: {{hook: {{driver: webhook, url: "http://127.0.0.1:{call_port}/call"}}}}',
        "chains: {default: [{call: ann, by: hook, wait: 15min}, {call: bob, by: hook, wait: 60s}]}",
        f'acknowledge: {{listen: "127.0.0.1:{free_port()}"}}',
    ]
    path.write_text("\n".join(lines) + "\n")
    return path
