"""End-of-line resistors: which state a supervised loop is in, by the ratio that a module measures.

Theory of operation. A module feeds the loop through a pull-up resistor and measures which part of
its supply stands across the loop: ratio = R / (R + pull-up), 0 for a short, 1 for a cut. Each
resistance that the loop can have in order has a band of 10 % around it; a short and a cut have
theirs at both ends; what lies between is a resistance that nothing in order has, a fault. A state
is left only when the ratio has gone past its band by 2 %, or by half of the gap to the next band
where that is less, so that nothing flutters at an edge. Every ratio is in exactly one state.

=====  =======  =======  =======  ==========  ==============  =====
wiring  short    end      + alarm  + mask      + alarm + mask  cut
=====  =======  =======  =======  ==========  ==============  =====
eol1   tamper   normal   -        -           -               active
eol2   tamper   normal   active   -           -               tamper
eol3   tamper   normal   active   tamper      tamper          tamper
=====  =======  =======  =======  ==========  ==============  =====

``eol1`` around a contact that closes on alarm: short is active and a cut is a tamper. ``eol3`` with
a ``fault`` resistor in place of ``mask``: that one alone is a fault; with the alarm it is masked.
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from monitord.vocabulary import PointState

TOLERANCE: Final = 0.10
HYSTERESIS: Final = 0.02
#: A short has less than this part of the lowest resistance in order; a cut so many of the highest.
SHORT_PART: Final = 1 / 3
CUT_TIMES: Final = 2.5

#: What a person reads beside the state.
SHORT: Final = "short"
CUT: Final = "cut"
MASKED: Final = "masked"
FAULTY: Final = "detector fault"
DRIFT: Final = "resistance out of every band"
OUTSIDE: Final = "measured past the end of the scale"


class Band(msgspec.Struct, frozen=True):
    """Ratios ``low`` to ``high``, both in it, are ``state``."""

    low: float
    high: float
    state: PointState
    words: str = ""


class Loop(msgspec.Struct, frozen=True):
    """``full`` is what the register shows at ratio 1; the bands ascend and do not overlap."""

    full: float
    bands: tuple[Band, ...]


def loop_of(wiring: str, setup: Mapping[str, Any]) -> Loop:
    """The bands of a wiring, from resistors in ohm.

    ``end``, ``pull_up`` (as ``end`` where it is left out), ``alarm``, ``mask`` or ``fault``,
    ``full``; ``closes`` where the contact of an ``eol1`` closes on alarm.
    """
    end = float(setup["end"])
    pull_up = float(setup.get("pull_up") or end)
    alarm = float(setup.get("alarm") or 0)
    third = float(setup.get("mask") or setup.get("fault") or 0)
    orders = [(end, PointState.NORMAL, "")]
    if wiring != "eol1":
        orders.append((end + alarm, PointState.ACTIVE, ""))
    if wiring == "eol3":
        masks = bool(setup.get("mask"))
        alone = (PointState.TAMPER, MASKED) if masks else (PointState.FAULT, FAULTY)
        orders.append((end + third, *alone))
        orders.append((end + alarm + third, PointState.TAMPER, MASKED))
    orders.sort(key=lambda order: order[0])
    shorted, cut = (PointState.TAMPER, SHORT), (PointState.TAMPER, CUT)
    if wiring == "eol1" and setup.get("closes"):
        shorted = (PointState.ACTIVE, "")
    elif wiring == "eol1":
        cut = (PointState.ACTIVE, "")
    return Loop(
        full=float(setup["full"]),
        bands=(
            Band(0.0, _ratio(end * SHORT_PART, pull_up), *shorted),
            *(
                Band(
                    _ratio(ohm * (1 - TOLERANCE), pull_up),
                    _ratio(ohm * (1 + TOLERANCE), pull_up),
                    state,
                    words,
                )
                for ohm, state, words in orders
            ),
            Band(_ratio(orders[-1][0] * CUT_TIMES, pull_up), 1.0, *cut),
        ),
    )


def overlaps(loop: Loop) -> bool:
    """Whether two of its states cannot be told apart."""
    return any(
        upper.low <= lower.high for lower, upper in zip(loop.bands, loop.bands[1:], strict=False)
    )


def band_of(loop: Loop, reading: float, held: Band | None = None) -> Band:
    """The band that a register's value is in; ``held`` is the one before, which lets go late."""
    ratio = reading / loop.full
    if not -HYSTERESIS <= ratio <= 1 + HYSTERESIS:  # not a number, too
        return _OUTSIDE
    ratio = min(1.0, max(0.0, ratio))
    for band in loop.bands:
        if band.low <= ratio <= band.high:
            return band
    if held in loop.bands and _reach(loop, held, ratio):
        return held
    return _DRIFT


_DRIFT: Final = Band(0.0, 1.0, PointState.FAULT, DRIFT)
_OUTSIDE: Final = Band(0.0, 1.0, PointState.FAULT, OUTSIDE)


def _reach(loop: Loop, band: Band, ratio: float) -> bool:
    """Whether a ratio outside of every band is still near enough to this one."""
    place = loop.bands.index(band)
    if ratio < band.low:
        gap = band.low - loop.bands[place - 1].high
        return band.low - ratio < min(HYSTERESIS, gap / 2)
    gap = loop.bands[place + 1].low - band.high
    return ratio - band.high < min(HYSTERESIS, gap / 2)


def _ratio(ohm: float, pull_up: float) -> float:
    return ohm / (ohm + pull_up)
