"""What a grey picture is like, in numbers: by itself, beside the last one, and beside the place.

Pure arithmetic on arrays of one size (:mod:`monitord.pictures.decoding`); no clock and no memory.
The picture is cut into blocks: light changes a block as a whole, a hand in front of the lens takes
its structure away.
"""

from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from monitord.pictures.decoding import HEIGHT, WIDTH, Grey

Floats = NDArray[np.float32]

#: Structure is compared at half the size, in blocks of so many points: 16 by 9 of them.
HALF: Final = (WIDTH // 2, HEIGHT // 2)
BLOCK: Final = 20
ROWS: Final = HALF[1] // BLOCK
COLUMNS: Final = HALF[0] // BLOCK
#: Whether anything changes is asked of tiles of so many points.
TILE: Final = 8
#: A shift is sought at this size.
SMALL: Final = (160, 90)
#: A block has structure when its grey values spread at least so far.
TEXTURE: Final = 2.5
#: How much of it there is when a block looks like its reference, whatever the light.
ALIKE: Final = 0.55
#: Edges at a half, a quarter and an eighth of the size.
FINE: Final = 0
MIDDLE: Final = 1
COARSE: Final = 2
#: What noise of one grey value adds to each of these, measured on noise alone; and by how much two
#: pictures of such noise differ in the mean, 2 / sqrt(pi).
NOISE_IN_BANDS: Final = np.array([0.83, 0.11, 0.026], np.float32).reshape(3, 1, 1)
CHANGE_OF_NOISE: Final = 1.128
#: Edges so weak are none; and the least number of blocks that say something about all.
LEAST: Final = 1e-3
JUDGED_MIN: Final = 8
#: By so many grey values a tile changes when something moves in it.
MOVES: Final = 8.0
_WINDOW: Final = np.outer(np.hanning(SMALL[1]), np.hanning(SMALL[0])).astype(np.float64)


class Blocks(NamedTuple):
    """Mean and spread of each block of a picture, each (``ROWS``, ``COLUMNS``) in grey values."""

    mean: Floats
    std: Floats


class Look(NamedTuple):
    """A picture, prepared to be compared. ``bands`` is how much each block's edges vary, from fine
    to coarse: (3, ``ROWS``, ``COLUMNS``), grey values squared."""

    grey: Grey
    half: Floats
    blocks: "Blocks"
    small: NDArray[np.float64]
    bands: Floats
    mean: float
    std: float
    flat: float


class Change(NamedTuple):
    """What differs from the picture before. ``still`` is the share of tiles that do not differ at
    all, ``noise`` the usual change of one point, in grey values, ``moving`` the share of tiles that
    changed by far more than any noise."""

    still: float
    noise: float
    moving: float


class Likeness(NamedTuple):
    """How much of a place is still seen, and where its parts went.

    ``kept`` is the share of the reference's structure that is where it was, ``textured`` the share
    of it that has any structure now. ``shift`` (points of 640) and ``certain`` are of the best
    move of the whole picture; ``brighter`` compares the light of what is kept.
    """

    kept: float
    textured: float
    shift: tuple[float, float]
    certain: float
    brighter: float


class Definition(NamedTuple):
    """How clearly a place is drawn beside its reference, 1 for as clearly, whatever the light.

    ``sharp`` compares fine edges with coarse ones: a lens out of focus loses the fine ones, a lamp
    changes both alike. ``contrast`` is that of coarse edges beside brightness: what lies on the
    glass as a veil takes it away.
    """

    sharp: float
    contrast: float


def look(grey: Grey) -> Look:
    """Measure one picture by itself."""
    half = np.asarray(
        cv2.GaussianBlur(cv2.resize(grey, HALF, interpolation=cv2.INTER_AREA), (5, 5), 0),
        np.float32,
    )
    small = np.asarray(cv2.resize(grey, SMALL, interpolation=cv2.INTER_AREA), np.uint8)
    mean, std = cv2.meanStdDev(grey)
    return Look(
        grey=grey,
        half=half,
        blocks=_blocks(half),
        small=_edges(small),
        bands=_bands(grey),
        mean=float(mean[0, 0]),
        std=float(std[0, 0]),
        flat=_flat(grey),
    )


def change(before: Grey, now: Grey) -> Change:
    """Two pictures of one camera, one look apart."""
    differs = np.asarray(cv2.absdiff(before, now), np.float32)
    moved = _means(differs, HEIGHT // TILE, WIDTH // TILE)
    return Change(
        still=float((moved == 0).mean()),
        noise=float(np.median(moved)),
        moving=float((moved > MOVES).mean()),
    )


def likeness(reference: Look, now: Look) -> Likeness:
    """How much of the reference is seen now."""
    shift, certain = _shift(reference.small, now.small)
    at, is_ = now.half, now.blocks
    shaken = max(abs(shift[0]), abs(shift[1]))
    if SHAKE_MIN < shaken <= SHAKE_MAX and certain > SHAKE_CERTAIN:
        # Wind: looked at as if the mast stood still.
        move = np.array([[1, 0, -shift[0] / 2], [0, 1, -shift[1] / 2]], np.float32)
        at = np.asarray(cv2.warpAffine(at, move, HALF, borderMode=cv2.BORDER_REPLICATE), np.float32)
        is_ = _blocks(at)
    was = reference.blocks
    both = _means(np.asarray(cv2.multiply(reference.half, at)), ROWS, COLUMNS) - was.mean * is_.mean
    alike = both / np.maximum(was.std * is_.std, 1e-3)
    counts = was.std > TEXTURE
    if not counts.any():  # a blank wall: all of it counts
        counts = np.ones_like(counts)
    kept = counts & (alike > ALIKE) & (is_.std > 0.5)
    weight = np.minimum(was.std, 4 * TEXTURE)
    total = float(weight[counts].sum())
    brighter = float(np.median(is_.mean[kept] - was.mean[kept])) if kept.any() else 0.0
    return Likeness(
        kept=float(weight[kept].sum()) / total,
        textured=float((is_.std[counts] > TEXTURE).mean()),
        shift=shift,
        certain=certain,
        brighter=brighter,
    )


def definition(reference: Look, its_noise: float, now: Look, noise: float) -> Definition:
    """How clearly the place of the reference is drawn now; noise as that of :class:`Change`.

    What noise adds to edges is taken out first, or a grainy picture would always be sharp.
    """
    of_noise = NOISE_IN_BANDS * (noise / CHANGE_OF_NOISE) ** 2
    was = np.maximum(reference.bands - NOISE_IN_BANDS * (its_noise / CHANGE_OF_NOISE) ** 2, LEAST)
    is_ = np.maximum(now.bands - of_noise, LEAST)
    strong = was[COARSE] > np.median(was[COARSE])
    if not strong.any():  # a blank wall: nothing to be drawn
        return Definition(sharp=1.0, contrast=1.0)
    lit = is_[COARSE] / was[COARSE]
    gain = float(np.sqrt(np.median(lit[strong])))
    strong &= is_[COARSE] > 2 * of_noise[COARSE]
    sharp = 1.0
    for band, power in ((FINE, 0.5), (MIDDLE, 1.0)):
        due = was[band] * lit  # what there were of such edges, had only the light changed
        judged = strong & (due > np.maximum(of_noise[band], 1.0))
        if judged.sum() >= JUDGED_MIN:
            sharp = min(sharp, float(np.median(is_[band][judged] / due[judged])) ** power)
    brighter = max(now.mean, 1.0) / max(reference.mean, 1.0)
    return Definition(sharp=sharp, contrast=gain / brighter)


#: A mast sways by so many points of 640; and how sure a shift must be to be believed.
SHAKE_MIN: Final = 1.0
SHAKE_MAX: Final = 12.0
SHAKE_CERTAIN: Final = 0.1


def _shift(was: NDArray[np.float64], now: NDArray[np.float64]) -> tuple[tuple[float, float], float]:
    """The move of the whole picture in points of 640, and how sure it is, 0 to 1."""
    # phaseCorrelate writes into what it is given.
    (dx, dy), certain = cv2.phaseCorrelate(was.copy(), now.copy(), _WINDOW.copy())
    scale = WIDTH / SMALL[0]
    return (float(dx) * scale, float(dy) * scale), float(certain)


def _edges(small: Grey) -> NDArray[np.float64]:
    """Where light changes, however bright it is: what a shift is sought by."""
    across = cv2.Sobel(small, cv2.CV_32F, 1, 0)
    down = cv2.Sobel(small, cv2.CV_32F, 0, 1)
    strength = cv2.magnitude(across, down)
    return np.asarray(np.log1p(strength), np.float64)


def _blocks(half: Floats) -> Blocks:
    mean = _means(half, ROWS, COLUMNS)
    return Blocks(mean, np.sqrt(_variances(half, mean)))


def _means(values: Floats, rows: int, columns: int) -> Floats:
    """Of each of ``rows`` by ``columns`` equal parts; many times faster than over two axes."""
    return np.asarray(cv2.resize(values, (columns, rows), interpolation=cv2.INTER_AREA), np.float32)


def _variances(values: Floats, means: Floats) -> Floats:
    rows, columns = means.shape
    squares = _means(np.asarray(cv2.multiply(values, values)), rows, columns)
    return np.maximum(squares - means * means, 0.0)


def _flat(grey: Grey) -> float:
    """The share of tiles without any spread: drawn by a machine, not seen by a sensor."""
    lines = grey.reshape(HEIGHT // TILE, TILE, WIDTH)
    spread = _across(lines.max(axis=1)).max(axis=2).astype(np.int16)
    spread -= _across(lines.min(axis=1)).min(axis=2)
    return float((spread <= 1).mean())


def _across(lines: Grey) -> Grey:
    return lines.reshape(HEIGHT // TILE, WIDTH // TILE, TILE)


def _bands(grey: Grey) -> Floats:
    """Of each block how much its edges vary, at three sizes. A drawn clock is in one or two blocks,
    and stays sharp."""
    bands = np.empty((3, ROWS, COLUMNS), np.float32)
    level = np.asarray(cv2.pyrDown(grey), np.float32)
    for band in range(len(bands)):
        if band:
            level = np.asarray(cv2.pyrDown(level), np.float32)
        edges = np.asarray(cv2.Laplacian(level, cv2.CV_32F), np.float32)
        bands[band] = _variances(edges, _means(edges, ROWS, COLUMNS))
    return bands
