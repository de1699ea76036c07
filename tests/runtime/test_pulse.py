"""The pulse: the service manager is told the truth, and only that (A2)."""

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitord.runtime.pulse import Notifier, Pulse, watchdog_ms
from monitord.testing.loop import VirtualClock, VirtualLoop, run_virtual
from tests.runtime.supervised import FakeIo


class Manager:
    """A service manager's end of the notification socket."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind("\0" + address[1:] if address.startswith("@") else address)
        self._socket.setblocking(False)

    def heard(self) -> list[str]:
        """Every assignment since the last look."""
        lines: list[str] = []
        while True:
            try:
                lines += self._socket.recv(4096).decode().split("\n")
            except BlockingIOError:
                return lines

    def close(self) -> None:
        self._socket.close()


@pytest.fixture(params=["path", "abstract"])
def manager(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Manager]:
    path = str(tmp_path / "notify")
    manager = Manager(path if request.param == "path" else f"@monitord-test{path}")
    yield manager
    manager.close()


class Hand:
    """A clock set by hand."""

    def __init__(self) -> None:
        self.now_ms = 1_000_000

    def boot_ms(self) -> int:
        return self.now_ms

    def wall_ms(self) -> int:
        return self.now_ms + 7


def test_the_manager_hears_the_life_of_the_daemon(manager: Manager) -> None:
    """Ready, alive, stopping: in systemd's own words."""
    io = FakeIo()
    pulse = Pulse(Hand(), io, Notifier(manager.address))
    pulse.ready()
    assert pulse.tick() == ""
    pulse.stopping()
    heard = manager.heard()
    assert heard == ["READY=1", "STATUS=watching", "WATCHDOG=1", "STOPPING=1", "STATUS=stopping"]
    assert io.alive == [1_000_007]


def test_one_late_loop_stops_the_feeding(manager: Manager) -> None:
    """Others go on; the watchdog must fire all the same."""
    clock, io = Hand(), FakeIo()
    pulse = Pulse(clock, io, Notifier(manager.address))
    pulse.beat_within("decide", 5_000)
    pulse.beat_within("notify", 5_000)
    clock.now_ms += 5_000
    assert pulse.tick() == ""
    clock.now_ms += 1
    pulse.beat("notify")
    manager.heard()
    assert pulse.tick() == "decide has not progressed for 5001 ms"
    assert manager.heard() == ["STATUS=decide has not progressed for 5001 ms"]
    assert len(io.alive) == 1, "the blind interval begins where nobody was looking any more"
    pulse.beat("decide")
    assert pulse.tick() == ""
    assert "WATCHDOG=1" in manager.heard()


def test_a_loop_that_may_rest_is_asked(manager: Manager) -> None:
    """A probe gives its reason in words."""
    pulse = Pulse(Hand(), FakeIo(), Notifier(manager.address))
    words = ""
    pulse.probe("poll", lambda _now_ms: words)
    assert pulse.tick() == ""
    words = "none of 3 devices has been tried in time"
    assert pulse.tick() == "poll: none of 3 devices has been tried in time"
    assert manager.heard().count("WATCHDOG=1") == 1


@pytest.mark.parametrize(("patience_ms", "beats"), [(None, 11), (3_000, 11), (1_000, 21)])
def test_it_pulses_each_second_or_twice_per_patience(patience_ms: int | None, beats: int) -> None:
    """At half of WATCHDOG_USEC at the latest, as sd_watchdog_enabled(3) asks."""

    async def run() -> FakeIo:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        io = FakeIo()
        pulse = Pulse(VirtualClock(loop), io, Notifier(), patience_ms)
        running = asyncio.create_task(pulse.run())
        await asyncio.sleep(10.1)
        running.cancel()
        return io

    assert len(run_virtual(run()).alive) == beats


@pytest.mark.parametrize(
    ("environment", "patience_ms"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "3000000"}, 3_000),
        ({"WATCHDOG_USEC": "3000000", "WATCHDOG_PID": "42"}, 3_000),
        ({"WATCHDOG_USEC": "3000000", "WATCHDOG_PID": "43"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
    ],
)
def test_the_managers_patience(environment: dict[str, str], patience_ms: int | None) -> None:
    """Only where it means this process."""
    assert watchdog_ms(environment, 42) == patience_ms


def test_a_manager_that_is_gone_harms_nobody(tmp_path: Path) -> None:
    """The guard goes on."""
    pulse = Pulse(Hand(), FakeIo(), Notifier(str(tmp_path / "nobody")))
    pulse.ready()
    assert pulse.tick() == ""


def test_a_manager_that_does_not_read_blocks_nobody(manager: Manager) -> None:
    """Its queue is full: the datagram is dropped, the daemon is not held up."""
    notifier = Notifier(manager.address)
    for _ in range(2_000):
        notifier.send("STATUS=" + "x" * 1_000)
    assert manager.heard()
