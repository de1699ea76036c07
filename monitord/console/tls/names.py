"""What this machine is called, and at which addresses it is reached, by the kernel."""

import fcntl
import ipaddress
import re
import socket
import struct
from pathlib import Path
from typing import Final

_SIOCGIFADDR: Final = 0x8915
_LABEL: Final = re.compile(r"[a-zA-Z0-9_]([a-zA-Z0-9_-]{0,61}[a-zA-Z0-9_])?")
_IF_INET6: Final = Path("/proc/net/if_inet6")
#: A machine with more addresses is no site server; further ones are named by hand.
ADDRESSES_MAX: Final = 30


def of_this_machine() -> list[str]:
    """Its names first, then its addresses, loopback last."""
    names = dict.fromkeys(
        name for name in (socket.getfqdn(), socket.gethostname(), "localhost") if _dns(name)
    )
    found = [*_v4(), *_v6()]
    addresses = sorted(set(found), key=lambda a: (a.is_loopback, a.version, a))
    return [*names, *map(str, addresses[:ADDRESSES_MAX])]


def is_name(text: str) -> bool:
    """Whether a certificate can be made for it: a name of the network, or an address."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return _dns(text)
    return True


def _dns(name: str) -> bool:
    return len(name) <= 253 and all(map(_LABEL.fullmatch, name.split(".")))


def _v4() -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    found: list[ipaddress.IPv4Address | ipaddress.IPv6Address] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        for _, name in socket.if_nameindex():
            request = struct.pack("256s", name[:15].encode())
            try:
                answer = fcntl.ioctl(asked.fileno(), _SIOCGIFADDR, request)
            except OSError:  # an interface without an address
                continue
            found.append(ipaddress.IPv4Address(answer[20:24]))
    return found


def _v6() -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    try:
        lines = _IF_INET6.read_text("ascii").splitlines()
    except OSError:  # a kernel without IPv6
        return []
    found = (ipaddress.IPv6Address(bytes.fromhex(line.split()[0])) for line in lines)
    return [address for address in found if not address.is_link_local]
