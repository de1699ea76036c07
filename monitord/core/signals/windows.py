"""What a measured value was over a window of time: its lowest, its highest, its mean. Pure.

A window is kept in at most ``PARTS`` parts and one more, whatever the poll; so it may look back
further than it says by one part, never less far.
"""

from collections import deque
from typing import Final

import msgspec

PARTS: Final = 60


class _Part(msgspec.Struct):
    start_ms: int
    low: float
    high: float


class Extremes:
    """The lowest and highest value of the last ``window_ms``."""

    __slots__ = ("_parts", "_window_ms", "step_ms")

    def __init__(self, window_ms: int) -> None:
        self._window_ms = window_ms
        #: How soon the window can look different though the value stays as it is.
        self.step_ms = max(1, window_ms // PARTS)
        self._parts: deque[_Part] = deque()

    def add(self, value: float, now_ms: int) -> None:
        """The value at ``now_ms``, which never goes back."""
        last = self._parts[-1] if self._parts else None
        if last is None or now_ms - last.start_ms >= self.step_ms:
            self._parts.append(_Part(now_ms, value, value))
        else:
            last.low, last.high = min(last.low, value), max(last.high, value)
        while self._parts[0].start_ms + self.step_ms <= now_ms - self._window_ms:
            self._parts.popleft()

    @property
    def low(self) -> float:
        """The lowest; something was added."""
        return min(part.low for part in self._parts)

    @property
    def high(self) -> float:
        """The highest; something was added."""
        return max(part.high for part in self._parts)


class _Held(msgspec.Struct):
    """``area`` is the sum of value times milliseconds from ``start_ms`` to ``end_ms``."""

    start_ms: int
    end_ms: int
    area: float


class Mean:
    """The mean over the last ``window_ms``, each value weighed by how long it held.

    Until so much time has been seen it is the mean of what there is.
    """

    __slots__ = ("_held", "_window_ms", "step_ms")

    def __init__(self, window_ms: int) -> None:
        self._window_ms = window_ms
        self.step_ms = max(1, window_ms // PARTS)
        self._held: deque[_Held] = deque()

    def add(self, value: float, from_ms: int, until_ms: int) -> None:
        """``value`` held from one moment to another, which never go back."""
        last = self._held[-1] if self._held else None
        area = value * (until_ms - from_ms)
        if last is None or from_ms - last.start_ms >= self.step_ms or last.end_ms != from_ms:
            self._held.append(_Held(from_ms, until_ms, area))
        else:
            last.end_ms, last.area = until_ms, last.area + area
        self._forget(until_ms - self._window_ms)

    def _forget(self, before_ms: int) -> None:
        while self._held[0].end_ms <= before_ms:
            self._held.popleft()
        first = self._held[0]
        if first.start_ms < before_ms:
            kept = (first.end_ms - before_ms) / (first.end_ms - first.start_ms)
            first.start_ms, first.area = before_ms, first.area * kept

    def of(self, value: float) -> float:
        """The mean; ``value`` itself where nothing has held for any time yet."""
        time_ms = sum(held.end_ms - held.start_ms for held in self._held)
        return sum(held.area for held in self._held) / time_ms if time_ms else value
