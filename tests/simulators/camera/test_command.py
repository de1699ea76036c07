"""Driving simulated cameras by lines of text, as a tester does, and as a program."""

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest

from monitord_simulators.camera import Light, SimulatedCamera
from monitord_simulators.camera.__main__ import main
from monitord_simulators.camera.commands import CameraDesk
from monitord_simulators.camera.faults import CameraFault, Fault
from monitord_simulators.camera.spoil import PictureFault
from monitord_simulators.lines import CommandError

from .conftest import Start


@pytest.fixture
def cameras() -> list[SimulatedCamera]:
    return [SimulatedCamera(name) for name in ("vault", "foyer")]


def test_what_happens_in_front_of_a_camera(cameras: list[SimulatedCamera]) -> None:
    desk, (vault, foyer) = CameraDesk(cameras), cameras
    assert desk.run("motion camera vault on") == "vault: motion"
    assert (vault.scene.person, foyer.scene.person) == (True, False)
    assert desk.run("light night camera 2") == "foyer: light night"
    assert (vault.scene.light, foyer.scene.light) == (Light.ON, Light.NIGHT)
    assert desk.run("input 2 on") == "2 cameras: input 2 on"
    assert vault.device.inputs == {"input-1": False, "input-2": True}
    desk.run("preset camera vault door")
    desk.run("turn 60 camera foyer")
    assert (vault.device.head.at_preset, foyer.scene.pan_px) == ("door", 60)
    desk.run("drift -90s camera foyer")
    assert foyer.device.clock.drift_s == -90


def test_faults_begin_and_end(cameras: list[SimulatedCamera]) -> None:
    desk, (vault, foyer) = CameraDesk(cameras), cameras
    desk.run("fault camera vault hang 5s operation PullMessages count 3")
    desk.run("fault camera foyer cover amount 0.6 over 30s")
    desk.run("fault camera foyer freeze overlay")
    assert vault.device.faults.now() == [Fault(CameraFault.HANG, 5, 3, "PullMessages")]
    assert foyer.scene.faults == [PictureFault.COVER, PictureFault.FREEZE]
    first, second = desk.run("status").splitlines()
    assert first.startswith("vault port 0, stream 0: hang; light on; 0 subscribed")
    assert "cover, freeze" in second
    assert desk.run("clear cover") == "2 cameras without cover"
    assert foyer.scene.faults == [PictureFault.FREEZE]
    assert desk.run("clear") == "2 cameras in order"
    assert not [*vault.device.faults.now(), *foyer.scene.faults]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("motoin on", "'motoin' is no command: did you mean motion?"),
        ("motion", "write: motion on, or off"),
        ("motion camera cellar on", "there is no camera 'cellar': there are foyer, vault"),
        ("motion camera", "'camera' wants a name or a number after it"),
        ("light dim", "write: light on, light off or light night"),
        ("input 3 on", "there are inputs 1 and 2"),
        ("preset roof", "there are home, door and case"),
        ("turn away", "write: turn 60"),
        ("turn nan", "it turns by 320 pixels"),
        ("event", "write: event TOPIC"),
        ("fault", "write: fault hang 5s"),
        ("fault frieze", "'frieze' is no fault: did you mean freeze?"),
        ("fault hang soon", "'soon' is not a time"),
        ("fault hang 5s now", "'now' is too much"),
        ("fault freeze 5s", "freeze lasts until it is cleared"),
        ("fault hang over 5s", "hang is no fault of the picture"),
        ("fault stuck-motion operation Renew", "not of one operation"),
        ("clear frieze", "'frieze' is no fault: did you mean freeze?"),
        ("drift far", "'far' is not a time"),
        ("status now", "'now' is too much"),
    ],
)
def test_a_wrong_line_says_what_to_type(
    cameras: list[SimulatedCamera], line: str, words: str
) -> None:
    with pytest.raises(CommandError) as error:
        CameraDesk(cameras).run(line)
    assert words in str(error.value)
    assert not [*cameras[0].device.faults.now(), *cameras[0].scene.faults], "nothing is done"


async def test_a_camera_goes_and_comes_back(start: Start) -> None:
    camera = await start()
    desk, port = CameraDesk([camera]), camera.port
    for line in ("unplug", "plug", "plug", "reboot 10ms"):
        desk.run(line)
        await asyncio.sleep(0.02)
    async with asyncio.timeout(5):
        await camera.until_back()
        _, writer = await asyncio.open_connection(camera.address, port)
        writer.close()


async def test_the_program_announces_obeys_and_stops(tmp_path: Path) -> None:
    script = tmp_path / "script.txt"
    script.write_text("# comment\nfault camera vault black\n")
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "monitord_simulators.camera", "--port", "0", "--stream-port", "0"),
        *("--name", "vault", "--count", "2", "--script", str(script), "--json", "--discovery"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env=os.environ,
    )
    assert program.stdin is not None
    assert program.stdout is not None
    async with asyncio.timeout(30):
        listening = json.loads(await program.stdout.readline())
        assert [camera["name"] for camera in listening["cameras"]] == ["vault", "camera-2"]
        answer = json.loads(await program.stdout.readline())
        assert answer["text"] == "black on vault"
        program.stdin.write(b"status camera vault\nquit\n")
        assert "black" in json.loads(await program.stdout.readline())["text"]
        await program.stdout.read()
        assert await program.wait() == 0


async def test_a_port_that_is_taken_is_told(
    start: Start, capsys: pytest.CaptureFixture[str]
) -> None:
    camera = await start()
    status = await asyncio.to_thread(main, ["--port", str(camera.port), "--stream-port", "0"])
    assert status == 2
    assert "choose others with --port" in capsys.readouterr().err
