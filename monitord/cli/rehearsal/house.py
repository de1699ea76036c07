"""A rehearsed house: simulated panels and telephone in this process, the real daemon in its own.

What they say comes as one queue of notices; nothing here decides what happens next. Everything
that it starts ends with it, and with this process, whatever becomes of that.
"""

import asyncio
import contextlib
import http.client
import json
import os
import queue
import secrets
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Final, NamedTuple

from monitord.cli.client import Daemon
from monitord.cli.errors import Mistake
from monitord.cli.rehearsal.cameras import CREDENTIAL, Cameras
from monitord.cli.rehearsal.panels import Panels
from monitord.cli.rehearsal.plan import LOOPBACK, at_ports, plan
from monitord.core.site import Site
from monitord.people.accounts import Accounts
from monitord.people.pins import DIGITS_MIN, PinRefused, check_choice
from monitord.people.private import PrivateFileError
from monitord.runtime import credentials, rehearsal
from monitord.runtime.clock import SystemClock
from monitord.runtime.state_folder import FolderRefused
from monitord.site.loader import Compiled
from monitord.vocabulary import DeviceStatus
from monitord_simulators.telephone.exchange import Exchange

STOP_S: Final = 7.0
RETRY_S: Final = 0.1
NOTICES_MAX: Final = 10_000
LOG_NAME: Final = "daemon.log"
CONSOLE_LOG: Final = "console.log"
CONSOLE_S: Final = 15.0


class HouseError(Exception):
    """Something that a rehearsal needs does not work; the text says what."""


class Notice(NamedTuple):
    """What somebody said: ``source`` is entry, phone, up or page (a link was opened)."""

    source: str
    body: dict[str, Any]


