"""Who is there: the question of WS-Discovery sent to everybody around, or to hosts that were named.

Bounded in time here, and in what is taken by ``hearing``. Imported only where devices are sought.
"""

import asyncio
import contextlib
import fcntl
import secrets
import socket
import struct
import uuid
from collections.abc import Sequence
from typing import Final

from monitord.driver import ConfigFault, Found, Search, Sought
from monitord_drivers.onvif import matches
from monitord_drivers.onvif.answers import printable
from monitord_drivers.onvif.hearing import DEVICES_MAX, Heard
from monitord_drivers.onvif.place import Place, parse_place

GROUP: Final = "239.255.255.250"
PORT: Final = 3702
_INTERFACES_MAX: Final = 32
#: It is asked three times, for datagrams get lost. How long each time waits, of the whole time.
_PARTS: Final = (0.1, 0.2, 0.7)
_HEARS_BYTES: Final = 1 << 20

_SIOCGIFADDR: Final = 0x8915

#: By which interface, as the kernel wants it said, where that is to be said; and where to.
_Target = tuple[bytes, str]


async def seek(search: Search) -> Sought:
    """Ask, and gather who answers. Raises ``DeviceFault``, ``ConfigFault`` for what is no host.

    A host with a port is known well enough and is not asked here. One that does not answer is
    told all the same: many devices answer when everybody is asked, and else not.
    """
    if not search.hosts:
        heard = Heard()
        await _ask(heard, search, _everybody(search.interface))
        return Sought(tuple(heard.found()), tuple(heard.remarks()))
    if len(search.hosts) > DEVICES_MAX:
        raise ConfigFault(f"{len(search.hosts)} hosts are too many: name {DEVICES_MAX} at once")
    places = {host: _place(host) for host in dict.fromkeys(search.hosts)}
    heard = Heard(await _resolved([host for host in places if _is_bare(host)], search.seconds))
    if heard.hosts:
        await _ask(heard, search, [(b"", address) for address in heard.hosts])
    quiet = [place for host, place in places.items() if host not in heard.answered]
    found = [*heard.found(), *(Found(str(place), heard=False) for place in quiet)]
    return Sought(tuple(found), tuple(heard.remarks()))


def _is_bare(host: str) -> bool:
    """Whether a host is named without a port, so that nobody knows yet where it serves."""
    return "://" not in host and ":" not in host.rpartition("]")[2]


def _place(host: str) -> Place:
    try:
        return parse_place(host if "://" in host else f"http://{host}")
    except ValueError:
        raise ConfigFault(
            f"{printable(host, 60)!r} is no host: write 10.0.30.21, 10.0.30.21:8080 or its name"
        ) from None


async def _resolved(hosts: Sequence[str], within_s: float) -> dict[str, str]:
    """By address the name that was given; without those that have none."""
    loop = asyncio.get_running_loop()

    async def look(host: str) -> tuple[str, str] | None:
        try:
            async with asyncio.timeout(within_s):
                found = await loop.getaddrinfo(host, PORT, family=socket.AF_INET)
        except (OSError, TimeoutError, UnicodeError):
            return None
        return str(found[0][4][0]), host

    return dict(filter(None, await asyncio.gather(*map(look, hosts))))


def _everybody(interface: str) -> list[_Target]:
    """One target for each interface that has an IPv4 address, or for the one that is named."""
    if interface:
        return [(b"", GROUP)]
    ways = []
    with socket.socket(type=socket.SOCK_DGRAM) as asked:
        for number, name in socket.if_nameindex()[:_INTERFACES_MAX]:
            with contextlib.suppress(OSError):
                told = fcntl.ioctl(asked, _SIOCGIFADDR, struct.pack("256s", name.encode()[:15]))
                ways.append(struct.pack("4s4si", b"", told[20:24], number))
    return [(way, GROUP) for way in ways]


async def _ask(heard: Heard, search: Search, targets: Sequence[_Target]) -> None:
    numbers = {kind: _number() for kind in matches.KINDS}
    questions = [matches.probe(number, kind) for kind, number in numbers.items()]
    heard.asked = frozenset(numbers.values())
    asking = _socket(search.interface)
    loop = asyncio.get_running_loop()
    transport, ear = await loop.create_datagram_endpoint(lambda: _Ear(heard), sock=asking)
    try:
        for part in _PARTS:
            went = [_sent(asking, target, questions) for target in targets]
            if not any(went):
                raise ConfigFault(
                    "no network takes our question: is the cable in? `--interface ADDRESS` names "
                    "the address of this machine in the cameras' network"
                )
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(ear.full.wait(), part * search.seconds)
            if ear.full.is_set() or heard.is_complete:
                return
    finally:
        transport.close()


def _number() -> str:
    """A UUID that nobody guesses who has not heard the question."""
    return str(uuid.UUID(bytes=secrets.token_bytes(16), version=4))


def _socket(interface: str) -> socket.socket:
    """Ours alone: whatever comes there is meant for us. Raises ``ConfigFault``."""
    made = socket.socket(type=socket.SOCK_DGRAM)
    try:
        made.setblocking(False)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _HEARS_BYTES)
        if interface:
            own = socket.inet_pton(socket.AF_INET, interface)
            made.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, own)
        made.bind((interface, 0))
    except OSError:
        made.close()
        raise ConfigFault(
            f"{interface or 'it'} is no IPv4 address of this machine; `ip -4 address` tells them"
        ) from None
    return made


def _sent(asking: socket.socket, target: _Target, questions: Sequence[bytes]) -> bool:
    """Whether the questions went out; an interface that is down does not take them."""
    way, address = target
    try:
        if way:
            asking.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, way)
        for question in questions:
            asking.sendto(question, (address, PORT))
    except OSError:
        return False
    return True


class _Ear(asyncio.DatagramProtocol):
    """Hands on what comes; ``full`` when nothing more is read."""

    def __init__(self, heard: Heard) -> None:
        self._heard = heard
        self.full = asyncio.Event()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._heard.take(data, addr[0])
        if self._heard.is_full:
            self.full.set()
