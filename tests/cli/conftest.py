"""A miniature daemon in a thread of its own, for a command line that blocks."""

import asyncio
import os
import pwd
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from monitord.cli import main
from monitord.journal.codec import encode
from monitord.journal.records import Row
from monitord.journal.store import SqliteStore
from monitord.runtime.control.server import ControlServer
from tests.core.night import Night
from tests.runtime.control.house import House


def on_disk(night: Night, state: Path) -> Path:
    """The journal of a night, as a daemon would have left it in this folder."""
    store = SqliteStore(state)
    store.open()
    store.append([Row(e.seq, e.epoch, e.at_ms, encode(e)) for e in night.journal])
    store.close()
    return state


@dataclass
class Served:
    """A house whose socket lies in ``state``; ``do`` runs a function where it lives."""

    house: House
    state: Path
    loop: asyncio.AbstractEventLoop
    server: ControlServer

    def do(self, what: Callable[..., Any], *args: Any) -> None:
        """Run ``what`` on the daemon's own loop and wait for it."""

        async def run() -> None:
            what(*args)

        asyncio.run_coroutine_threadsafe(run(), self.loop).result(5)

    def stop(self) -> None:
        """The daemon ends. Safe to repeat."""
        asyncio.run_coroutine_threadsafe(self.server.close(), self.loop).result(5)

    def run(self, *words: str) -> int:
        """One command against this daemon; the exit code."""
        return main([*words, "--state", str(self.state)])


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Served]:
    """A daemon of which this account is anna's."""
    house = House()
    house.logins = {"anna": pwd.getpwuid(os.geteuid()).pw_name}
    state = tmp_path / "state"
    server = ControlServer(house.desk, state)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    asyncio.run_coroutine_threadsafe(server.open(), loop).result(5)
    served = Served(house, state, loop, server)
    yield served
    served.stop()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()
