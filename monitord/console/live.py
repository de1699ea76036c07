"""What open pages hear: a beat every second, and each part of a page when it has changed.

A part is made once for all who look at the same and may see the same. Changes are gathered for a
twentieth of a second, so that a flood costs as much as twenty pages a second; the first change
after a while is shown at once. A page that does not read is dropped by its server, and asks anew
when it is back.
"""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Callable, Collection
from typing import Final

from litestar.response.sse import ServerSentEventMessage

from monitord.console.api.happenings import left
from monitord.console.replica import Replica
from monitord.console.viewer import Viewer
from monitord.core import events as ev
from monitord.runtime.control import hiding

BEAT_S: Final = 1.0
GATHER_S: Final = 0.05
PAGES_MAX: Final = 200
#: Entries within :data:`GATHER_S`; of more than these, some are surely seen.
RECENT_MAX: Final = 500

Draw = Callable[[Viewer], str]


class Live:
    """Tells all pages. ``changed`` is called by the replica and never waits."""

    def __init__(self, replica: Replica, parts: dict[str, Draw]) -> None:
        self._replica = replica
        self._parts = parts
        self._turn = 0
        self._changed = asyncio.Event()
        self._made: dict[tuple[str, Viewer], tuple[int, str]] = {}
        self._pages = 0
        self._closing = False
        self._recent: deque[tuple[int, ev.Entry | None]] = deque(maxlen=RECENT_MAX)

    def known(self, names: str) -> tuple[str, ...]:
        """Those of ``names`` (with commas) that there are."""
        return tuple(name for name in names.split(",") if name in self._parts)

    def close(self) -> None:
        """Let all pages go: they are locked until they find a console again."""
        self._closing = True
        self.changed()

    def changed(self, entry: ev.Entry | None = None) -> None:
        """The state is another one, by ``entry``; None: look at everything anew."""
        self._turn += 1
        self._recent.append((self._turn, entry))
        self._changed.set()
        self._changed = asyncio.Event()

    @property
    def full(self) -> bool:
        """No further page is served."""
        return self._pages >= PAGES_MAX

    async def page(
        self, viewer: Viewer, parts: Collection[str] = ()
    ) -> AsyncIterator[ServerSentEventMessage]:
        """The parts that a page asked for, ``changed`` for what it fetches itself, and beats."""
        self._pages += 1
        sent: dict[str, str] = {}
        loop = asyncio.get_running_loop()
        next_beat, next_turn, turn = loop.time(), 0.0, -1
        try:
            while not self._closing:
                if turn != self._turn and self._replica.state is not None:
                    shows, turn = self._shows(viewer, turn), self._turn
                    next_turn = loop.time() + GATHER_S
                    for name in parts if shows else ():
                        drawn = self._part(name, viewer)
                        if sent.get(name) != drawn:
                            sent[name] = drawn
                            yield ServerSentEventMessage(event=name, data=drawn)
                    if shows:
                        yield ServerSentEventMessage(event="changed", data="")
                if loop.time() >= next_beat:
                    next_beat = loop.time() + BEAT_S
                    yield ServerSentEventMessage(event="beat", data=self._beat())
                await self._wait(turn, next_turn, next_beat)
        finally:
            self._pages -= 1

    def _shows(self, viewer: Viewer, before: int) -> bool:
        """Something that this viewer may see has changed since ``before``.

        Where an alarm is hidden, not even that it moves is told (G9).
        """
        state = self._replica.state
        assert state is not None
        hidden = viewer.hidden(state)
        if before < 0 or not hidden or self._recent[0][0] > before + 1:
            return True
        gone = hiding.buttons(state)
        return any(
            entry is None or bool(left(state, entry, hidden, gone))
            for turn, entry in self._recent
            if turn > before
        )

    async def _wait(self, turn: int, next_turn: float, next_beat: float) -> None:
        """Until there is something to draw, not before ``next_turn``, or the next beat is due."""
        loop = asyncio.get_running_loop()
        if turn == self._turn:
            try:
                async with asyncio.timeout_at(next_beat):
                    await self._changed.wait()
            except TimeoutError:
                return
        await asyncio.sleep(max(0.0, min(next_turn, next_beat) - loop.time()))

    def _part(self, name: str, viewer: Viewer) -> str:
        turn, drawn = self._made.get((name, viewer), (-1, ""))
        if turn != self._turn:
            drawn = self._parts[name](viewer)
            if len(self._made) > 2 * PAGES_MAX:
                self._made.clear()
            self._made[name, viewer] = self._turn, drawn
        return drawn

    def _beat(self) -> str:
        replica = self._replica
        return json.dumps(
            {
                "fresh": replica.fresh,
                "utc_ms": replica.utc_ms() if replica.fresh else replica.last_true_utc_ms,
                "degraded": replica.degraded,
            }
        )
