"""One worker as a process: how it is begun, looked at and ended. It knows no frame.

A fresh interpreter, never a copy of the daemon: no journal, no state folder, no credential and no
environment comes along. What it prints is read at each look and no faster, so that whoever prints
without end holds up only itself.
"""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Final

from monitord.runtime.workers.limits import Limits
from monitord.runtime.workers.page import Page, new_page

MODULE: Final = "monitord.runtime.workers.host"
#: All that it is told about its surroundings. Secrets stand in none of these.
ENVIRONMENT: Final = ("PATH", "LANG", "LC_ALL", "TZ", "PYTHONPATH", "SSL_CERT_FILE", "SSL_CERT_DIR")
OUTPUT_MAX: Final = 1 << 16  # bytes of output that are read at one look
LINE_MAX: Final = 200
_PAGE_BYTES: Final = os.sysconf("SC_PAGE_SIZE")


class Process:
    """A worker process of one driver. ``end`` is the daemon's end of its socket."""

    def __init__(self, driver: str, folder: Path | None, limits: Limits) -> None:
        """Begin it. Must be called on the main thread: the worker dies with the thread. Raises
        ``OSError`` where no process is to be had."""
        self.end, theirs = socket.socketpair()
        self.end.setblocking(False)
        page = new_page()
        read, write = os.pipe()
        os.set_blocking(read, False)
        words = (driver, "" if folder is None else str(folder.absolute()))
        fds = (str(theirs.fileno()), str(page), str(os.getpid()))
        bounds = (str(limits.look_s), str(limits.address_mib), str(limits.files))
        try:
            self.page = Page(page)
            self._child = subprocess.Popen(  # noqa: S603 - our own module, by our interpreter
                [sys.executable, "-P", "-m", MODULE, *fds, *bounds, *words],
                stdin=subprocess.DEVNULL,
                stdout=write,
                stderr=write,
                pass_fds=(theirs.fileno(), page),
                env={name: os.environ[name] for name in ENVIRONMENT if name in os.environ},
                cwd="/",
                start_new_session=True,
            )
        except OSError:
            self.end.close()
            os.close(read)
            raise
        finally:
            theirs.close()
            os.close(page)
            os.close(write)
        self._output = read
        self._part = b""

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._child.pid

    def memory_bytes(self) -> int:
        """What it holds of the machine's memory; 0 when it is gone."""
        try:
            fields = Path(f"/proc/{self.pid}/statm").read_bytes().split()
        except OSError:
            return 0
        return int(fields[1]) * _PAGE_BYTES

    def lines(self) -> list[str]:
        """What it printed since the last look: ``OUTPUT_MAX`` bytes, each line cut short."""
        try:
            output = os.read(self._output, OUTPUT_MAX)
        except BlockingIOError:
            return []
        *whole, rest = (self._part + output).split(b"\n")
        self._part = rest[:LINE_MAX]
        lines = (line[:LINE_MAX].decode("utf-8", "replace") for line in whole)
        return [printable for line in lines if (printable := _printable(line))]

    def kill(self) -> None:
        """End it and what it has started, at once. It cannot be asked: it may not listen."""
        if self._child.poll() is None:
            os.killpg(self.pid, signal.SIGKILL)

    def ended(self) -> str:
        """How it ended, in words; empty while it runs."""
        code = self._child.poll()
        if code is None:
            return ""
        if code < 0:
            return f"was killed by {signal.Signals(-code).name}"
        return f"ended itself with code {code}"

    def close(self) -> None:
        """Let go of what stands on the daemon's side."""
        self.end.close()
        self.page.close()
        os.close(self._output)


def _printable(line: str) -> str:
    return "".join(char if char.isprintable() else " " for char in line).strip()
