"""What a place looks like: a few pictures of it, each in another light, kept as they were."""

import math
from collections.abc import Mapping
from typing import Final

import cv2
import msgspec
import numpy as np

from monitord.pictures.decoding import BadPicture, decode
from monitord.pictures.measuring import Look, look

#: Day, lamps, night, and what else a place is lit by; the oldest after the first one goes.
LIGHTS_MAX: Final = 6
QUALITY: Final = 92
PRESETS_MAX: Final = 32


class Reference:
    """A picture of the place, with how noisy the camera was then.

    ``least`` is the least noise it ever had in this light, by so many looks (``seen_for``).
    """

    def __init__(self, seen: Look, noise: float) -> None:
        self.look, self.noise = seen, noise
        self.least = math.inf
        self.seen_for = 0

    def jpeg(self) -> bytes:
        """The picture, for people and for keeping."""
        done, data = cv2.imencode(".jpg", self.look.grey, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
        return np.asarray(data).tobytes() if done else b""


class Place:
    """The references of one view, the founding one first: that one never goes."""

    def __init__(self) -> None:
        self.references: list[Reference] = []

    def learn(self, reference: Reference) -> None:
        """One more light."""
        if len(self.references) >= LIGHTS_MAX:
            del self.references[1]
        self.references.append(reference)


class _Kept(msgspec.Struct, array_like=True, frozen=True):
    jpeg: bytes
    noise: float
    least: float = math.inf
    seen_for: int = 0


def to_bytes(places: Mapping[str, Place]) -> bytes:
    """All of it, for a checker that is begun later."""
    kept = {
        preset: [_Kept(one.jpeg(), one.noise, one.least, one.seen_for) for one in place.references]
        for preset, place in list(places.items())[:PRESETS_MAX]
    }
    return msgspec.msgpack.encode(kept)


def from_bytes(data: bytes) -> dict[str, Place]:
    """What was kept. Raises ``BadPicture`` for anything else."""
    try:
        kept = msgspec.msgpack.decode(data, type=dict[str, list[_Kept]])
    except msgspec.MsgspecError:
        raise BadPicture("these are no references") from None
    places: dict[str, Place] = {}
    for preset, found in kept.items():
        place = places[preset] = Place()
        for one in found[:LIGHTS_MAX]:
            reference = Reference(look(decode(one.jpeg)), one.noise)
            reference.least, reference.seen_for = one.least, one.seen_for
            place.learn(reference)
    return places
