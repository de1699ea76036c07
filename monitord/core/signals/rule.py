"""How one point's items are read: the rule that is compiled from the point of the site file.

Data only; what is done with it stands in the modules beside this one.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, Final

import msgspec

from monitord.core.signals.limits import LimitRule
from monitord.core.signals.loops import Loop, loop_of
from monitord.core.signals.measuring import MeasuringRule
from monitord.core.site import Point
from monitord.vocabulary import Kind, Limit

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
    """Which position of a contact is the quiet one. A driver's ``True`` is a closed contact.

    Of a loop with resistors at its end (one, two or three) a module measures the resistance.
    """

    NORMALLY_OPEN = "normally-open"
    NORMALLY_CLOSED = "normally-closed"
    EOL1 = "eol1"
    EOL2 = "eol2"
    EOL3 = "eol3"


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
    loop: Loop | None = None
    measuring: MeasuringRule | None = None


def rule_of(point: Point) -> SignalRule:
    """The rule of a compiled point, from its kind and ``setup``; absent keys mean defaults."""
    setup = point.setup
    scale = setup.get("scale")
    deadband = setup.get("deadband")
    debounce_ms = setup.get("debounce_ms")
    limits = setup.get("limits") or {}
    valid = limits.get("valid")
    wiring = Wiring(setup.get("wiring") or Wiring.NORMALLY_OPEN)
    loop = setup.get("loop")
    return SignalRule(
        point=point.id,
        wiring=wiring,
        debounce_ms=DEBOUNCE_MS if debounce_ms is None else int(debounce_ms),
        measured=point.kind in MEASURED or bool(setup.get("unit")) or scale not in (None, 1),
        scale=1.0 if scale is None else float(scale),
        deadband=None if deadband is None else float(deadband),
        valid=None if valid is None else (float(valid[0]), float(valid[1])),
        ignores_short=setup.get("short_pulse") == "glitch",
        loop=None if loop is None else loop_of(wiring, loop),
        measuring=_measuring(setup, limits),
    )


def _measuring(setup: Mapping[str, Any], limits: Mapping[str, Any]) -> MeasuringRule | None:
    rule = MeasuringRule(
        limits=tuple(_limits(setup, limits)),
        mean_ms=int(setup.get("mean_ms") or 0),
        stuck_ms=int(setup.get("stuck_ms") or 0),
    )
    return None if rule == MeasuringRule() else rule


def _limits(setup: Mapping[str, Any], limits: Mapping[str, Any]) -> Iterator[LimitRule]:
    """The gravest first; without an off-delay a limit is left as slowly as a contact is."""
    deadband = float(limits.get("deadband") or 0)
    on_ms = int(limits.get("on_delay_ms") or 0)
    off_ms = int(limits.get("off_delay_ms") or setup.get("debounce_ms", DEBOUNCE_MS))
    for limit in Limit:
        said = limits.get(limit.replace("-", "_"))
        if said is None:
            continue
        if isinstance(said, Mapping):
            at, within_ms = float(said["by"]), int(said["within_ms"])
        else:
            at, within_ms = float(said), 0
        yield LimitRule(limit, at, deadband, on_ms, off_ms, within_ms)
