"""A worker's beginning: bounds on itself, the driver imported, the daemon told, then the loop.

Run as a program by the daemon alone. It must never open a journal or look for a secret: what its
devices need comes in frames.
"""

import asyncio
import contextlib
import ctypes
import faulthandler
import os
import resource
import signal
import socket
import sys
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from monitord.runtime.building import Builder
from monitord.runtime.folder import PluginRefused
from monitord.runtime.plugins import driver_registry
from monitord.runtime.readings import valid
from monitord.runtime.workers import frames as f
from monitord.runtime.workers.hosting import Host
from monitord.runtime.workers.page import Page
from monitord.runtime.workers.remote import described

_PR_SET_PDEATHSIG: Final = 1
#: The first that the kernel ends when memory is short; the daemon is the last.
_EXPENDABLE: Final = b"500"


class Words(NamedTuple):
    """The arguments. None of them is secret."""

    socket: int
    page: int
    daemon: int
    beat_s: float
    address_mib: int
    files: int
    driver: str
    folder: str


def main(arguments: list[str]) -> None:
    """One worker's life; it ends with its socket."""
    words = msgspec.convert(tuple(arguments), Words, strict=False)
    faulthandler.enable()  # a crash in a library names its place in the log
    _die_with(words.daemon)
    _bound(words)
    end = socket.socket(fileno=words.socket)
    page = Page(words.page)
    os.close(words.page)
    registry = driver_registry(Path(words.folder) if words.folder else None)
    try:
        cls = registry.get(words.driver).cls
    except PluginRefused as error:
        end.sendall(f.framed(f.Refused(valid(str(error))[: f.DETAIL_MAX])))
        return
    end.sendall(f.framed(described(cls)))
    asyncio.run(Host(end, page, cls, words.driver, Builder(registry), words.beat_s).run())


def _die_with(daemon: int) -> None:
    """Whatever becomes of the daemon, and whatever this process is doing then."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != daemon:
        sys.exit("the daemon is gone")
    # Told to everybody when a service or a terminal stops; the daemon says when this one ends.
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def _bound(words: Words) -> None:
    """What a sandbox does not allow to set is left as it is: the daemon looks at it as well."""
    space = words.address_mib << 20
    wanted = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_AS: space,
        resource.RLIMIT_NOFILE: words.files,
    }
    for kind, most in wanted.items():
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(kind, (most, most))
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_bytes(_EXPENDABLE)


if __name__ == "__main__":
    main(sys.argv[1:])
