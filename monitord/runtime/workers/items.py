"""What a driver says of a point, as it goes over a worker's socket, and back again.

What nobody could read as a value is unknown there. What a worker sends is read as if it were
hostile: each text and number has a bound, and what is no item raises ``Garbage``.
"""

import math
from collections.abc import Sequence
from typing import Annotated, Any, Final

import msgspec

from monitord.core.signals import TEXT_MAX
from monitord.driver import UNKNOWN, Counted, Paired, PointState, Quality, Reading
from monitord.driver import Item as DriverItem
from monitord.runtime.readings import RAW_MAX, valid

#: Of a reading's ``by`` and ``key``: what is longer names nobody and repeats nothing.
NAME_MAX: Final = 1_000
#: Of a counter: a count of more bits would be a number that fills the memory.
BITS_MAX: Final = 64
DAY_MS: Final = 86_400_000


class Garbage(Exception):
    """What came is no frame of ours."""


class TooLong(Exception):
    """What should go into a frame does not fit."""


Name = Annotated[str, msgspec.Meta(max_length=NAME_MAX)]
Text = Annotated[str, msgspec.Meta(max_length=TEXT_MAX)]
Millis = Annotated[int, msgspec.Meta(ge=0, le=DAY_MS)]
Scalar = bool | int | float | Text | None


class Packed(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """Goes over the wire as an array that begins with its name."""


class State(Packed, frozen=True, tag="state"):
    """A point state; beside it the plain text of the same letters is another thing."""

    state: PointState


class Told(Packed, frozen=True, tag="reading"):
    """A reading. ``stated`` says that the value is a point state and not a text."""

    point: Name
    value: Scalar
    stated: bool
    quality: Quality
    device_ms: int | None
    once: bool
    by: Name | None
    key: Name | None
    raw: Annotated[str, msgspec.Meta(max_length=RAW_MAX)] | None


class Tallied(Packed, frozen=True, tag="counted"):
    """A contact with its count. ``stated`` as for a reading."""

    contact: bool | int | Text
    stated: bool
    count: Annotated[int, msgspec.Meta(ge=0)]
    bits: Annotated[int, msgspec.Meta(ge=1, le=BITS_MAX)]


class Twin(Packed, frozen=True, tag="paired"):
    """A contact on two inputs."""

    contact: bool | int
    opposite: bool | int


Item = bool | int | float | Text | None | State | Told | Tallied | Twin


def packed(item: object) -> Item:
    """An item of a driver's for the wire; what nobody could read as a value is unknown there.

    Raises ``TooLong``.
    """
    if isinstance(item, Reading):
        value = item.value
        return Told(
            point=_name(item.point) or "",
            value=_scalar(value),
            stated=isinstance(value, PointState),
            quality=Quality(item.quality),
            device_ms=_millis(item.device_ms),
            once=bool(item.once),
            by=_name(item.by),
            key=_name(item.key),
            raw=None if item.raw is None else valid(str(item.raw)[:RAW_MAX]),
        )
    if isinstance(item, Counted):
        contact = _scalar(item.contact)
        if contact is None or isinstance(contact, float):
            return None
        if not (item.count >= 0 and 1 <= item.bits <= BITS_MAX):
            return None
        stated = isinstance(item.contact, PointState)
        return Tallied(contact, stated, int(item.count), int(item.bits))
    if isinstance(item, PointState):
        return State(item)
    if isinstance(item, Paired):
        contact, opposite = _scalar(item.contact), _scalar(item.opposite)
        if not isinstance(contact, int) or not isinstance(opposite, int):
            return None
        return Twin(contact, opposite)
    return _scalar(item)


def unpacked(items: Sequence[Any]) -> list[DriverItem]:
    """The items as the driver gave them. Raises ``Garbage``."""
    return [item if type(item) in _PLAIN else _unpacked(item) for item in items]


def reading_of(told: Told) -> Reading:
    """The reading that was told. Raises ``Garbage``."""
    return Reading(
        point=told.point,
        value=_value(told.value, stated=told.stated),
        quality=told.quality,
        device_ms=told.device_ms,
        once=told.once,
        by=told.by,
        key=told.key,
        raw=told.raw,
    )


_PLAIN: Final = frozenset({bool, int, float, str})


def _unpacked(item: Item) -> DriverItem:
    match item:
        case None:
            return UNKNOWN
        case State(state=state):
            return state
        case Told():
            return reading_of(item)
        case Tallied():
            contact = _value(item.contact, stated=item.stated)
            return Counted(contact, item.count, item.bits)
        case Twin(contact=contact, opposite=opposite):
            return Paired(contact, opposite)
        case _:
            return item


def _value(value: Scalar, *, stated: bool) -> Any:
    if not stated:
        return UNKNOWN if value is None else value
    try:
        return PointState(str(value))
    except ValueError:
        raise Garbage("a state that is none") from None


def _scalar(value: object) -> Scalar:
    if isinstance(value, PointState):
        return value.value
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value) if -(2**63) <= value < 2**63 else math.inf
    if isinstance(value, float):
        return float(value)
    return valid(value[:TEXT_MAX]) if isinstance(value, str) else None


def _millis(value: object) -> int | None:
    return int(value) if isinstance(value, int) and abs(value) < 2**53 else None


def _name(name: object) -> str | None:
    if name is None:
        return None
    text = valid(str(name))
    if len(text) > NAME_MAX:
        raise TooLong(f"a point, user or key of more than {NAME_MAX} characters")
    return text
