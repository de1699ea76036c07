"""A small H.264 encoder of baseline pictures that loses nothing.

A key picture holds every macroblock as plain samples (I_PCM); the pictures between repeat it
(all macroblocks skipped). Every decoder must read that, and what it shows is the same to the last
bit, so that a test can compare. It costs bandwidth, which loopback has.
"""

import re
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from monitord_simulators.camera.room import Image

Bytes = npt.NDArray[np.uint8]

_MACROBLOCK: Final = 16
_PROFILE: Final = bytes((66, 0xC0, 30))  # constrained baseline, level 3
_MACROBLOCKS_MAX: Final = 1_620  # of a picture at that level
_FRAME_NUMBER_BITS: Final = 8
GROUP_MAX: Final = 1 << _FRAME_NUMBER_BITS
_ALIGNED_PCM: Final = bytes((0b00001101, 0))  # the type I_PCM, ue(25), and zeros up to a byte
_NAL_SEQUENCE, _NAL_PICTURE, _NAL_KEY, _NAL_REPEAT = 0x67, 0x68, 0x65, 0x41


class BitWriter:
    """Bits, most significant first."""

    def __init__(self) -> None:
        self._bits: list[str] = []

    def fixed(self, value: int, width: int) -> "BitWriter":
        """u(width)."""
        self._bits.append(f"{value:0{width}b}")
        return self

    def unsigned(self, *values: int) -> "BitWriter":
        """ue(v): a number by Exp-Golomb."""
        for value in values:
            digits = f"{value + 1:b}"
            self._bits.append("0" * (len(digits) - 1) + digits)
        return self

    def ended(self) -> bytes:
        """The bytes, with the stop bit that ends every payload."""
        return self.fixed(1, 1).aligned()

    def aligned(self) -> bytes:
        """The bytes, filled up with zeros."""
        text = "".join(self._bits)
        text += "0" * (-len(text) % 8)
        return int(text, 2).to_bytes(len(text) // 8, "big")


class Encoder:
    """Pictures of one size, ``rate`` a second. Raises ``ValueError`` for a size that is too large.

    Each method answers NAL units without start codes.
    """

    def __init__(self, size: tuple[int, int], rate: int) -> None:
        self.size = size
        self.rate = rate
        width, height = size
        self._across, self._down = -(-width // _MACROBLOCK), -(-height // _MACROBLOCK)
        if width % 2 or height % 2 or self._across * self._down > _MACROBLOCKS_MAX:
            raise ValueError(f"a stream of {width}x{height}: even, and 720x576 at most")
        self.sequence = _unit(_NAL_SEQUENCE, self._sequence())
        self.picture = _unit(_NAL_PICTURE, _picture())

    def key(self, planes: tuple[Bytes, Bytes, Bytes], number: int) -> bytes:
        """The picture itself. ``number`` differs between a key picture and the next."""
        header = BitWriter().unsigned(0, 7, 0).fixed(0, _FRAME_NUMBER_BITS).unsigned(number % 2)
        header.fixed(0, 2)  # nothing of earlier pictures is kept
        header.unsigned(0, 1)  # the usual quantiser; no filter over block edges
        header.unsigned(25)  # I_PCM
        blocks = np.concatenate(
            [self._blocks(plane, side) for plane, side in zip(planes, (16, 8, 8), strict=True)],
            axis=1,
        )
        typed = np.empty((len(blocks), len(_ALIGNED_PCM) + blocks.shape[1]), np.uint8)
        typed[:, : len(_ALIGNED_PCM)] = np.frombuffer(_ALIGNED_PCM, np.uint8)
        typed[:, len(_ALIGNED_PCM) :] = blocks
        payload = header.aligned() + typed.tobytes()[len(_ALIGNED_PCM) :] + b"\x80"
        return _unit(_NAL_KEY, payload)

    def repeat(self, number: int) -> bytes:
        """The same picture again, as the ``number``-th after the key picture, from 1."""
        bits = BitWriter().unsigned(0, 5, 0).fixed(number % GROUP_MAX, _FRAME_NUMBER_BITS)
        bits.fixed(0, 3)  # the one reference, in its order, and no marking of its own
        bits.unsigned(0, 1, self._across * self._down)  # quantiser, filter, all are skipped
        return _unit(_NAL_REPEAT, bits.ended())

    def _sequence(self) -> bytes:
        width, height = self.size
        bits = BitWriter()
        for byte in _PROFILE:
            bits.fixed(byte, 8)
        bits.unsigned(0, _FRAME_NUMBER_BITS - 4, 2, 1).fixed(0, 1)
        bits.unsigned(self._across - 1, self._down - 1).fixed(0b11, 2)
        right, bottom = self._across * _MACROBLOCK - width, self._down * _MACROBLOCK - height
        bits.fixed(1, 1).unsigned(0, right // 2, 0, bottom // 2)
        bits.fixed(1, 1).fixed(0, 4)  # further facts: none of shape, range, colour, place
        bits.fixed(1, 1).fixed(1, 32).fixed(2 * self.rate, 32).fixed(1, 1)  # its rate
        bits.fixed(0, 3).fixed(1, 1).fixed(1, 1)  # no buffer model; limits follow
        bits.unsigned(0, 0, 10, 10, 0, 1)  # among them: pictures are shown as they come
        return bits.ended()

    def _blocks(self, plane: Bytes, side: int) -> Bytes:
        """The samples of each macroblock in a row, the rims filled up by repetition."""
        height, width = plane.shape
        below, beside = self._down * side - height, self._across * side - width
        whole = np.pad(plane, ((0, below), (0, beside)), mode="edge")
        cut = whole.reshape(self._down, side, self._across, side).transpose(0, 2, 1, 3)
        return cut.reshape(-1, side * side)


def planes(image: Image, size: tuple[int, int]) -> tuple[Bytes, Bytes, Bytes]:
    """Luma and both chroma planes of a picture, at that size, in video range."""
    width, height = size
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    flat = np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2YUV_I420), np.uint8).reshape(-1)
    luma, chroma = flat[: width * height], flat[width * height :]
    blue, red = chroma.reshape(2, height // 2, width // 2)
    return luma.reshape(height, width), blue, red


def _picture() -> bytes:
    bits = BitWriter().unsigned(0, 0).fixed(0, 2).unsigned(0, 0, 0).fixed(0, 3)
    return bits.unsigned(0, 0, 0).fixed(0b100, 3).ended()


def _unit(kind: int, payload: bytes) -> bytes:
    """A NAL unit: no three bytes of it look like the start of another."""
    return bytes((kind,)) + re.sub(rb"\x00\x00(?=[\x00-\x03])", b"\x00\x00\x03", payload)
