"""A crash: the process ends here and now, and nothing of it is put in order.

``Crash`` is a ``KeyboardInterrupt``, the one kind of exception that neither asyncio nor any
boundary of ours holds up on its way out of the event loop.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import NoReturn

from monitord.testing.script import CrashAt, CrashPlan


class Crash(KeyboardInterrupt):
    """kill -9; ``plan`` says where and for how long the daemon is away."""

    def __init__(self, plan: CrashPlan) -> None:
        super().__init__(str(plan.where))
        self.plan = plan


class CrashDesk:
    """Knows which crashes are still to come, over all lives of a run."""

    def __init__(self, plans: Sequence[CrashPlan], now_ms: Callable[[], int]) -> None:
        self._plans = sorted(plans)
        self._now_ms = now_ms

    def arm(self, loop: asyncio.AbstractEventLoop) -> None:
        """Set the crashes that wait for no place. One that is overdue strikes soon."""
        for plan in self._plans:
            if plan.where is CrashAt.ANYWHERE:
                soon_ms = self._now_ms() + plan.down_ms % 2_000
                loop.call_at(max(plan.at_ms, soon_ms) / 1000, self._strike, plan)

    def pass_by(self, place: CrashAt) -> None:
        """The daemon comes by ``place``; raises ``Crash`` when one waits for it here."""
        now_ms = self._now_ms()
        for plan in self._plans:
            if plan.at_ms > now_ms:
                return
            if plan.where is place:
                self._strike(plan)

    def call_off(self) -> None:
        """No crash any more: the world is healed."""
        self._plans.clear()

    def _strike(self, plan: CrashPlan) -> None:
        if plan in self._plans:
            self._raise(plan)

    def _raise(self, plan: CrashPlan) -> NoReturn:
        self._plans.remove(plan)
        raise Crash(plan)
