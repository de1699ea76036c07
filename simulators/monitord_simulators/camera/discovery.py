"""WS-Discovery: simulated cameras answer who asks for cameras, each for itself.

A probe comes to a port of loopback, or to the group that all cameras listen to, where only senders
on this machine are heard. Whatever is no probe is let go by.
"""

import asyncio
import socket
import struct
import uuid
from collections.abc import Callable, Sequence
from typing import Final, cast
from xml.sax.saxutils import escape

from monitord_simulators.camera.device import Device
from monitord_simulators.camera.device_service import address, own_scopes
from monitord_simulators.camera.soap import SoapFault, parse, tag

GROUP: Final = "239.255.255.250"
PORT: Final = 3702
_LOOPBACK: Final = "127.0.0.1"
_MULTICAST_ALL: Final = 49  # Linux: also hear groups that others on this machine have joined
_PROBE_BYTES_MAX: Final = 8_192
_NAMESPACES: Final = {
    "s": "http://www.w3.org/2003/05/soap-envelope",
    "a": "http://schemas.xmlsoap.org/ws/2004/08/addressing",
    "d": "http://schemas.xmlsoap.org/ws/2005/04/discovery",
    "dn": "http://www.onvif.org/ver10/network/wsdl",
    "tds": "http://www.onvif.org/ver10/device/wsdl",
}
_KINDS: Final = ("NetworkVideoTransmitter", "Device")


class Discovery:
    """Answers probes for ``devices`` from ``start`` to ``stop``."""

    def __init__(self, devices: Sequence[Device]) -> None:
        self._devices = list(devices)
        self._transport: asyncio.DatagramTransport | None = None
        self.probes = 0

    async def start(self, port: int = 0, *, group: bool = False) -> int:
        """Listen on loopback, or to the group on its own port; the port. Raises ``OSError``."""
        listening = _group_socket() if group else socket.socket(type=socket.SOCK_DGRAM)
        if not group:
            listening.bind((_LOOPBACK, port))
        listening.setblocking(False)
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(
            lambda: _Ear(self._answers), sock=listening
        )
        return int(listening.getsockname()[1])

    async def stop(self) -> None:
        """Be deaf again."""
        if self._transport is not None:
            self._transport.close()
            self._transport = None

    def _answers(self, data: bytes) -> list[bytes]:
        """One answer of each camera to a probe, none to anything else."""
        if len(data) > _PROBE_BYTES_MAX:
            return []
        try:
            probe = parse(data, "")
        except SoapFault:
            return []
        asked = probe.text("Types")
        message = next((part for part in data.split(b"MessageID>")[1:2]), b"").partition(b"<")[0]
        if probe.operation != "Probe" or (asked and not any(kind in asked for kind in _KINDS)):
            return []
        self.probes += 1
        related = message.decode("utf-8", "replace").strip()
        return [probe_match(device, related) for device in self._devices]


def probe_match(device: Device, related: str) -> bytes:
    """What a camera says of itself."""
    names = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in _NAMESPACES.items())
    own = uuid.uuid5(uuid.NAMESPACE_URL, device.serial)
    return (
        f"<?xml version='1.0' encoding='UTF-8'?><s:Envelope{names}><s:Header>"
        f"{tag('a:MessageID', f'urn:uuid:{uuid.uuid5(own, related)}')}{tag('a:RelatesTo', related)}"
        "<a:To>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:To>"
        f"<a:Action>{_NAMESPACES['d']}/ProbeMatches</a:Action></s:Header><s:Body>"
        "<d:ProbeMatches><d:ProbeMatch><a:EndpointReference>"
        f"{tag('a:Address', f'urn:uuid:{own}')}</a:EndpointReference>"
        "<d:Types>dn:NetworkVideoTransmitter tds:Device</d:Types>"
        f"<d:Scopes>{escape(' '.join(own_scopes(device)))}</d:Scopes>"
        f"{tag('d:XAddrs', address(device, 'tds'))}<d:MetadataVersion>1</d:MetadataVersion>"
        "</d:ProbeMatch></d:ProbeMatches></s:Body></s:Envelope>"
    ).encode()


class _Ear(asyncio.DatagramProtocol):
    def __init__(self, answers: Callable[[bytes], list[bytes]]) -> None:
        self._answers = answers
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        for answer in self._answers(data):
            if self._transport is not None:
                self._transport.sendto(answer, addr)


def _group_socket() -> socket.socket:
    """A member of the group by loopback alone."""
    listening = socket.socket(type=socket.SOCK_DGRAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.setsockopt(socket.IPPROTO_IP, _MULTICAST_ALL, 0)
    member = struct.pack("4s4s", socket.inet_aton(GROUP), socket.inet_aton(_LOOPBACK))
    listening.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
    listening.bind((GROUP, PORT))
    return listening
