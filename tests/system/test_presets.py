"""A camera with a head and a relay, in real processes: turned, photographed, switched, and home."""

import json
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from monitord.core import events as ev
from monitord.runtime import credentials
from monitord.vocabulary import PictureMoment
from monitord.vocabulary.aiming import AimProof
from tests.system.daemon import FOUND, PATIENCE_S, Daemon, Gateway, until, write_site
from tests.system.test_guides import CAMERA, CAMERAS_S

PIN: Final = "482915\n"
SECTION: Final = """  cam:
    driver: onvif
    address: http://127.0.0.1:{port}
    user: monitor
    password: {{credential: camera}}
    area: hall
    pictures: {{every: 1s, home: home}}
    outputs:
      strobe: {{kind: strobe, write: relay/relay-1, on: [intrusion], max_on: 5min, timed: true}}
    points:
      motion: {{read: motion, kind: motion, cameras: [{{camera: cam, preset: door}}]}}
"""


class Camera:
    """``monitord-camera`` on a free port."""

    def __init__(self) -> None:
        words = [CAMERA, "--port=0", "--stream-port=0", "--json"]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(words, stdin=pipe, stdout=pipe, text=True)
        [camera] = self._read()["cameras"]
        self.port = int(camera["port"])

    def type(self, line: str) -> None:
        """One line, as a tester types it; returns when it was answered."""
        assert self._process.stdin is not None
        print(line, file=self._process.stdin, flush=True)
        self._read()

    def stop(self) -> None:
        """Ask it to stop."""
        self._process.send_signal(signal.SIGTERM)
        assert self._process.wait(PATIENCE_S) == 0
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            stream.close()

    def _read(self) -> dict[str, list[dict[str, str]]]:
        assert self._process.stdout is not None
        found: dict[str, list[dict[str, str]]] = json.loads(self._process.stdout.readline())
        return found


@pytest.fixture
def camera() -> Iterator[Camera]:
    made = Camera()
    yield made
    made.stop()


@pytest.fixture
def guard(tmp_path: Path, camera: Camera, gateway: Gateway) -> Iterator[Daemon]:
    config = write_site(tmp_path / "site.yaml", [1], gateway.url)
    section = SECTION.format(port=camera.port)
    text = re.sub(r"  panel-0:.*?(?=people:)", section, config.read_text(), flags=re.DOTALL)
    config.write_text(text.replace("hall-0:", "hall:"))
    credentials.store(tmp_path / "state", "camera", b"simulated-1")
    made = Daemon(config, tmp_path / "state")
    made.start()
    try:
        until(lambda: made.say("status").returncode != 3, "it listens")
        assert made.say("user", "add", "boris", "--pin-stdin", stdin=PIN).returncode == 0
        yield made
    finally:
        if made.running:
            made.kill()


def kept(guard: Daemon, moment: PictureMoment) -> list[str]:
    """The presets of the pictures of that moment."""
    found = guard.events(ev.PictureKept)
    return [event.preset for event in found if event.moment is moment]


def test_i3_a_camera_turns_for_an_alarm_and_is_proven_to_be_back(
    guard: Daemon, camera: Camera
) -> None:
    """A picture at once and one of the preset; over a kill; home by position, or a fault."""
    until(lambda: guard.say("status").returncode == 0, "the camera answers", CAMERAS_S)
    until(lambda: guard.events(ev.OutputProven), "the strobe is off, as its event says")
    camera.type("motion on")
    until(lambda: kept(guard, PictureMoment.ARRIVED) == ["door"], "a picture of the door")
    assert len(kept(guard, PictureMoment.ALARM)) == 1
    until(lambda: guard.ask("outputs")[1]["outputs"][0]["is"] == "on", "the strobe is on")
    guard.kill()
    guard.start()
    until(lambda: guard.say("status").returncode == 1, "the camera answers again", CAMERAS_S)
    camera.type("motion off")
    number = guard.ask("incidents")[1]["incidents"][0]["number"]
    [shown] = guard.ask("incidents")[1]["incidents"][0]["cameras"]
    assert (shown["looks_at"]["preset"], shown["looks_at"]["stage"]) == ("door", "there")
    close = ("close", str(number), "--cause", "test", "--pin-stdin", *FOUND, "--person", "boris")
    until(lambda: guard.say(*close, stdin=PIN).returncode == 0, "it is closed")
    until(lambda: guard.events(ev.CameraReturned), "it is home")
    assert guard.events(ev.CameraReturned)[0].proof is AimProof.POSITION
    assert not guard.events(ev.CameraNotTurned)
    until(lambda: guard.ask("outputs")[1]["outputs"][0]["is"] == "off", "the strobe is off")

    camera.type("motion on")
    until(lambda: len(kept(guard, PictureMoment.ARRIVED)) == 2, "it turns again")
    camera.type("motion off")
    camera.type("fault motor-stalls")
    close = ("close", str(number + 1), *close[2:])
    until(lambda: guard.say(*close, stdin=PIN).returncode == 0, "it is closed")
    until(lambda: guard.events(ev.CameraNotTurned), "it does not come home")
    [missing] = guard.events(ev.CameraNotTurned)
    assert (missing.home, missing.why) == (True, "it is not at 'home' after 10 s")
    alarms = [event.source for event in guard.events(ev.AlarmOccurred)]
    assert "monitord.camera.cam" in alarms
    assert "cam.picture" not in alarms, "none of it looked like a camera that somebody turned"
