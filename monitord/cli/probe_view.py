"""What a single look at a device is to scripts and to the page: plain data, point by point."""

from collections.abc import Iterator, Sequence
from typing import Any

from monitord.core.signals import SignalRule, decode
from monitord.driver import Counted, Driver, Item, Paired, Reading
from monitord.runtime.building import Order
from monitord.runtime.readings import unwrap
from monitord.runtime.single_look import Fault, Look

View = dict[str, Any]


def head(order: Order, look: Look, busy: bool) -> View:
    fault = look.fault
    return {
        "driver": order.driver,
        "address": order.address,
        "daemon_runs": busy,
        "open_ms": _rounded(look.open_ms),
        "answer_ms": _rounded(look.poll_ms),
        "cause": None if fault is None else str(fault.cause),
        "detail": None if fault is None else fault.detail,
    }


def _rounded(ms: float | None) -> float | None:
    return None if ms is None else round(ms, 1)


def verdict(points: list[View], look: Look | None) -> View:
    """``read``: whether everything that was asked was answered."""
    whole = look is None or look.fault is None
    return {"read": whole and bool(points) and all(p["cause"] is None for p in points)}


def points(
    order: Order,
    cls: type[Driver[Any]],
    look: Look,
    rules: Sequence[SignalRule | None],
    names: Sequence[str],
) -> list[View]:
    outcomes = _outcomes(order, look)
    return [
        {
            "point": name,
            "name": names[index] if names else "",
            "place": _place(cls, section),
            **_said(outcome, rules[index]),
        }
        for index, ((name, section), outcome) in enumerate(zip(order.points, outcomes, strict=True))
    ]


def _outcomes(order: Order, look: Look) -> Iterator[Item | Fault]:
    """One per point: what it said, its own fault, or the fault of all."""
    known: Sequence[Item | Fault] = look.items or look.by_point
    yield from known
    for _ in range(len(order.points) - len(known)):
        assert look.fault is not None
        yield look.fault


def _place(cls: type[Driver[Any]], section: View | None) -> str:
    """Where it is read, in both notations where the driver knows two."""
    if section is None:
        return "of itself"
    read = getattr(cls.PointConfig.model_validate(section), "read", section.get("read", ""))
    return str(getattr(read, "words", read))


def _said(outcome: Item | Fault, rule: SignalRule | None) -> View:
    if isinstance(outcome, Fault):
        view = {"raw": None, "state": "unknown", "value": None, "quality": None}
        return {**view, "cause": str(outcome.cause), "detail": outcome.detail}
    reading = outcome if isinstance(outcome, Reading) else None
    plain = unwrap(outcome)
    contact = outcome.contact if isinstance(outcome, Counted) else plain
    state, value = (None, None) if rule is None else decode(rule, contact)
    return {
        "raw": _raw(outcome),
        "state": None if state is None else str(state),
        "value": value,
        "quality": "good" if reading is None else str(reading.quality),
        "cause": None,
        "detail": None,
    }


def _raw(item: Item) -> str | int | float | bool | None:
    match item:
        case Counted():
            contact = item.contact
            shown = int(contact) if isinstance(contact, bool) else contact
            return f"{shown}, counter {item.count}"
        case Paired():
            return f"{int(item.contact)}, opposite {int(item.opposite)}"
        case Reading():
            return item.raw if item.raw is not None else str(item.value)
        case bool() | int() | float() | str():
            return item
        case _:
            return str(item)
