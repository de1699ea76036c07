"""Signals of a device that speaks first: one reading at a time, each of something that happened.

Where a polled device answers for all of its points, this one speaks of the point that changed. A
point of which it has said nothing is unknown. Nothing is debounced here: the device does not
sample, it tells, and it wants to hear at once that what it told is stored.

Pure, like :mod:`monitord.core.signals`.
"""

from collections.abc import Callable, Sequence
from typing import Final

from msgspec import structs

from monitord.core.facts import Sample
from monitord.core.signals import Change, DeviceSignals, Momentary, SignalRule, decode
from monitord.vocabulary import PointState

#: Stands for a point of which nothing was said; no driver's reading is ever this.
_UNHEARD: Final = None


class HeardSignals(DeviceSignals):
    """The signals of one device that speaks first; a whole answer can be taken as well."""

    __slots__ = ()

    def __init__(self, rules: Sequence[SignalRule], unwrap: Callable[[object], object]) -> None:
        super().__init__([structs.replace(rule, debounce_ms=0) for rule in rules], unwrap)

    def hear(self, index: int, item: object, now_ms: int) -> Change | None:
        """The change that one reading of the point at ``index`` brings."""
        said = self._said()
        first = said[index] is _UNHEARD
        said[index] = item
        plain = self._unwrap(item)
        if isinstance(plain, Momentary):  # it has just happened, whatever was said before
            [change] = self._happened(index, plain, fresh=True)
            return change
        sample = self._believe(index, plain, now_ms, first=first)
        self._due_ms = self._next_due_ms()
        return None if sample is None else Change(index, sample)

    def settle(self, now_ms: int) -> list[Change]:
        """What has become a change by waiting: a small move of a measured value."""
        return [] if self._last is None or now_ms < self._due_ms else self.take(self._last, now_ms)

    def doubt(self, index: int) -> None:
        """Take back what was believed of a point, because its change could not be told."""
        self._said()[index] = _UNHEARD
        self._state[index] = Sample(self._rules[index].point, PointState.UNKNOWN)
        self._pending.pop(index, None)

    def state_of(self, index: int, item: object) -> PointState:
        """The state that a reading is of, for itself."""
        plain = self._unwrap(item)
        if isinstance(plain, Momentary):
            return PointState.ACTIVE
        return decode(self._rules[index], plain)[0]

    def _said(self) -> list[object]:
        """The last item of each point, to be changed in place."""
        if not isinstance(self._last, list):
            self._last = [_UNHEARD] * len(self) if self._last is None else list(self._last)
        return self._last
