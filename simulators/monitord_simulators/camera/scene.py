"""What a simulated camera sees at a moment: the room, its light, somebody in it, and its faults.

Everything comes from a seed, a name and the time that is handed in; nothing here reads a clock.
A picture is cheap: the room is drawn once, and noise comes out of a bank that all cameras share.
"""

import math
import zlib
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from random import Random
from typing import Final

import cv2
import numpy as np

from monitord_simulators.camera.room import Image, as_image, by_night, draw_room, with_lights_off
from monitord_simulators.camera.spoil import PictureFault, Spoil, apply, turned

SIZE: Final = (640, 360)
SIZE_LARGE: Final = (1280, 720)
_SIDE_MIN, _SIDE_MAX = 64, 4_096
_NOISE_SPARE: Final = 61  # how far the noise may be shifted, in pixels
_DROPS: Final = 120
_WALK_MS: Final = 9_000  # how long somebody takes from one side to the other


class Light(StrEnum):
    """The light in the room."""

    ON = "on"
    OFF = "off"  # what comes in from the street
    NIGHT = "night"  # the camera's own infrared


_CLOTHES: Final = {  # coat, face and trousers, as they look in each light
    Light.ON: ((60, 40, 150), (130, 160, 200), (50, 45, 40)),
    Light.OFF: ((28, 20, 66), (58, 70, 88), (22, 20, 18)),
    Light.NIGHT: ((95, 95, 95), (150, 150, 150), (60, 60, 60)),
}


