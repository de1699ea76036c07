"""Simulated cameras are found by who asks for cameras, and by nobody else."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from xml.etree import ElementTree

from monitord_simulators.camera import Discovery, SimulatedCamera
from monitord_simulators.camera.discovery import GROUP, PORT

from .conftest import Start

D = "{http://schemas.xmlsoap.org/ws/2005/04/discovery}"
A = "{http://schemas.xmlsoap.org/ws/2004/08/addressing}"


def probe(types: str) -> bytes:
    return (
        '<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" '
        'xmlns:w="http://schemas.xmlsoap.org/ws/2004/08/addressing" '
        'xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" '
        'xmlns:dn="http://www.onvif.org/ver10/network/wsdl"><e:Header>'
        "<w:MessageID>uuid:1234</w:MessageID>"
        "<w:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</w:To>"
        "<w:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</w:Action></e:Header>"
        f"<e:Body><d:Probe><d:Types>{types}</d:Types></d:Probe></e:Body></e:Envelope>"
    ).encode()


async def heard(to: tuple[str, int], *datagrams: bytes, count: int, of: bytes = b"") -> list[bytes]:
    """The first answers to what is sent, or the first with ``of`` in them."""
    loop = asyncio.get_running_loop()
    with socket.socket(type=socket.SOCK_DGRAM) as asking:
        asking.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1"))
        asking.setblocking(False)
        asking.bind(("127.0.0.1", 0))
        for datagram in datagrams:
            await loop.sock_sendto(asking, datagram, to)
        answers: list[bytes] = []
        async with asyncio.timeout(5):
            while len(answers) < count:
                answers += [each for each in [await loop.sock_recv(asking, 65_536)] if of in each]
        return answers


@contextlib.asynccontextmanager
async def discovery(
    cameras: list[SimulatedCamera], *, group: bool = False
) -> AsyncIterator[tuple[Discovery, int]]:
    made = Discovery([camera.device for camera in cameras])
    port = await made.start(group=group)
    try:
        yield made, port
    finally:
        await made.stop()


async def test_each_camera_answers_a_probe_with_its_own_address(start: Start) -> None:
    cameras = [await start("vault"), await start("foyer", profile="behind-nat")]
    async with discovery(cameras) as (_, port):
        answers = await heard(("127.0.0.1", port), probe("dn:NetworkVideoTransmitter"), count=2)
    matches = [ElementTree.fromstring(answer) for answer in answers]
    assert [match.findtext(f".//{A}RelatesTo") for match in matches] == ["uuid:1234"] * 2
    assert [match.findtext(f".//{D}XAddrs") for match in matches] == [
        cameras[0].url,
        "http://192.0.2.10:80/onvif/device_service",
    ]
    assert "onvif://www.onvif.org/name/vault" in (matches[0].findtext(f".//{D}Scopes") or "")
    assert len({match.findtext(f".//{A}Address") for match in matches}) == 2


async def test_what_asks_for_no_camera_is_not_answered(camera: SimulatedCamera) -> None:
    others = [
        b"nonsense",
        probe("wsdp:Printer"),
        b"x" * 20_000,
        probe("").replace(b"Probe", b"Bye"),
    ]
    async with discovery([camera]) as (made, port):
        answers = await heard(("127.0.0.1", port), *others, probe(""), count=1)
        assert made.probes == 1, "the last one, for any type"
    assert b"ProbeMatch" in answers[0]


async def test_they_are_found_by_the_group_that_cameras_listen_to(camera: SimulatedCamera) -> None:
    """Others on this machine may answer, too."""
    own = camera.url.encode()
    async with discovery([camera], group=True):
        assert await heard((GROUP, PORT), probe("tds:Device"), count=1, of=own)
