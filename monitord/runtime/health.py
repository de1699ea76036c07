"""A device's health, from the outcomes of its calls and from silence. Pure: no clock, no wait.

A device is *lost* when it has been silent past its limit, or at once where trying again cannot
help. Silence counts from the poll that was not answered, not from the last answer: a pacer may
leap over polls that would have brought nothing new.
"""

from typing import Final

from monitord.core.facts import DeviceLost
from monitord.core.signals import NEVER_MS
from monitord.driver import AuthFault, ConfigFault, DeviceFault
from monitord.runtime.readings import valid
from monitord.vocabulary import Cause

CAUSE_REPEAT_MS: Final = 60_000  # a changed cause is told at most this often
DETAIL_MAX: Final = 200

NO_ANSWER: Final = "no answer"


def is_hopeless(fault: DeviceFault) -> bool:
    """Whether trying again soon cannot help."""
    return isinstance(fault, AuthFault | ConfigFault)


class Health:
    """The health of one device. Times are boot time in milliseconds and never go back."""

    __slots__ = (
        "_device",
        "_limit_ms",
        "_told_cause",
        "_told_ms",
        "_unheard_ms",
        "answered_ms",
        "cause",
        "detail",
        "lost",
    )

    def __init__(self, device: str, limit_ms: int, now_ms: int) -> None:
        self._device = device
        self._limit_ms = limit_ms
        self._unheard_ms: int | None = now_ms
        self._told_cause: Cause | None = None
        self._told_ms = 0
        self.answered_ms: int | None = None
        self.cause: Cause | None = None
        self.detail = ""
        self.lost = False

    @property
    def silent_at_ms(self) -> int:
        """When the device will count as lost if nothing is heard; ``NEVER_MS`` if it need not."""
        if self.lost or self._unheard_ms is None:
            return NEVER_MS
        return self._unheard_ms + self._limit_ms

    def asked(self, now_ms: int, before_ms: int) -> None:
        """A poll begins, due ``before_ms`` after the last: silence would have begun there."""
        if self._unheard_ms is None:
            self._unheard_ms = max(now_ms - before_ms, self.answered_ms or 0)

    def answered(self, now_ms: int) -> bool:
        """The device answered as it should. True when it is back, or here for the first time."""
        back = self.lost or self.answered_ms is None
        self.answered_ms = now_ms
        self._unheard_ms = None
        self.lost = False
        self.cause = None
        self.detail = ""
        return back

    def failed(self, fault: DeviceFault, now_ms: int) -> DeviceLost | None:
        """A call failed. The fact to tell, if this is news."""
        self.cause = fault.cause
        self.detail = valid(" ".join(fault.detail.split())[:DETAIL_MAX])
        if self._unheard_ms is None:
            self._unheard_ms = now_ms
        if not self.lost:
            return self._tell(now_ms) if is_hopeless(fault) else self.overdue(now_ms)
        changed = fault.cause is not self._told_cause
        return self._tell(now_ms) if changed and now_ms - self._told_ms >= CAUSE_REPEAT_MS else None

    def listening(self) -> None:
        """A device that speaks first has been reached: how long it may say nothing is known.

        One whose connection broke has to say something first: nobody knows what was missed.
        """
        if self.cause is None:
            self._unheard_ms = None

    def fell_silent(self, detail: str, now_ms: int) -> DeviceLost | None:
        """A device that speaks first has said nothing for longer than it may."""
        self.cause, self.detail = Cause.SILENT, detail
        if self._unheard_ms is None:
            self._unheard_ms = now_ms if self.answered_ms is None else self.answered_ms
        return None if self.lost else self._tell(now_ms)

    def overdue(self, now_ms: int) -> DeviceLost | None:
        """The fact to tell once the limit has passed; None before, and once it was told."""
        return self._tell(now_ms) if now_ms >= self.silent_at_ms else None

    def _tell(self, now_ms: int) -> DeviceLost:
        self.lost = True
        self._told_cause = self.cause or Cause.SILENT
        self._told_ms = now_ms
        silent_ms = 0 if self._unheard_ms is None else now_ms - self._unheard_ms
        return DeviceLost(
            device=self._device,
            cause=self._told_cause,
            detail=self.detail or NO_ANSWER,
            silent_ms=silent_ms,
        )
