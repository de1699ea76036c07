"""What the daemon and a worker say to each other, as frames with a bound.

A frame is its length in four bytes and then msgpack. What a worker sends is read as if it were
hostile: a frame that is too long, or is none of these, raises ``Garbage``. No frame can make the
reader run anything.
"""

import math
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Any, Final

import msgspec

from monitord.core.signals import TEXT_MAX
from monitord.driver import UNKNOWN, Counted, Paired, PointState, Quality, Reading
from monitord.driver import Item as DriverItem
from monitord.runtime.building import Order
from monitord.runtime.readings import RAW_MAX, valid
from monitord.vocabulary import Cause

#: 12,800 points of one device with a number each are 120 KB; with a text of 200 each, too many.
FRAME_MAX: Final = 1 << 20
HEAD: Final = 4
DETAIL_MAX: Final = 500
#: Of a reading's ``by`` and ``key``: what is longer names nobody and repeats nothing.
NAME_MAX: Final = 1_000
#: What a device says first: so many readings in a frame, so many frames without a receipt. Together
#: they are what the queue of a device in the daemon holds.
READINGS_MAX: Final = 125
EMITS_MAX: Final = 8
#: Of a counter: a count of more bits would be a number that fills the memory.
BITS_MAX: Final = 64
DAY_MS: Final = 86_400_000
#: Of a picture: a larger one is made smaller in the worker before it is handed over.
PICTURE_MAX: Final = 900_000
MEMORY_MIB_MAX: Final = 512


class Garbage(Exception):
    """What came is no frame of ours."""


class TooLong(Exception):
    """What should go into a frame does not fit."""


# --- what a driver says of a point ------------------------------------------------------------

Name = Annotated[str, msgspec.Meta(max_length=NAME_MAX)]
Text = Annotated[str, msgspec.Meta(max_length=TEXT_MAX)]
Millis = Annotated[int, msgspec.Meta(ge=0, le=DAY_MS)]
Scalar = bool | int | float | Text | None


