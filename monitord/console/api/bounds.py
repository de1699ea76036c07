"""How much one caller may ask: so many at once, so many a second after that."""

import asyncio
from typing import Final

CALLERS_MAX: Final = 1_000


class Bounds:
    """A measure for each caller, by name; ``a_second`` more, up to ``at_once``."""

    def __init__(self, at_once: int, a_second: float) -> None:
        self._at_once, self._a_second = at_once, a_second
        self._left: dict[str, tuple[float, float]] = {}

    def take(self, caller: str) -> float:
        """Take one; 0.0 where there was one left, else the seconds until there is."""
        now = asyncio.get_running_loop().time()
        left, at_s = self._left.pop(caller, (float(self._at_once), now))
        left = min(float(self._at_once), left + (now - at_s) * self._a_second)
        taken = left >= 1
        if len(self._left) >= CALLERS_MAX:
            del self._left[next(iter(self._left))]  # who was heard of longest ago
        self._left[caller] = (left - 1 if taken else left), now
        return 0.0 if taken else (1 - left) / self._a_second
