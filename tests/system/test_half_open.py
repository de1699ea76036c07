"""A panel whose network is gone without a word: no packet arrives, and nothing is refused.

The panel runs in a network namespace of its own, and its end of the cable is taken down.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from monitord.core import events as ev
from monitord.vocabulary import Category, Cause
from tests.support import missing, require
from tests.system.daemon import Daemon, Gateway, until, write_site

#: A network of two addresses that no test machine routes: carrier-grade, documented as private.
NEAR, FAR = "100.127.255.253", "100.127.255.254"
FAULT_S: Final = 10.0
RETURN_S: Final = 8.0


def ip(*words: str) -> bool:
    """``ip`` of Debian's iproute2; whether it did so."""
    return subprocess.run([require("ip", "apt-get install iproute2"), *words],
                          capture_output=True, check=False).returncode == 0  # fmt: skip


class FarPanel:
    """A simulated panel at the other end of a cable that can be pulled."""

    def __init__(self) -> None:
        self.space, self._near = f"far-{os.getpid()}", f"near{os.getpid()}"
        if os.geteuid() != 0 or not ip("netns", "add", self.space):
            missing("a network namespace", "run the tests as root where namespaces are allowed")
        ip("link", "add", self._near, "type", "veth", "peer", "name", "far", "netns", self.space)
        ip("addr", "add", f"{NEAR}/30", "dev", self._near)
        ip("link", "set", self._near, "up")
        ip("-n", self.space, "addr", "add", f"{FAR}/30", "dev", "far")
        self.plug(True)
        panel = Path(sys.executable).with_name("monitord-panel")
        self._process = subprocess.Popen(
            ["ip", "netns", "exec", self.space, panel, "--host", FAR, "--port", "0", "--json"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.port = int(json.loads(self._process.stdout.readline())["ports"][0])

    def plug(self, in_: bool) -> None:
        """Put the far end in, or pull it."""
        assert ip("-n", self.space, "link", "set", "far", "up" if in_ else "down")

    def stop(self) -> None:
        """End the panel; the cable goes with its namespace."""
        self._process.terminate()
        self._process.communicate(timeout=5)
        ip("netns", "del", self.space)


@pytest.fixture
def far_panel() -> Iterator[FarPanel]:
    panel = FarPanel()
    yield panel
    panel.stop()


def test_packets_that_vanish_are_a_fault_within_ten_seconds(
    tmp_path: Path, far_panel: FarPanel, gateway: Gateway
) -> None:
    """T6.2, law 4: unknown, never normal; tamper of the set area; and back when it is back."""
    config = write_site(tmp_path / "site.yaml", [far_panel.port], gateway.url)
    config.write_text(config.read_text().replace("tcp://127.0.0.1:", f"tcp://{FAR}:"))
    daemon = Daemon(config, tmp_path / "state").start()
    try:
        daemon.wait_until_watching()
        far_panel.plug(False)
        began_ms = time.time_ns() // 1_000_000
        until(lambda: daemon.events(ev.AlarmOccurred), "the silence is an alarm", FAULT_S + 2)
        [(alarm, utc_ms)] = [
            (event, entry.utc_ms)
            for entry in daemon.entries()
            for event in entry.events
            if isinstance(event, ev.AlarmOccurred)
        ]
        assert utc_ms - began_ms <= FAULT_S * 1_000
        assert (alarm.source, alarm.category) == ("panel-0", Category.TAMPER)
        code, status = daemon.ask("status")
        assert code == 2
        assert [blind["cause"] for blind in status["blind"]] == [Cause.SILENT]
        states = {point["state"] for point in daemon.ask("points")[1]["points"]}
        assert states == {"unknown"}, "what it said last is not what is"
        far_panel.plug(True)
        until(lambda: not daemon.ask("status")[1]["blind"], "it is seen again", RETURN_S)
    finally:
        daemon.kill()
