"""What every device last answered, as JSON made once for all who watch.

A site has thousands of points: a frame is turned into text a device at a time, and others have
their turn in between, so that no poll waits for a watcher. The second watcher of the same frame
gets what the first one had made.
"""

import asyncio
from collections.abc import Sequence
from typing import Final

import msgspec

from monitord.core.state import State
from monitord.runtime.control.desk import Desk
from monitord.runtime.control.protocol import Reply
from monitord.runtime.vitals import DeviceVitals, VitalsFrame

#: Points turned into text before others have their turn: half a millisecond or so.
POINTS_AT_A_TIME: Final = 128


class LiveFrames:
    """The last frame as text. One for a server."""

    def __init__(self) -> None:
        self._frame: VitalsFrame | None = None
        self._devices: list[msgspec.Raw] = []
        self._making = asyncio.Lock()

    async def devices(
        self, desk: Desk, frame: VitalsFrame, only: str = "", *, points: bool = True
    ) -> list[msgspec.Raw]:
        """All devices of ``frame`` as JSON, or the one that is named; with or without points."""
        if only or not points:
            shown = [d for d in frame.devices if only in ("", d.device)]
            bare = shown if points else [msgspec.structs.replace(d, points=()) for d in shown]
            return await _made(desk, bare)
        async with self._making:
            if self._frame is not frame:
                self._devices = await _made(desk, frame.devices)
                self._frame = frame
            return self._devices


async def _made(desk: Desk, shown: Sequence[DeviceVitals]) -> list[msgspec.Raw]:
    made: list[msgspec.Raw] = []
    points = 0
    for vitals in shown:
        made.append(msgspec.Raw(msgspec.json.encode(_device(desk.engine.state, vitals))))
        points += len(vitals.points)
        if points >= POINTS_AT_A_TIME:
            points = 0
            await asyncio.sleep(0)
    return made


def _device(state: State, vitals: DeviceVitals) -> Reply:
    """The vitals, each point with its decided state beside what came in."""
    view: Reply = msgspec.to_builtins(vitals)
    for point in view["points"]:
        record = state.points.get(point["point"])
        point["raw"] = point.pop("state")
        point["state"] = "unknown" if record is None else record.state.value
    return view
