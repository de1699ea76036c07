"""Answers that no camera should give: endless, enormous, lying, or an attack on who reads them.

Each is written piece by piece and waits for its reader, so that the simulator stays small.
"""

import asyncio
from typing import Final

from aiohttp import web

from monitord_simulators.camera.faults import HUGE_BYTES, CameraFault, Fault

SOAP_TYPE: Final = "application/soap+xml; charset=utf-8"
LEAK: Final = "/leak"
_PIECE: Final = b"x" * 65_536
_PAUSE_S: Final = 0.01
_ENVELOPE: Final = (
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>'
    '<r xmlns="http://www.onvif.org/ver10/device/wsdl">{}</r></s:Body></s:Envelope>'
)
_GARBAGE: Final = bytes((number * 73 + 41) % 256 for number in range(600))
_BOMB_LEVELS: Final = 12


async def bent(fault: Fault, request: web.Request, host: str) -> web.StreamResponse:
    """What a camera with that fault answers to any request."""
    match fault.kind:
        case CameraFault.HANG:
            await asyncio.Event().wait()
            raise AssertionError("nothing ends a hang but the end of its connection")
        case CameraFault.ERROR_500:
            page = "<html><body><h1>Internal Server Error</h1></body></html>"
            return web.Response(status=500, text=page, content_type="text/html")
        case CameraFault.HUGE:
            return await huge(request, HUGE_BYTES if fault.amount is None else fault.amount)
        case CameraFault.XML_BOMB:
            return web.Response(body=xml_bomb(), headers={"Content-Type": SOAP_TYPE})
        case CameraFault.EXTERNAL_ENTITY:
            body = external_entity(f"http://{host}{LEAK}")
            return web.Response(body=body, headers={"Content-Type": SOAP_TYPE})
        case _:
            return web.Response(body=_GARBAGE, headers={"Content-Type": SOAP_TYPE})


def xml_bomb() -> bytes:
    """Entities of entities: ten times as much at each level."""
    levels = "".join(
        f'<!ENTITY e{level} "{f"&e{level - 1};" * 10}">' for level in range(1, _BOMB_LEVELS)
    )
    head = f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY e0 "boom">{levels}]>'
    return (head + _ENVELOPE.format(f"&e{_BOMB_LEVELS - 1};")).encode()


def external_entity(address: str) -> bytes:
    """An entity that whoever reads it is asked to fetch."""
    head = f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY e SYSTEM "{address}">]>'
    return (head + _ENVELOPE.format("&e;")).encode()


async def huge(request: web.Request, size: int) -> web.StreamResponse:
    """A well-formed answer of so many bytes, most of them in a comment."""
    response = web.StreamResponse(headers={"Content-Type": SOAP_TYPE})
    await response.prepare(request)
    begin, end = _ENVELOPE.format("<!--~-->").encode().split(b"~")
    await response.write(begin)
    for _ in range(size // len(_PIECE)):
        await response.write(_PIECE)
    await response.write(end)
    await response.write_eof()
    return response


async def endless(request: web.Request, begin: bytes) -> web.StreamResponse:
    """A picture that goes on for as long as anybody reads."""
    response = web.StreamResponse(headers={"Content-Type": "image/jpeg"})
    await response.prepare(request)
    await response.write(begin)
    while True:
        await response.write(_PIECE)
        await asyncio.sleep(_PAUSE_S)


async def cut(request: web.Request, picture: bytes) -> web.StreamResponse:
    """Half a picture that was announced in full."""
    response = web.StreamResponse(headers={"Content-Type": "image/jpeg"})
    response.content_length = len(picture)
    await response.prepare(request)
    await response.write(picture[: len(picture) // 2])
    if request.transport is not None:
        request.transport.close()
    return response


def lying(picture: bytes) -> bytes:
    """The same JPEG, but its header says 65500 x 65500: 12 gigabytes when unpacked."""
    place = picture.index(b"\xff\xc0") + 5
    side = (65_500).to_bytes(2, "big")
    return picture[:place] + side + side + picture[place + 4 :]
