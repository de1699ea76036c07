"""What cameras see now, for people who look: the newest picture of each, kept a moment in memory.

The camera is never asked for it: its worker looks as often as the site says, and the picture of its
last look is what is shown. Here it is fetched at most once for each of those looks, however many
consoles are open, and nothing of it is written anywhere.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Final, NamedTuple

from monitord.driver import DeviceFault
from monitord.runtime.workers.frames import Seen, Want

#: Looks at the same time.
AT_ONCE: Final = 8
#: One of them, from the question to the bytes.
LOOK_S: Final = 5.0
#: A newer one that is late is asked for so often; so is a camera that gives none.
AGAIN_S: Final = 1.0
#: What a camera usually sees changes seldom.
USUAL_S: Final = 60.0
#: Kept in memory at most: the small ones of 256 cameras are some 4 MB. The least wanted goes first.
BYTES_MAX: Final = 16 << 20

#: Device, which picture, how many looks back.
Look = Callable[[str, Want, int], Awaitable[Seen]]


class Live(NamedTuple):
    """A picture and how old it is, in milliseconds; ``why`` where no newer one could be had."""

    seen: Seen | None
    age_ms: int = 0
    why: str = ""


class _Kept(NamedTuple):
    """The newest picture, when it was handed over, and when that was last tried (by the clock)."""

    seen: Seen | None
    came_s: float
    tried_s: float
    why: str


class LivePictures:
    """One for a daemon. Nothing here waits for anything but workers."""

    def __init__(self, look: Look, clock: Callable[[], float] = time.monotonic) -> None:
        self._look, self._clock = look, clock
        self._kept: OrderedDict[tuple[str, Want], _Kept] = OrderedDict()
        self._asking: dict[tuple[str, Want], asyncio.Task[None]] = {}
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def newest(self, camera: str, want: Want, every_ms: int) -> Live:
        """The newest picture of a camera that is looked through every ``every_ms``.

        Never raises for what is wrong with a camera; who cancels leaves the others waiting.
        """
        key = camera, want
        if self._is_due(key, USUAL_S if want is Want.REFERENCE else every_ms / 1000):
            task = self._asking.get(key)
            if task is None:
                task = self._asking[key] = asyncio.create_task(self._ask(key), name="live picture")
            await asyncio.shield(task)
        kept = self._kept.get(key)
        if kept is None:  # many large ones came meanwhile
            return Live(None, why="too many pictures are looked at: look again")
        self._kept.move_to_end(key)
        if kept.seen is None:
            return Live(None, why=kept.why)
        return Live(kept.seen, round(self._age_s(kept) * 1000), kept.why)

    async def close(self) -> None:
        """Ask for nothing more."""
        tasks = list(self._asking.values())
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def _is_due(self, key: tuple[str, Want], every_s: float) -> bool:
        kept = self._kept.get(key)
        if kept is None:
            return True
        if self._clock() - kept.tried_s < AGAIN_S:
            return False
        return kept.seen is None or bool(kept.why) or self._age_s(kept) >= every_s

    def _age_s(self, kept: _Kept) -> float:
        assert kept.seen is not None
        return kept.seen.age_ms / 1000 + self._clock() - kept.came_s

    async def _ask(self, key: tuple[str, Want]) -> None:
        try:
            await self._fetch(key)
        finally:
            del self._asking[key]

    async def _fetch(self, key: tuple[str, Want]) -> None:
        camera, want = key
        before = self._kept.get(key)
        async with self._turns:
            try:
                async with asyncio.timeout(LOOK_S):
                    seen = await self._look(camera, want, 0)
            except (DeviceFault, TimeoutError) as error:
                why = (
                    error.detail if isinstance(error, DeviceFault) else "its worker does not answer"
                )
                # What was seen last is shown on, with its age, until nobody wants it any more.
                old = _Kept(None, 0.0, 0.0, why) if before is None else before
                kept = old._replace(tried_s=self._clock(), why=why)
            else:
                kept = _Kept(seen, self._clock(), self._clock(), "")
        self._kept[key] = kept
        self._kept.move_to_end(key)
        while len(self._kept) > 1 and sum(map(_bytes_of, self._kept.values())) > BYTES_MAX:
            self._kept.popitem(last=False)


def _bytes_of(kept: _Kept) -> int:
    return 0 if kept.seen is None else len(kept.seen.jpeg)
