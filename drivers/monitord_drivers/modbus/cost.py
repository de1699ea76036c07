"""What one poll takes of a line, on paper: bytes, baud rate and a device's own pause. Pure.

A device's pause and what lies behind a gateway are not known on paper; they are assumed, and said.
"""

from collections.abc import Sequence
from typing import Final

from monitord.driver import PollCost
from monitord_drivers.modbus.config import Address, SerialAddress
from monitord_drivers.modbus.planner import Request
from monitord_drivers.modbus.replies import read_reply

#: What a module takes from the last byte of a request to the first of its answer.
ANSWER_MS: Final = 10.0
_REQUEST_BYTES: Final = 8
_SILENT_CHARACTERS: Final = 7.0  # 3.5 before a request and 3.5 before its answer
_SILENT_MS_MIN: Final = 3.5  # twice 1.75 ms, as the standard has it above 19200 baud
#: How a serial bus is set where the standard is kept: 19200 baud, even parity, one stop bit.
_ASSUMED: Final = SerialAddress("")


def poll_cost(address: Address, requests: Sequence[Request], *, shared: bool) -> PollCost:
    """``shared``: several units behind one address, so that a gateway has a bus behind it."""
    count = len(requests)
    said = f"{count} request{'s'[: count != 1]}"
    if isinstance(address, SerialAddress):
        bus, said = address, f"{said} at {address.baud} baud"
    elif address.rtu or shared:
        bus, said = _ASSUMED, f"{said} at {_ASSUMED.baud} baud assumed"
    else:
        return PollCost(count * ANSWER_MS, f"{said} over TCP, {ANSWER_MS:.0f} ms each assumed")
    busy_ms = sum(_exchange_ms(bus, request) for request in requests)
    return PollCost(busy_ms, f"{said}, {ANSWER_MS:.0f} ms assumed before each answer")


def _exchange_ms(bus: SerialAddress, request: Request) -> float:
    """One request and its answer on the wire, with the silence around them."""
    bits = 1 + 8 + (bus.parity != "N") + bus.stopbits
    character_ms = 1_000 * bits / bus.baud
    characters = _REQUEST_BYTES + read_reply(0, request).rtu_size
    silent_ms = max(_SILENT_CHARACTERS * character_ms, _SILENT_MS_MIN)
    return characters * character_ms + silent_ms + ANSWER_MS
