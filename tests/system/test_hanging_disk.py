"""A disk that hangs for good: the daemon goes on, the service manager hears of it, and it stops.

What a kernel does to a process that waits for a disk is not ours: its threads end when the disk
answers. All that others could wait for, a socket, a port, a parent, is let go before.
"""

import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitord.core import events as ev
from tests.system.daemon import Daemon, Gateway, until
from tests.system.disks import MB, DaemonOn, Disk, called
from tests.system.panel_row import PanelRow

#: Asked of a stop is 1 s for the disk; calls and devices have their own second before it.
STOP_MAX_S = 5.0
WATCHDOG_S = 1.0


class Manager:
    """The service manager's end of the notification socket."""

    def __init__(self, path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        self._socket.settimeout(WATCHDOG_S)

    def gaps(self, seconds: float) -> list[float]:
        """How long it waited from ping to ping; ends early when one takes too long."""
        last, gaps, end = time.monotonic(), list[float](), time.monotonic() + seconds
        while last < end:
            try:
                said = self._socket.recv(4_096)
            except TimeoutError:
                return [*gaps, WATCHDOG_S]
            if said == b"WATCHDOG=1":
                gaps.append(time.monotonic() - last)
                last = time.monotonic()
        return gaps

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Manager]:
    made = Manager(tmp_path / "notify")
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    monkeypatch.setenv("WATCHDOG_USEC", str(round(WATCHDOG_S * 1_000_000)))
    yield made
    made.close()


def _has_ended(pid: int) -> bool:
    """Whether the process runs nothing any more, whatever its threads wait for."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def _tasks_that_run(guard: Daemon) -> list[str]:
    """The states of what is left of it."""
    stats = Path(f"/proc/{guard.pid}/task").glob("*/stat")
    return [stat.read_text().rpartition(")")[2].split()[0] for stat in stats]


def test_it_pings_calls_and_stops_although_the_disk_hangs(
    disk: Disk,
    runtime_folder: Path,
    row: PanelRow,
    gateway: Gateway,
    manager: Manager,
    daemon_on: DaemonOn,
) -> None:
    """A2, law 1: a stalled journal is an alarm, never a reason to be killed; a stop waits 1 s."""
    guard = daemon_on(disk.on_loop(32 * MB))
    guard.start().wait_until_watching()
    disk.freeze()
    row.tell("set panel 1 input 0 on")
    gaps = manager.gaps(4 * WATCHDOG_S)
    assert max(gaps) < WATCHDOG_S, gaps
    assert called(gateway, "panel-0.door-0")
    assert called(gateway, "monitord.journal"), "people are told of the disk"

    asked = time.monotonic()
    os.kill(guard.pid, signal.SIGTERM)
    until(lambda: _has_ended(guard.pid), "it stops", STOP_MAX_S)
    took = time.monotonic() - asked
    assert "stopped_without_the_disk" in guard.tail()
    assert set(_tasks_that_run(guard)) <= {"Z", "X", "D"}, "only the kernel holds on"
    assert guard.say("status").returncode == 3, "nobody answers there any more"
    print(f"stopped after {took:.1f} s")

    disk.thaw()
    assert guard.exit_code() == 0
    guard.start().wait_until_watching()
    assert any(e.first_out == "panel-0.door-0/active" for e in guard.events(ev.IncidentOpened))
    assert not list(runtime_folder.iterdir()), "what was spilled is in the journal"
    assert guard.stop() == 0
    assert guard.say("journal", "verify").returncode == 0
