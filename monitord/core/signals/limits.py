"""Where a measured value becomes an alarm: limits with a deadband and delays, and rates.

Theory of operation. A limit is crossed when the value reaches it and stays there for the on-delay;
it is left when the value has come back by more than the deadband and stays there for the off-delay.
A rate is a limit on how far the value has moved from the lowest (a rise) or highest (a fall) value
of its window. The very first value after a start is believed as it is, without any delay. What was
read before a gap goes on to count, and the gap itself does not.

The state here is volatile and of one point. Pure: no clock, no input, no output.
"""

import msgspec

from monitord.core.signals.windows import Extremes
from monitord.vocabulary import Limit

NEVER_MS = 2**62


class LimitRule(msgspec.Struct, frozen=True):
    """One limit. ``at`` is in the point's unit; of a rate, how far within ``within_ms``."""

    limit: Limit
    at: float
    deadband: float = 0.0
    on_ms: int = 0
    off_ms: int = 0
    within_ms: int = 0


class Watched:
    """One limit of one point, and whether it is crossed."""

    __slots__ = ("_changes_ms", "_extremes", "_rule", "crossed")

    def __init__(self, rule: LimitRule) -> None:
        self._rule = rule
        self.crossed = False
        self._changes_ms: int | None = None
        self._extremes = Extremes(rule.within_ms) if rule.within_ms else None

    @property
    def limit(self) -> Limit:
        """Which one it is."""
        return self._rule.limit

    def hold(self, value: float, now_ms: int) -> None:
        """The value was still this until now."""
        if self._extremes is not None:
            self._extremes.add(value, now_ms)

    def look(self, value: float, now_ms: int, *, first: bool) -> None:
        """Take a value in: ``crossed`` is then as it is to be believed."""
        rule = self._rule
        beyond = self._beyond(value, now_ms)
        wanted = beyond >= 0 if not self.crossed else beyond >= -rule.deadband
        if wanted is self.crossed:
            self._changes_ms = None
            return
        delay_ms = 0 if first else rule.on_ms if wanted else rule.off_ms
        if self._changes_ms is None:
            self._changes_ms = now_ms + delay_ms
        if now_ms >= self._changes_ms:
            self.crossed, self._changes_ms = wanted, None

    def wake_ms(self, now_ms: int) -> int:
        """When the same value may come to mean something else."""
        due_ms = NEVER_MS if self._changes_ms is None else self._changes_ms
        if self._extremes is not None and self.crossed:  # the window moves on
            due_ms = min(due_ms, now_ms + self._extremes.step_ms)
        return due_ms

    def _beyond(self, value: float, now_ms: int) -> float:
        """How far past the limit; below nothing it is not reached."""
        rule = self._rule
        if self._extremes is not None:
            self._extremes.add(value, now_ms)
        match rule.limit:
            case Limit.RISE if self._extremes is not None:
                far = value - self._extremes.low - rule.at
            case Limit.FALL if self._extremes is not None:
                far = self._extremes.high - value - rule.at
            case Limit.LOW | Limit.LOW_LOW:
                far = rule.at - value
            case _:
                far = value - rule.at
        return round(far, 9)
