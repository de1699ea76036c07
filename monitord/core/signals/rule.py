"""How one point's items are read: the rule that is compiled from the point of the site file.

Data only; what is done with it stands in the modules beside this one.
"""

from enum import StrEnum
from typing import Final

import msgspec

from monitord.core.site import Point
from monitord.vocabulary import Kind

DEBOUNCE_MS: Final = 400

#: Kinds whose bare numbers and texts are values; of all others they are contacts.
MEASURED: Final = frozenset(
    {
        Kind.WATER_LEVEL,
        Kind.WIND,
        Kind.GUST,
        Kind.TEMPERATURE,
        Kind.HUMIDITY,
        Kind.VALUE,
        Kind.EVENT,
    }
)


class Wiring(StrEnum):
    """Which position of a contact is the quiet one. A driver's ``True`` is a closed contact."""

    NORMALLY_OPEN = "normally-open"
    NORMALLY_CLOSED = "normally-closed"


class SignalRule(msgspec.Struct, frozen=True):
    """How one point's items are read. ``deadband`` is in the unit of the scaled value."""

    point: str
    wiring: Wiring = Wiring.NORMALLY_OPEN
    debounce_ms: int = DEBOUNCE_MS
    measured: bool = False
    scale: float = 1.0
    deadband: float | None = None
    valid: tuple[float, float] | None = None  # of the scaled value; outside, the sensor is at fault
    ignores_short: bool = False  # a counted pulse that was shorter than 400 ms is no alarm


def rule_of(point: Point) -> SignalRule:
    """The rule of a compiled point, from its kind and ``setup``; absent keys mean defaults."""
    setup = point.setup
    scale = setup.get("scale")
    deadband = setup.get("deadband")
    debounce_ms = setup.get("debounce_ms")
    valid = (setup.get("limits") or {}).get("valid")
    return SignalRule(
        point=point.id,
        wiring=Wiring(setup.get("wiring") or Wiring.NORMALLY_OPEN),
        debounce_ms=DEBOUNCE_MS if debounce_ms is None else int(debounce_ms),
        measured=point.kind in MEASURED or bool(setup.get("unit")) or scale not in (None, 1),
        scale=1.0 if scale is None else float(scale),
        deadband=None if deadband is None else float(deadband),
        valid=None if valid is None else (float(valid[0]), float(valid[1])),
        ignores_short=setup.get("short_pulse") == "glitch",
    )
