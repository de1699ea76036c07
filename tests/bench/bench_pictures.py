"""The picture checks: what one costs, what they find, and how often they cry wolf in a month.

The rooms and their days are generated (:mod:`tests.pictures.days`): six cameras of different rooms
and grain for five days each make a camera-month of 259,200 looks, ten seconds apart. All of it is
innocent, so whatever is told is false. The table of what each tamper is found as is left in
``build/pictures/confusion.txt`` by the tests.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor

import cv2

from monitord.pictures.checking import Checker
from monitord.pictures.decoding import decode
from monitord_simulators.camera.scene import Scene
from tests.bench.figures import figure, p50, seconds, title
from tests.pictures.days import LOOKS_A_DAY, Day, false_findings
from tests.pictures.scenes import BEGIN_MS, EVERY_MS

#: Room and grain of each camera; days that each is looked through.
CAMERAS = ((41, 0.5), (42, 2.0), (43, 4.0), (44, 0.5), (45, 2.0), (46, 4.0))
DAYS = 5
LOOKS = 2_000
#: Less than this, and nothing was measured.
LOOKS_OF_A_MONTH = 259_200


def test_what_a_look_costs() -> None:
    """On one thread, as in a worker, at looks all over a day, its lights learned."""
    cv2.setNumThreads(1)
    scene, checker, day = Scene("bench", 40), Checker(), Day(40)
    decoding, checking = list[float](), list[float]()
    for number in range(LOOKS):
        look = number * LOOKS_A_DAY // LOOKS
        day.show(scene, look)
        at_ms = BEGIN_MS + look * EVERY_MS
        jpeg = scene.jpeg(at_ms)
        decoding.append(seconds(lambda jpeg=jpeg: decode(jpeg)))
        grey = decode(jpeg)
        checking.append(seconds(lambda grey=grey, at_ms=at_ms: checker.look(grey, at_ms)))
    assert len(checker.places[""].references) > 1, "it learned one light only"
    title(f"A look at a camera, of {LOOKS:,}")
    figure("decode a JPEG of 640 x 360, p50", 1_000 * p50(decoding), "ms")
    figure("check a picture of 640 x 360, p50", 1_000 * p50(checking), "ms", most=4)
    figure("check beside decode", p50(checking) / p50(decoding), "times")


def _told(camera: tuple[int, float]) -> Sequence[str]:
    """What is told of one camera in its days."""
    cv2.setNumThreads(1)
    seed, noise = camera
    found = false_findings(seed, range(DAYS), noise=noise)
    return [f"room {seed}, look {one.after}: {one.report.words}" for one in found]


def test_a_month_of_what_is_innocent() -> None:
    """One false fault in a camera-month is the most that a control room believes."""
    assert len(CAMERAS) * DAYS * LOOKS_A_DAY == LOOKS_OF_A_MONTH
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        told = [words for found in pool.map(_told, CAMERAS) for words in found]
    begun = [words for words in told if not words.endswith(": ")]
    title(f"A camera-month: {LOOKS_OF_A_MONTH:,} looks of six rooms, nothing wrong in any")
    figure("false findings", len(begun), most=1)
    for words in begun:
        print(f"    {words}")
