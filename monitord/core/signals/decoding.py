"""One item of an answer as state and value. What cannot be understood is never ``normal``."""

import math
from typing import Any, Final

import msgspec

from monitord.core.signals.rule import SignalRule, Wiring
from monitord.vocabulary import PointState

TEXT_MAX: Final = 200

SignalValue = float | str | None


class Momentary(msgspec.Struct, frozen=True):
    """Something that happened and has no end; ``mark`` tells one happening from the next."""

    mark: Any
    value: SignalValue = None


def decode(rule: SignalRule, item: object) -> tuple[PointState, SignalValue]:
    """One item of an answer as state and value. Contacts have no value beside their state."""
    if isinstance(item, bool):
        return _contact(rule, item), None
    if isinstance(item, PointState):
        return item, None
    if isinstance(item, int | float):
        return _number(rule, item)
    if isinstance(item, str):
        return (PointState.NORMAL, item[:TEXT_MAX]) if rule.measured else (PointState.FAULT, None)
    return PointState.UNKNOWN, None


def _contact(rule: SignalRule, closed: bool) -> PointState:
    quiet = rule.wiring is Wiring.NORMALLY_CLOSED
    return PointState.NORMAL if closed is quiet else PointState.ACTIVE


def _number(rule: SignalRule, number: float) -> tuple[PointState, SignalValue]:
    if rule.measured:
        if not math.isfinite(number):
            return PointState.UNKNOWN, None
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
