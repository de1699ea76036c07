"""The pulse: proof, once a second, that the loops that guard are all getting on.

systemd's watchdog is fed, and the alive file written, only while every registered loop has
progressed within its own limit. One that has not is named in the log and in ``systemctl
status``; if it stays so, systemd starts the daemon again. The pulse never repairs anything.
"""

import asyncio
import os
import socket
from collections.abc import Callable, Mapping
from typing import Final

import structlog

from monitord.runtime.seams import Clock, Io

log = structlog.get_logger(__name__)

PULSE_MS: Final = 1_000

#: Gives the reason, in words, for which a loop does not progress at that boot time, or "".
Probe = Callable[[int], str]


class Notifier:
    """Messages to the service manager; silent where there is none. Never blocks, never raises."""

    def __init__(self, address: str = "") -> None:
        self._address = "\0" + address[1:] if address.startswith("@") else address

    def send(self, *lines: str) -> None:
        """Send assignments such as ``READY=1``, in one datagram."""
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
                sender.settimeout(0)
                sender.sendto("\n".join(lines).encode(), self._address)
        except OSError as error:
            log.warning("service manager cannot be told", error=error.strerror)


def watchdog_ms(environment: Mapping[str, str], pid: int) -> int | None:
    """The service manager's patience in milliseconds, if it watches this very process."""
    if environment.get("WATCHDOG_PID", str(pid)) != str(pid):
        return None
    microseconds = environment.get("WATCHDOG_USEC", "")
    return int(microseconds) // 1000 if microseconds.isdecimal() else None


class Pulse:
    """Watches the loops and tells the service manager. ``beat_within`` and ``probe`` register."""

    def __init__(
        self, clock: Clock, io: Io, notifier: Notifier, watchdog_ms: int | None = None
    ) -> None:
        self._clock = clock
        self._io = io
        self._notifier = notifier
        self._every_ms = PULSE_MS if not watchdog_ms else min(PULSE_MS, watchdog_ms // 2)
        self._beats: dict[str, int] = {}
        self._limits_ms: dict[str, int] = {}
        self._probes: dict[str, Probe] = {}
        self._late = ""

    @classmethod
    def from_environment(cls, clock: Clock, io: Io) -> "Pulse":
        """A pulse for the service manager that started this process, if one did."""
        notifier = Notifier(os.environ.get("NOTIFY_SOCKET", ""))
        return cls(clock, io, notifier, watchdog_ms(os.environ, os.getpid()))

    def beat_within(self, name: str, limit_ms: int) -> None:
        """Expect ``beat(name)`` at least every ``limit_ms`` from now on."""
        self._limits_ms[name] = limit_ms
        self.beat(name)

    def beat(self, name: str) -> None:
        """The loop of that name progressed."""
        self._beats[name] = self._clock.boot_ms()

    def probe(self, name: str, probe: Probe) -> None:
        """Ask ``probe`` at every pulse: for loops that may rest for as long as they like."""
        self._probes[name] = probe

    def starting(self) -> None:
        """The journal is read; the site file is next."""
        self._notifier.send("STATUS=reading the site file")

    def ready(self) -> None:
        """The site is being watched."""
        self._notifier.send("READY=1", "STATUS=watching")

    def stopping(self) -> None:
        """The daemon is going down by intention."""
        self._notifier.send("STOPPING=1", "STATUS=stopping")

    async def run(self) -> None:
        """Pulse until cancelled."""
        while True:
            self.tick()
            await asyncio.sleep(self._every_ms / 1000)

    def tick(self) -> str:
        """One pulse. Returns what is late, in words; empty when everything progresses."""
        late = "; ".join(self._all_late(self._clock.boot_ms()))
        if not late:
            self._notifier.send("WATCHDOG=1")
            self._io.write_alive(self._clock.wall_ms())
        if late != self._late:
            self._tell(late)
        self._late = late
        return late

    def _all_late(self, now_ms: int) -> list[str]:
        late = [
            f"{name} has not progressed for {now_ms - self._beats[name]} ms"
            for name, limit_ms in self._limits_ms.items()
            if now_ms - self._beats[name] > limit_ms
        ]
        for name, probe in self._probes.items():
            if words := probe(now_ms):
                late.append(f"{name}: {words}")
        return late

    def _tell(self, late: str) -> None:
        if late and not self._late:
            log.error("a loop does not progress", late=late)
        elif not late:
            log.warning("every loop progresses again")
        self._notifier.send(f"STATUS={late or 'watching'}")
