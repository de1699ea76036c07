"""Bytes of hostile cameras: bounded before a decoder sees them, and refused in words."""

import contextlib

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitord.driver import DeviceFault, Frame, PointState
from monitord.pictures.checking import Checker
from monitord.pictures.decoding import BYTES_MAX, HEIGHT, WIDTH, BadPicture, decode, fit, size_of
from monitord.pictures.packing import packed
from monitord.runtime.workers.frames import PICTURE_MAX
from monitord.runtime.workers.judging import PictureJudge
from monitord_simulators.camera.scene import Scene
from monitord_simulators.camera.spoil import PictureFault, Spoil

MOMENT = 1_790_000_000_000


def jpeg(width: int = WIDTH, height: int = HEIGHT) -> bytes:
    """A room of that size."""
    return Scene("room", 3, (width, height)).jpeg(MOMENT)


def with_size(data: bytes, width: int, height: int) -> bytes:
    """The same file, whose header says another size."""
    at = data.index(b"\xff\xc0") + 5
    return data[:at] + height.to_bytes(2, "big") + width.to_bytes(2, "big") + data[at + 4 :]


@pytest.mark.parametrize("size", [(640, 360), (1280, 720), (1920, 1080), (704, 576), (2688, 1520)])
def test_a_picture_of_any_size_is_measured_at_one(size: tuple[int, int]) -> None:
    """A camera that was set to another resolution is the same camera."""
    data = jpeg(*size)
    assert size_of(data) == size
    assert decode(data).shape == (HEIGHT, WIDTH)


def test_the_same_place_looks_the_same_at_any_size() -> None:
    """Its mean does not depend on how many points it had."""
    assert abs(float(decode(jpeg()).mean()) - float(decode(jpeg(1280, 720)).mean())) < 3


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "no JPEG"),
        (b"<html>please log in</html>", "no JPEG"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "no JPEG"),
        (jpeg()[:100], "cut off"),
        (b"\xff\xd8" + b"\xff\xfe\x00\x02" * 500, "cut off"),
        (with_size(jpeg(), 60_000, 60_000), "it says that it is"),
        (with_size(jpeg(), 8_000, 8_000), "points"),
        (with_size(jpeg(), 0, 0), "it says that it is"),
        (b"\xff\xd8" + bytes(BYTES_MAX), "bytes"),
    ],
    ids=["empty", "page", "png", "cut", "comments", "lies", "large", "nothing", "endless"],
)
def test_what_is_no_picture_is_refused_in_words(data: bytes, why: str) -> None:
    """A login page, a file of gigabytes, half a file: the guard reads which."""
    with pytest.raises(BadPicture, match=why):
        decode(data)


def test_a_header_that_lies_within_the_limits_costs_no_more_than_a_picture() -> None:
    """It is refused, or it is the size that it says; never anything else."""
    data = with_size(jpeg(), 4_000, 3_000)
    with contextlib.suppress(BadPicture):
        assert decode(data).shape == (HEIGHT, WIDTH)


@given(st.binary(max_size=200), st.integers(0, 400), st.integers(0, 255))
def test_no_bytes_raise_anything_else(tail: bytes, at: int, byte: int) -> None:
    """Whatever a camera sends."""
    whole = bytearray(_SMALL)
    whole[min(at, len(whole) - 1)] = byte
    for data in (b"\xff\xd8" + tail, bytes(whole), _SMALL[: at + 20] + tail):
        with contextlib.suppress(BadPicture):
            assert decode(data).shape == (HEIGHT, WIDTH)


_SMALL = cv2.imencode(".jpg", np.full((64, 80), 90, np.uint8))[1].tobytes()


@pytest.mark.parametrize("shape", [(4, 4), (10, 10, 4), (3,)])
def test_an_array_that_is_no_picture_is_refused(shape: tuple[int, ...]) -> None:
    """A driver of somebody else's may hand over anything."""
    with pytest.raises(BadPicture):
        fit(np.zeros(shape, np.uint8))


def test_a_picture_that_is_too_large_is_made_smaller() -> None:
    """What a worker hands over has a bound, and it is said that it is not the camera's file."""
    judge = PictureJudge(Checker())
    noisy = np.random.default_rng(1).integers(0, 255, (2160, 3840, 3), np.uint8)
    large = packed(noisy, 3840, 95)
    assert len(large) > PICTURE_MAX
    small, smaller = judge.jpeg_of(Frame(jpeg=large))
    assert smaller
    assert len(small) <= PICTURE_MAX
    assert judge.jpeg_of(Frame(jpeg=jpeg())) == (jpeg(), False)
    drawn, smaller = judge.jpeg_of(Frame(image=noisy[:360, :640]))
    assert not smaller
    assert drawn.startswith(b"\xff\xd8\xff")


def test_the_judge_says_what_the_checks_found_and_what_is_usual() -> None:
    """Normal, then why not, and the picture to compare it with."""
    judge, scene = PictureJudge(Checker()), Scene("room", 3)
    assert judge.reference() == b""
    for number in range(4):
        verdict = judge.judge(Frame(jpeg=scene.jpeg(MOMENT + number * 10_000)), number * 10_000)
        assert (verdict.state, verdict.words) == (PointState.NORMAL, "")
    assert judge.reference().startswith(b"\xff\xd8\xff")
    scene.spoil(Spoil(PictureFault.BLACK), MOMENT)
    verdicts = [
        judge.judge(Frame(jpeg=scene.jpeg(MOMENT + number * 10_000)), number * 10_000)
        for number in range(4, 7)
    ]
    assert [one.state for one in verdicts[1:]] == [PointState.ACTIVE] * 2
    assert verdicts[-1].words.startswith("black: brightness")
    with pytest.raises(DeviceFault, match="no JPEG"):
        judge.judge(Frame(jpeg=b"<html>"), 80_000)
