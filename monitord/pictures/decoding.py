"""From bytes that a camera gave to a grey picture of one size, with limits before anything is done.

What a header claims is read before a decoder sees the bytes: a file of a kilobyte may say that it
is a picture of gigabytes. It never raises anything but ``BadPicture``.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]

#: Every picture is measured at this size, whatever the camera's own is.
WIDTH: Final = 640
HEIGHT: Final = 360
BYTES_MAX: Final = 12 * 1024 * 1024
SIDE_MAX: Final = 8_192
PIXELS_MAX: Final = 40_000_000
SIDE_MIN: Final = 64

_FRAMES: Final = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_BARE: Final = frozenset({0x01, *range(0xD0, 0xD9)})
#: Segments before the header of the picture: comments, thumbnails, colour tables.
_SEGMENTS_MAX: Final = 256


class BadPicture(ValueError):
    """What came is no picture that can be looked at; the words say why."""


def decode(jpeg: bytes) -> Grey:
    """The picture in grey, ``HEIGHT`` by ``WIDTH``. Raises ``BadPicture``."""
    width, height = size_of(jpeg)
    flag = _reduced(width, height)
    try:
        found = cv2.imdecode(np.frombuffer(jpeg, np.uint8), flag)
    except cv2.error:
        found = None
    if found is None or found.size == 0:
        raise BadPicture("it is no JPEG that can be read")
    shrink = {
        cv2.IMREAD_GRAYSCALE: 1,
        cv2.IMREAD_REDUCED_GRAYSCALE_2: 2,
        cv2.IMREAD_REDUCED_GRAYSCALE_4: 4,
        cv2.IMREAD_REDUCED_GRAYSCALE_8: 8,
    }[flag]
    if found.shape[:2] != (-(-height // shrink), -(-width // shrink)):
        raise BadPicture("its header lies about its size")
    return fit(np.asarray(found, np.uint8))


def fit(image: NDArray[np.uint8]) -> Grey:
    """An image of any size, grey or BGR, as it is measured. Raises ``BadPicture``."""
    if image.ndim == 3 and image.shape[2] == 3:
        image = np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), np.uint8)
    if image.ndim != 2 or image.dtype != np.uint8 or min(image.shape) < SIDE_MIN // 8:
        raise BadPicture("it is no picture of a size that can be looked at")
    if image.shape == (HEIGHT, WIDTH):
        return image
    return np.asarray(cv2.resize(image, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA), np.uint8)


def size_of(jpeg: bytes) -> tuple[int, int]:
    """Width and height that the header says, within the limits. Raises ``BadPicture``."""
    if len(jpeg) > BYTES_MAX:
        raise BadPicture(f"it has {len(jpeg)} bytes, {BYTES_MAX} at most")
    if not jpeg.startswith(b"\xff\xd8"):
        raise BadPicture("it is no JPEG")
    at = 2
    for _ in range(_SEGMENTS_MAX):
        while jpeg[at : at + 1] == b"\xff" and jpeg[at + 1 : at + 2] == b"\xff":
            at += 1
        if at + 9 > len(jpeg) or jpeg[at] != 0xFF:
            break
        marker, length = jpeg[at + 1], int.from_bytes(jpeg[at + 2 : at + 4], "big")
        if marker in _FRAMES:
            height = int.from_bytes(jpeg[at + 5 : at + 7], "big")
            width = int.from_bytes(jpeg[at + 7 : at + 9], "big")
            return _checked(width, height)
        at += 2 if marker in _BARE else 2 + length
    raise BadPicture("it is cut off, or no JPEG")


def _checked(width: int, height: int) -> tuple[int, int]:
    if not (SIDE_MIN <= width <= SIDE_MAX and SIDE_MIN <= height <= SIDE_MAX):
        raise BadPicture(f"it says that it is {width} x {height}: {SIDE_MIN} to {SIDE_MAX}")
    if width * height > PIXELS_MAX:
        raise BadPicture(f"it says that it has {width * height} points, {PIXELS_MAX} at most")
    return width, height


def _reduced(width: int, height: int) -> int:
    """The cheapest way to decode that is still as large as it is measured."""
    if width >= 8 * WIDTH and height >= 8 * HEIGHT:
        return cv2.IMREAD_REDUCED_GRAYSCALE_8
    if width >= 4 * WIDTH and height >= 4 * HEIGHT:
        return cv2.IMREAD_REDUCED_GRAYSCALE_4
    if width >= 2 * WIDTH and height >= 2 * HEIGHT:
        return cv2.IMREAD_REDUCED_GRAYSCALE_2
    return cv2.IMREAD_GRAYSCALE
