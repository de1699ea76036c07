"""The pictures of a recording, as the checks take them: a film, or a folder of JPEG files.

Whoever asks chose the file, so nothing is kept from them; yet a file of a stranger opens nothing
else (a playlist could name addresses), and is decoded picture by picture, never held whole.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

import cv2
import numpy as np

from monitord.pictures.decoding import BYTES_MAX, SIDE_MAX, BadPicture, Grey, decode, fit

#: A camera-month of looks, ten seconds apart, and a little more.
FOLDER_MAX: Final = 300_000
#: What a film says of its pace is believed within this.
RATE_MAX: Final = 1_000.0

_OF_FILES: Final = frozenset({".jpg", ".jpeg"})


class Look(NamedTuple):
    """One picture of a recording: milliseconds from its beginning, and what is seen."""

    at_ms: int
    grey: Grey


def looks(path: Path, every_ms: int, skipped: Callable[[str], None]) -> Iterator[Look]:
    """The pictures of a film ``every_ms`` apart, or the files of a folder as if they were.

    Each file of a folder that is no picture is ``skipped``, with its name and why. Raises
    ``BadPicture`` for what has none, and ``OSError`` for what cannot be read.
    """
    if path.is_dir():
        return _of_folder(path, every_ms, skipped)
    with path.open("rb"):  # says in words why it cannot be read, which a decoder does not
        return _of_film(path, every_ms)


def _of_folder(folder: Path, every_ms: int, skipped: Callable[[str], None]) -> Iterator[Look]:
    files = sorted(file for file in folder.iterdir() if file.suffix.lower() in _OF_FILES)
    if not files:
        raise BadPicture("no file in it ends with .jpg")
    if len(files) > FOLDER_MAX:
        raise BadPicture(f"it has {len(files)} pictures, {FOLDER_MAX} at most")
    for number, file in enumerate(files):
        try:
            with file.open("rb") as opened:
                yield Look(number * every_ms, decode(opened.read(BYTES_MAX + 1)))
        except BadPicture as bad:
            skipped(f"{file.name}: {bad}")
        except OSError as error:
            skipped(f"{file.name}: {error.strerror}")


def _of_film(path: Path, every_ms: int) -> Iterator[Look]:
    film = _opened(path)
    rate = film.get(cv2.CAP_PROP_FPS)
    picture_ms = 1_000 / rate if 0 < rate <= RATE_MAX else 0.0
    number, last_ms, due_ms = 0, -1, 0
    try:
        while film.grab():
            # Some films have no times of their own, and then only their pace is known.
            at_ms = round(max(film.get(cv2.CAP_PROP_POS_MSEC), number * picture_ms))
            number += 1
            if at_ms < due_ms or at_ms <= last_ms:
                continue
            whole, image = film.retrieve()
            if whole:
                yield Look(at_ms, fit(np.asarray(image, np.uint8)))
                last_ms, due_ms = at_ms, due_ms + every_ms * ((at_ms - due_ms) // every_ms + 1)
    finally:
        film.release()
    if last_ms < 0:
        raise BadPicture("it is no film that can be read")


def _opened(path: Path) -> cv2.VideoCapture:
    # Absolute, so that no name of a file is read as an address; of a playlist that is a file the
    # decoder opens nothing but files. What it grumbles about a damaged film helps nobody.
    before = cv2.utils.logging.getLogLevel()
    cv2.utils.logging.setLogLevel(0)
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    film = cv2.VideoCapture(str(path.absolute()), cv2.CAP_FFMPEG)
    cv2.utils.logging.setLogLevel(before)
    sides = (film.get(cv2.CAP_PROP_FRAME_WIDTH), film.get(cv2.CAP_PROP_FRAME_HEIGHT))
    if not film.isOpened() or max(sides) > SIDE_MAX:
        film.release()
        raise BadPicture("it is no film that can be read")
    return film