class House:
    """Everything that must run. Use it in a ``with``; the daemon starts with :meth:`start_daemon`.

    ``state`` must be empty or not exist yet. Points are at rest.
    """

    def __init__(self, compiled: Compiled, state: Path) -> None:
        self.notices: queue.Queue[Notice] = queue.Queue(NOTICES_MAX)
        self.state = state
        self._plan = plan(compiled)
        self.compiled = compiled
        self.site: Site = compiled.site
        self.stood_in = self._plan.stood_in
        self._daemon: subprocess.Popen[bytes] | None = None
        self._console: subprocess.Popen[bytes] | None = None
        self._pins: dict[str, str] = {}
        self._ending = threading.Event()
        self._feed = threading.Thread(target=self._hear_feed, name="feed", daemon=True)
        self._clock = SystemClock()

    def __enter__(self) -> "House":
        """Raises ``HouseError``."""
        with contextlib.ExitStack() as stack:
            try:
                self._panels = Panels(self._plan.sections)
                self._phone = Exchange(lambda call: self._put(Notice("phone", call)))
                self._cameras = Cameras(self._plan.cameras)
                stack.callback(self._panels.stop)
                self._panels.start()
                stack.callback(self._cameras.stop)
                self._cameras.start()
                self._phone.start()
                stack.callback(self._phone.stop)
                simulated = at_ports(
                    self._plan,
                    self._panels.ports,
                    self._cameras.addresses,
                    self._phone.port,
                    _free_port(),
                )
                rehearsal.begin(self.state, simulated)
                if self._plan.cameras:
                    credentials.store(self.state, CREDENTIAL, self._cameras.password.encode())
            except (FolderRefused, PrivateFileError, OSError, ValueError) as error:
                raise HouseError(str(error)) from None
            stack.callback(self._end_daemon)
            stack.callback(self._end_console)
            self._feed.start()
            self._things = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ending.set()
        self._things.close()
        self._feed.join(STOP_S)

    # --- the building ----------------------------------------------------------------------

    def trip(self, point: str, *, active: bool = True) -> None:
        """Make a contact of a panel open or close, or have a camera notice somebody.

        Raises ``ValueError`` for a register, and for what a camera does not sense.
        """
        if self._cameras.has(point.partition(".")[0]):
            self._cameras.set_active(point, active=active)
        else:
            self._panels.set_active(point, active=active)

    def turn_to(self, point: str, value: int) -> None:
        """Set a register, as it stands on the panel. Raises ``ValueError`` for a contact."""
        self._panels.set_value(point, value)

    def put(self, point: str, position: str) -> None:
        """Short, cut or mask a line. Raises ``ValueError`` for what the line cannot be."""
        self._panels.put(point, position)

    def ramp(self, point: str, to: float, over_ms: int) -> None:
        """Move a value evenly. Raises ``ValueError`` for a contact."""
        self._panels.ramp(point, to, over_ms)

    def fail(self, device: str) -> None:
        """The device answers no more."""
        self._cameras.fail(device) if self._cameras.has(device) else self._panels.fail(device)

    def spoil(self, camera: str, fault: str) -> None:
        """Cover, blacken, freeze, blur or turn a camera. Raises ``ValueError``."""
        if not self._cameras.has(camera):
            raise ValueError(f"{camera} is no camera")
        self._cameras.spoil(camera, fault)

    def mend(self, device: str) -> None:
        """The device answers again, and sees."""
        self._cameras.mend(device) if self._cameras.has(device) else self._panels.mend(device)

    def lock_up(self) -> None:
        """It is night: every panel says that its areas are set."""
        for area in self.site.areas.values():
            if area.set_by:
                self.trip(area.set_by)

    # --- the daemon ------------------------------------------------------------------------

    def start_daemon(self) -> None:
        """As a process of its own, which ends with this one."""
        self._daemon = self._start(LOG_NAME, "monitord.cli.rehearsal.daemon")

    def start_console(self) -> str:
        """The guards' pages, on a port of their own; their address. Raises ``HouseError``."""
        with socket.create_server((LOOPBACK, 0)) as listening:
            port = listening.getsockname()[1]
            hears, tells = os.pipe()
            threading.Thread(
                target=self._hear_pages, args=(hears,), name="pages", daemon=True
            ).start()
            try:
                self._console = self._start(
                    CONSOLE_LOG, "monitord.cli.rehearsal.console", listening.fileno(), tells
                )
            finally:
                os.close(tells)
        limit_ms = self._clock.boot_ms() + int(CONSOLE_S * 1000)
        while self._clock.boot_ms() < limit_ms and not self._ending.wait(RETRY_S):
            if self._console.poll() is not None:
                break
            if _answers(port):
                return f"http://{LOOPBACK}:{port}/"
        raise HouseError(f"the console did not start; see {self.state / CONSOLE_LOG}")

    def link_for(self, person: str) -> str:
        """An address that signs ``person`` on, once, behind that of the console.

        Raises ``HouseError``.
        """
        assert self._console is not None
        assert self._console.stdin is not None
        ticket = secrets.token_urlsafe(12)
        try:
            reply = self.ask_as(person, "sign-on", station="")
            line = json.dumps([ticket, reply["session"]])
            self._console.stdin.write(line.encode() + b"\n")
            self._console.stdin.flush()
        except (Mistake, KeyError, OSError) as error:
            raise HouseError(f"no link for {person}: {error}") from None
        return f"once/{ticket}"

    def _start(self, log_name: str, module: str, *hands_on: int) -> "subprocess.Popen[bytes]":
        """``hands_on``: file descriptors that the process gets, and is told."""
        words = map(str, hands_on)
        environment = {k: v for k, v in os.environ.items() if k not in _NOT_FOR_A_REHEARSAL}
        with (self.state / log_name).open("ab") as log:
            return subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-m", module, str(self.state), *words],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env=environment,
                pass_fds=hands_on,
                # Ctrl-C is for the rehearsal, which ends what it started in order.
                start_new_session=True,
            )

    def kill_daemon(self) -> int:
        """``kill -9``; its process id."""
        assert self._daemon is not None
        self._daemon.send_signal(signal.SIGKILL)
        self._end_daemon()
        return self._daemon.pid

    def stop_daemon(self) -> None:
        """SIGTERM, as a service manager does. Raises ``HouseError`` when it does not end."""
        assert self._daemon is not None
        self._daemon.terminate()
        try:
            self._daemon.wait(STOP_S)
        except subprocess.TimeoutExpired:
            raise HouseError("the daemon did not stop in time") from None

    def daemon_ended(self) -> bool:
        """Whether the daemon has ended by itself."""
        return self._daemon is not None and self._daemon.poll() is not None

    def wait_until_watching(self, seconds: float) -> None:
        """Return when every panel has been read: a camera takes its time, and tells of itself.

        Raises ``HouseError``.
        """
        limit_ms = self._clock.boot_ms() + int(seconds * 1000)
        while self._clock.boot_ms() < limit_ms and not self._ending.wait(RETRY_S):
            if self.daemon_ended():
                raise HouseError(f"the daemon did not start: {self.log_end()}")
            with contextlib.suppress(Mistake):
                devices = self.ask("devices").get("devices", [])
                panels = [one for one in devices if not self._cameras.has(one["id"])]
                if panels and all(one["status"] == DeviceStatus.OK for one in panels):
                    return
        raise HouseError(f"not every panel answers after {seconds:.0f} s; see {self._log}")

    def ask(self, do: str, **request: Any) -> dict[str, Any]:
        """A request to the daemon. Raises ``Mistake`` when it is not there."""
        with Daemon(self.state) as daemon:
            return daemon.ask(do, **request)

    def ask_as(self, person: str, do: str, **request: Any) -> dict[str, Any]:
        """A request in the name of ``person``, proven by a PIN of this rehearsal alone."""
        return self.ask(do, person=person, pin=self.pin_of(person), **request)

    def press(self, person: str, pin: str = "") -> int:
        """``person`` presses the button behind the link of their last call; the HTTP status.

        ``pin`` is typed with it where it is given. Raises ``LookupError`` for somebody who was
        not called, ``OSError`` when nobody answers.
        """
        return self._phone.acknowledge(person, pin)

    def log_end(self) -> str:
        """The last line that the daemon logged, for an error."""
        try:
            return self._log.read_text("utf-8").splitlines()[-1]
        except (OSError, IndexError):
            return "it said nothing"

    # --- parts -----------------------------------------------------------------------------

    @property
    def _log(self) -> Path:
        return self.state / LOG_NAME

    def pin_of(self, person: str) -> str:
        """A PIN of this rehearsal alone, by which ``person`` may act and sign on."""
        if person not in self._pins:
            pin = _any_pin()
            accounts = Accounts(self.state, self._clock.wall_ms)
            asyncio.run(accounts.set_pin(person, pin))
            self._pins[person] = pin
        return self._pins[person]

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

    def _hear_pages(self, hears: int) -> None:
        """Links that were opened, until the console ends."""
        with open(hears, "rb", buffering=0) as told:
            while told.read(1):
                self._put(Notice("page", {}))

    def _put(self, notice: Notice) -> None:
        with contextlib.suppress(queue.Full):
            self.notices.put_nowait(notice)

    def _end_daemon(self) -> None:
        if self._daemon is not None:
            _end(self._daemon)

    def _end_console(self) -> None:
        if self._console is not None:
            _end(self._console)


def _answers(port: int) -> bool:
    """Whether the console serves pages; the socket is there before."""
    asked = http.client.HTTPConnection(LOOPBACK, port, timeout=1.0)
    try:
        asked.request("GET", "/healthz")
        asked.getresponse().read()
    except OSError:
        return False
    finally:
        asked.close()
    return True


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    assert process.stdin is not None
    process.stdin.close()


#: What the service manager gives to a real guard.
_NOT_FOR_A_REHEARSAL: Final = frozenset({
    "CREDENTIALS_DIRECTORY", "NOTIFY_SOCKET", "RUNTIME_DIRECTORY", "STATE_DIRECTORY",
    "WATCHDOG_PID", "WATCHDOG_USEC",
})  # fmt: skip


def _any_pin() -> str:
    while True:
        pin = "".join(secrets.choice("0123456789") for _ in range(DIGITS_MIN))
        with contextlib.suppress(PinRefused):
            check_choice(pin)
            return pin


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])
