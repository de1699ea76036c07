"""Whether the guards' screens are attended: what pages say, and what their silence means.

A console says it for each of its stations every two seconds. Who has not been heard of for five is
absent, whatever hung: the page, the browser, the console or the way between. Only changes become
facts.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

from monitord.core import facts as f
from monitord.vocabulary import Attention

RENEWED_S: Final = 5.0
LOOK_S: Final = 1.0

Submit = Callable[[f.AnyFact], Awaitable[Any]]


class StationWatch:
    """One for a daemon. ``submit`` gives a fact to the engine."""

    def __init__(self, submit: Submit) -> None:
        self._submit = submit
        self._heard: dict[str, float] = {}
        self._told: dict[str, tuple[Attention, str]] = {}
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to notice who is heard of no more."""
        self._task = asyncio.create_task(self._look(), name="stations")

    async def close(self) -> None:
        """Stop."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    async def said(self, station: str, attention: Attention, person: str) -> None:
        """A page is heard of. A fact only when it says something else than before."""
        self._heard[station] = asyncio.get_running_loop().time()
        if self._told.get(station) != (attention, person):
            await self._tell(station, attention, person)

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            now = asyncio.get_running_loop().time()
            for station in [s for s, at in self._heard.items() if now - at > RENEWED_S]:
                del self._heard[station]
                await self._tell(station, Attention.ABSENT, "")

    async def _tell(self, station: str, attention: Attention, person: str) -> None:
        self._told[station] = attention, person
        await self._submit(f.StationSaid(station=station, attention=attention, person=person))
