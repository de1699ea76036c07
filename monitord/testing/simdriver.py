"""The driver ``sim`` of leap mode: reads the world's truth, and its faults, without a protocol.

It shows the runtime the same outcomes as a real panel with that fault does through a real driver:
an answer, a ``DeviceFault``, or nothing at all.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Final

from pydantic import BaseModel, ConfigDict

from monitord.driver import Cause, DeviceFault, Driver, Line, Reading, Value
from monitord.testing.script import Fault, Timeline
from monitord.vocabulary import PointState

SLOW_S: Final = 0.3

#: Faults in which nothing comes back at all; the runtime's bound has to end the wait.
MUTE: Final = frozenset({Fault.CUT, Fault.HANG, Fault.HALF_OPEN, Fault.LATE})
SPOKEN: Final = {
    Fault.RESET: ("the device closed the connection", Cause.SILENT),
    Fault.REBOOT: ("nobody listens", Cause.REFUSED),
    Fault.EXCEPTION: ("the device says that it has failed", Cause.DEVICE),
}


class SimConfig(BaseModel):
    """``device`` is the id that the world knows it by."""

    model_config = ConfigDict(extra="ignore")

    device: str


class SimPointConfig(BaseModel):
    """Whatever the real driver would want."""

    model_config = ConfigDict(extra="ignore")


class SimDriver(Driver[SimConfig]):
    """One panel of the world. :func:`sim_driver` binds it to a world."""

    Config: ClassVar[type[BaseModel]] = SimConfig
    PointConfig: ClassVar[type[BaseModel]] = SimPointConfig
    timeline: ClassVar[Timeline]

    @staticmethod
    def now_ms() -> int:
        """World time; a driver class that is bound to no world has none."""
        raise NotImplementedError("bind the driver to a world with sim_driver")

    async def open(self, line: Line | None = None) -> None:
        """Connect, where somebody listens."""
        trouble = self.timeline.trouble(self.config.device, self.now_ms())
        if trouble is not None and trouble.fault is Fault.CUT:
            await forever()
        if trouble is not None and trouble.fault is Fault.REBOOT:
            raise DeviceFault(*SPOKEN[Fault.REBOOT])

    async def poll(self) -> Sequence[Value | Reading]:
        """The contacts as they are now, or what the fault makes of the question."""
        trouble = self.timeline.trouble(self.config.device, self.now_ms())
        if trouble is not None:
            await self._misbehave(trouble.fault)
        values = self.timeline.values(self.config.device, self.now_ms())
        return [PointState.ACTIVE if active else PointState.NORMAL for active in values]

    async def _misbehave(self, fault: Fault) -> None:
        if fault is Fault.SLOW:
            await asyncio.sleep(SLOW_S)
        elif fault in MUTE:
            await forever()
        else:
            raise DeviceFault(
                *SPOKEN.get(fault, ("an answer that was not asked for", Cause.PROTOCOL))
            )


def sim_driver(timeline: Timeline, now_ms: Callable[[], int]) -> type[SimDriver]:
    """A driver class that looks at this world."""
    body: dict[str, Any] = {"timeline": timeline, "now_ms": staticmethod(now_ms)}
    return type("BoundSimDriver", (SimDriver,), body)


async def forever() -> None:
    """Say nothing more."""
    await asyncio.get_running_loop().create_future()
