"""What the daemon and a worker say to each other, as frames with a bound.

A frame is its length in four bytes and then msgpack. What a worker sends is read as if it were
hostile: a frame that is too long, or is none of these, raises ``Garbage``. No frame can make the
reader run anything.
"""

from enum import StrEnum
from typing import Annotated, Final

import msgspec

from monitord.runtime.building import Order
from monitord.runtime.workers.items import Garbage, Item, Millis, Name, Packed, Told, TooLong
from monitord.vocabulary import Cause

#: 12,800 points of one device with a number each are 120 KB; with a text of 200 each, too many.
FRAME_MAX: Final = 1 << 20
HEAD: Final = 4
DETAIL_MAX: Final = 500
#: What a device says first: so many readings in a frame, so many frames without a receipt. Together
#: they are what the queue of a device in the daemon holds.
READINGS_MAX: Final = 125
EMITS_MAX: Final = 8
#: Of a picture: a larger one is made smaller in the worker before it is handed over.
SPANS_MAX: Final = 32
PICTURE_MAX: Final = 900_000
MEMORY_MIB_MAX: Final = 512


class Want(StrEnum):
    """Which picture."""

    NOW = "now"
    BEFORE = "before"
    REFERENCE = "reference"
    #: The newest that it has, without asking the camera; and that one small, for many at a time.
    LATEST = "latest"
    SMALL = "small"


# --- to a worker ------------------------------------------------------------------------------


class Open(Packed, frozen=True, tag="open"):
    """Make the driver of device ``number`` and open it, over the line of that address if any."""

    id: int
    number: int
    order: Order
    line: str | None
    #: What a worker said that it had learned of this device.
    memory: Annotated[bytes, msgspec.Meta(max_length=PICTURE_MAX)] = b""


class Poll(Packed, frozen=True, tag="poll"):
    """Ask the device once."""

    id: int
    number: int


class Close(Packed, frozen=True, tag="close"):
    """Close the driver and forget it."""

    id: int
    number: int


class Cancel(Packed, frozen=True, tag="cancel"):
    """Give up on a call; no answer to it is waited for."""

    id: int
    number: int


class Listen(Packed, frozen=True, tag="listen"):
    """Listen to a device that speaks first; answered when that ends."""

    id: int
    number: int


class Receipt(Packed, frozen=True, tag="receipt"):
    """Whether what was emitted is stored."""

    number: int
    emit: int
    stored: bool


class Write(Packed, frozen=True, tag="write"):
    """Switch an output; answered when the device has said that it did, or why not."""

    id: int
    number: int
    output: Name
    value: bool


class Aim(Packed, frozen=True, tag="aim"):
    """Turn to a preset. ``home``: it is where the device always looks, but for alarms."""

    id: int
    number: int
    preset: Name
    home: bool


class Footage(Packed, frozen=True, tag="footage"):
    """What is missing of what the device recorded between these moments, UTC milliseconds?"""

    id: int
    number: int
    from_ms: int
    until_ms: int


class LeaveLine(Packed, frozen=True, tag="leave-line"):
    """No device is on that line any more: close it."""

    address: str


class Look(Packed, frozen=True, tag="look"):
    """A picture is wanted. ``back``: not the one that it sees now, but so many looks before."""

    id: int
    number: int
    want: Want
    back: int = 0


Call = Open | Poll | Listen | Close | Look | Write | Aim | Footage
Ask = Call | Cancel | Receipt | LeaveLine

# --- from a worker ----------------------------------------------------------------------------


class Ready(Packed, frozen=True, tag="ready"):
    """The first frame: the driver is imported. What the daemon must know of its class."""

    poll_ms: Millis
    timeout_ms: Millis
    silence_ms: Millis
    polls: bool
    listens: bool
    can_wait: bool
    shares_lines: bool
    memory_mib: Annotated[int, msgspec.Meta(ge=0, le=MEMORY_MIB_MAX)] = 64


class Refused(Packed, frozen=True, tag="refused"):
    """The first frame and the last: the driver cannot be used."""

    detail: Annotated[str, msgspec.Meta(max_length=DETAIL_MAX)]


class Done(Packed, frozen=True, tag="done"):
    """The call did what it should."""

    id: int


class Answer(Packed, frozen=True, tag="answer"):
    """What a poll brought."""

    id: int
    items: list[Item]


class Same(Packed, frozen=True, tag="same"):
    """What a poll brought is, to the byte, what the last one of this driver did."""

    id: int


class Emitted(Packed, frozen=True, tag="emitted"):
    """What a device said by itself, in the call ``id`` that listens to it."""

    id: int
    emit: int
    readings: Annotated[list[Told], msgspec.Meta(max_length=READINGS_MAX)]


class Seen(Packed, frozen=True, tag="seen"):
    """A picture, as JPEG. ``age_ms`` is how long ago it was taken; ``device_ms`` the camera's own
    clock, UTC milliseconds; ``smaller``: it is not the file that the camera gave."""

    id: int
    jpeg: Annotated[bytes, msgspec.Meta(max_length=PICTURE_MAX)]
    age_ms: Millis
    device_ms: int | None
    preset: Name
    smaller: bool


class Proof(StrEnum):
    """How it is known that a device looks where it was told to."""

    POSITION = "position"
    PICTURE = "picture"
    NONE = "none"


class Aimed(Packed, frozen=True, tag="aimed"):
    """The device was told to turn, and has had the time to; ``proof`` that it did."""

    id: int
    proof: Proof


class Missing(Packed, frozen=True, tag="missing"):
    """The spans that were not recorded, UTC milliseconds."""

    id: int
    spans: Annotated[list[tuple[int, int]], msgspec.Meta(max_length=SPANS_MAX)]


class Learned(Packed, frozen=True, tag="learned"):
    """What the device usually looks like, for whoever looks through it later."""

    number: int
    memory: Annotated[bytes, msgspec.Meta(max_length=PICTURE_MAX)]


class Failed(Packed, frozen=True, tag="failed"):
    """The call ended in a fault. ``hopeless``: trying again soon cannot help."""

    id: int
    cause: Cause
    hopeless: bool
    detail: Annotated[str, msgspec.Meta(max_length=DETAIL_MAX)]


Reply = Done | Answer | Same | Seen | Aimed | Missing | Failed
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
