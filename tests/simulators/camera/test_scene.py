"""The picture of a simulated camera: alive, different for each, and spoilt on request."""

import cv2
import numpy as np
import pytest

from monitord_simulators.camera.room import Image
from monitord_simulators.camera.scene import SIZE_LARGE, Light, Scene
from monitord_simulators.camera.spoil import PictureFault, Spoil

NOW_MS = 1_764_000_000_000
BELOW_CLOCK = np.s_[40:, :]


def grey(image: Image) -> np.ndarray:
    return np.asarray(cv2.cvtColor(image[BELOW_CLOCK], cv2.COLOR_BGR2GRAY), np.float64)


def apart(one: Image, other: Image) -> float:
    """How far two pictures are apart, in grey values."""
    return float(np.abs(grey(one) - grey(other)).mean())


def sharpness(image: Image) -> float:
    return float(cv2.Laplacian(grey(image), cv2.CV_64F).var())


def test_a_picture_is_a_jpeg_of_its_size() -> None:
    for size in [(640, 360), SIZE_LARGE]:
        data = np.frombuffer(Scene("vault", size=size).jpeg(NOW_MS), np.uint8)
        assert cv2.imdecode(data, cv2.IMREAD_COLOR).shape == (size[1], size[0], 3)


def test_each_camera_sees_a_room_of_its_own_and_the_same_again_after_a_restart() -> None:
    vault, again, hall = Scene("vault"), Scene("vault"), Scene("hall")
    assert np.array_equal(vault.image(NOW_MS), again.image(NOW_MS))
    assert apart(vault.image(NOW_MS), hall.image(NOW_MS)) > 8


def test_a_live_picture_is_never_the_same_twice() -> None:
    scene = Scene("vault")
    one, other = scene.image(NOW_MS), scene.image(NOW_MS)
    assert 0.2 < apart(one, other) < 4


def test_the_clock_in_the_picture_runs() -> None:
    scene = Scene("vault", noise=0)
    one, other = scene.image(NOW_MS), scene.image(NOW_MS + 1_000)
    assert not np.array_equal(one, other)
    assert apart(one, other) == 0


def test_light_and_a_person_change_the_picture_and_leave_its_edges() -> None:
    scene = Scene("vault")
    day = scene.image(NOW_MS)
    scene.light = Light.OFF
    assert grey(scene.image(NOW_MS)).mean() < 0.6 * grey(day).mean()
    scene.light = Light.NIGHT
    night = scene.image(NOW_MS)
    assert np.ptp(night[200], axis=-1).max() < 16, "infrared has no colour"
    scene.light = Light.ON
    scene.person = True
    with_one = scene.image(NOW_MS)
    later = scene.image(NOW_MS + 2_000)
    assert apart(day, with_one) > apart(day, scene.image(NOW_MS)) * 0.5 > 1
    assert apart(with_one, later) > 2


def test_a_frozen_picture_stands_still() -> None:
    scene = Scene("vault")
    scene.spoil(Spoil(PictureFault.FREEZE), NOW_MS)
    assert scene.jpeg(NOW_MS) == scene.jpeg(NOW_MS + 5_000)
    scene.clear()
    assert scene.jpeg(NOW_MS) != scene.jpeg(NOW_MS)


def test_a_frozen_picture_may_hide_behind_its_clock_and_behind_compression() -> None:
    scene = Scene("vault")
    scene.spoil(Spoil(PictureFault.FREEZE, overlay=True, reencoded=True), NOW_MS)
    one, other = scene.image(NOW_MS), scene.image(NOW_MS + 5_000)
    assert apart(one, other) == 0
    assert not np.array_equal(one, other)
    assert scene.jpeg(NOW_MS) != scene.jpeg(NOW_MS)


def test_each_fault_does_what_it_says() -> None:
    scene = Scene("vault")
    good = scene.image(NOW_MS)

    def seen(kind: PictureFault, amount: float | None = None) -> Image:
        scene.spoil(Spoil(kind, amount), NOW_MS)
        image = scene.image(NOW_MS)
        scene.clear(kind)
        return image

    assert grey(seen(PictureFault.BLACK)).mean() < 8
    assert grey(seen(PictureFault.WHITE)).mean() > 245
    assert grey(seen(PictureFault.COVER)).std() < 3
    assert grey(seen(PictureFault.COVER, 0.5))[:, :200].std() < 3
    assert apart(seen(PictureFault.COVER, 0.5)[:, 360:], good[:, 360:]) < 4
    assert sharpness(seen(PictureFault.BLUR)) < sharpness(good) / 10
    assert sharpness(seen(PictureFault.NOISE)) > sharpness(good) * 3
    assert apart(seen(PictureFault.TURN), good) > 10
    assert apart(seen(PictureFault.TURN, 80)[:, :-80], good[:, 80:]) < 4
    card = seen(PictureFault.NO_SIGNAL)
    assert np.array_equal(card, seen(PictureFault.NO_SIGNAL))
    assert apart(scene.image(NOW_MS), good) < 4, "all is well again"


def test_a_cover_may_come_slowly() -> None:
    scene = Scene("vault")
    good = scene.image(NOW_MS)
    scene.spoil(Spoil(PictureFault.COVER, over_s=100), NOW_MS)
    steps = [apart(scene.image(NOW_MS + second * 1_000), good) for second in (0, 30, 60, 100)]
    assert steps[0] < 4
    assert steps == sorted(steps)
    assert steps[-1] > 20


@pytest.mark.parametrize("size", [(641, 360), (32, 32), (8_000, 4_000)])
def test_a_size_that_cannot_be_drawn_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="64 to 4096"):
        Scene("vault", size=size)
