"""What docs/tester.md tells to type is typed here: panels, daemon, faults, and what status says."""

import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitord.runtime import credentials
from tests.house.pages import shown_file
from tests.support import ROOT
from tests.system.daemon import PATIENCE_S, Daemon, free_port, until

PANEL = Path(sys.executable).with_name("monitord-panel")
CAMERA = Path(sys.executable).with_name("monitord-camera")
CAMERAS = 8
#: Workers begin, bring large libraries in and sign on eight times.
CAMERAS_S = 60.0


class Panels:
    """``monitord-panel`` on free ports, and its control socket."""

    def __init__(self, folder: Path) -> None:
        script, self._socket = folder / "quiet.txt", folder / "panel.sock"
        script.write_text(shown_file("quiet.txt"), "utf-8")
        self._process = subprocess.Popen(
            [
                PANEL,
                "--count=5",
                "--port=0",
                "--json",
                "--script",
                script,
                "--control",
                self._socket,
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.ports = [int(port) for port in re.findall(r"\d{4,5}", self._process.stdout.readline())]

    def type(self, line: str) -> None:
        """One line, as a tester types it; returns when it was answered."""
        with socket.socket(socket.AF_UNIX) as asked:
            asked.settimeout(PATIENCE_S)
            asked.connect(str(self._socket))
            asked.sendall(f"{line}\n".encode())
            assert asked.recv(4_096)

    def stop(self) -> None:
        """Ask them to stop."""
        self._process.send_signal(signal.SIGTERM)
        assert self._process.wait(PATIENCE_S) == 0
        assert self._process.stdout is not None
        self._process.stdout.close()


@pytest.fixture
def panels(tmp_path: Path) -> Iterator[Panels]:
    """The panels of the guide, in the state of a quiet night."""
    made = Panels(tmp_path)
    yield made
    made.stop()


@pytest.fixture
def cameras() -> Iterator[list[int]]:
    """The cameras of the guide; their ports."""
    words = [CAMERA, f"--count={CAMERAS}", "--port=0", "--stream-port=0", "--json"]
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdin is not None
    yield [camera["port"] for camera in json.loads(process.stdout.readline())["cameras"]]
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE_S) == 0
    process.stdout.close()
    process.stdin.close()


@pytest.fixture
def daemon(tmp_path: Path, panels: Panels, cameras: list[int]) -> Iterator[Daemon]:
    """The daemon on the demo's site file, with other ports, and gateways that are not there."""
    text = (ROOT / "config/museum.yaml").read_text("utf-8")
    credentials.store(tmp_path / "state", "cameras", b"simulated-1")
    ports = [*panels.ports, *cameras, *(free_port() for _ in range(4))]
    looked_at = range(15101, 15101 + CAMERAS)
    known = (*range(15020, 15025), *looked_at, 15080, 15081, 15082, 15090)
    for was, port in zip(known, ports, strict=True):
        assert f"127.0.0.1:{was}" in text
        text = text.replace(f"127.0.0.1:{was}", f"127.0.0.1:{port}")
    config = tmp_path / "museum.yaml"
    config.write_text(text, "utf-8")
    made = Daemon(config, tmp_path / "state")
    yield made
    if made.running:
        made.kill()


def test_what_the_tester_is_told_to_expect(daemon: Daemon, panels: Panels) -> None:
    """A quiet museum is guarded; two detectors call the next people at once; a hang is blind."""
    daemon.start()
    until(lambda: daemon.say("status").returncode == 0, "all of them answer", CAMERAS_S)
    said = daemon.say("status")
    assert "Guarded: everything answers and nothing is open" in said.stdout

    panels.type("set panel 1 input 0 on")
    panels.type("set panel 1 input 1 off")
    until(lambda: "boris" in daemon.say("explain", "1").stdout, "the calls fail and climb at once")
    assert daemon.say("status").returncode == 1

    panels.type("fault panel 2 hang 30s")
    until(lambda: daemon.say("status").returncode == 2, "the silent panel is blind")
    assert "west-panel" in daemon.say("status").stdout
    panels.type("clear")

    daemon.kill()
    daemon.start()
    until(lambda: "Nobody was looking" in daemon.say("status").stdout, "the blind time is told")
    assert daemon.say("journal", "verify").returncode == 0
    assert daemon.say("journal", "replay", "--until", "20").returncode == 0
