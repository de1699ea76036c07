"""Where something stands in a Modbus device, as people write it and as the wire has it.

The wire counts from 0 within one of four tables. Manuals count from 1 and put the table in
front: 10001 is discrete input 0. Both ways are read and both are shown. Pure: no input, no
output, no pymodbus.
"""

import difflib
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

ADDRESS_MAX: Final = 65_535


class Table(StrEnum):
    """The four tables of a Modbus device."""

    COIL = "coil"
    DISCRETE = "discrete"
    INPUT = "input"
    HOLDING = "holding"

    @property
    def is_bits(self) -> bool:
        """Whether an address holds one bit, not a 16-bit register."""
        return self in (Table.COIL, Table.DISCRETE)


_MANUAL_DIGIT: Final = {Table.COIL: 0, Table.DISCRETE: 1, Table.INPUT: 3, Table.HOLDING: 4}
_TABLE_OF_DIGIT: Final = {digit: table for table, digit in _MANUAL_DIGIT.items()}
_SHORT_LAST: Final = 9_999
_FORM: Final = "write a table and a wire address, as in discrete/8, or manual/10009"


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    """One address of one table; ``address`` counts from 0."""

    table: Table
    address: int

    @property
    def manual(self) -> str:
        """The number that manuals print: five digits, six beyond 9999."""
        width = 4 if self.address < _SHORT_LAST else 5
        return f"{_MANUAL_DIGIT[self.table]}{self.address + 1:0{width}d}"

    @property
    def words(self) -> str:
        """Both notations, for people."""
        return f"{self} (manual {self.manual})"

    def __str__(self) -> str:
        return f"{self.table.value}/{self.address}"


@dataclass(frozen=True, slots=True)
class Gap:
    """Addresses ``first`` to ``last``, both included, that must never be read."""

    table: Table
    first: int
    last: int

    def __str__(self) -> str:
        ends = str(self.first) if self.first == self.last else f"{self.first}-{self.last}"
        return f"{self.table.value}/{ends}"


def parse_spot(text: str) -> Spot:
    """``discrete/8`` or ``manual/10009``. Raises ``ValueError`` that says what to write."""
    kind, slash, number = text.strip().partition("/")
    if not slash:
        raise ValueError(f"'{text}' is not an address: {_FORM}")
    if kind == "manual":
        return _from_manual(number)
    return Spot(_table(kind), _wire(kind, number))


def parse_gap(text: str) -> Gap:
    """``discrete/20-23`` or one address. Raises ``ValueError`` that says what to write."""
    kind, slash, numbers = text.strip().partition("/")
    if not slash:
        raise ValueError(f"'{text}' is not a gap: write it as in discrete/20-23")
    first_text, dash, last_text = numbers.partition("-")
    first = parse_spot(f"{kind}/{first_text}")
    last = parse_spot(f"{kind}/{last_text}") if dash else first
    if first.table is not last.table:
        raise ValueError(f"'{text}' begins in one table and ends in another")
    if last.address < first.address:
        raise ValueError(f"'{text}' ends before it begins: write the lower address first")
    return Gap(first.table, first.address, last.address)


def _table(word: str) -> Table:
    try:
        return Table(word)
    except ValueError:
        names = [*(table.value for table in Table), "manual"]
        near = difflib.get_close_matches(word, names, n=1)
        hint = f", did you mean {near[0]}?" if near else ""
        raise ValueError(
            f"'{word}' is no Modbus table{hint} There are {', '.join(names[:-1])}; {_FORM}"
        ) from None


def _wire(kind: str, number: str) -> int:
    if not re.fullmatch(r"[0-9]{1,6}", number):
        raise ValueError(f"'{kind}/{number}': '{number}' is not a wire address from 0 to 65535")
    address = int(number)
    if address > ADDRESS_MAX:
        raise ValueError(f"'{kind}/{number}': wire addresses end at {ADDRESS_MAX}")
    return address


def _from_manual(number: str) -> Spot:
    """Up to five digits: table and 1 to 9999. Six digits: table and 1 to 65536."""
    if not re.fullmatch(r"[0-9]{1,6}", number):
        raise ValueError(f"'manual/{number}': write the number as the manual prints it, say 10001")
    width = 5 if len(number) == 6 else 4
    digit, count = divmod(int(number), 10**width)
    table = _TABLE_OF_DIGIT.get(digit)
    if table is None:
        raise ValueError(
            f"'manual/{number}': manuals number coils from 1, discrete inputs from 10001, "
            f"input registers from 30001 and holding registers from 40001"
        )
    if not 1 <= count <= ADDRESS_MAX + 1:
        raise ValueError(
            f"'manual/{number}': manuals count from 1, so the first one is "
            f"{Spot(table, 0).manual}; the last is {Spot(table, ADDRESS_MAX).manual}"
        )
    return Spot(table, count - 1)
