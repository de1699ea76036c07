"""64 cameras on the running daemon: what looking costs, and how soon a picture or a fault is there.

The cameras are ``monitord-camera``, 1280 x 720, each looked at every ten seconds by the daemon's
workers with all checks. Each has a smoke detector on its own terminals, so that every alarm is an
incident of its own with its own camera. Times are those of the journal's entries, by the one clock
of this machine, from before the simulator was told.
"""

import json
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from monitord.core import events as ev
from monitord.core.events import Entry
from monitord.runtime import credentials
from monitord.vocabulary import PictureMoment
from tests.bench import house
from tests.bench.figures import figure, on_core, p50, percentile, title
from tests.system.daemon import MONITORD, Daemon, until

CAMERAS = 64
EVERY_S = 10
#: Every place has been learned by then, and events are subscribed to.
SETTLING_S = 60
MEASURED_S = 60
ALARMS = 40
CHOSEN = range(50, 60)
PATIENCE_S = 120.0


class Cameras:
    """``monitord-camera`` as a process on the core of the others, driven through its socket."""

    def __init__(self, folder: Path) -> None:
        control = folder / "cameras.sock"
        program = MONITORD.with_name("monitord-camera")
        options = ("--large", "--port", "0", "--stream-port", "0", "--json")
        with on_core(house.OTHERS_CORE):
            self._process = subprocess.Popen(
                [program, "--count", str(CAMERAS), *options, "--control", control],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
            )
        assert self._process.stdout is not None
        said = json.loads(self._process.stdout.readline())
        self.ports: list[int] = [camera["port"] for camera in said["cameras"]]
        assert len(self.ports) == CAMERAS
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(PATIENCE_S)
        self._socket.connect(str(control))
        self._lines = self._socket.makefile("r")

    def tell(self, line: str) -> int:
        """Have one line carried out; UTC milliseconds before it was."""
        at_ms = time.time_ns() // 1_000_000
        self._socket.sendall(f"{line}\n".encode())
        self._lines.readline()
        return at_ms

    def close(self) -> None:
        """End them."""
        self._lines.close()
        self._socket.close()
        self._process.terminate()
        self._process.wait(10)
        assert self._process.stdout is not None
        self._process.stdout.close()


@contextmanager
def cameras(folder: Path) -> Iterator[Cameras]:
    """All of them well, until the end of the block."""
    running = Cameras(folder)
    try:
        yield running
    finally:
        running.close()


def write_site(path: Path, ports: list[int]) -> Path:
    """An area, a camera and its smoke detector for each port; calls wait longer than the bench."""
    lines = ["site: {id: bench, name: Bench Museum, timezone: Europe/London}", "areas:"]
    lines += [
        f'  hall-{n}: {{name: "Hall {n}", gate: "Gate {n}", set_by: monitord}}'
        for n in range(len(ports))
    ]
    lines.append("devices:")
    for number, port in enumerate(ports):
        lines += [
            f"  cam-{number}:",
            "    driver: onvif",
            f"    address: http://127.0.0.1:{port}",
            "    user: monitor",
            "    password: {credential: camera}",
            f"    area: hall-{number}",
            f"    pictures: {{every: {EVERY_S}s}}",
            "    points:",
            f"      smoke: {{read: input/input-1, kind: smoke, cameras: [cam-{number}]}}",
        ]
    lines += [
        "people:",
        '  ann: {name: Ann, role: duty-manager, reach: [{hook: "ann"}]}',
        '  bob: {name: Bob, role: director, reach: [{hook: "bob"}]}',
        'channels: {hook: {driver: webhook, url: "http://127.0.0.1:9/call"}}',
        "posts: {desk: {minimum: 1}}",
        "chains:",
        "  default:",
        "    - {call: desk, by: terminal, wait: 15min}",
        "    - {call: ann, by: hook, wait: 60s}",
        "    - {call: bob, by: hook, wait: 60s}",
    ]
    path.write_text("\n".join(lines) + "\n")
    return path


