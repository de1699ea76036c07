"""The production ``Pacer``: a fixed grid on which devices share a few phases.

Devices with one period are dealt out over ``PHASES`` phases of it, and one timer per phase wakes
all of its devices. A grid point that a device does not wait for is missed and gone: it is
counted, and never made up for by a burst. A phase for which nobody waits has no timer.
"""

import asyncio
from typing import Final

from monitord.runtime.seams import Clock

PHASES: Final = 4
_ROUNDING: Final = 1e-6  # of a period: a timer may fire a hair before its point


class _Phase:
    """One phase of one period. Its points are at ``first_s + n * period_s`` of the loop's time."""

    __slots__ = ("_first_s", "_loop", "_next", "_period_s", "_timer", "_waiting", "point")

    def __init__(self, loop: asyncio.AbstractEventLoop, first_s: float, period_s: float) -> None:
        self._loop = loop
        self._first_s = first_s
        self._period_s = period_s
        self._timer: asyncio.TimerHandle | None = None
        self._next = 0
        self._waiting: list[asyncio.Future[bool]] = []
        self.point = 0

    def wait(self) -> asyncio.Future[bool]:
        """A future that the next point completes; ``point`` is the number of the latest one."""
        if self._timer is None:
            self._arm(self._passed() + 1)
        future: asyncio.Future[bool] = self._loop.create_future()
        self._waiting.append(future)
        return future

    def due_in_s(self) -> float:
        """How long until the next point; only while somebody waits."""
        return self._first_s + self._next * self._period_s - self._loop.time()

    def _passed(self) -> int:
        return int((self._loop.time() - self._first_s) / self._period_s + _ROUNDING)

    def _arm(self, point: int) -> None:
        self._next = point
        self._timer = self._loop.call_at(self._first_s + point * self._period_s, self._fire)

    def _fire(self) -> None:
        self._timer = None
        self.point = max(self._next, self._passed())
        if not self._waiting:
            return
        waiting, self._waiting = self._waiting, []
        for future in waiting:
            wake(future, on_grid=True)
        self._arm(self.point + 1)


class _Seat:
    """A device's place on the grid, and the last point at which it was woken."""

    __slots__ = ("period_ms", "phase", "point")

    def __init__(self, phase: _Phase, period_ms: int) -> None:
        self.phase = phase
        self.period_ms = period_ms
        self.point: int | None = None


class GridPacer:
    """Wakes devices on the grid of their period. One per supervisor, on one event loop."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._phases: dict[int, list[_Phase]] = {}
        self._dealt: dict[int, int] = {}
        self._seats: dict[str, _Seat] = {}

    async def next_poll(self, device: str, period_ms: int, wake_ms: int | None) -> int:
        """Wait for the next point of the device's grid, or for ``wake_ms`` if that is earlier."""
        seat = self._seat(device, period_ms)
        future = seat.phase.wait()
        early = None if wake_ms is None else self._early(seat.phase, future, wake_ms)
        try:
            on_grid = await future
        finally:
            if early is not None:
                early.cancel()
        if not on_grid:
            return 0
        point, seat.point = seat.point, seat.phase.point
        return 0 if point is None else seat.phase.point - point - 1

    async def next_try(self, device: str, after_ms: int) -> None:
        """Wait ``after_ms``: tries of a failed device need no grid."""
        await asyncio.sleep(after_ms / 1000)

    def _early(
        self, phase: _Phase, future: asyncio.Future[bool], wake_ms: int
    ) -> asyncio.TimerHandle | None:
        delay_s = max(wake_ms - self._clock.boot_ms(), 0) / 1000
        if delay_s >= phase.due_in_s():
            return None
        return asyncio.get_running_loop().call_later(delay_s, _wake_early, future)

    def _seat(self, device: str, period_ms: int) -> _Seat:
        seat = self._seats.get(device)
        if seat is None or seat.period_ms != period_ms:
            seat = self._seats[device] = _Seat(self._deal(period_ms), period_ms)
        return seat

    def _deal(self, period_ms: int) -> _Phase:
        """The phase whose turn it is among those of the period."""
        phases = self._phases.get(period_ms)
        if phases is None:
            loop, period_s = asyncio.get_running_loop(), period_ms / 1000
            start_s = loop.time()
            phases = self._phases[period_ms] = [
                _Phase(loop, start_s + period_s * number / PHASES, period_s)
                for number in range(PHASES)
            ]
        turn = self._dealt.get(period_ms, 0)
        self._dealt[period_ms] = turn + 1
        return phases[turn % PHASES]


def wake(future: "asyncio.Future[bool]", *, on_grid: bool) -> None:
    """Complete a waiting device's future, unless it was woken early or gave up."""
    if not future.done():
        future.set_result(on_grid)


def _wake_early(future: "asyncio.Future[bool]") -> None:
    wake(future, on_grid=False)
