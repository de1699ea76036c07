"""One item of an answer as state and value. What cannot be understood is never ``normal``."""

import math
from typing import Any, Final

import msgspec

from monitord.core.signals.loops import band_of
from monitord.core.signals.rule import SignalRule, Wiring
from monitord.core.signals.sensed import SignalValue
from monitord.vocabulary import PointState

TEXT_MAX: Final = 200

#: What a person reads beside a tamper of a pair.
ALIKE: Final = "both inputs alike"


class Momentary(msgspec.Struct, frozen=True):
    """Something that happened and has no end; ``mark`` tells one happening from the next."""

    mark: Any
    value: SignalValue = None


class Pair(msgspec.Struct, frozen=True):
    """A contact, and a second input that says the opposite as long as nobody touches the line."""

    contact: Any
    opposite: Any


def decode(rule: SignalRule, item: object) -> tuple[PointState, SignalValue]:
    """One item of an answer as state and value. Contacts have no value beside their state."""
    if isinstance(item, bool):
        return _contact(rule, item), None
    if isinstance(item, PointState):
        return item, None
    if isinstance(item, int | float):
        return _number(rule, item)
    if isinstance(item, Pair):
        return _pair(rule, item)
    if isinstance(item, str):
        return (PointState.NORMAL, item[:TEXT_MAX]) if rule.measured else (PointState.FAULT, None)
    return PointState.UNKNOWN, None


def _pair(rule: SignalRule, pair: Pair) -> tuple[PointState, SignalValue]:
    if not _is_bit(pair.contact) or not _is_bit(pair.opposite):
        return PointState.UNKNOWN, None
    if bool(pair.contact) is bool(pair.opposite):
        return PointState.TAMPER, ALIKE
    return _contact(rule, bool(pair.contact)), None


def _is_bit(item: object) -> bool:
    return isinstance(item, int) and item in (0, 1)


def _contact(rule: SignalRule, closed: bool) -> PointState:
    quiet = rule.wiring is Wiring.NORMALLY_CLOSED
    return PointState.NORMAL if closed is quiet else PointState.ACTIVE


def _number(rule: SignalRule, number: float) -> tuple[PointState, SignalValue]:
    if rule.loop is not None:
        band = band_of(rule.loop, number)
        return band.state, band.words or None
    if rule.measured:
        if not math.isfinite(number):
            return PointState.FAULT, None  # so a module says that its sensor is cut
        value = round(number * rule.scale, 9)
        if rule.valid is not None and not rule.valid[0] <= value <= rule.valid[1]:
            return PointState.FAULT, None  # a broken sensor's number must not be read as a level
        return PointState.NORMAL, value
    if number in (0, 1):
        return _contact(rule, bool(number)), None
    return PointState.FAULT, None  # a contact that answers 7 is wired or configured wrongly


def moved(rule: SignalRule, believed: object, value: SignalValue) -> bool:
    """Texts tell every change; numbers those that reach the deadband."""
    if isinstance(value, str) or isinstance(believed, str):
        return value != believed
    if value is None or not isinstance(believed, int | float):
        return value is not believed
    return rule.deadband is not None and abs(value - believed) >= rule.deadband > 0
