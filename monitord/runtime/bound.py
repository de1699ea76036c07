"""A driver's calls, each bounded in time, with every outcome told as a ``DeviceFault``.

This is the boundary to code that is not ours. A driver may hang, raise anything, swallow the
cancellation that ends its call, or cancel itself: the caller sees an answer, a ``DeviceFault``,
or its own cancellation when it is being stopped. What a driver's exception says is never told or
logged, for a secret may stand in it; its class and place are enough to find the fault.
"""

import asyncio
import traceback
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final, TypeVar

from monitord.driver import DeviceFault
from monitord.runtime.lazytimer import LazyTimer
from monitord.runtime.seams import Clock
from monitord.vocabulary import Cause

T = TypeVar("T")

GRACE_MS: Final = 1_000  # from the first cancellation to the second
REPEAT_MS: Final = 5_000  # and between the further ones


class DriverCalls:
    """Makes the calls of one device's task; at most one is under way at any time.

    ``on_cut(call, times)`` is told when a call is cancelled at its bound, and again each time that
    this was ignored. It runs outside the device's task, which may be stuck for good.
    """

    __slots__ = ("_call", "_clock", "_cuts", "_driver", "_on_cut", "_task", "_timer")

    def __init__(self, driver: str, clock: Clock, on_cut: Callable[[str, int], None]) -> None:
        self._driver = driver
        self._clock = clock
        self._on_cut = on_cut
        self._timer = LazyTimer(asyncio.get_running_loop(), clock, self._cut)
        self._task: asyncio.Task[None] | None = None
        self._call = ""
        self._cuts = 0

    def close(self) -> None:
        """Let go of the timer."""
        self._timer.close()

    def hold(self) -> None:
        """The call under way waits for us: its bound does not run, unless it has passed already."""
        if not self._cuts:
            self._timer.clear()

    def extend(self, bound_ms: int) -> None:
        """The bound of the call under way begins anew, unless it has passed already."""
        if not self._cuts:
            now_ms = self._clock.boot_ms()
            self._timer.at(now_ms + bound_ms, now_ms)

    async def make(
        self, call: str, ask: Callable[[], Awaitable[T]], bound_ms: int, late: str = ""
    ) -> T:
        """Await what ``ask`` gives, for at most ``bound_ms``. Raises only ``DeviceFault``.

        ``late`` are the words for an answer that did not come in time.
        """
        self._task = task = asyncio.current_task()
        assert task is not None
        self._call = call
        now_ms = self._clock.boot_ms()
        self._timer.at(now_ms + bound_ms, now_ms)
        fault: DeviceFault | None = None
        result: T | None = None
        try:
            result = await ask()
        except DeviceFault as error:
            fault = error
        except asyncio.CancelledError:
            fault = DeviceFault(f"driver {self._driver} cancelled its own {call}", Cause.DRIVER)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - the boundary to foreign code
            fault = raised(self._driver, call, error)
        self._timer.clear()
        if self._cuts:
            fault = DeviceFault(late or f"no answer to {call} within {bound_ms} ms")
            self._forgive(task)
        if task.cancelling():  # being stopped: nothing that a driver does may prevent it
            raise asyncio.CancelledError
        if fault is not None:
            raise fault
        return result  # type: ignore[return-value]  # no fault: it was set

    def _forgive(self, task: "asyncio.Task[None]") -> None:
        """Take our own cancellations back; another's stays."""
        for _ in range(self._cuts):
            task.uncancel()
        self._cuts = 0

    def _cut(self) -> None:
        assert self._task is not None
        self._cuts += 1
        self._task.cancel()
        now_ms = self._clock.boot_ms()
        self._timer.at(now_ms + (GRACE_MS if self._cuts == 1 else REPEAT_MS), now_ms)
        self._on_cut(self._call, self._cuts)


def raised(driver: str, call: str, error: BaseException) -> DeviceFault:
    """What a driver's call raised, without what it says."""
    detail = f"driver {driver} raised {type(error).__name__} in {call} ({place_of(error)})"
    return DeviceFault(detail, Cause.DRIVER)


def place_of(error: BaseException) -> str:
    """Where an error was raised, as ``file:line``, without the path."""
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return "nowhere"
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}"
