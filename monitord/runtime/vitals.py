"""Vitals: what only ages. One frame a second to whoever watches; never journaled, never state.

A frame is built only while somebody watches, and once for all who do. Whoever shows it shows
``unknown`` after 3 s without one.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import Final

import msgspec

from monitord.vocabulary import Cause, PointState

FRAME_S: Final = 1.0
_MEAN_OVER: Final = 32


class PointVitals(msgspec.Struct, frozen=True):
    """A point's last answer as it came, before debounce."""

    point: str
    state: PointState
    value: float | str | bool | None = None


class DeviceVitals(msgspec.Struct, frozen=True):
    """How a device does. Counters are since the start; ages and latencies are None before one.

    ``missed`` counts grid points without a poll, ``errors`` failed calls, ``blocked_ms`` the
    longest time for which the driver held up everybody. ``cause`` is that of the latest failure
    since the last answer. ``worker`` names the process that its driver runs in; empty: the daemon.
    """

    device: str
    connected: bool
    age_ms: int | None
    latency_us: int | None
    latency_mean_us: int | None
    polls: int
    missed: int
    errors: int
    blocked_ms: int
    cause: Cause | None
    detail: str
    points: tuple[PointVitals, ...]
    worker: str = ""


class VitalsFrame(msgspec.Struct, frozen=True):
    """All devices at one moment, boot time."""

    at_ms: int
    devices: tuple[DeviceVitals, ...]


class Tally:
    """What is counted per device, cheap enough for every poll."""

    __slots__ = ("blocked_ms", "errors", "latency_mean_us", "latency_us", "missed", "polls")

    def __init__(self) -> None:
        self.polls = 0
        self.missed = 0
        self.errors = 0
        self.blocked_ms = 0
        self.latency_us: int | None = None
        self.latency_mean_us: float | None = None

    def answered(self, took_s: float) -> None:
        """A poll was answered; the mean follows the last 32 or so."""
        self.polls += 1
        took_us = self.latency_us = round(took_s * 1_000_000)
        mean_us = self.latency_mean_us
        if mean_us is None:
            self.latency_mean_us = took_us
        else:
            self.latency_mean_us = mean_us + (took_us - mean_us) / _MEAN_OVER


class VitalsFeed:
    """Frames for any number of watchers, one build a second for all of them together."""

    def __init__(self, build: Callable[[], VitalsFrame]) -> None:
        self._build = build
        self._coming: asyncio.Future[VitalsFrame] | None = None

    async def frames(self) -> AsyncGenerator[VitalsFrame, None]:
        """One frame at once, then one a second until the watcher leaves."""
        yield self._build()
        while True:
            yield await asyncio.shield(self._next())

    def _next(self) -> asyncio.Future[VitalsFrame]:
        if self._coming is None:
            loop = asyncio.get_running_loop()
            self._coming = loop.create_future()
            loop.call_later(FRAME_S, self._publish)
        return self._coming

    def _publish(self) -> None:
        coming, self._coming = self._coming, None
        if coming is not None and not coming.done():
            coming.set_result(self._build())
