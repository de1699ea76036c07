"""Whether a picture stands still: less changes in it than a live sensor lets be, not even noise.

Two proofs. Tiles that do not change at all are the plain one. A frozen picture that is compressed
anew each time does change a little, but less than the least that this camera ever changed by in
this light; that least is kept with the reference of the light, so that neither rain nor wind, which
come and go, are taken for the camera's own noise.
"""

from collections import deque
from typing import Final

from monitord.pictures.measuring import Change
from monitord.pictures.references import Reference

#: Tiles that do not change at all: more than this, and no sensor was asked.
STILL: Final = 0.92
STILL_MAX: Final = 0.985
#: Less than this share of the camera's least noise, by the middle one of so many looks.
STILL_NOISE: Final = 0.6
LOOKS: Final = 3
#: Somebody who passes is in more tiles than this; a clock drawn into the picture is in less.
MOVING: Final = 0.012
#: The least noise that can be told from none, and the looks by which it is known in a light.
NOISE_MIN: Final = 0.4
KNOWN_BY: Final = 10
#: Looks whose tiles are remembered, how many must be of the same light, and how much that may vary.
REMEMBERED: Final = 90
SAME_LIGHT: Final = 12
LIGHT_STEP: Final = 8.0


class Stillness:
    """Of one camera at one preset; hand it every change between two looks at which all is well."""

    def __init__(self) -> None:
        self._usual: deque[tuple[float, float]] = deque(maxlen=REMEMBERED)
        self._last: deque[float] = deque(maxlen=LOOKS)
        self._low: float | None = None

    def is_frozen(self, mean: float, moved: Change, known: Reference | None) -> bool:
        """Judge one change; ``known`` is the reference where place and light are as in it."""
        self._last.append(moved.noise)
        moves = moved.moving > MOVING
        frozen = self._stands(mean, moved) or (
            known is not None and self._is_quieter(known, moves=moves)
        )
        if not frozen:
            self._usual.append((mean, moved.still))
        return frozen

    def _stands(self, mean: float, moved: Change) -> bool:
        alike = sorted(still for light, still in self._usual if abs(light - mean) < LIGHT_STEP)
        usual = alike[len(alike) // 2] if len(alike) >= SAME_LIGHT else 0.0
        return moved.still >= min(max(STILL, (1 + usual) / 2), STILL_MAX)

    def _is_quieter(self, known: Reference, *, moves: bool) -> bool:
        if len(self._last) < LOOKS:
            return False
        now = sorted(self._last)[LOOKS // 2]
        if known.seen_for >= KNOWN_BY and known.least >= NOISE_MIN:
            if now < STILL_NOISE * known.least and not moves:
                self._low = now
                return True
            if self._low is not None and moves:
                # Somebody passes through a picture that is not frozen: so quiet is this camera.
                known.least = min(known.least, self._low)
        self._low = None
        known.least = min(known.least, now)
        known.seen_for += 1
        return False