class _Packed(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """Goes over the wire as an array that begins with its name."""


class State(_Packed, frozen=True, tag="state"):
    """A point state; beside it the plain text of the same letters is another thing."""

    state: PointState


class Told(_Packed, frozen=True, tag="reading"):
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


class Tallied(_Packed, frozen=True, tag="counted"):
    """A contact with its count. ``stated`` as for a reading."""

    contact: bool | int | Text
    stated: bool
    count: Annotated[int, msgspec.Meta(ge=0)]
    bits: Annotated[int, msgspec.Meta(ge=1, le=BITS_MAX)]


class Twin(_Packed, frozen=True, tag="paired"):
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


class Want(StrEnum):
    """Which picture."""

    NOW = "now"
    BEFORE = "before"
    REFERENCE = "reference"


# --- to a worker ------------------------------------------------------------------------------


class Open(_Packed, frozen=True, tag="open"):
    """Make the driver of device ``number`` and open it, over the line of that address if any."""

    id: int
    number: int
    order: Order
    line: str | None
    #: What a worker said that it had learned of this device.
    memory: Annotated[bytes, msgspec.Meta(max_length=PICTURE_MAX)] = b""


class Poll(_Packed, frozen=True, tag="poll"):
    """Ask the device once."""

    id: int
    number: int


class Close(_Packed, frozen=True, tag="close"):
    """Close the driver and forget it."""

    id: int
    number: int


class Cancel(_Packed, frozen=True, tag="cancel"):
    """Give up on a call; no answer to it is waited for."""

    id: int
    number: int


class Listen(_Packed, frozen=True, tag="listen"):
    """Listen to a device that speaks first; answered when that ends."""

    id: int
    number: int


class Receipt(_Packed, frozen=True, tag="receipt"):
    """Whether what was emitted is stored."""

    number: int
    emit: int
    stored: bool


class LeaveLine(_Packed, frozen=True, tag="leave-line"):
    """No device is on that line any more: close it."""

    address: str


class Look(_Packed, frozen=True, tag="look"):
    """A picture is wanted. ``back``: not the one that it sees now, but so many looks before."""

    id: int
    number: int
    want: Want
    back: int = 0


Call = Open | Poll | Listen | Close | Look
Ask = Call | Cancel | Receipt | LeaveLine

# --- from a worker ----------------------------------------------------------------------------


class Ready(_Packed, frozen=True, tag="ready"):
    """The first frame: the driver is imported. What the daemon must know of its class."""

    poll_ms: Millis
    timeout_ms: Millis
    silence_ms: Millis
    polls: bool
    listens: bool
    can_wait: bool
    shares_lines: bool
    memory_mib: Annotated[int, msgspec.Meta(ge=0, le=MEMORY_MIB_MAX)] = 64


class Refused(_Packed, frozen=True, tag="refused"):
    """The first frame and the last: the driver cannot be used."""

    detail: Annotated[str, msgspec.Meta(max_length=DETAIL_MAX)]


class Done(_Packed, frozen=True, tag="done"):
    """The call did what it should."""

    id: int


class Answer(_Packed, frozen=True, tag="answer"):
    """What a poll brought."""

    id: int
    items: list[Item]


class Same(_Packed, frozen=True, tag="same"):
    """What a poll brought is, to the byte, what the last one of this driver did."""

    id: int


class Emitted(_Packed, frozen=True, tag="emitted"):
    """What a device said by itself, in the call ``id`` that listens to it."""

    id: int
    emit: int
    readings: Annotated[list[Told], msgspec.Meta(max_length=READINGS_MAX)]


class Seen(_Packed, frozen=True, tag="seen"):
    """A picture, as JPEG. ``age_ms`` is how long ago it was taken; ``device_ms`` the camera's own
    clock, UTC milliseconds; ``smaller``: it is not the file that the camera gave."""

    id: int
    jpeg: Annotated[bytes, msgspec.Meta(max_length=PICTURE_MAX)]
    age_ms: Millis
    device_ms: int | None
    preset: Name
    smaller: bool


class Learned(_Packed, frozen=True, tag="learned"):
    """What the device usually looks like, for whoever looks through it later."""

    number: int
    memory: Annotated[bytes, msgspec.Meta(max_length=PICTURE_MAX)]


class Failed(_Packed, frozen=True, tag="failed"):
    """The call ended in a fault. ``hopeless``: trying again soon cannot help."""

    id: int
    cause: Cause
    hopeless: bool
    detail: Annotated[str, msgspec.Meta(max_length=DETAIL_MAX)]


Reply = Done | Answer | Same | Seen | Failed
Said = Ready | Refused | Emitted | Learned | Reply

_encoder: Final = msgspec.msgpack.Encoder()
_asks: "Final[msgspec.msgpack.Decoder[Ask]]" = msgspec.msgpack.Decoder(Ask)
_said: "Final[msgspec.msgpack.Decoder[Said]]" = msgspec.msgpack.Decoder(Said)


def framed(frame: Ask | Said) -> bytes:
    """The bytes of one frame. Raises ``TooLong``."""
    body = _encoder.encode(frame)
    if len(body) > FRAME_MAX:
        raise TooLong(f"{len(body)} bytes, {FRAME_MAX} allowed")
    return len(body).to_bytes(HEAD, "big") + body


def length_of(head: bytes) -> int:
    """How many bytes follow. Raises ``Garbage``."""
    length = int.from_bytes(head, "big")
    if not 0 < length <= FRAME_MAX:
        raise Garbage(f"a frame of {length} bytes")
    return length


def ask_of(body: bytes) -> Ask:
    """What the daemon asks."""
    return _asks.decode(body)


def said_of(body: bytes) -> Said:
    """What a worker says. Raises ``Garbage``."""
    try:
        return _said.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise Garbage(type(error).__name__) from None
