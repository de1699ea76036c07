"""WS-Discovery as text: the question that goes to everybody, and what comes back, distrusted.

Pure: datagrams in, plain values out. Imported only where devices are sought: it brings in a parser.
"""

from collections.abc import Collection, Sequence
from typing import Final, NamedTuple
from urllib.parse import unquote

from monitord.driver import Cause, DeviceFault
from monitord_drivers.onvif.answers import Node, printable, whole
from monitord_drivers.onvif.place import Place, told_place

#: The longest answers that are known stay below a quarter of it.
DATAGRAM_MAX: Final = 1 << 14
MATCHES_MAX: Final = 64
#: What cameras call themselves; some know the one, some the other.
KINDS: Final = ("dn:NetworkVideoTransmitter", "tds:Device")
_ADDRESSES_MAX: Final = 8
_KEY_MAX: Final = 200
_NAME_MAX: Final = 64
_NAME: Final = "onvif://www.onvif.org/name/"
_WS: Final = "http://schemas.xmlsoap.org/ws"
_PROBE: Final = (
    '<?xml version="1.0" encoding="utf-8"?>'
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"'
    f' xmlns:a="{_WS}/2004/08/addressing" xmlns:d="{_WS}/2005/04/discovery"'
    ' xmlns:dn="http://www.onvif.org/ver10/network/wsdl"'
    ' xmlns:tds="http://www.onvif.org/ver10/device/wsdl"><s:Header>'
    "<a:MessageID>urn:uuid:{number}</a:MessageID>"
    "<a:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To>"
    f"<a:Action>{_WS}/2005/04/discovery/Probe</a:Action></s:Header>"
    "<s:Body><d:Probe><d:Types>{kind}</d:Types></d:Probe></s:Body></s:Envelope>"
)


class Match(NamedTuple):
    """A device as it describes itself: ``key`` stays the same for as long as it is that device."""

    key: str
    addresses: tuple[str, ...]
    name: str


def probe(number: str, kind: str) -> bytes:
    """The question whether such devices are there; ``number`` is a UUID."""
    return _PROBE.format(number=number, kind=kind).encode()


def read(datagram: bytes, asked: Collection[str]) -> list[Match]:
    """What an answer to one of these numbers tells. Raises ``DeviceFault`` for anything else."""
    if len(datagram) > DATAGRAM_MAX:
        raise DeviceFault(f"an answer of {len(datagram)} bytes is not read", Cause.PROTOCOL)
    envelope = whole(datagram)
    answer = None if envelope is None else envelope.find("ProbeMatches")
    if envelope is None or answer is None:
        raise DeviceFault("what came is no answer to our question", Cause.PROTOCOL)
    relates = envelope.find("RelatesTo")
    # Some leave it out; one that names another question is not for us.
    if relates is not None and not any(number in relates.text.lower() for number in asked):
        raise DeviceFault("what came answers somebody else's question", Cause.PROTOCOL)
    matches = [_match(each) for each in list(answer.all("ProbeMatch"))[:MATCHES_MAX]]
    return [match for match in matches if match.key or match.addresses]


def _match(node: Node) -> Match:
    key = printable(node.at("EndpointReference", "Address"), _KEY_MAX).lower()
    addresses = node.at("XAddrs").split()[:_ADDRESSES_MAX]
    scopes = node.at("Scopes").split()
    told = next((each for each in scopes if each.lower().startswith(_NAME)), "")
    name = unquote(told[len(_NAME) :][: 3 * _NAME_MAX], errors="replace")
    return Match(key, tuple(addresses), printable(name, _NAME_MAX))


def place(sender: str, told: Sequence[str], host: str = "") -> tuple[Place, str]:
    """Where a device is asked that answered from ``sender``, and a sentence where that is a guess.

    It may tell any address, and ours is a password: it is asked where its answer came from, or at
    ``host``, the name that a person gave for that. Of what it tells the port is taken.
    """
    elsewhere: Place | None = None
    for each in told:
        try:
            found = told_place(each)
        except ValueError:
            continue
        if found.host.lower() in (sender, host.lower()):
            return Place(found.scheme, host or sender, found.port), ""
        elsewhere = elsewhere or found
    if elsewhere is None:
        return Place("http", host or sender, 80), "it does not say where it serves: 80 is a guess"
    words = f"it says that it is at {elsewhere}, and answers from {sender}: is it behind a gateway?"
    return Place(elsewhere.scheme, host or sender, elsewhere.port), words
