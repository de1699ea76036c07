"""Who gets in: tokens in time and used once, digest answers counted, nobody else."""

import asyncio
import base64
import hashlib
import secrets
from xml.sax.saxutils import escape

import aiohttp
import pytest
import zeep.exceptions

from monitord_simulators.camera import PASSWORD, USER, SimulatedCamera
from monitord_simulators.camera.moments import moment
from monitord_simulators.camera.signon import Refusal

from .conftest import Start
from .onvif_peer import bounded, client

WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
PROFILE = (
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0"
    "#PasswordDigest"
)


def signed(created: str, password: str = PASSWORD, user: str = USER) -> bytes:
    """GetDeviceInformation with a token made by hand, as the standard writes it."""
    nonce = secrets.token_bytes(16)
    digest = hashlib.sha1(nonce + created.encode() + password.encode()).digest()
    return (
        '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header>'
        f'<w:Security xmlns:w="{WSSE}" xmlns:u="{WSU}"><w:UsernameToken>'
        f"<w:Username>{escape(user)}</w:Username>"
        f'<w:Password Type="{PROFILE}">{base64.b64encode(digest).decode()}</w:Password>'
        f"<w:Nonce>{base64.b64encode(nonce).decode()}</w:Nonce><u:Created>{created}</u:Created>"
        "</w:UsernameToken></w:Security></s:Header><s:Body>"
        '<GetDeviceInformation xmlns="http://www.onvif.org/ver10/device/wsdl"/>'
        "</s:Body></s:Envelope>"
    ).encode()


async def post(camera: SimulatedCamera, body: bytes) -> tuple[int, str]:
    async with (
        aiohttp.ClientSession() as session,
        asyncio.timeout(10),
        session.post(camera.url, data=body) as answer,
    ):
        return answer.status, await answer.text()


async def test_a_token_is_good_once(camera: SimulatedCamera) -> None:
    body = signed(moment(camera.device.clock.now_ms()))
    assert (await post(camera, body))[0] == 200
    status, text = await post(camera, body)
    assert status == 400
    assert "ter:NotAuthorized" in text
    assert camera.device.sign_on.last_refusal is Refusal.REPLAYED


@pytest.mark.parametrize(
    ("password", "user", "why"),
    [("wrong", USER, Refusal.PASSWORD), (PASSWORD, "root", Refusal.USER)],
)
async def test_a_wrong_token_is_refused(
    camera: SimulatedCamera, password: str, user: str, why: Refusal
) -> None:
    body = signed(moment(camera.device.clock.now_ms()), password, user)
    assert (await post(camera, body))[0] == 400
    assert camera.device.sign_on.last_refusal is why


async def test_a_token_must_be_near_the_cameras_own_time(start: Start) -> None:
    camera = await start(profile="strict-clock")
    now_ms = camera.device.clock.now_ms()
    assert (await post(camera, signed(moment(now_ms - 3_000))))[0] == 200
    assert (await post(camera, signed(moment(now_ms - 9_000))))[0] == 400
    assert camera.device.sign_on.last_refusal is Refusal.LATE
    camera.drift_clock(7_200)
    assert (await post(camera, signed(moment(now_ms))))[0] == 400
    assert (await post(camera, signed(moment(now_ms + 7_200_000))))[0] == 200


async def test_a_client_that_measures_the_clock_gets_in_and_one_that_does_not_stays_out(
    start: Start,
) -> None:
    camera = await start(profile="wrong-clock")
    async with client(camera) as peer:
        device = await peer.create_devicemgmt_service()
        assert (await bounded(device.GetDeviceInformation())).Model == "Room 1"
    async with client(camera, adjust=False) as peer:
        device = await peer.create_devicemgmt_service()
        with pytest.raises(zeep.exceptions.Fault, match="not authorized"):
            await bounded(device.GetDeviceInformation())


async def test_a_wrong_password_and_a_camera_that_refuses_all(camera: SimulatedCamera) -> None:
    async with client(camera, "wrong") as peer:
        device = await peer.create_devicemgmt_service()
        with pytest.raises(zeep.exceptions.Fault, match="not authorized"):
            await bounded(device.GetDeviceInformation())
    async with client(camera) as peer:
        device = await peer.create_devicemgmt_service()
        camera.fault("refuse-login")
        with pytest.raises(zeep.exceptions.Fault, match="not authorized"):
            await bounded(device.GetDeviceInformation())
        camera.clear()
        assert (await bounded(device.GetDeviceInformation())).Model == "Room 1"


@pytest.mark.parametrize("profile", ["plain", "http-digest-only"])
async def test_http_digest_gets_in_and_its_answer_cannot_be_used_again(
    start: Start, profile: str
) -> None:
    camera = await start(profile=profile)
    body = signed(moment(0)).replace(b"UsernameToken", b"Other")
    digest = aiohttp.DigestAuthMiddleware(USER, PASSWORD)
    async with asyncio.timeout(10), aiohttp.ClientSession(middlewares=(digest,)) as session:
        for _ in range(2):
            async with session.post(camera.url, data=body) as answer:
                assert answer.status == 200
            header = answer.request_info.headers["Authorization"]
    async with asyncio.timeout(10), aiohttp.ClientSession() as session:
        replay = {"Authorization": header}
        async with session.post(camera.url, data=body, headers=replay) as answer:
            assert answer.status == 401
        async with session.post(camera.url, data=body) as answer:
            assert answer.status == 401


async def test_tokens_mean_nothing_to_a_camera_that_takes_none(start: Start) -> None:
    camera = await start(profile="http-digest-only")
    assert (await post(camera, signed(moment(camera.device.clock.now_ms()))))[0] == 401


async def test_time_may_stand_behind_the_login(start: Start) -> None:
    camera = await start(profile="time-behind-login")
    async with client(camera) as peer:
        device = await peer.create_devicemgmt_service()
        assert (await bounded(device.GetDeviceInformation())).Model == "Room 1"
    bare = (
        b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>'
        b'<GetSystemDateAndTime xmlns="http://www.onvif.org/ver10/device/wsdl"/>'
        b"</s:Body></s:Envelope>"
    )
    assert (await post(camera, bare))[0] == 401


HOSTNAME = (
    b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>'
    b'<GetHostname xmlns="http://www.onvif.org/ver10/device/wsdl">~</GetHostname>'
    b"</s:Body></s:Envelope>"
)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "no element found"),
        (b"nonsense", "syntax error"),
        (b"<r/>", "no SOAP 1.2 envelope"),
        (b'<!DOCTYPE r [<!ENTITY e "boom">]>' + HOSTNAME, "a document type has no place here"),
        (HOSTNAME.replace(b"~", b"<a>" * 2_000 + b"</a>" * 2_000), "nested too deeply"),
    ],
)
async def test_what_is_no_request_is_a_fault(
    camera: SimulatedCamera, body: bytes, why: str
) -> None:
    assert (await post(camera, HOSTNAME.replace(b"~", b"")))[0] == 200
    status, text = await post(camera, body)
    assert status == 400
    assert "ter:WellFormed" in text
    assert why in text
