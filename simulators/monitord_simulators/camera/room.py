"""The room that a simulated camera looks at: drawn once from a seed, so that no two look alike.

A wall with pictures, a floor in perspective, show cases with things in them, a door with its
sign. Enough edges and texture that a check of sharpness or place has something to hold on to.
"""

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.uint8]
Colour = tuple[int, int, int]
Generator = np.random.Generator

_GRAIN: Final = 6.0  # of the walls, in grey values


def draw_room(seed: int, width: int, height: int) -> Image:
    """The empty room by day, BGR."""
    chance = np.random.default_rng(seed)
    room = _Room(chance, width, height)
    room.walls()
    room.pictures(int(chance.integers(1, 4)))
    room.door()
    room.cases(int(chance.integers(2, 5)))
    return room.finished()


def by_night(day: Image) -> Image:
    """The same room under infrared light: grey, bright in the middle, dark at the rims."""
    height, width = day.shape[:2]
    grey = cv2.cvtColor(day, cv2.COLOR_BGR2GRAY).astype(np.float32)
    across = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    down = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    lamp = np.clip(1.15 - 0.75 * (across**2 + down**2), 0.12, 1.0)
    seen = np.clip((grey * 0.55 + 40) * lamp, 0, 255).astype(np.uint8)
    return as_image(cv2.merge([seen, seen, seen]))


def with_lights_off(day: Image) -> Image:
    """The same room in the light that comes in from the street."""
    return as_image(cv2.convertScaleAbs(day, alpha=0.42, beta=4))


class _Room:
    """A room being drawn; measures are parts of its width and height."""

    def __init__(self, chance: Generator, width: int, height: int) -> None:
        self._chance = chance
        self._width, self._height = width, height
        self._image: Image = np.zeros((height, width, 3), np.uint8)
        self._floor = 0.55 + 0.12 * chance.random()  # where wall and floor meet

    def finished(self) -> Image:
        """The drawing, with the grain of real surfaces."""
        grain = self._chance.normal(0, _GRAIN, (self._height // 2 + 1, self._width // 2 + 1, 1))
        wide = cv2.resize(grain.astype(np.float32), (self._width, self._height))
        return as_image(np.clip(self._image + wide[:, :, None], 0, 255))

    def walls(self) -> None:
        """Wall, skirting board and tiled floor."""
        shade = np.array(self._colour(120, 200), np.float32)
        fall = np.linspace(1.0, 0.82, self._height, dtype=np.float32)[:, None, None]
        self._image[:] = (shade * fall).astype(np.uint8)
        dark, light = self._colour(60, 100), self._colour(100, 150)
        edge = int(self._floor * self._height)
        self._image[edge:] = dark
        lines = 9
        for row in range(lines):
            near, far = (row / lines) ** 2, ((row + 0.5) / lines) ** 2
            top = self._floor + (1 - self._floor) * near
            bottom = self._floor + (1 - self._floor) * far
            self._box((0, top), (1, bottom), light)
        middle = 0.3 + 0.4 * self._chance.random()
        for step in range(-12, 13):
            self._line((middle + step * 0.05, self._floor), (middle + step * 0.22, 1.0), dark)
        self._box((0, self._floor - 0.015), (1, self._floor), self._colour(30, 70))

    def pictures(self, count: int) -> None:
        """Framed pictures on the wall."""
        for number in range(count):
            wide = 0.08 + 0.1 * self._chance.random()
            high = 0.14 + 0.16 * self._chance.random()
            left = (number + 0.15 + 0.5 * self._chance.random()) / count * 0.85
            top = 0.12 + 0.1 * self._chance.random()
            right, bottom = left + wide, top + high
            self._box((left - 0.01, top - 0.018), (right + 0.01, bottom + 0.018), (40, 90, 120))
            self._box((left, top), (right, bottom), self._colour(60, 220))
            for _ in range(7):
                x = left + wide * self._chance.random()
                y = top + high * self._chance.random()
                end = (left + wide * self._chance.random(), top + high * self._chance.random())
                self._line((x, y), end, self._colour(20, 240), 2)

    def door(self) -> None:
        """A door with frame, handle and the green sign over it."""
        left = 0.04 if self._chance.random() < 0.5 else 0.84
        top, bottom = self._floor - 0.46, self._floor + 0.02
        self._box((left - 0.012, top - 0.02), (left + 0.132, bottom), (70, 70, 75))
        self._box((left, top), (left + 0.12, bottom), self._colour(60, 140))
        self._line((left + 0.06, top), (left + 0.06, bottom), (40, 40, 40), 2)
        self._box((left + 0.065, top + 0.24), (left + 0.085, top + 0.26), (190, 190, 190))
        self._box((left + 0.02, top - 0.09), (left + 0.1, top - 0.04), (70, 150, 40))

    def cases(self, count: int) -> None:
        """Show cases: a plinth, glass over it, and an object in the glass."""
        for number in range(count):
            left = (number + 0.2 + 0.4 * self._chance.random()) / count * 0.9
            wide = 0.09 + 0.05 * self._chance.random()
            foot = self._floor + 0.12 + 0.2 * self._chance.random()
            plinth, top = foot - 0.18, foot - 0.42
            self._box((left, plinth), (left + wide, foot), self._colour(30, 90))
            glass = self._colour(150, 215)
            self._box((left, top), (left + wide, plinth), glass)
            self._object(left + wide / 2, plinth, wide)
            for corner in (left, left + wide):
                self._line((corner, top), (corner, plinth), (235, 235, 235), 2)
            self._line((left, top), (left + wide, top), (235, 235, 235), 2)
            self._line((left + 0.2 * wide, top), (left + 0.6 * wide, plinth), (245, 245, 245))

    def _object(self, middle: float, stands_on: float, wide: float) -> None:
        centre = self._at((middle, stands_on - 0.09))
        axes = (max(2, int(wide * 0.28 * self._width)), max(2, int(0.08 * self._height)))
        cv2.ellipse(self._image, centre, axes, 0, 0, 360, self._colour(20, 160), -1, cv2.LINE_AA)
        for ring in range(3):
            small = (axes[0] * (3 - ring) // 4 + 1, axes[1] * (ring + 1) // 4 + 1)
            cv2.ellipse(self._image, centre, small, 0, 0, 360, self._colour(20, 220), 1)

    def _colour(self, low: int, high: int) -> Colour:
        """A muted colour, as in a house where people look at things and not at walls."""
        parts = self._chance.integers(low, high, 3)
        blue, green, red = (int(0.45 * part + 0.55 * parts.mean()) for part in parts)
        return blue, green, red

    def _at(self, place: tuple[float, float]) -> tuple[int, int]:
        return round(place[0] * self._width), round(place[1] * self._height)

    def _box(self, one: tuple[float, float], other: tuple[float, float], colour: Colour) -> None:
        cv2.rectangle(self._image, self._at(one), self._at(other), colour, -1)

    def _line(
        self, one: tuple[float, float], other: tuple[float, float], colour: Colour, thick: int = 1
    ) -> None:
        cv2.line(self._image, self._at(one), self._at(other), colour, thick, cv2.LINE_AA)


def as_image(made: npt.ArrayLike) -> Image:
    """What a library made, as a picture."""
    return np.asarray(made).astype(np.uint8, copy=False)
