"""The subscriptions of one camera: their leases, their queues, and who waits for messages."""

import asyncio
import itertools
from collections import deque
from collections.abc import Callable, Iterable
from typing import Final

from monitord_simulators.camera.topics import Event, matches

QUEUE_MAX: Final = 1_000


class PullPoint:
    """One subscription. ``until_s`` is by the same clock as ``PullPoints``'s."""

    def __init__(self, number: int, until_s: float, keeps_itself: bool, topics: str) -> None:
        self.number = number
        self.until_s = until_s
        self.keeps_itself = keeps_itself  # a pull renews it: it was made without a time
        self.renewed_s: float | None = None
        self.is_over = False
        self._topics = topics
        self._queue: deque[Event] = deque(maxlen=QUEUE_MAX)
        self._news = asyncio.Event()

    def put(self, event: Event) -> None:
        """Queue an event, when its topic was asked for. The oldest gives way."""
        if not self._topics or matches(self._topics, event.topic):
            self._queue.append(event)
            self._news.set()

    def end(self) -> None:
        """It is gone; who waits is told at once."""
        self.is_over = True
        self._news.set()

    async def pull(self, at_most: int, wait_s: float) -> list[Event]:
        """Up to so many events: at once when there are some, else when one comes."""
        if not self._queue and not self.is_over:
            self._news.clear()
            try:
                async with asyncio.timeout(wait_s):
                    await self._news.wait()
            except TimeoutError:
                return []
        return [self._queue.popleft() for _ in range(min(at_most, len(self._queue)))]


class PullPoints:
    """All subscriptions of a camera, ``size`` at most; ``now_s`` only moves forward."""

    def __init__(self, size: int, now_s: Callable[[], float]) -> None:
        self.size = size
        self._now_s = now_s
        self._numbers = itertools.count(1)
        self._points: dict[int, PullPoint] = {}

    def __len__(self) -> int:
        self._end_those_over()
        return len(self._points)

    def create(
        self, lease_s: float, first: Iterable[Event], *, keeps_itself: bool, topics: str
    ) -> PullPoint | None:
        """A subscription with the first events queued; ``None`` when the table is full."""
        self._end_those_over()
        if len(self._points) >= self.size:
            return None
        until_s = self._now_s() + lease_s
        point = PullPoint(next(self._numbers), until_s, keeps_itself, topics)
        for event in first:
            point.put(event)
        self._points[point.number] = point
        return point

    def get(self, number: int) -> PullPoint | None:
        """A subscription that still stands."""
        self._end_those_over()
        return self._points.get(number)

    def put(self, event: Event) -> None:
        """Tell all of them."""
        self._end_those_over()
        for point in self._points.values():
            point.put(event)

    def end(self, number: int) -> bool:
        """End one; whether there was one."""
        point = self._points.pop(number, None)
        if point is not None:
            point.end()
        return point is not None

    def end_all(self) -> None:
        """What a reboot does."""
        for number in list(self._points):
            self.end(number)

    def _end_those_over(self) -> None:
        now_s = self._now_s()
        for number in [n for n, point in self._points.items() if point.until_s <= now_s]:
            self.end(number)
