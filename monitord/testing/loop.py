"""Virtual time: an asyncio event loop on which waiting costs nothing.

The selector never waits. When nothing is ready it moves the loop's clock to the next timer, by
whole milliseconds; when there is no timer either, every task waits for something that can never
come, and ``Deadlock`` is raised. Real sockets do not work here: a simulation brings its own
connections. Threads do not either: ``run_in_executor`` runs its call at once, in line.
"""

import asyncio
import math
import selectors
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from typing import Any, Final, TypeVar

T = TypeVar("T")

#: A float second near 10**9 is exact to 0.1 µs; what lies closer than this to a millisecond is it.
SLACK_MS: Final = 1e-3

#: So many turns of the loop without time moving on is a loop that feeds itself.
TURNS_MAX: Final = 1_000_000


class Deadlock(RuntimeError):
    """Nothing is ready and no timer is set: nobody can ever go on."""


class Livelock(RuntimeError):
    """Something keeps the loop busy without ever letting time pass."""


class _Leap(selectors.SelectSelector):
    """A selector that moves the clock instead of waiting. It never looks at a socket."""

    def __init__(self, start_ms: int) -> None:
        super().__init__()
        self.now_ms = start_ms
        self._turns = 0

    def select(self, timeout: float | None = None) -> list[Any]:
        if timeout is None:
            raise Deadlock("nothing is ready and no timer is set")
        # Never less than one: the loop asked for time to pass, so it must.
        step_ms = max(1, math.ceil(timeout * 1000 - SLACK_MS)) if timeout > 0 else 0
        self._turns = self._turns + 1 if step_ms == 0 else 0
        if self._turns > TURNS_MAX:
            self._turns = 0  # whoever cleans up needs turns too
            raise Livelock(f"{TURNS_MAX} turns of the loop at {self.now_ms} ms")
        self.now_ms += step_ms
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop on virtual time, counted in whole milliseconds from ``start_ms``."""

    def __init__(self, start_ms: int = 0) -> None:
        self._leap = _Leap(start_ms)
        super().__init__(self._leap)
        # A timer that float addition put a hair behind its millisecond fires at it.
        self._clock_resolution = SLACK_MS / 1000

    @property
    def now_ms(self) -> int:
        """Virtual time, exact."""
        return self._leap.now_ms

    def time(self) -> float:
        """Virtual time in seconds, as asyncio wants it."""
        return self._leap.now_ms / 1000

    def run_in_executor(  # type: ignore[override]
        self, executor: Executor | None, func: Callable[..., T], *args: Any
    ) -> asyncio.Future[T]:
        """Run ``func`` now; its result or error is in the future that comes back."""
        done: asyncio.Future[T] = self.create_future()
        try:
            done.set_result(func(*args))
        except Exception as error:  # noqa: BLE001 - it belongs to whoever awaits the future
            done.set_exception(error)
        return done


class VirtualClock:
    """The ``Clock`` of a virtual loop. ``step`` moves the wall clock, as an operator might."""

    def __init__(self, loop: VirtualLoop, wall_ms: int = 1_795_000_000_000) -> None:
        self._loop = loop
        self._offset_ms = wall_ms - loop.now_ms

    def boot_ms(self) -> int:
        """The loop's own time."""
        return self._loop.now_ms

    def wall_ms(self) -> int:
        """UTC of the simulated world."""
        return self._loop.now_ms + self._offset_ms

    def step(self, by_ms: int) -> None:
        """Let the wall clock jump, either way."""
        self._offset_ms += by_ms


def run_virtual(main: Coroutine[Any, Any, T], start_ms: int = 0) -> T:
    """Run ``main`` on a virtual loop of its own; what it leaves running is cancelled at the end."""
    with asyncio.Runner(loop_factory=lambda: VirtualLoop(start_ms)) as runner:
        return runner.run(main)
