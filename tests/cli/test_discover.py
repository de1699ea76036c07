"""``discover``: a piece of a site file is found, filled in by a person, and taken by the site."""

import asyncio
import io
import json
import re
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
import yaml

from monitord import site
from monitord.cli import discover as command
from monitord.cli import main
from monitord.cli.errors import Exit
from monitord.cli.fragment import fragment
from monitord.cli.sitefile import types_at
from monitord.driver import About, Found
from monitord.runtime import discovering
from monitord.runtime.discovering import Met
from monitord.site import Severity
from monitord_drivers.onvif import OnvifDriver, discovery
from monitord_simulators.camera import PASSWORD, USER, Discovery, Quirks, SimulatedCamera
from tests.support import ROOT

Capture = pytest.CaptureFixture[str]
T = TypeVar("T")


class Town:
    """Simulated cameras on a loop of their own, for a command line that blocks."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self._cameras: list[SimulatedCamera] = []
        self._discoveries: list[Discovery] = []

    def do(self, what: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(what, self._loop).result(10)

    def camera(self, name: str, **how: Any) -> SimulatedCamera:
        made = SimulatedCamera(name, **how)
        self.do(made.start())
        self._cameras.append(made)
        return made

    def listen(self) -> None:
        """All of them hear what goes to the group."""
        made = Discovery([camera.device for camera in self._cameras])
        self.do(made.start(group=True))
        self._discoveries.append(made)

    def stop(self) -> None:
        for made in (*self._discoveries, *self._cameras):
            self.do(made.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()


@pytest.fixture
def town() -> Iterator[Town]:
    made = Town()
    yield made
    made.stop()


Pipe = Callable[[str], None]


@pytest.fixture
def pipe(monkeypatch: pytest.MonkeyPatch) -> Pipe:
    """Puts a text on standard input, which is no terminal."""

    def put(text: str) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))

    put("")
    return put


def host(camera: SimulatedCamera) -> str:
    return f"127.0.0.1:{camera.port}"


def seek(capsys: Capture, pipe: Pipe, *words: str, password: str = PASSWORD) -> tuple[int, Any]:
    pipe(password + "\n")
    more = ("--user", USER, "--password-file", "-", "--json", "--seconds", "1")
    code = main(["discover", *words, *more])
    return code, json.loads(capsys.readouterr().out)


def filled(piece: str) -> str:
    """As a person fills it in."""
    count = iter(range(1_000))
    piece = re.sub(r"name: +#.*", lambda _: f"name: Camera {next(count)}", piece)
    return re.sub(r"area: +#.*", "area: gallery", piece)


def errors(folder: Path) -> list[str]:
    found = site.check(folder, *types_at(folder))
    return [f"{each.file}:{each.line}" for each in found if each.severity is Severity.ERROR]


def house(folder: Path, piece: str) -> Path:
    """A site of two files: the small house, and the piece."""
    folder.mkdir(exist_ok=True)
    (folder / "house.yaml").write_text((ROOT / "config/minimal.yaml").read_text("utf-8"), "utf-8")
    (folder / "found.yaml").write_text(piece, "utf-8")
    return folder


# --- the piece ---------------------------------------------------------------------------------


def test_what_is_printed_is_accepted_once_it_is_filled_in(
    town: Town, capsys: Capture, pipe: Pipe, tmp_path: Path
) -> None:
    """On standard output nothing but the piece, and nowhere the password."""
    cameras = [town.camera("vault"), town.camera("foyer")]
    pipe(PASSWORD + "\n")
    words = ["--user", USER, "--password-file", "-"]
    assert main(["discover", *map(host, cameras), *words]) == Exit.DONE
    told = capsys.readouterr()
    assert PASSWORD not in told.out + told.err
    folder = house(tmp_path / "site", told.out)
    empty = [
        n for n, row in enumerate(told.out.splitlines(), 1) if re.match(r" +(name|area): +#", row)
    ]
    assert len(empty) == 4
    assert {f"{folder}/found.yaml:{number}" for number in empty} <= set(errors(folder))

    folder = house(folder, filled(told.out))
    assert errors(folder) == []
    compiled = site.load(folder, *types_at(folder)).site
    by_address = {
        device.setup["address"]: device
        for device in compiled.devices.values()
        if device.driver == "onvif"
    }
    for camera in cameras:
        device = by_address[f"http://{host(camera)}"]
        config = device.setup["config"]
        assert config["identity"] == f"SIM-{camera.name}"
        assert (config["user"], config["password"]) == (USER, {"credential": "cameras"})
        assert device.setup["pictures"]["every_ms"] == 10_000
    assert "share one password" in told.err
    assert "credential set cameras" in told.out


def test_everybody_on_a_network_is_found(town: Town, capsys: Capture, pipe: Pipe) -> None:
    """Others on this machine may answer, too."""
    camera = town.camera("vault")
    town.listen()
    _, view = seek(capsys, pipe, "--interface", "127.0.0.1")
    (device,) = [d for d in view["devices"] if d["address"] == f"http://{host(camera)}"]
    assert (device["name"], device["serial"], device["read"]) == ("vault", "SIM-vault", True)
    assert f'address: "http://{host(camera)}"' in view["fragment"]


def test_what_a_camera_says_cannot_write_in_the_piece(
    town: Town, capsys: Capture, pipe: Pipe
) -> None:
    camera = town.camera("vault")
    bad = '1"}\n  evil: {driver: modbus}\u2028# \x85- "\\'
    camera.device.identity.serial = camera.device.identity.model = bad
    _, view = seek(capsys, pipe, host(camera))
    read = yaml.safe_load(view["fragment"])
    assert list(read) == ["templates", "devices"]
    assert list(read["devices"]) == ["cam-1"]
    assert list(read["devices"]["cam-1"]) == [
        *("use", "name", "area", "address", "identity", "pictures"),
    ]
    assert read["devices"]["cam-1"]["identity"].startswith('1"} evil: {driver: modbus}')


def test_a_name_is_no_place_for_a_comment_to_end(town: Town, capsys: Capture, pipe: Pipe) -> None:
    camera = town.camera("vault")
    camera.device.identity.firmware = "1\r\ndevices: {x: {driver: y}}"
    _, view = seek(capsys, pipe, host(camera))
    assert list(yaml.safe_load(view["fragment"])["devices"]) == ["cam-1"]
    assert "firmware 1 devices: {x: {driver: y}}" in view["fragment"]


@pytest.mark.parametrize("section", [{"identity": "1" * 101}, {"use": "1"}, {"identity": 1}])
def test_a_key_that_its_driver_would_refuse_is_left_out(section: dict[str, Any]) -> None:
    met = Met(Found("http://10.0.30.21"), About(section=section))
    (device,) = yaml.safe_load(fragment("onvif", OnvifDriver, USER, [met]))["devices"].values()
    assert list(device) == ["use", "name", "area", "address"]


def test_devices_stand_in_the_order_of_their_places(capsys: Capture, pipe: Pipe) -> None:
    """Nobody serves there."""
    hosts = ["127.0.0.10:1", "localhost:1", "127.0.0.9:2", "127.0.0.9:1"]
    _, view = seek(capsys, pipe, *hosts)
    told = [device["address"].removeprefix("http://") for device in view["devices"]]
    assert told == ["127.0.0.9:1", "127.0.0.9:2", "127.0.0.10:1", "localhost:1"]
    assert view["fragment"] == ""


# --- what is wrong with which ------------------------------------------------------------------


def test_each_device_is_told_with_what_is_wrong_with_it(
    town: Town, capsys: Capture, pipe: Pipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discovering, "EACH_MS", 2_000)
    well, late, locked = (town.camera(name) for name in ("well", "late", "locked"))
    gone, stuck = town.camera("gone"), town.camera("stuck")
    free = town.camera("free", quirks=Quirks(words="open", open_to_all=True))
    late.drift_clock(-300)
    locked.fault("refuse-login")
    town.do(gone.unplug())
    stuck.fault("hang")
    cameras = {c.name: f"http://{host(c)}" for c in (well, late, locked, gone, stuck, free)}
    code, view = seek(capsys, pipe, *cameras.values())
    by_address = {device["address"]: device for device in view["devices"]}
    told = {name: by_address[address] for name, address in cameras.items()}
    assert (code, view["read"]) == (Exit.REFUSED, False)
    assert told["well"]["read"]
    assert told["well"]["remarks"] == []
    assert told["late"]["read"]
    assert "its clock is badly wrong" in told["late"]["remarks"][0]
    assert -302 < told["late"]["clock_s"] < -298
    assert told["locked"]["remarks"] == ["the camera refuses our user or password"]
    assert told["gone"]["cause"] == "refused"
    assert "cannot be reached" in told["gone"]["remarks"][0]
    assert told["stuck"]["remarks"] == ["it says nothing within 2 s"]
    assert "to anybody, without a password" in told["free"]["remarks"][0]
    assert told["free"]["open_to_all"]
    piece = yaml.safe_load(view["fragment"])["devices"]
    assert {each["address"] for each in piece.values()} == {
        cameras[name] for name in ("well", "late", "locked", "free")
    }, "who was only named, and says nothing, is no device"
    assert f"# {cameras['gone']}: cannot be reached" in view["fragment"]


def test_what_a_camera_says_of_itself_is_there_for_scripts(
    town: Town, capsys: Capture, pipe: Pipe
) -> None:
    camera = town.camera("vault")
    code, view = seek(capsys, pipe, host(camera))
    (device,) = view["devices"]
    assert code == Exit.DONE
    assert abs(device.pop("clock_s")) < 2
    assert device == {
        "id": "cam-1",
        "address": f"http://{host(camera)}",
        "name": "",
        "read": True,
        "cause": None,
        "open_to_all": False,
        "maker": "Simulated",
        "model": "Room 1",
        "serial": "SIM-vault",
        "firmware": "1.4.2",
        "profiles": [
            {"token": f"profile-{n.lower()}", "name": n, "width": 320, "height": 180,
             "codec": "H264"}
            for n in ("Main", "Sub")
        ],
        "snapshot": camera.snapshot_url.partition("?")[0],
        "remarks": [],
    }  # fmt: skip


def test_nobody_answers_and_what_to_do(
    capsys: Capture, pipe: Pipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discovery, "GROUP", "239.255.255.249")  # to which nobody listens
    assert main(["discover", "--interface", "127.0.0.1", "--seconds", "1"]) == Exit.REFUSED
    told = capsys.readouterr()
    assert told.out == ""
    for words in ("Nobody answered within 1 s", "--interface", "firewall", "discover 10.0.30.21"):
        assert words in told.err


def test_without_a_user_the_places_are_told_all_the_same(
    town: Town, capsys: Capture, pipe: Pipe, tmp_path: Path
) -> None:
    camera = town.camera("vault")
    assert main(["discover", host(camera)]) == Exit.REFUSED
    told = capsys.readouterr()
    assert "it wants a user and a password: give --user" in told.err
    assert "share one password" not in told.err
    folder = house(tmp_path / "site", filled(told.out))
    user = next(n for n, row in enumerate(told.out.splitlines(), 1) if " user: " in row)
    assert f"{folder}/found.yaml:{user}" in errors(folder), "it is still to be filled in"


# --- the password ------------------------------------------------------------------------------


def test_a_password_is_never_an_argument(capsys: Capture) -> None:
    assert main(["discover", "--user", USER, "--password", "hunter2"]) == Exit.USAGE
    told = capsys.readouterr()
    assert "never an argument" in told.err
    assert "hunter2" not in told.out + told.err


def test_a_file_that_others_can_read_is_refused(
    town: Town, capsys: Capture, tmp_path: Path
) -> None:
    file = tmp_path / "secret"
    file.write_text(PASSWORD + "\n")
    camera = town.camera("vault")
    words = ["discover", host(camera), "--user", USER, "--password-file", str(file)]
    file.chmod(0o644)
    assert main(words) == Exit.UNREADABLE
    assert "open to others" in capsys.readouterr().err
    assert not camera.requests
    file.chmod(0o600)
    assert main(words) == Exit.DONE
    file.unlink()
    assert main(words) == Exit.UNREADABLE


@pytest.mark.parametrize("typed", ["", "one\ntwo\n", "x" * 2_000])
def test_what_is_no_password_asks_nobody(
    typed: str, town: Town, capsys: Capture, tmp_path: Path
) -> None:
    file = tmp_path / "secret"
    file.touch(0o600)
    file.write_text(typed)
    camera = town.camera("vault")
    words = ["discover", host(camera), "--user", USER, "--password-file", str(file)]
    assert main(words) in (Exit.REFUSED, Exit.UNREADABLE)
    assert not camera.requests
    assert "two" not in capsys.readouterr().err


def test_at_a_terminal_it_is_asked_for(
    town: Town, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def typed(prompt: str) -> str:
        asked.append(prompt)
        return PASSWORD

    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr(command.getpass, "getpass", typed)
    assert main(["discover", host(town.camera("vault")), "--user", USER]) == Exit.DONE
    assert asked == [f"Password of {USER} at the devices: "]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_without_a_terminal_it_says_how_to_give_it(capsys: Capture, pipe: Pipe) -> None:
    assert main(["discover", "--user", USER]) == Exit.REFUSED
    assert "--password-file FILE" in capsys.readouterr().err


# --- how it is written -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["--seconds", "0"], Exit.USAGE, "write 1 to 60"),
        (["--seconds", "61"], Exit.USAGE, "write 1 to 60"),
        (["--password-file", "-"], Exit.USAGE, "name them with --user"),
        (["--driver", "modbus"], Exit.REFUSED, "cannot be sought"),
        (["--driver", "onvfi"], Exit.REFUSED, "there is no driver 'onvfi'"),
        (["10.0.0.0/24"], Exit.REFUSED, "is no host"),
        (["--interface", "192.0.2.77"], Exit.REFUSED, "is no IPv4 address of this machine"),
    ],
)
def test_what_cannot_be_is_told(words: list[str], code: Exit, says: str, capsys: Capture) -> None:
    assert main(["discover", *words]) == code
    assert says in capsys.readouterr().err


def test_a_user_whom_no_camera_can_have(town: Town, capsys: Capture, pipe: Pipe) -> None:
    camera = town.camera("vault")
    pipe(PASSWORD + "\n")
    words = ["--user", "a:b", "--password-file", "-"]
    assert main(["discover", host(camera), *words]) == Exit.REFUSED
    assert "no colon" in capsys.readouterr().err
    assert not camera.requests
