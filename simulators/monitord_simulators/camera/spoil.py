"""What can go wrong with a picture: a closed list, and what each does to a good one.

A spoilt picture is a function of the good one and of how long the fault has lasted, so that a
cover can come slowly.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, assert_never

import cv2
import numpy as np

from monitord_simulators.camera.room import Image, as_image

_BLUR_MAX: Final = 50.0
_NOISE_MAX: Final = 120.0
_EDGE: Final = 0.06  # how soft the rim of a cover is, in parts of the width


class PictureFault(StrEnum):
    """What is wrong with the picture."""

    FREEZE = "freeze"  # the same picture again and again; see ``overlay`` and ``reencoded``
    BLACK = "black"  # a lens cap, a dead sensor
    WHITE = "white"  # a lamp into the lens
    COVER = "cover"  # a cloth over the lens, at once or over ``over_s``
    BLUR = "blur"  # out of focus by ``amount`` pixels
    SPRAY = "spray"  # a milky coat on the glass: blurred, pale and bright; ``amount`` 0 to 1
    TURN = "turn"  # looks ``amount`` pixels to the side
    NOISE = "noise"  # a failing sensor: noise of ``amount`` grey values
    NO_SIGNAL = "no-signal"  # the card that an encoder shows when its camera is gone


@dataclass(frozen=True, slots=True)
class Spoil:
    """One fault of the picture.

    ``amount`` is how much: pixels of blur or turn, grey values of noise, the covered part of a
    cover (1.0: all). ``over_s`` is how slowly it comes. A frozen picture may have a clock that
    runs on (``overlay``), and may be compressed anew each time (``reencoded``).
    """

    kind: PictureFault
    amount: float | None = None
    over_s: float = 0.0
    overlay: bool = False
    reencoded: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.over_s <= 86_400:
            raise ValueError(f"over {self.over_s} s: from 0 to a day")
        if self.amount is not None and abs(self.amount) > 2_000:
            raise ValueError(f"an amount of {self.amount}: at most 2000")


def apply(spoil: Spoil, image: Image, lasted_s: float, chance: np.random.Generator) -> Image:
    """``image`` as it is seen ``lasted_s`` after the fault began. FREEZE is the scene's own."""
    part = 1.0 if spoil.over_s <= 0 else min(1.0, max(0.0, lasted_s / spoil.over_s))
    amount = spoil.amount
    match spoil.kind:
        case PictureFault.FREEZE:
            return image
        case PictureFault.BLACK:
            return _flat(image, 3, part, chance)
        case PictureFault.WHITE:
            return _flat(image, 251, part, chance)
        case PictureFault.COVER:
            return _covered(image, part * min(1.0, 1.0 if amount is None else amount))
        case PictureFault.BLUR:
            sigma = min(_BLUR_MAX, (4.0 if amount is None else amount) * part)
            return image if sigma <= 0 else as_image(cv2.GaussianBlur(image, (0, 0), sigma))
        case PictureFault.SPRAY:
            return _sprayed(image, part * min(1.0, 1.0 if amount is None else amount))
        case PictureFault.TURN:
            return turned(image, (120.0 if amount is None else amount) * part)
        case PictureFault.NOISE:
            sigma = min(_NOISE_MAX, (25.0 if amount is None else amount) * part)
            snow = chance.normal(0, sigma, image.shape[:2]).astype(np.float32)[:, :, None]
            return as_image(np.clip(image + snow, 0, 255))
        case PictureFault.NO_SIGNAL:
            return _no_signal(image)
        case _:
            assert_never(spoil.kind)


def turned(image: Image, pixels: float) -> Image:
    """The picture of a camera that looks ``pixels`` further to the right."""
    if round(pixels) == 0:
        return image
    height, width = image.shape[:2]
    move = np.array([[1, 0, -float(pixels)], [0, 1, 0]], np.float32)
    return as_image(cv2.warpAffine(image, move, (width, height), borderMode=cv2.BORDER_REFLECT))


def _flat(image: Image, level: int, part: float, chance: np.random.Generator) -> Image:
    flat = np.full_like(image, level)
    flat += chance.integers(0, 3, image.shape[:2], np.uint8)[:, :, None]
    return flat if part >= 1 else as_image(cv2.addWeighted(flat, part, image, 1 - part, 0))


def _covered(image: Image, part: float) -> Image:
    """A dark cloth from the left over ``part`` of the picture, soft at its rim."""
    if part <= 0:
        return image
    width = image.shape[1]
    across = np.linspace(0, 1, width, dtype=np.float32)
    rim = np.clip((across - part * (1 + _EDGE)) / _EDGE + 1, 0, 1)[None, :, None]
    cloth = np.array([38, 36, 41], np.float32)
    return as_image(image * rim + cloth * (1 - rim))


def _sprayed(image: Image, thick: float) -> Image:
    """Light is spread by what is on the glass, and some of its own comes on top."""
    if thick <= 0:
        return image
    spread = cv2.GaussianBlur(image, (0, 0), 12 * thick).astype(np.float32)
    return as_image(np.clip(spread * (1 - 0.6 * thick) + 100 * thick, 0, 255))


def _no_signal(image: Image) -> Image:
    card = np.zeros_like(image)
    card[:] = (140, 30, 10)
    height, width = card.shape[:2]
    scale = height / 240
    (wide, high), _ = cv2.getTextSize("NO SIGNAL", cv2.FONT_HERSHEY_SIMPLEX, scale, 2)
    place = ((width - wide) // 2, (height + high) // 2)
    cv2.putText(card, "NO SIGNAL", place, cv2.FONT_HERSHEY_SIMPLEX, scale, (235, 235, 235), 2)
    return card
