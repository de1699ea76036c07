"""When each device answered last: what only ages, heard of the daemon while somebody looks at it.

Nothing of it is state. Of a frame that is older than three seconds nothing is told: nobody knows
by then (law 4).
"""

import asyncio
from collections.abc import Mapping
from contextlib import aclosing, suppress
from typing import Final

import msgspec

from monitord.console.link import DaemonGone, DaemonLink

#: After this a frame says nothing any more; the daemon sends one a second.
KNOWN_S: Final = 3.0
#: A page waits so long for the first frame.
WAIT_S: Final = 1.0
#: Without a page that looks for so long, nothing is asked of the daemon.
LOOKED_S: Final = 15.0


class Vitals(msgspec.Struct, frozen=True):
    """How a device does, of :class:`monitord.runtime.vitals.DeviceVitals`."""

    device: str
    connected: bool
    age_ms: int | None
    latency_mean_us: int | None
    polls: int
    missed: int
    errors: int


class _Frame(msgspec.Struct):
    ok: bool
    devices: list[Vitals] = []


class Seen:
    """One for a console process."""

    def __init__(self, link: DaemonLink) -> None:
        self._link = link
        self._frame: list[Vitals] = []
        self._heard_s = self._looked_s = float("-inf")
        self._wanted, self._came = asyncio.Event(), asyncio.Event()

    async def look(self) -> Mapping[str, Vitals]:
        """By device, of this very moment; nobody in it of whom it is not known."""
        loop = asyncio.get_running_loop()
        self._looked_s = loop.time()
        self._wanted.set()
        if self._passed_s() > KNOWN_S:
            self._came.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(WAIT_S):
                    await self._came.wait()
        passed_s = self._passed_s()
        if passed_s > KNOWN_S:
            return {}
        return {v.device: _older(v, round(passed_s * 1000)) for v in self._frame}

    async def run(self) -> None:
        """Follow the daemon while pages look, until cancelled. Without one the next look asks."""
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            with suppress(DaemonGone, msgspec.MsgspecError):
                await self._follow()

    async def _follow(self) -> None:
        loop = asyncio.get_running_loop()
        stream = self._link.stream("watch", KNOWN_S, points=False)
        async with aclosing(stream):  # type: ignore[type-var]
            async for line in stream:
                frame = _FRAME.decode(line)
                if not frame.ok or loop.time() - self._looked_s > LOOKED_S:
                    return
                self._frame, self._heard_s = frame.devices, loop.time()
                self._came.set()

    def _passed_s(self) -> float:
        return asyncio.get_running_loop().time() - self._heard_s


def _older(vitals: Vitals, by_ms: int) -> Vitals:
    if vitals.age_ms is None:
        return vitals
    return msgspec.structs.replace(vitals, age_ms=vitals.age_ms + by_ms)


_FRAME: Final = msgspec.json.Decoder(_Frame)
