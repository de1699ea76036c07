"""Which answer may be believed, and what an exception code means. Pure.

An answer is compared with the bytes that a right one must have, before anything decodes it: a
library that hands on an answer with the wrong function, too few bits or another request's
number would turn a broken panel into a quiet one.
"""

import struct
from dataclasses import dataclass
from typing import Final

from monitord.driver import Cause, ConfigFault, DeviceFault
from monitord_drivers.modbus.address import Table
from monitord_drivers.modbus.planner import Request

READ_FUNCTION: Final = {Table.COIL: 1, Table.DISCRETE: 2, Table.HOLDING: 3, Table.INPUT: 4}
WRITE_COIL: Final = 5
_ON, _OFF = 0xFF00, 0x0000
_EXCEPTION_BIT: Final = 0x80
_EXCEPTION_SIZE: Final = 9
_HEADER_SIZE: Final = 7
_UNIT_AT: Final = 6
_CRC_SIZE: Final = 2
_RTU_EXCEPTION_SIZE: Final = 5
_SHOWN_BYTES_MAX: Final = 24


@dataclass(frozen=True, slots=True)
class Expected:
    """The one answer that fits a request.

    ``head`` are the bytes after the transaction number that are known beforehand, ``size`` the
    length of the whole frame, ``tail_words`` what it means when only the last of ``head`` differ.
    """

    unit: int
    function: int
    head: bytes
    size: int
    tail_words: str

    def problem(self, transaction: bytes, frame: bytes) -> str | None:
        """Why ``frame`` can never become this answer; None while it still can, or when it is."""
        if len(frame) == self.size and frame.startswith(self.head, 2) and frame[:2] == transaction:
            return None
        return self._diagnose(transaction, frame)

    def rtu_problem(self, frame: bytes) -> str | None:
        """The same for a frame of a serial bus: no transaction number, a checksum at the end.

        What is compared is the frame as it would have come over TCP; the checksum comes last.
        """
        is_exception = len(frame) > 1 and frame[1] == self.function | _EXCEPTION_BIT
        size = _RTU_EXCEPTION_SIZE if is_exception else self.rtu_size
        body = frame[: size - _CRC_SIZE]
        announced = (_EXCEPTION_SIZE if is_exception else self.size) - _UNIT_AT
        header = b"\0\0\0\0" + announced.to_bytes(2, "big")
        problem = self._diagnose(b"\0\0", header + body) if body else None
        shown = f"(received {frame[:_SHOWN_BYTES_MAX].hex(' ')})"
        if problem is None and len(frame) > size:
            return f"it sent {len(frame)} bytes, the answer has {size} {shown}"
        if problem is None and len(frame) == size and crc16(frame[:-2]) != frame[-2:]:
            return f"its checksum is wrong {shown}"
        return problem

    @property
    def rtu_size(self) -> int:
        """The length of the whole answer on a serial bus."""
        return self.size - _UNIT_AT + _CRC_SIZE

    def _diagnose(self, transaction: bytes, frame: bytes) -> str | None:
        shown = f"(received {frame[:_SHOWN_BYTES_MAX].hex(' ')})"
        if not transaction.startswith(frame[:2]):
            return f"it answered another request than ours {shown}"
        if frame[2:4].strip(b"\0"):
            return f"what it sends is not Modbus {shown}"
        if len(frame) > 6 and frame[6] != self.unit:
            return f"unit {frame[6]} answered, unit {self.unit} was asked {shown}"
        function = frame[_HEADER_SIZE] if len(frame) > _HEADER_SIZE else self.function
        if function not in (self.function, self.function | _EXCEPTION_BIT):
            return f"it answered with function {function}, not {self.function} {shown}"
        is_exception = bool(function & _EXCEPTION_BIT)
        size = _EXCEPTION_SIZE if is_exception else self.size
        fitting = {size} if len(frame) > _HEADER_SIZE else {size, _EXCEPTION_SIZE}
        announced = int.from_bytes(frame[4:6], "big") + 6
        if len(frame) >= 6 and announced not in fitting:
            return f"it announced {announced} bytes, the answer has {size} {shown}"
        if len(frame) > size:
            return f"it sent {len(frame)} bytes, the answer has {size} {shown}"
        if not is_exception and not self.head.startswith(frame[2 : 2 + len(self.head)]):
            return f"{self.tail_words} {shown}"
        return None


def crc16(body: bytes) -> bytes:
    """The checksum of a serial frame, as it stands on the wire."""
    crc = 0xFFFF
    for byte in body:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ 0xA001 if crc & 1 else crc >> 1
    return crc.to_bytes(2, "little")


def read_reply(unit: int, request: Request) -> Expected:
    """The answer to a read: its byte count is known from what was asked."""
    size = (request.count + 7) // 8 if request.table.is_bits else 2 * request.count
    function = READ_FUNCTION[request.table]
    head = struct.pack(">HHBBB", 0, size + 3, unit, function, size)
    words = f"its byte count is not the {size} of what was asked"
    return Expected(unit, function, head, _HEADER_SIZE + 2 + size, words)


def write_reply(unit: int, address: int, value: bool) -> Expected:
    """The answer to a coil write: the request, word for word."""
    state = _ON if value else _OFF
    head = struct.pack(">HHBBHH", 0, 6, unit, WRITE_COIL, address, state)
    words = "it confirmed another coil or state than the one that was written"
    return Expected(unit, WRITE_COIL, head, 2 + len(head), words)


def exception_fault(code: int, what: str) -> DeviceFault:
    """The fault that an exception code means; ``what`` was asked, in words."""
    match code:
        case 1:
            return ConfigFault(
                f"the device has no such function ({what}): read the point from another table "
                f"(exception 01)"
            )
        case 2:
            return ConfigFault(
                f"the device has no {what}: correct the address, or declare the hole in 'gaps' "
                f"(exception 02)"
            )
        case 3:
            return ConfigFault(f"the device refuses the request for {what} (exception 03)")
        case 4:
            return DeviceFault("the device reports that it has failed (exception 04)", Cause.DEVICE)
        case 5 | 6:
            return DeviceFault(f"the device is busy (exception {code:02X})", Cause.BUSY)
        case 8:
            return DeviceFault("the device reports damaged memory (exception 08)", Cause.PROTOCOL)
        case 10:
            return DeviceFault("the gateway has no path to the unit (exception 0A)", Cause.GATEWAY)
        case 11:
            return DeviceFault(
                "the gateway answers, the unit behind it does not (exception 0B)", Cause.TARGET
            )
        case _:
            return DeviceFault(
                f"the device answered with unknown exception {code:02X}", Cause.PROTOCOL
            )
