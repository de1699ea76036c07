"""The four tables of one Modbus unit, and its answer to one request. Pure: no input, no output.

Bits are kept as one integer: address 0 is its lowest bit, so the little-endian bytes of a shifted
slice are the bytes that go on the wire. Registers are kept as they go on the wire, high byte first.
"""

import struct
from collections.abc import Callable
from typing import Final, NamedTuple

FUNCTION_UNKNOWN: Final = 1
ADDRESS_UNKNOWN: Final = 2
VALUE_REFUSED: Final = 3

TABLE_SIZE_MAX: Final = 65_536
_READ_BITS_MAX, _WRITE_BITS_MAX = 2_000, 1_968
_READ_REGISTERS_MAX, _WRITE_REGISTERS_MAX = 125, 123
_COIL_STATES: Final = {0xFF00: True, 0x0000: False}


class Refused(Exception):
    """The request is answered with a Modbus exception."""

    def __init__(self, code: int) -> None:
        super().__init__(f"exception {code:02X}")
        self.code = code


class Bits:
    """``size`` bits; ``name`` is for error texts, ``rose`` hears of each bit that goes to 1."""

    def __init__(
        self, name: str, size: int, rose: Callable[[int], None] = lambda address: None
    ) -> None:
        self.name, self.size, self._bits = name, _checked_size(name, size), 0
        self._rose = rose

    def get(self, address: int) -> bool:
        """One bit. Raises ``ValueError`` past the end."""
        _check(self.name, self.size, address)
        return bool(self._bits >> address & 1)

    def set(self, address: int, value: bool) -> None:
        """Set one bit. Raises ``ValueError`` past the end."""
        _check(self.name, self.size, address)
        mask = 1 << address
        rises = value and not self._bits & mask
        self._bits = self._bits | mask if value else self._bits & ~mask
        if rises:
            self._rose(address)

    def clear(self) -> None:
        """All bits to 0."""
        self._bits = 0

    def read(self, first: int, count: int) -> bytes:
        """The bytes on the wire of ``count`` bits from ``first``."""
        part = self._bits >> first & (1 << count) - 1
        return part.to_bytes((count + 7) // 8, "little")

    def write(self, first: int, count: int, data: bytes) -> None:
        """Take ``count`` bits from the wire."""
        mask = (1 << count) - 1
        part = int.from_bytes(data, "little") & mask
        self._bits = self._bits & ~(mask << first) | part << first


class Registers:
    """``size`` registers of 16 bits; ``name`` is for error texts."""

    def __init__(self, name: str, size: int) -> None:
        self.name, self.size = name, _checked_size(name, size)
        self._data = bytearray(2 * size)

    def get(self, address: int) -> int:
        """One register, 0 to 65535. Raises ``ValueError`` past the end."""
        _check(self.name, self.size, address)
        return int.from_bytes(self._data[2 * address : 2 * address + 2], "big")

    def set(self, address: int, value: int) -> None:
        """Set one register, -32768 to 65535. Raises ``ValueError`` beyond that or the end."""
        _check(self.name, self.size, address)
        if not -0x8000 <= value <= 0xFFFF:
            raise ValueError(f"{value} does not fit a register: it holds -32768 to 65535")
        self._data[2 * address : 2 * address + 2] = (value & 0xFFFF).to_bytes(2, "big")

    def clear(self) -> None:
        """All registers to 0."""
        self._data[:] = bytes(len(self._data))

    def read(self, first: int, count: int) -> bytes:
        """The bytes on the wire of ``count`` registers from ``first``."""
        return bytes(self._data[2 * first : 2 * (first + count)])

    def write(self, first: int, data: bytes) -> None:
        """Take registers from the wire."""
        self._data[2 * first : 2 * first + len(data)] = data


class Counter(NamedTuple):
    """Where a module counts: one register, or with ``wide`` two, the higher half first or last."""

    registers: Registers
    address: int
    wide: bool = False
    little: bool = False

    def tick(self) -> None:
        """One more; the end of what it can hold is followed by 0."""
        if not self.wide:
            low = (self.registers.get(self.address) + 1) & 0xFFFF
            self.registers.set(self.address, low)
            return
        high_at, low_at = self.address, self.address + 1
        if self.little:
            high_at, low_at = low_at, high_at
        low = (self.registers.get(low_at) + 1) & 0xFFFF
        self.registers.set(low_at, low)
        if low == 0:
            self.registers.set(high_at, (self.registers.get(high_at) + 1) & 0xFFFF)


class Unit:
    """One unit: what it holds and how it answers. ``counters``: by input, where it is counted."""

    def __init__(self, *, inputs: int, coils: int, registers: int, holding: int) -> None:
        self.counters: dict[int, Counter] = {}
        self.discrete = Bits("input", inputs, self._count)
        self.coils = Bits("coil", coils)
        self.registers = Registers("register", registers)
        self.holding = Registers("holding register", holding)
        #: Input registers in which a sensor or a loop is measured.
        self.measured: set[int] = set()
        #: While set, every input reads 0: a panel that has booted but not yet scanned.
        self.inputs_blank = False

    def answer(self, pdu: bytes) -> bytes:
        """The answer to ``pdu`` (function code and data), an exception answer included."""
        try:
            return self._answer(pdu)
        except Refused as refused:
            return bytes((pdu[0] | 0x80, refused.code))

    def pulse(self, address: int) -> None:
        """An input over and back at once: no poll can see it, its counter does."""
        rest = self.discrete.get(address)
        self.discrete.set(address, not rest)
        self.discrete.set(address, rest)

    def _count(self, address: int) -> None:
        counter = self.counters.get(address)
        if counter is not None:
            counter.tick()

    def power_cycled(self) -> None:
        """What a restart loses: outputs, set values, counters. The field stays as it is."""
        measured = [(address, self.registers.get(address)) for address in self.measured]
        self.coils.clear()
        self.registers.clear()
        self.holding.clear()
        for address, value in measured:
            self.registers.set(address, value)

    def _answer(self, pdu: bytes) -> bytes:
        match pdu[0]:
            case 1:
                return self._read_bits(self.coils, pdu, blank=False)
            case 2:
                return self._read_bits(self.discrete, pdu, blank=self.inputs_blank)
            case 3:
                return self._read_registers(self.holding, pdu)
            case 4:
                return self._read_registers(self.registers, pdu)
            case 5:
                return self._write_coil(pdu)
            case 6:
                return self._write_register(pdu)
            case 15:
                return self._write_coils(pdu)
            case 16:
                return self._write_registers(pdu)
            case _:
                raise Refused(FUNCTION_UNKNOWN)

    def _read_bits(self, bits: Bits, pdu: bytes, *, blank: bool) -> bytes:
        first, count = _span(pdu, 5, _READ_BITS_MAX, bits.size)
        data = bytes((count + 7) // 8) if blank else bits.read(first, count)
        return bytes((pdu[0], len(data))) + data

    def _read_registers(self, registers: Registers, pdu: bytes) -> bytes:
        first, count = _span(pdu, 5, _READ_REGISTERS_MAX, registers.size)
        return bytes((pdu[0], 2 * count)) + registers.read(first, count)

    def _write_coil(self, pdu: bytes) -> bytes:
        address, state = _words(pdu, 5)
        if state not in _COIL_STATES:
            raise Refused(VALUE_REFUSED)
        if address >= self.coils.size:
            raise Refused(ADDRESS_UNKNOWN)
        self.coils.set(address, _COIL_STATES[state])
        return pdu

    def _write_register(self, pdu: bytes) -> bytes:
        address, value = _words(pdu, 5)
        if address >= self.holding.size:
            raise Refused(ADDRESS_UNKNOWN)
        self.holding.set(address, value)
        return pdu

    def _write_coils(self, pdu: bytes) -> bytes:
        first, count = _span(pdu, None, _WRITE_BITS_MAX, self.coils.size)
        self.coils.write(first, count, _payload(pdu, (count + 7) // 8))
        return pdu[:5]

    def _write_registers(self, pdu: bytes) -> bytes:
        first, count = _span(pdu, None, _WRITE_REGISTERS_MAX, self.holding.size)
        self.holding.write(first, _payload(pdu, 2 * count))
        return pdu[:5]


def _words(pdu: bytes, size: int | None) -> tuple[int, int]:
    if len(pdu) < 5 or (size is not None and len(pdu) != size):
        raise Refused(VALUE_REFUSED)
    first, second = struct.unpack_from(">HH", pdu, 1)
    return first, second


def _span(pdu: bytes, size: int | None, count_max: int, table_size: int) -> tuple[int, int]:
    first, count = _words(pdu, size)
    if not 1 <= count <= count_max:
        raise Refused(VALUE_REFUSED)
    if first + count > table_size:
        raise Refused(ADDRESS_UNKNOWN)
    return first, count


def _payload(pdu: bytes, size: int) -> bytes:
    if len(pdu) != 6 + size or pdu[5] != size:
        raise Refused(VALUE_REFUSED)
    return pdu[6:]


def _checked_size(name: str, size: int) -> int:
    if not 0 <= size <= TABLE_SIZE_MAX:
        raise ValueError(f"{size} {name}s: a table holds 0 to {TABLE_SIZE_MAX}")
    return size


def _check(name: str, size: int, address: int) -> None:
    if not 0 <= address < size:
        has = f"it has 0 to {size - 1}" if size else "it has none"
        raise ValueError(f"there is no {name} {address} on this panel: {has}")
