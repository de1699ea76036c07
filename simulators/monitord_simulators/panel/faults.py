"""How panels misbehave: a closed list, and what each does to one right answer. Pure.

``bend`` turns a right answer into what a panel with that fault would do. ``Action`` is what the
core asks of whoever owns the connection: a socket, or a simulated world.
"""

from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import Final, assert_never

_FLOOD_FRAMES: Final = 200
_GARBAGE_BYTES: Final = 48
_HEADER: Final = 7
_BUSY: Final = 6
_DELAY_MS_MAX: Final = 60_000


class FaultKind(StrEnum):
    """What is wrong with the panel."""

    HANG = "hang"  # takes requests, never answers
    HALF_OPEN = "half-open"  # stops reading; the connection stays and is never answered again
    RESET = "reset"  # half an answer, then the connection is reset
    SLOW = "slow"  # answers after delay_ms
    GARBAGE = "garbage"  # bytes that are not Modbus
    WRONG_TRANSACTION = "wrong-transaction"  # the answer carries another request's number
    WRONG_FUNCTION = "wrong-function"  # a well-formed answer to another function
    WRONG_UNIT = "wrong-unit"  # the answer comes from another unit
    SHORT = "short"  # well-formed, with fewer values than were asked for
    LYING_COUNT = "lying-count"  # the byte count says more than is there
    TRUNCATED = "truncated"  # announced in full, the end never comes
    EXCEPTION = "exception"  # answers with exception ``code``
    BUSY = "busy"  # answers with exception 06
    REBOOT = "reboot"  # gone for for_ms, then inputs blank for delay_ms, counters from 0
    LATE = "late"  # answers request n only when request n+1 comes
    FLOOD = "flood"  # frames that nobody asked for come before each answer


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. It ends after ``for_ms``, after ``count`` requests, or when it is cleared.

    ``unit`` limits it to one unit; ``code`` is for EXCEPTION, ``delay_ms`` for SLOW and REBOOT.
    Raises ``ValueError`` for a figure that makes no sense.
    """

    kind: FaultKind
    for_ms: int | None = None
    count: int | None = None
    code: int = 4
    delay_ms: int = 300
    unit: int | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.code <= 255:
            raise ValueError(f"exception code {self.code}: codes go from 1 to 255")
        if not 0 <= self.delay_ms <= _DELAY_MS_MAX:
            raise ValueError(f"a delay of {self.delay_ms} ms: at most {_DELAY_MS_MAX} ms")
        if self.for_ms is not None and self.for_ms < 0:
            raise ValueError("a fault cannot end before it began")
        if self.count is not None and self.count < 1:
            raise ValueError("a fault for fewer than one request is none")
        if self.kind is FaultKind.REBOOT and (self.count or self.unit is not None):
            raise ValueError("a reboot takes the whole panel and has a duration, not a count")


@dataclass(frozen=True, slots=True)
class Send:
    """Send ``data`` after ``after_ms``."""

    data: bytes
    after_ms: int = 0


@dataclass(frozen=True, slots=True)
class Reset:
    """Drop the connection with a reset (RST)."""


@dataclass(frozen=True, slots=True)
class Close:
    """End the connection in order (FIN)."""


@dataclass(frozen=True, slots=True)
class StopReading:
    """Read nothing more from this connection and keep it."""


Action = Send | Reset | Close | StopReading


def bend(fault: Fault, reply: bytes, chance: Random) -> list[Action]:
    """What a panel with ``fault`` does where it should send ``reply`` (a whole frame).

    REBOOT and LATE are about more than one answer: the core sees to them.
    """
    match fault.kind:
        case FaultKind.HANG | FaultKind.REBOOT | FaultKind.LATE:
            return []
        case FaultKind.HALF_OPEN:
            return [StopReading()]
        case FaultKind.RESET:
            return [Send(reply[: len(reply) // 2]), Reset()]
        case FaultKind.SLOW:
            return [Send(reply, fault.delay_ms)]
        case FaultKind.FLOOD:
            return [Send(_flood(reply)), Send(reply)]
        case FaultKind.EXCEPTION:
            return [Send(exception(reply, fault.code))]
        case FaultKind.BUSY:
            return [Send(exception(reply, _BUSY))]
        case (
            FaultKind.GARBAGE
            | FaultKind.WRONG_TRANSACTION
            | FaultKind.WRONG_FUNCTION
            | FaultKind.WRONG_UNIT
            | FaultKind.SHORT
            | FaultKind.LYING_COUNT
            | FaultKind.TRUNCATED
        ):
            return [Send(_spoil(fault.kind, reply, chance))]
        case _:
            assert_never(fault.kind)


def exception(reply: bytes, code: int) -> bytes:
    """The exception answer to the request that ``reply`` answers."""
    return frame(reply[:2], reply[6], bytes((reply[_HEADER] | 0x80, code)))


def frame(transaction: bytes, unit: int, pdu: bytes) -> bytes:
    """A whole frame: transaction number, protocol 0, length, unit, function and data."""
    return transaction + b"\0\0" + (len(pdu) + 1).to_bytes(2, "big") + bytes((unit,)) + pdu


def _spoil(kind: FaultKind, reply: bytes, chance: Random) -> bytes:
    transaction, unit, pdu = reply[:2], reply[6], reply[_HEADER:]
    match kind:
        case FaultKind.GARBAGE:
            return chance.randbytes(_GARBAGE_BYTES)
        case FaultKind.WRONG_TRANSACTION:
            return _other_number(transaction, 1) + reply[2:]
        case FaultKind.WRONG_FUNCTION:
            other = 3 if pdu[0] in (1, 2) else 1
            return frame(transaction, unit, bytes((other,)) + pdu[1:])
        case FaultKind.WRONG_UNIT:
            return frame(transaction, unit + 1 & 0xFF, pdu)
        case FaultKind.SHORT:
            return frame(transaction, unit, _shortened(pdu))
        case FaultKind.LYING_COUNT:
            lie = bytes((pdu[1] + 1 & 0xFF,))
            return frame(transaction, unit, pdu[:1] + lie + pdu[2:])
        case _:
            return reply[: -max(1, len(pdu) // 2)]


def _shortened(pdu: bytes) -> bytes:
    """Half the values, announced truthfully; a write's echo without its last byte."""
    if pdu[0] > 4:
        return pdu[:-1]
    data = pdu[2 : 2 + len(pdu[2:]) // 2]
    return bytes((pdu[0], len(data))) + data


def _flood(reply: bytes) -> bytes:
    numbers = (_other_number(reply[:2], 1_000 + i) for i in range(_FLOOD_FRAMES))
    return b"".join(number + reply[2:] for number in numbers)


def _other_number(transaction: bytes, step: int) -> bytes:
    return (int.from_bytes(transaction, "big") + step & 0xFFFF).to_bytes(2, "big")
