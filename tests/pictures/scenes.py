"""Clips for the picture checks: the scenes of the simulated camera, one look every ten seconds."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from monitord.pictures.checking import Checker, Report, Settings
from monitord.pictures.decoding import decode
from monitord_simulators.camera.scene import Light, Scene

EVERY_MS: Final = 10_000
BEGIN_MS: Final = 1_790_000_000_000
#: By then the place is known; a spoiled picture begins here.
AT: Final = 15

Act = Callable[[Scene, int], None]


class Told(NamedTuple):
    """A report, with how many looks after ``AT`` it came."""

    after: int
    report: Report


def play(
    seed: int,
    acts: Mapping[int, Act],
    looks: int,
    *,
    noise: float = 2.0,
    light: Light = Light.ON,
    settings: Settings | None = None,
) -> list[Told]:
    """What the checks say of a clip in which ``acts`` happen, by the number of the look."""
    scene = Scene(f"cam-{seed}", seed, noise=noise)
    scene.light = light
    checker, told = Checker(settings), list[Told]()
    for number in range(looks):
        at_ms = BEGIN_MS + number * EVERY_MS
        if act := acts.get(number):
            act(scene, at_ms)
        reports: Sequence[Report] = checker.look(decode(scene.jpeg(at_ms)), at_ms)
        told += [Told(number - AT, report) for report in reports]
    return told
