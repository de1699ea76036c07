"""What number one register, or two in a row, stand for. Pure."""

import math
import struct
from typing import assert_never

from monitord.driver import PointState, Value
from monitord_drivers.modbus.point import Format, Order


def number(form: Format, order: Order | None, first: int, second: int = 0) -> Value:
    """The value of ``first``, and of ``second`` where the format has two, as the device sent them.

    A fault for a float that is no number or not finite: modules say so when a sensor is cut, and
    no limit can be compared with it.
    """
    if order is Order.LITTLE:
        first, second = second, first
    match form:
        case Format.U16:
            return first
        case Format.I16:
            return first - 0x1_0000 if first > 0x7FFF else first
        case Format.U32:
            return first << 16 | second
        case Format.I32:
            return (first << 16 | second) - (0x1_0000_0000 if first > 0x7FFF else 0)
        case Format.F32:
            value: float = struct.unpack(">f", struct.pack(">HH", first, second))[0]
            return value if math.isfinite(value) else PointState.FAULT
        case _:
            assert_never(form)
