"""What is kept of more readings than can be taken, of a device that cannot be slowed down.

Per point: the first reading, the first that is not normal, and the latest, in that order, so that
no alarm is dropped and the point ends in the state that it is in; of the others their number.
"""

from collections.abc import Callable
from typing import NamedTuple

from monitord.driver import Reading
from monitord.vocabulary import PointState


class Crowd(NamedTuple):
    """What is kept of one point: three readings at most, and how many are not kept."""

    place: int
    readings: list[Reading]
    collapsed: int


class _Held:
    __slots__ = ("alarm", "collapsed", "first", "latest")

    def __init__(self, first: Reading) -> None:
        self.first = first
        self.alarm: Reading | None = None
        self.latest: Reading | None = None
        self.collapsed = 0


class Crowds:
    """The crowds of one device's points; ``state_of`` says of what state a reading is."""

    def __init__(self, state_of: Callable[[int, Reading], PointState]) -> None:
        self._state_of = state_of
        self._held: dict[int, _Held] = {}

    def __bool__(self) -> bool:
        return bool(self._held)

    def __contains__(self, place: int) -> bool:
        return place in self._held

    def add(self, place: int, reading: Reading) -> None:
        """Keep a reading, or its number."""
        held = self._held.get(place)
        if held is None:
            self._held[place] = _Held(reading)
            return
        held.collapsed += held.latest is not None
        if held.alarm is None and not self._is_normal(place, reading):
            held.alarm, held.latest = reading, None
        else:
            held.latest = reading

    def next(self) -> Crowd:
        """The crowd that has waited for longest; its point is free again."""
        place = next(iter(self._held))
        held = self._held.pop(place)
        kept = [reading for reading in (held.first, held.alarm, held.latest) if reading is not None]
        return Crowd(place, kept, held.collapsed)

    def _is_normal(self, place: int, reading: Reading) -> bool:
        return self._state_of(place, reading) is PointState.NORMAL