def children(pid: int) -> list[int]:
    """The processes that it has started, and theirs."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += [int(child), *children(int(child))]
    return found


def memory_mb(pids: list[int]) -> float:
    """Of all of them together, what they share counted once."""
    total = 0
    for pid in pids:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1_000


def since(found: dict[str, int], told: dict[str, int]) -> list[float]:
    """Milliseconds between the two, by name. Fails where one is missing."""
    assert sorted(found) == sorted(told), set(told) - set(found)
    return [float(found[name] - told[name]) for name in told]


def pictured(daemon: Daemon) -> dict[str, int]:
    """When the first picture of the moment of the alarm was stored, by camera."""
    kept: dict[str, int] = {}
    for entry, event in _events(daemon):
        if isinstance(event, ev.PictureKept) and event.moment is PictureMoment.ALARM:
            kept.setdefault(event.camera, entry.utc_ms)
    return kept


def occurred(daemon: Daemon, what: str) -> dict[str, int]:
    """When the alarms began whose source ends so, by camera."""
    return {
        event.source.partition(".")[0]: entry.utc_ms
        for entry, event in _events(daemon)
        if isinstance(event, ev.AlarmOccurred) and event.source.endswith(what)
    }


def silenced(daemon: Daemon, since_ms: int) -> dict[str, int]:
    """When each camera was found to be gone, after all of them had come."""
    return {
        event.device: entry.utc_ms
        for entry, event in _events(daemon)
        if isinstance(event, ev.DeviceWentSilent) and entry.utc_ms >= since_ms
    }


def _events(daemon: Daemon) -> Iterator[tuple[Entry, object]]:
    return ((entry, event) for entry in daemon.entries() for event in entry.events)


def test_sixty_four_cameras(tmp_path: Path) -> None:
    """What the daemon and its workers use, then alarms, frozen pictures and pulled plugs."""
    title(f"{CAMERAS} cameras of 1280 x 720, a look every {EVERY_S} s")
    state = tmp_path / "state"
    credentials.store(state, "camera", b"simulated-1")
    with (
        cameras(tmp_path) as made,
        house.daemon(write_site(tmp_path / "site.yaml", made.ports), state) as daemon,
    ):
        until(lambda: daemon.say("status").returncode == 0, "all are well", PATIENCE_S)
        time.sleep(SETTLING_S)
        _use(daemon)
        _alarms(made, daemon)
        _frozen(made, daemon)
        _unplugged(made, daemon)


def _use(daemon: Daemon) -> None:
    workers = children(daemon.pid)
    assert workers, "no worker looks at the cameras"
    before = [house.cpu_s(pid) for pid in (daemon.pid, *workers)]
    time.sleep(MEASURED_S)
    own, *theirs = (
        100 * (house.cpu_s(pid) - was) / MEASURED_S
        for pid, was in zip((daemon.pid, *workers), before, strict=True)
    )
    figure("CPU of the daemon process", own, "% core", most=10)
    figure(f"CPU of all, {len(workers)} workers", own + sum(theirs), "% core", most=100)
    figure("memory of all", memory_mb([daemon.pid, *workers]), "MB", most=600)


def _alarms(made: Cameras, daemon: Daemon) -> None:
    told: dict[str, int] = {}
    for number in range(ALARMS):
        told[f"cam-{number}"] = made.tell(f"input 1 camera {number + 1} on")
        time.sleep(1)
    until(lambda: len(pictured(daemon)) == ALARMS, "every alarm has its picture", PATIENCE_S)
    took = since(pictured(daemon), told)
    figure(f"contact to stored picture, p50 of {ALARMS} alarms", p50(took), "ms", most=300)
    figure("contact to stored picture, p95", percentile(took, 95), "ms", most=2_000)
    figure("contact to alarm, p50", p50(since(occurred(daemon, ".smoke"), told)), "ms")


def _frozen(made: Cameras, daemon: Daemon) -> None:
    told: dict[str, int] = {}
    for number in CHOSEN:
        told[f"cam-{number}"] = made.tell(f"fault freeze camera {number + 1} overlay")
        time.sleep(EVERY_S / len(CHOSEN))
    until(lambda: len(occurred(daemon, ".picture")) == len(told), "all are found", PATIENCE_S)
    took = since(occurred(daemon, ".picture"), told)
    figure("frozen picture to alarm, longest", max(took) / 1_000, "s", most=30)


def _unplugged(made: Cameras, daemon: Daemon) -> None:
    told: dict[str, int] = {}
    begin_ms = time.time_ns() // 1_000_000
    for number in CHOSEN:
        told[f"cam-{number}"] = made.tell(f"unplug camera {number + 1}")
        time.sleep(0.7)
    until(lambda: len(silenced(daemon, begin_ms)) == len(told), "all are missed", PATIENCE_S)
    took = since(silenced(daemon, begin_ms), told)
    figure("unplugged to silent, longest", max(took) / 1_000, "s", most=10)
