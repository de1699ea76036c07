"""A panel that speaks first and repeats until it is answered, against kill -9 (laws 1 and 12).

The driver is the one of docs/drivers.md, copied beside the site file as an integrator would.
"""

import random
import shutil
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitord.core.facts import PointChanged
from monitord.testing.conformance.beginning import LISTEN_TEMPLATE
from tests.system.daemon import Daemon, until

KILLS = 6
SITE = """
site: {{id: gatehouse, name: Gate House, timezone: Europe/London, country: GB}}
areas:
  hall: {{name: Hall, gate: Gate B, set_by: monitord}}
devices:
  gate:
    driver: call-panel{isolated}
    address: 127.0.0.1:{port}
    silence: 5s
    points:
      door: {{contact: 1, kind: door, area: hall}}
people:
  anna: {{name: Anna, role: duty-manager, reach: [{{screen: anna}}]}}
channels:
  screen: {{driver: terminal}}
chains:
  default: [{{call: anna, by: terminal, wait: 30s}}]
"""


class Panel:
    """Reports its door, event after event, each until it is answered; counts what it was told."""

    def __init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self._server.settimeout(0.1)
        self.port = self._server.getsockname()[1]
        self.answered: list[int] = []
        self.number = 1
        self.lose_next = threading.Event()
        self.lost = threading.Event()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._over.set()
        self._thread.join(5)
        self._server.close()

    def _serve(self) -> None:
        while not self._over.is_set():
            try:
                connection, _ = self._server.accept()
            except TimeoutError:
                continue
            with connection:
                connection.settimeout(0.05)
                try:
                    self._speak(connection)
                except OSError:
                    continue

    def _speak(self, connection: socket.socket) -> None:
        connection.sendall(b"alive\n")
        heard = b""
        while not self._over.is_set():
            number = self.number
            event = b"event %d 1 %d %d\n" % (number, number % 2, 1_795_000_000 + number)
            connection.sendall(event)
            try:
                got = connection.recv(1_000)
            except TimeoutError:
                continue  # and it repeats
            if not got:
                return
            heard += got
            if b"taken %d\n" % number not in heard:
                continue
            if self.lose_next.is_set():
                self.lose_next.clear()
                self.lost.set()
                return  # the line broke before the answer arrived
            self.answered.append(number)
            self.number += 1
            time.sleep(0.01)


@pytest.fixture
def panel() -> Iterator[Panel]:
    made = Panel()
    yield made
    made.close()


@pytest.fixture(params=["", "\n    isolate: false"], ids=["worker", "daemon"])
def daemon(tmp_path: Path, panel: Panel, request: pytest.FixtureRequest) -> Iterator[Daemon]:
    """Not yet started; its driver in a process of its own, and in the daemon's."""
    drivers = tmp_path / "drivers"
    drivers.mkdir(mode=0o755)
    shutil.copy(LISTEN_TEMPLATE / "driver.py", drivers / "call-panel.py")
    config = tmp_path / "site.yaml"
    config.write_text(SITE.format(port=panel.port, isolated=request.param))
    made = Daemon(config, tmp_path / "state")
    yield made
    if made.running:
        made.kill()


def test_what_a_panel_was_answered_is_in_the_journal_once(daemon: Daemon, panel: Panel) -> None:
    """Killed at any moment, and each second time after the answer was on its way and got lost."""
    chance = random.Random(20261122)
    for kill in range(KILLS):
        before = len(panel.answered)
        daemon.start()
        until(lambda told=before: len(panel.answered) > told, "events are answered")
        if kill % 2:
            panel.lose_next.set()
            until(panel.lost.is_set, "an answer is lost")
            panel.lost.clear()
        else:
            time.sleep(chance.random() / 5)
        daemon.kill()
    before = len(panel.answered)
    daemon.start()
    until(lambda: len(panel.answered) > before + 2, "it goes on")
    assert daemon.stop() == 0
    stored = Counter(
        entry.fact.key for entry in daemon.entries() if isinstance(entry.fact, PointChanged)
    )
    keys = [f"gate.door/{number}/{1_795_000_000 + number}" for number in panel.answered]
    assert len(keys) >= 2 * KILLS
    assert [key for key in keys if stored[key] != 1] == []
    assert max(stored[key] for key in stored if key) == 1
