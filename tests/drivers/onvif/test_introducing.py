"""A camera that was found says who it is, to one sign-on; and what is wrong with it, in words."""

import asyncio
import base64
import contextlib
import re

import pytest

from monitord.driver import DeviceFault, Found
from monitord_drivers.onvif import OnvifDriver
from monitord_simulators.camera import PASSWORD, PROFILES, USER, Quirks, SimulatedCamera

from .conftest import Start


def at(camera: SimulatedCamera) -> Found:
    return Found(f"http://127.0.0.1:{camera.port}")


@pytest.mark.parametrize("profile", PROFILES)
async def test_every_make_says_who_it_is(profile: str, start: Start) -> None:
    camera = await start("vault", profile=profile)
    about = await OnvifDriver.introduce(at(camera), USER, PASSWORD)
    assert (about.read, about.open_to_all) == (True, False)
    assert (about.maker, about.model, about.firmware) == ("Simulated", "Room 1", "1.4.2")
    assert about.serial == ("" if profile == "sparse" else "SIM-vault")
    told = [(each.token, each.name, each.width, each.height) for each in about.profiles]
    assert told == [("profile-main", "Main", 320, 180), ("profile-sub", "Sub", 320, 180)]
    assert dict(about.section) == ({} if profile == "sparse" else {"identity": "SIM-vault"})
    if profile.startswith("snapshot-") and profile != "snapshot-basic":
        assert about.snapshot == ""
        assert "it gives no picture by HTTP" in about.remarks[0]
    else:
        assert about.snapshot == camera.snapshot_url.partition("?")[0]


async def test_sizes_are_told_by_one_media_service_when_the_other_fails(
    camera: SimulatedCamera,
) -> None:
    """Both fail when it is opened, then the newer one again."""
    camera.fault("error-500", operation="GetProfiles", count=3)
    about = await OnvifDriver.introduce(at(camera), USER, PASSWORD)
    assert about.read
    assert [profile.width for profile in about.profiles] == [320, 320]
    assert "error 500" in about.remarks[0]


async def test_a_refused_password_is_tried_once(camera: SimulatedCamera) -> None:
    """Cameras lock accounts. What else is wrong is told beside it."""
    camera.drift_clock(7_200)
    about = await OnvifDriver.introduce(at(camera), USER, "wrong")
    assert (about.read, about.serial) == (False, "")
    assert about.remarks[0] == "the camera refuses our user or password"
    assert "2 h ahead" in about.remarks[1] or "120 min ahead" in about.remarks[1]
    # Once by nobody, and once signed; the services are told to anybody.
    assert camera.requests["GetDeviceInformation"] == 2


async def test_the_password_is_never_sent_in_the_clear() -> None:
    """Whoever answers may ask for it so."""
    heard: list[bytes] = []

    async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = re.search(rb"(?i)content-length: (\d+)", head)
                heard.append(head + await reader.readexactly(int(length[1]) if length else 0))
                writer.write(
                    b'HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm="c"\r\n'
                    b"Content-Length: 0\r\n\r\n"
                )
        writer.transport.abort()

    server = await asyncio.start_server(ask, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        found = Found(f"http://127.0.0.1:{port}")
        about = await OnvifDriver.introduce(found, USER, PASSWORD)
    assert not about.read
    basic = base64.b64encode(f"{USER}:{PASSWORD}".encode())
    said = b"".join(heard)
    assert USER.encode() in said
    assert PASSWORD.encode() not in said
    assert basic not in said


async def test_a_camera_without_a_sign_on_says_so(start: Start) -> None:
    camera = await start(quirks=Quirks(words="open", open_to_all=True))
    about = await OnvifDriver.introduce(at(camera), USER, "any")
    assert (about.read, about.open_to_all, about.serial) == (True, True, "SIM-vault")
    assert "to anybody, without a password" in " ".join(about.remarks)
    nobody = await OnvifDriver.introduce(at(camera), "", "")
    assert (nobody.read, nobody.open_to_all) == (True, True)


async def test_without_a_user_no_password_is_tried(camera: SimulatedCamera) -> None:
    about = await OnvifDriver.introduce(at(camera), "", "")
    assert not about.read
    assert about.remarks == ("it wants a user and a password: give --user",)
    assert about.clock_s is not None
    assert camera.requests["GetDeviceInformation"] == 1


async def test_a_password_that_everybody_knows_is_told(start: Start) -> None:
    camera = await start(user="admin", password="12345")
    about = await OnvifDriver.introduce(at(camera), "admin", "12345")
    assert about.read
    assert about.remarks == ("its password is one that everybody knows: change it",)


async def test_a_date_that_cannot_be_is_told(start: Start) -> None:
    about = await OnvifDriver.introduce(at(await start(profile="impossible-date")), USER, PASSWORD)
    assert about.clock_s is None
    assert "its date cannot be" in about.remarks[0]


@pytest.mark.parametrize("fault", ["xml-bomb", "garbage", "error-500", "external-entity"])
async def test_a_hostile_camera_is_a_fault(fault: str, camera: SimulatedCamera) -> None:
    camera.fault(fault)
    with pytest.raises(DeviceFault):
        await OnvifDriver.introduce(at(camera), USER, PASSWORD)
    assert camera.device.leaked == 0


async def test_nobody_there_is_a_fault(camera: SimulatedCamera) -> None:
    await camera.unplug()
    with pytest.raises(DeviceFault, match="cannot be reached"):
        await OnvifDriver.introduce(at(camera), USER, PASSWORD)
