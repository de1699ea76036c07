"""Recordings of the simulated scenes: films that a real encoder writes, and folders of files."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from monitord_simulators.camera.scene import Light, Scene
from tests.pictures.scenes import BEGIN_MS, Act

PER_S: Final = 2


def jpegs(count: int, acts: Mapping[int, Act], every_ms: int) -> Iterator[bytes]:
    """``count`` pictures of a room by day; ``acts`` happen by the number of the picture."""
    scene = Scene("cam-4", 4, noise=2.0)
    scene.light = Light.ON
    for number in range(count):
        at_ms = BEGIN_MS + number * every_ms
        if act := acts.get(number):
            act(scene, at_ms)
        yield scene.jpeg(at_ms)


def film(path: Path, seconds: int, acts: Mapping[int, Act], codec: str = "MJPG") -> Path:
    """A film of ``PER_S`` pictures a second; ``acts`` by the second."""
    writer = cv2.VideoWriter(
        str(path), cv2.CAP_FFMPEG, cv2.VideoWriter_fourcc(*codec), PER_S, (640, 360)
    )
    assert writer.isOpened(), codec
    by_number = {PER_S * second: act for second, act in acts.items()}
    for jpeg in jpegs(PER_S * seconds, by_number, 1_000 // PER_S):
        writer.write(cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR))
    writer.release()
    return path


def folder(path: Path, count: int, acts: Mapping[int, Act]) -> Path:
    """A folder of files, ten seconds apart."""
    path.mkdir()
    for number, jpeg in enumerate(jpegs(count, acts, 10_000)):
        (path / f"{number:04}.jpg").write_bytes(jpeg)
    return path
