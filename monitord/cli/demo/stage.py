"""The stage: a temporary folder and the real processes in it, each ended by its own id.

Simulated panels, a simulated telephone network and the daemon. What they say comes as one queue
of notices; nothing here decides what happens next.
"""

import contextlib
import json
import os
import pwd
import queue
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Final, NamedTuple

from monitord import site
from monitord.cli.client import Daemon
from monitord.cli.errors import Mistake
from monitord.core.site import Site
from monitord.resources import config_file
from monitord.runtime.plugin_types import KnownChannels, KnownDrivers
from monitord.runtime.plugins import channel_registry, driver_registry

READY_S: Final = 10.0
STOP_S: Final = 5.0
RETRY_S: Final = 0.1
NOTICES_MAX: Final = 10_000


class StageError(Exception):
    """Something that the demo needs does not work; the text says what."""


class Notice(NamedTuple):
    """What somebody said: ``source`` is entry, phone, up, down or key."""

    source: str
    body: dict[str, Any]


class Stage:
    """Everything that must run. Use it in a ``with``."""

    def __init__(self) -> None:
        self.notices: queue.Queue[Notice] = queue.Queue(NOTICES_MAX)
        self.site = self._museum()
        self._folder = tempfile.TemporaryDirectory(prefix="monitord-demo-")
        self.state = Path(self._folder.name) / "state"
        self._config = Path(self._folder.name) / "site.yaml"
        self._log = (Path(self._folder.name) / "processes.log").open("ab")
        self._processes: list[subprocess.Popen[str]] = []
        self._daemon: subprocess.Popen[str] | None = None
        self._ending = threading.Event()
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> "Stage":
        try:
            self._build()
        except BaseException:
            self._take_down()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._take_down()

    # --- what happens on it ----------------------------------------------------------------

    def trip(self, point: str, *, active: bool = True) -> None:
        """Make a contact of a panel open or close. Raises ``StageError``."""
        self._set(self.site.points[point].device, _input(self.site, point), active=active)

    def start_daemon(self) -> None:
        """The real command, as a process of its own."""
        command = ["run", "--config", str(self._config), "--state", str(self.state)]
        self._daemon = self._start(["monitord.cli", *command], stdout=self._log, stderr=self._log)

    def kill_daemon(self) -> int:
        """``kill -9``; its process id."""
        assert self._daemon is not None
        self._daemon.send_signal(signal.SIGKILL)
        self._daemon.wait(STOP_S)
        return self._daemon.pid

    def stop_daemon(self) -> None:
        """SIGTERM, as a service manager does. Raises ``StageError`` when it does not end."""
        assert self._daemon is not None
        self._daemon.terminate()
        try:
            self._daemon.wait(STOP_S)
        except subprocess.TimeoutExpired:
            raise StageError("the daemon did not stop in time") from None

    def daemon_ended(self) -> bool:
        """Whether the daemon has ended by itself."""
        return self._daemon is not None and self._daemon.poll() is not None

    def acknowledge(self, person: str) -> None:
        """``person`` presses the button behind the link of their last call."""
        assert self._phone.stdin is not None
        self._phone.stdin.write(f"acknowledge {person}\n")
        self._phone.stdin.flush()

    def ask(self, do: str, **request: Any) -> dict[str, Any]:
        """A request to the daemon. Raises ``Mistake`` when it is not there."""
        with Daemon(self.state) as daemon:
            return daemon.ask(do, **request)

    def log_end(self) -> str:
        """The last line that a process logged, for an error."""
        try:
            return Path(self._log.name).read_text("utf-8").splitlines()[-1]
        except (OSError, IndexError):
            return "it said nothing"

    # --- how it is built -------------------------------------------------------------------

    def _museum(self) -> Site:
        drivers = KnownDrivers(driver_registry())
        try:
            return site.load(config_file("museum.yaml"), drivers, _channels()).site
        except (site.SiteRefused, FileNotFoundError) as error:
            raise StageError(str(error)) from None

    def _build(self) -> None:
        devices = self.site.devices.values()
        ports = self._start_panels(len(devices))
        self._phone = self._start(["monitord_simulators.telephone"], told=True)
        phone_port = _first(self._phone)["port"]
        new = {str(d.setup["address"]): port for d, port in zip(devices, ports, strict=True)}
        new |= {str(c.setup["url"]): phone_port for c in self.site.channels.values()}
        listen = str((self.site.setup.get("acknowledge") or {}).get("listen", ""))
        if listen:
            new[listen] = _free_port()
        self._config.write_text(_moved(config_file("museum.yaml").read_text("utf-8"), new))
        for device in devices:
            for point in device.points:
                self.trip(point, active=self.site.points[point].id in _sets(self.site))
        self._listen("phone", self._hear_phone)
        self._listen("feed", self._hear_feed)
        self.start_daemon()

    def _start_panels(self, count: int) -> list[int]:
        path = Path(self._folder.name) / "panels.sock"
        panels = self._start(
            ["monitord_simulators.panel", "--json", "--port", "0", "--count", str(count),
             "--control", str(path)],
            told=True,
        )  # fmt: skip
        ports = [int(port) for port in _first(panels)["ports"]]
        self._listen("panels", lambda: _drain(panels))
        self._panels = socket.socket(socket.AF_UNIX)
        self._panels.settimeout(READY_S)
        self._panels.connect(str(path))
        self._answers = self._panels.makefile("r", encoding="utf-8")
        return ports

    def _set(self, device: str, number: int, *, active: bool) -> None:
        normally_closed = {
            p.id for p in self.site.points.values() if p.setup.get("wiring") == "normally-closed"
        }
        panel = list(self.site.devices).index(device) + 1
        point = next(p for p in self.site.devices[device].points if _input(self.site, p) == number)
        is_on = active is not (point in normally_closed)
        words = f"set panel {panel} input {number} {'on' if is_on else 'off'}\n"
        try:
            self._panels.sendall(words.encode())
            self._answers.readline()
        except OSError as error:
            raise StageError(f"the simulated panels do not answer: {error}") from None

    def _start(self, module: list[str], *, told: bool = False, **streams: Any) -> Any:
        if told:
            streams = {"stdout": subprocess.PIPE, "stdin": subprocess.PIPE, "stderr": self._log}
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and modules
            [sys.executable, "-m", *module],
            text=True,
            # Nothing of this terminal: Ctrl-C is for the demo, which ends the others in order.
            start_new_session=True,
            **{"stdin": subprocess.DEVNULL, **streams},
        )
        self._processes.append(process)
        return process

    def _listen(self, name: str, work: Any) -> None:
        thread = threading.Thread(target=work, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _hear_phone(self) -> None:
        assert self._phone.stdout is not None
        for text in self._phone.stdout:
            self._put(Notice("phone", json.loads(text)))

    def _hear_feed(self) -> None:
        """The daemon's entries, across its lives."""
        after = "0.0"
        while not self._ending.wait(RETRY_S):
            try:
                with Daemon(self.state) as daemon:
                    self._put(Notice("up", {}))
                    for reply in daemon.stream("feed", after=after):
                        if "entry" in reply:
                            after = reply["position"]
                            self._put(Notice("entry", reply["entry"]))
            except Mistake:
                continue

    def _put(self, notice: Notice) -> None:
        with contextlib.suppress(queue.Full):
            self.notices.put_nowait(notice)

    def _take_down(self) -> None:
        self._ending.set()
        for process in reversed(self._processes):
            if process.poll() is None:
                process.terminate()
        for process in reversed(self._processes):
            try:
                process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for thread in self._threads:
            thread.join(STOP_S)
        for process in self._processes:
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    with contextlib.suppress(OSError):
                        stream.close()
        self._log.close()
        self._folder.cleanup()


def _channels() -> KnownChannels:
    return KnownChannels(channel_registry())


def _sets(museum: Site) -> frozenset[str]:
    """The points that say that an area is set: active from the start, it is night."""
    return frozenset(a.set_by for a in museum.areas.values() if a.set_by)


def _input(museum: Site, point: str) -> int:
    """The number of a contact on its panel."""
    return int(str(museum.points[point].setup["config"]["read"]).partition("/")[2])


def _moved(text: str, new: dict[str, int]) -> str:
    """The site file with other ports, and this account as a guard's login."""
    for address, port in new.items():
        old = re.search(r":(\d+)", address.partition("//")[2] or address)
        if old is not None:
            text = re.sub(rf"(127\.0\.0\.1):{old.group(1)}\b", rf"\g<1>:{port}", text)
    with contextlib.suppress(KeyError):
        text = text.replace("login: dev}", f"login: {pwd.getpwuid(os.geteuid()).pw_name}}}")
    return text


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _first(process: subprocess.Popen[str]) -> dict[str, Any]:
    """The line with which a simulator says that it is ready."""
    assert process.stdout is not None
    text = process.stdout.readline()
    if not text:
        raise StageError(f"a simulator did not start (exit code {process.wait(STOP_S)})")
    found: dict[str, Any] = json.loads(text)
    return found


def _drain(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    for _ in process.stdout:
        pass
