"""Tells in the log what a device's counters noticed that is no alarm, a few lines a minute at most.

It decides nothing: what a count proves is in :mod:`monitord.core.counters`.
"""

from collections.abc import Sequence
from typing import Final

import structlog

from monitord.core.signals import Noticed

log = structlog.get_logger(__name__)

#: A contact that chatters is told this often, with all its pulses since.
TOLD_EVERY_MS: Final = 60_000


class CounterLog:
    """For one device: short pulses by point, added up between two lines."""

    __slots__ = ("_since_ms", "_untold")

    def __init__(self) -> None:
        self._untold: dict[str, int] = {}
        self._since_ms: dict[str, int] = {}

    def tell(self, noticed: Sequence[Noticed], now_ms: int) -> None:
        """Log what was noticed; a point's pulses at once, then once a minute while it goes on."""
        for point, pulses in noticed:
            if pulses is None:
                log.info("counter began anew", point=point)
                continue
            self._untold[point] = self._untold.get(point, 0) + pulses
            told_ms = self._since_ms.get(point)
            if told_ms is None or now_ms - told_ms >= TOLD_EVERY_MS:
                self._since_ms[point] = now_ms
                log.warning("glitch", point=point, pulses=self._untold.pop(point))
