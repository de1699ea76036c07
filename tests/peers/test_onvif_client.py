"""An ONVIF client in another language, by other people, on our simulated cameras.

It proves the simulator itself: what it answers is ONVIF to somebody who has never seen it.
"""

import asyncio
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from monitord_simulators.camera import PASSWORD, USER, SimulatedCamera
from tests.support import missing, require

HERE = Path(__file__).parent / "onvif_client"
MOTION = "tns1:VideoSource/MotionAlarm"
INSTALL_S = 60
RUN_S = 20


@pytest.fixture(scope="module")
def client_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The client with what it needs, as the lock file says, its hashes checked."""
    npm = require("npm", "install Node.js with npm")
    folder = tmp_path_factory.mktemp("onvif-client")
    for name in ("package.json", "package-lock.json", "client.js"):
        shutil.copy(HERE / name, folder)
    quiet = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
    try:
        installed = subprocess.run(
            [npm, "ci", *quiet],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=INSTALL_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        missing("the npm package 'onvif'", f"npm did not answer within {INSTALL_S} s")
    if installed.returncode:
        missing("the npm package 'onvif'", installed.stderr.strip()[-300:])
    return folder


async def conversation(camera: SimulatedCamera, folder: Path, password: str) -> dict[str, object]:
    """What the client has found when it is told of motion, or what it says is wrong."""
    node = require("node", "install Node.js")
    program = await asyncio.create_subprocess_exec(
        *(node, "client.js", camera.address, str(camera.port), USER, password),
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={"PATH": os.environ["PATH"]},
    )
    try:
        async with asyncio.timeout(RUN_S):
            assert program.stderr is not None
            if await program.stderr.readline():  # the first states have come
                camera.motion(True)
            answer, _ = await program.communicate()
    finally:
        if program.returncode is None:
            program.kill()
            await program.wait()
    found: dict[str, object] = json.loads(answer)
    return found


@pytest.mark.parametrize("profile", ["plain", "wrong-clock", "odd-prefixes"])
async def test_another_client_finds_its_way(client_folder: Path, profile: str) -> None:
    """T7.1: also with a clock that is wrong, and with namespaces written in another way."""
    camera = SimulatedCamera("vault", profile=profile)
    camera.device.head.move_s = 0.0
    await camera.start()
    try:
        found = await conversation(camera, client_folder, PASSWORD)
    finally:
        await camera.stop()
    assert found.get("error") is None
    information = found["information"]
    assert isinstance(information, dict)
    assert information["serialNumber"] == "SIM-vault"
    assert found["profiles"] == ["profile-main", "profile-sub"]
    assert found["stream"] == camera.stream_url
    assert found["snapshot"] == camera.snapshot_url
    assert found["presets"] == ["home", "door", "case"]
    assert camera.scene.pan_px == -90
    assert found["place"] == pytest.approx(-90 / 320, abs=1e-3)
    assert (found["interfaces"], found["recordings"]) == (1, 1)
    events = found["events"]
    assert isinstance(events, list)
    assert [MOTION, "Initialized"] in events
    assert events[-1] == [MOTION, "Changed"]


async def test_another_client_is_kept_out(client_folder: Path) -> None:
    camera = SimulatedCamera("vault")
    await camera.start()
    try:
        found = await conversation(camera, client_folder, "wrong")
    finally:
        await camera.stop()
    assert "authorized" in str(found["error"])
