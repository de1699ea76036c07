"""What a person may write about one point of a Modbus device in the site file."""

from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from monitord_drivers.modbus.address import ADDRESS_MAX, Spot
from monitord_drivers.modbus.config import SpotText


class Format(StrEnum):
    """How the bits of a register, or of two in a row, make a number."""

    U16 = "u16"
    I16 = "i16"
    U32 = "u32"
    I32 = "i32"
    F32 = "f32"

    @property
    def is_wide(self) -> bool:
        """Whether the number takes two registers."""
        return self in (Format.U32, Format.I32, Format.F32)


class Order(StrEnum):
    """Which of two registers holds the higher 16 bits; within one, Modbus leaves no choice."""

    BIG = "big"
    LITTLE = "little"


class ModbusPointConfig(BaseModel):
    """One point: where it is read and, for a register, how."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    read: SpotText = Field(description="Where the point is read, as in discrete/8 or manual/10009.")
    format: Format | None = Field(
        default=None,
        description="For registers: u16 (as it stands) or i16 (may be negative); for two in a "
        "row: u32, i32 or f32.",
    )
    order: Order | None = Field(
        default=None,
        description="For two registers: the higher half comes first (big, usual) or last (little).",
    )

    counter: SpotText | None = Field(
        default=None,
        description="The register in which the module counts this contact's pulses, as in "
        "input/32: a pulse between two polls is seen by it.",
    )
    counter_bits: int = Field(
        default=16,
        alias="counter-bits",
        description="16, or 32 where two registers in a row hold the count ('order' as for u32).",
    )

    opposite: SpotText | None = Field(
        default=None,
        description="A second bit that always says the opposite of `read`, as in discrete/1: two "
        "that agree are a cable that was cut or shorted.",
    )

    @model_validator(mode="after")
    def _bits_have_no_format(self) -> Self:
        if self.format is not None and self.read.table.is_bits:
            raise ValueError(
                f"{self.read} is a single bit: leave 'format' out, it is for registers"
            )
        return self

    @model_validator(mode="after")
    def _two_registers(self) -> Self:
        for spot in (wide := self.wide_spots):
            if spot.address == ADDRESS_MAX:
                raise ValueError(f"{spot} is the last register: a 32-bit number needs two")
        if not wide and self.order is not None:
            raise ValueError("'order' is for two registers: write format u32, i32 or f32, too")
        return self

    @model_validator(mode="after")
    def _counter(self) -> Self:
        if self.counter_bits not in (16, 32):
            raise ValueError(f"'counter-bits' is 16 or 32, not {self.counter_bits}")
        if self.counter is None:
            if self.counter_bits != 16:
                raise ValueError("'counter-bits' without a counter: write 'counter: input/32', too")
        elif self.counter.table.is_bits:
            raise ValueError(f"{self.counter} is a single bit: a counter is a register")
        elif self.format is not None:
            raise ValueError("a counter belongs to a contact: leave 'format' out")
        elif self.counter == self.read:
            raise ValueError(f"{self.read} is the contact itself: name the register that counts")
        return self

    @model_validator(mode="after")
    def _opposite(self) -> Self:
        if self.opposite is None:
            return self
        if not (self.opposite.table.is_bits and self.read.table.is_bits):
            raise ValueError("'opposite' is for two single bits, as in discrete/0 and discrete/1")
        if self.opposite == self.read:
            raise ValueError(f"{self.read} is the contact itself: name the bit that says otherwise")
        if self.counter is not None:
            raise ValueError("a pair of bits has no counter: leave one of the two out")
        return self

    @property
    def is_wide(self) -> bool:
        """Whether the register after ``read`` belongs to the point, too."""
        return self.format is not None and self.format.is_wide

    @property
    def wide_spots(self) -> tuple[Spot, ...]:
        """Those of its registers that are followed by a second half."""
        counter = self.counter if self.counter_bits == 32 else None
        return tuple(s for s in (self.read if self.is_wide else None, counter) if s is not None)

    @property
    def spots(self) -> tuple[Spot, ...]:
        """All that is read for it, second halves aside."""
        return tuple(s for s in (self.read, self.counter, self.opposite) if s is not None)
