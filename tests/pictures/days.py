"""What a camera sees in the days of a museum, one look every ten seconds: all of it is innocent.

A day has its dawn and its dusk (the camera goes over to infrared light and back), lights that are
switched four times, two hundred people who pass, vehicles whose lights go over the walls at night,
forty minutes of rain and some wind. Thirty such days are 259,200 looks.
"""

from collections.abc import Iterator
from random import Random
from typing import Final

from monitord.pictures.checking import Checker
from monitord.pictures.decoding import decode
from monitord_simulators.camera.scene import Light, Scene
from tests.pictures.scenes import BEGIN_MS, EVERY_MS, Told

LOOKS_A_DAY: Final = 86_400_000 // EVERY_MS
_HOUR: Final = 3_600_000 // EVERY_MS
_DAWN, _OPEN, _NOON, _CLOSE, _DUSK = (round(hour * _HOUR) for hour in (6.5, 9, 12.5, 18, 18.5))
_TWILIGHT: Final = 40 * 60_000 // EVERY_MS
_PEOPLE, _VEHICLES, _WINDY = 200, 30, 400


class Day:
    """When what happens, drawn from a seed."""

    def __init__(self, seed: int) -> None:
        chance = Random(seed)
        self._people = _spans(chance, _PEOPLE, 0, LOOKS_A_DAY, longest=4)
        self._vehicles = _spans(chance, _VEHICLES, 0, _DAWN, longest=2)
        rain = chance.randrange(LOOKS_A_DAY - 240)
        self._rain = range(rain, rain + 240)
        wind = chance.randrange(LOOKS_A_DAY - _WINDY)
        self._wind = range(wind, wind + _WINDY)
        self._chance = chance

    def show(self, scene: Scene, look: int) -> None:
        """Make the scene what it is at that look of the day."""
        scene.light, scene.dim = _light(look)
        scene.person = look in self._people
        scene.headlights = look in self._vehicles
        scene.rain = look in self._rain
        scene.pan_px = self._chance.uniform(-4, 4) if look in self._wind else 0.0


def _light(look: int) -> tuple[Light, float]:
    if look < _DAWN or look >= _DUSK + _TWILIGHT:
        return Light.NIGHT, 1.0
    if look < _DAWN + _TWILIGHT:
        return Light.OFF, 0.4 + 0.6 * (look - _DAWN) / _TWILIGHT
    if look >= _DUSK:
        return Light.OFF, 1 - 0.6 * (look - _DUSK) / _TWILIGHT
    lit = _OPEN <= look < _NOON or _NOON + _HOUR <= look < _CLOSE
    return (Light.ON if lit else Light.OFF), 1.0


def _spans(chance: Random, count: int, begin: int, end: int, longest: int) -> set[int]:
    spans: set[int] = set()
    for _ in range(count):
        first = chance.randrange(begin, end)
        spans.update(range(first, first + chance.randint(1, longest)))
    return spans


def false_findings(seed: int, days: range, *, noise: float = 2.0, every: int = 1) -> Iterator[Told]:
    """What is told in those days, which should be nothing; ``every`` skips looks for a quick go."""
    scene, checker = Scene(f"cam-{seed}", seed, noise=noise), Checker()
    for number in days:
        day = Day(1_000 * seed + number)
        for look in range(0, LOOKS_A_DAY, every):
            day.show(scene, look)
            at_ms = BEGIN_MS + (number * LOOKS_A_DAY + look) * EVERY_MS
            for report in checker.look(decode(scene.jpeg(at_ms)), at_ms):
                yield Told(number * LOOKS_A_DAY + look, report)