class Scene:
    """The picture of one camera.

    What may be set at any time: ``light``, ``dim`` (the share of that light that is there, 0 to
    1), ``person``, ``rain``, ``headlights``, and ``pan_px`` by which the mast sways.
    """

    def __init__(
        self, name: str, seed: int | None = None, size: tuple[int, int] = SIZE, noise: float = 2.0
    ) -> None:
        """``seed`` is made of the name where none is given. Raises ``ValueError`` for a size
        that is odd, below 64 or over 4096.
        """
        if any(side % 2 or not _SIDE_MIN <= side <= _SIDE_MAX for side in size):
            raise ValueError(f"a picture of {size[0]}x{size[1]}: even, 64 to 4096 each")
        self.name = name
        self.size = size
        self.light = Light.ON
        self.dim = 1.0
        self.person = False
        self.rain = False
        self.headlights = False
        self.pan_px = 0.0
        number = zlib.crc32(name.encode()) if seed is None else seed
        self._step_ms = number % (2 * _WALK_MS)  # not all of them walk in step
        self._day = draw_room(number, *size)
        self._rooms: dict[Light, Image] = {Light.ON: self._day}
        self._noise = _noise_bank(size, noise)
        self._shift = Random(number)  # noqa: S311 - noise that repeats, not a secret
        self._chance = np.random.default_rng(number)
        self._spoils: dict[PictureFault, tuple[Spoil, int]] = {}
        self._held: Image | None = None
        self._made = 0

    def spoil(self, spoil: Spoil, at_ms: int) -> None:
        """Begin a fault of the picture, in place of an earlier one of the same kind."""
        if spoil.kind is PictureFault.FREEZE:
            self._held = self._seen(at_ms)
        self._spoils[spoil.kind] = spoil, at_ms

    def clear(self, kind: PictureFault | None = None) -> None:
        """End every fault, or those of one kind."""
        for each in [kind] if kind else list(self._spoils):
            self._spoils.pop(each, None)

    @property
    def faults(self) -> list[PictureFault]:
        """What is wrong now."""
        return list(self._spoils)

    def image(self, at_ms: int) -> Image:
        """The picture at that moment (UTC milliseconds, as the camera's clock says), BGR."""
        frozen, _ = self._spoils.get(PictureFault.FREEZE, (None, 0))
        held = self._held if frozen else None
        image = self._seen(at_ms) if held is None else held
        for kind, (spoil, since_ms) in self._spoils.items():
            if kind is not PictureFault.FREEZE:
                image = apply(spoil, image, (at_ms - since_ms) / 1_000, self._chance)
        if PictureFault.NO_SIGNAL in self._spoils:
            return image
        shown_ms = at_ms
        if frozen and not frozen.overlay:
            shown_ms = self._spoils[PictureFault.FREEZE][1]
        return self._with_clock(image, shown_ms)

    def jpeg(self, at_ms: int, quality: int = 82) -> bytes:
        """The picture at that moment as JPEG."""
        frozen, _ = self._spoils.get(PictureFault.FREEZE, (None, 0))
        if frozen and frozen.reencoded:
            self._made += 1
            quality -= self._made % 5
        ok, packed = cv2.imencode(".jpg", self.image(at_ms), [cv2.IMWRITE_JPEG_QUALITY, quality])
        assert ok
        return packed.tobytes()

    def _seen(self, at_ms: int) -> Image:
        """What reaches the sensor: room, light, person, noise."""
        image = turned(self._room(), self.pan_px)
        if self.person:
            image = self._with_person(image.copy(), at_ms)
        if self.dim < 1:
            image = as_image(cv2.convertScaleAbs(image, alpha=max(self.dim, 0.0)))
        if self.headlights:
            image = self._with_headlights(image, at_ms)
        if self.rain:
            image = self._with_rain(image.copy())
        more, less = self._noise
        width, height = self.size
        across, down = (self._shift.randrange(_NOISE_SPARE) for _ in range(2))
        window = np.s_[down : down + height, across : across + width]
        return as_image(cv2.subtract(cv2.add(image, more[window]), less[window]))

    def _room(self) -> Image:
        room = self._rooms.get(self.light)
        if room is None:
            room = (by_night if self.light is Light.NIGHT else with_lights_off)(self._day)
            self._rooms[self.light] = room
        return room

    def _with_person(self, image: Image, at_ms: int) -> Image:
        """Somebody who walks from one side to the other and back."""
        width, height = self.size
        part = abs(((at_ms + self._step_ms) % (2 * _WALK_MS)) / _WALK_MS - 1)
        x, foot = round((0.08 + 0.84 * part) * width), round(0.93 * height)
        tall = 0.46 * height
        coat, skin, legs = _CLOTHES[self.light]
        stride = round(0.1 * tall * math.sin(at_ms / 180))
        hip = round(foot - 0.45 * tall)
        thick = max(2, round(0.09 * tall))
        for side in (-1, 1):
            cv2.line(image, (x, hip), (x + side * stride, foot), legs, thick, cv2.LINE_AA)
        body = round(0.14 * tall), round(0.24 * tall)
        cv2.ellipse(image, (x, round(foot - 0.65 * tall)), body, 0, 0, 360, coat, -1, cv2.LINE_AA)
        head = x, round(foot - 0.93 * tall)
        cv2.circle(image, head, round(0.08 * tall), skin, -1, cv2.LINE_AA)
        return image

    def _with_headlights(self, image: Image, at_ms: int) -> Image:
        """The light of a vehicle that goes over the walls."""
        width, height = self.size
        part = ((at_ms + self._step_ms) % _WALK_MS) / _WALK_MS
        glow = np.zeros((height // 8, width // 8), np.float32)
        cv2.circle(glow, (round(part * width / 8), height // 16), height // 40, 90.0, -1)
        wide = cv2.resize(cv2.GaussianBlur(glow, (0, 0), width / 80), (width, height))
        return as_image(np.clip(image + wide[:, :, None], 0, 255))

    def _with_rain(self, image: Image) -> Image:
        """Drops that fall through the picture while its shutter is open."""
        width, height = self.size
        for _ in range(_DROPS):
            x, y = self._shift.randrange(width), self._shift.randrange(height)
            end = (x - height // 90, y + height // 14)
            pale = image[y, x].astype(int) + 45
            cv2.line(image, (x, y), end, [min(255, int(part)) for part in pale], 1, cv2.LINE_AA)
        return image

    def _with_clock(self, image: Image, at_ms: int) -> Image:
        moment = datetime.fromtimestamp(at_ms / 1_000, UTC)
        written = f"{self.name}  {moment:%Y-%m-%d %H:%M:%S}"
        scale = self.size[1] / 720
        place = (round(16 * scale), round(34 * scale))
        image = image.copy()
        for colour, thick in (((0, 0, 0), 3), ((255, 255, 255), 1)):
            cv2.putText(image, written, place, cv2.FONT_HERSHEY_SIMPLEX, scale, colour, thick)
        return image


@lru_cache(maxsize=8)
def _noise_bank(size: tuple[int, int], sigma: float) -> tuple[Image, Image]:
    """What to add and what to take away, larger than a picture so that it can be shifted."""
    width, height = size
    shape = (height + _NOISE_SPARE, width + _NOISE_SPARE, 3)
    noise = np.random.default_rng(7).normal(0, sigma, shape)
    return as_image(np.clip(noise, 0, 255)), as_image(np.clip(-noise, 0, 255))
