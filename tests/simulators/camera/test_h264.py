"""The encoder that loses nothing: a real decoder shows every sample as it went in."""

import io

import av
import numpy as np
import pytest

from monitord_simulators.camera.h264 import Bytes, Encoder, planes
from monitord_simulators.camera.rtp import Packets
from monitord_simulators.camera.scene import Scene

NOW_MS = 1_764_000_000_000
Planes = tuple[Bytes, Bytes, Bytes]


def decoded(units: list[bytes]) -> list[np.ndarray]:
    """The pictures that FFmpeg's decoder makes of it, each as one row of samples."""
    stream = b"".join(b"\0\0\0\1" + unit for unit in units)
    with av.open(io.BytesIO(stream), format="h264") as container:
        return [frame.to_ndarray().reshape(-1) for frame in container.decode(video=0)]


def flat(picture: Planes) -> np.ndarray:
    return np.concatenate([plane.reshape(-1) for plane in picture])


@pytest.mark.parametrize("size", [(320, 180), (322, 182), (64, 64), (640, 360)])
def test_every_picture_comes_out_as_it_went_in(size: tuple[int, int]) -> None:
    encoder, scene = Encoder(size, 5), Scene("vault")
    units, pictures = [], []
    for group in range(2):
        picture = planes(scene.image(NOW_MS + group * 2_000), size)
        units += [encoder.sequence, encoder.picture, encoder.key(picture, group)]
        units += [encoder.repeat(number) for number in range(1, 4)]
        pictures += [flat(picture)] * 4
    shown = decoded(units)
    assert len(shown) == len(pictures)
    assert all(np.array_equal(a, b) for a, b in zip(shown, pictures, strict=True))
    assert not np.array_equal(shown[0], shown[4])


def test_samples_that_look_like_a_start_code_survive() -> None:
    encoder, chance = Encoder((320, 180), 5), np.random.default_rng(1)
    picture = tuple(
        chance.integers(0, 4, (180 // part, 320 // part), np.uint8) for part in (1, 2, 2)
    )
    unit = encoder.key((picture[0], picture[1], picture[2]), 0)
    assert b"\0\0\0" not in unit
    assert b"\0\0\1" not in unit
    shown = decoded([encoder.sequence, encoder.picture, unit])
    assert np.array_equal(shown[0], flat((picture[0], picture[1], picture[2])))


def test_each_picture_says_its_number() -> None:
    """Decoders that are stricter than FFmpeg's count them."""
    encoder = Encoder((64, 64), 5)
    picture = planes(Scene("vault").image(NOW_MS), (64, 64))
    assert len({encoder.repeat(number) for number in range(1, 10)}) == 9
    assert encoder.key(picture, 0) != encoder.key(picture, 1)


@pytest.mark.parametrize("size", [(321, 180), (1280, 720)])
def test_a_size_beyond_its_level_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="720x576"):
        Encoder(size, 5)


def test_packets_are_small_numbered_and_marked_at_the_end() -> None:
    large, small = bytes([0x65]) + bytes(range(256)) * 20, b"\x67small"
    packets = list(Packets(7).of([small, large], 900))
    assert max(map(len, packets)) <= 1_500
    assert [int.from_bytes(packet[2:4], "big") for packet in packets] == list(range(len(packets)))
    assert [packet[1] >> 7 for packet in packets] == [0] * (len(packets) - 1) + [1]
    assert packets[0][12:] == small
    fragments = [packet[12:] for packet in packets[1:]]
    assert {fragment[0] for fragment in fragments} == {0x60 | 28}
    assert [fragment[1] >> 6 for fragment in fragments] == [2, 0, 0, 1]
    assert bytes([0x65]) + b"".join(fragment[2:] for fragment in fragments) == large
