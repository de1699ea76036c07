"""RTP packets of H.264 units (RFC 6184): small units whole, large ones in fragments."""

import struct
from collections.abc import Iterator, Sequence
from typing import Final

CLOCK_HZ: Final = 90_000
TYPE: Final = 96
_PAYLOAD_MAX: Final = 1_400
_FRAGMENT: Final = 28


class Packets:
    """The numbering of one stream."""

    def __init__(self, source: int) -> None:
        self._source = source & 0xFFFF_FFFF
        self._number = 0

    def of(self, units: Sequence[bytes], at: int) -> Iterator[bytes]:
        """The packets of one picture, shown at ``at`` (90 kHz); the last one is marked."""
        payloads = [payload for unit in units for payload in _payloads(unit)]
        for place, payload in enumerate(payloads):
            mark = 0x80 if place == len(payloads) - 1 else 0
            head = struct.pack(
                "!BBHII", 0x80, mark | TYPE, self._number, at & 0xFFFF_FFFF, self._source
            )
            self._number = (self._number + 1) & 0xFFFF
            yield head + payload


def _payloads(unit: bytes) -> Iterator[bytes]:
    if len(unit) <= _PAYLOAD_MAX:
        yield unit
        return
    indicator, kind = unit[0] & 0xE0 | _FRAGMENT, unit[0] & 0x1F
    for place in range(1, len(unit), _PAYLOAD_MAX):
        begins, ends = place == 1, place + _PAYLOAD_MAX >= len(unit)
        yield (
            bytes((indicator, begins << 7 | ends << 6 | kind)) + unit[place : place + _PAYLOAD_MAX]
        )


def interleaved(packet: bytes, channel: int) -> bytes:
    """A packet as it travels inside an RTSP connection."""
    return b"$" + struct.pack("!BH", channel, len(packet)) + packet
