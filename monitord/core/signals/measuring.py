"""A measured value over time: its mean, its limits, and whether it has stopped moving.

What crosses a limit is found here; what that means is decided elsewhere. The state is volatile and
of one point. Pure: no clock, no input, no output.
"""

from typing import Final

import msgspec

from monitord.core.signals.limits import NEVER_MS, LimitRule, Watched
from monitord.core.signals.sensed import Sensed, SignalValue
from monitord.core.signals.windows import Mean
from monitord.vocabulary import PointState

#: What a person reads beside the fault.
STUCK: Final = "stuck"


class MeasuringRule(msgspec.Struct, frozen=True):
    """``mean_ms``: what the limits look at is the mean over so long. ``stuck_ms``: a value that
    has been the same for so long is a fault. 0 for neither."""

    limits: tuple[LimitRule, ...] = ()
    mean_ms: int = 0
    stuck_ms: int = 0


class Measuring:
    """One measured point. ``wake_ms`` is when the same value may come to mean something else."""

    __slots__ = ("_held", "_moved_ms", "_rule", "_seen_ms", "_watched", "mean", "wake_ms")

    def __init__(self, rule: MeasuringRule) -> None:
        self._rule = rule
        self.forget()

    def forget(self) -> None:
        """Nothing is known any more."""
        rule = self._rule
        self._watched = [Watched(limit) for limit in rule.limits]
        self.mean = Mean(rule.mean_ms) if rule.mean_ms else None
        self._held: float | None = None
        self._seen_ms = self._moved_ms = 0
        self.wake_ms = NEVER_MS

    def doubt(self) -> None:
        """The value cannot be believed for now: what it was before goes on to count."""
        self._held = None
        self.wake_ms = NEVER_MS

    def read(self, value: SignalValue, now_ms: int, *, first: bool) -> Sensed:
        """What a believable value comes to."""
        if isinstance(value, str) or value is None:
            self.doubt()
            return Sensed(PointState.NORMAL, value)
        if value != self._held:
            self._moved_ms = now_ms
        if self._rule.stuck_ms and now_ms - self._moved_ms >= self._rule.stuck_ms:
            self.wake_ms = NEVER_MS
            return Sensed(PointState.FAULT, STUCK)
        shown = self._shown(value, now_ms)
        for watched in self._watched:
            watched.look(shown, now_ms, first=first)
        self._held, self._seen_ms = value, now_ms
        crossed = tuple(watched.limit for watched in self._watched if watched.crossed)
        self.wake_ms = self._next_ms(value, shown, now_ms)
        return Sensed(PointState.ACTIVE if crossed else PointState.NORMAL, shown, crossed)

    def _shown(self, value: float, now_ms: int) -> float:
        """What the limits look at. Until now, the value held before was still so."""
        held = self._held
        if self.mean is None:
            if held is not None:
                for watched in self._watched:
                    watched.hold(held, now_ms)
            return value
        if held is not None and now_ms > self._seen_ms:
            self.mean.add(held, self._seen_ms, now_ms)
        return round(self.mean.of(value), 3)

    def _next_ms(self, value: float, shown: float, now_ms: int) -> int:
        due_ms = min((watched.wake_ms(now_ms) for watched in self._watched), default=NEVER_MS)
        if self.mean is not None and shown != value:  # it goes on to draw near
            due_ms = min(due_ms, now_ms + self.mean.step_ms)
        if self._rule.stuck_ms:
            due_ms = min(due_ms, self._moved_ms + self._rule.stuck_ms)
        return due_ms
