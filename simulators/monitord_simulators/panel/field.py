"""What hangs at the end of a wire, and what a panel shows of it. Pure.

A plain contact, a contact on two opposite inputs, a loop with resistors, or a sensor: each has
positions, and each position is what stands in which bits and registers.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final, NamedTuple

#: What a module with a broken wire to its sensor shows in most makes: the lowest signed value.
BURNT_OUT: Final = 0x8000


class Position(StrEnum):
    """How a tester may put what hangs there."""

    REST = "rest"
    ACTIVE = "active"
    SHORT = "short"
    CUT = "cut"
    MASKED = "masked"


class Wire(NamedTuple):
    """Where a point ends: unit, table and wire address; ``rest`` is the bit at rest."""

    unit: int
    table: str
    address: int
    rest: bool = False

    @property
    def is_bit(self) -> bool:
        """A bit, not a register."""
        return self.table in ("discrete", "coil")


#: What is written where, by position.
Positions = dict[Position, tuple[tuple[Wire, int], ...]]


def positions(point: Mapping[str, Any], wire: Wire, opposite: Wire | None) -> Positions:
    """Of a point's section; empty for a register that has no position of its own."""
    if opposite is not None:
        return {
            Position.REST: ((wire, wire.rest), (opposite, not wire.rest)),
            Position.ACTIVE: ((wire, not wire.rest), (opposite, wire.rest)),
            Position.SHORT: ((wire, True), (opposite, True)),
            Position.CUT: ((wire, False), (opposite, False)),
        }
    if wire.is_bit:
        return {
            Position.REST: ((wire, wire.rest),),
            Position.ACTIVE: ((wire, not wire.rest),),
            Position.SHORT: ((wire, True),),
            Position.CUT: ((wire, False),),
        }
    loop = point.get("loop")
    shown = _loop(str(point.get("wiring")), loop) if loop else _sensor(point)
    return {position: ((wire, value),) for position, value in shown.items()}


def raw(point: Mapping[str, Any], value: float) -> int:
    """What the register shows for a value in the point's unit."""
    return round(value / float(point.get("scale") or 1))


def _loop(wiring: str, loop: Mapping[str, Any]) -> dict[Position, int]:
    """The resistance that the loop has, seen through the module's pull-up resistor."""
    end, full = float(loop["end"]), float(loop["full"])
    pull_up = float(loop.get("pull_up") or end)
    alarm, third = float(loop.get("alarm") or 0), float(loop.get("mask") or loop.get("fault") or 0)

    def shows(ohm: float) -> int:
        return round(full * ohm / (ohm + pull_up))

    shown = {Position.REST: shows(end), Position.SHORT: 0, Position.CUT: round(full)}
    if wiring == "eol1":
        shown[Position.ACTIVE] = 0 if loop.get("closes") else round(full)
    else:
        shown[Position.ACTIVE] = shows(end + alarm)
    if third:
        shown[Position.MASKED] = shows(end + third)
    return shown


def _sensor(point: Mapping[str, Any]) -> dict[Position, int]:
    """A value in the middle of what is calm; past the furthest limit; a broken wire."""
    limits = point.get("limits") or {}
    lowest, highest = limits.get("valid") or (0, None)
    low = limits.get("low", lowest)
    high = limits.get("high", limits.get("high_high", highest))
    if high is None:
        return {}
    shown = {Position.REST: raw(point, (low + high) / 2), Position.CUT: BURNT_OUT}
    past = limits.get("high_high", limits.get("high"))
    past = limits.get("low_low", limits.get("low")) if past is None else past
    if past is not None:
        shown[Position.ACTIVE] = raw(point, past)
    return shown
