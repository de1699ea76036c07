"""The story of one incident, line by line, as the journal has it.

Asked of the daemon when somebody looks, kept for a second for all who look: a replica has the
state and not the past.
"""

import asyncio
from contextlib import aclosing
from typing import Final

from monitord.console.link import DaemonLink, Reply
from monitord.console.replica import read_line
from monitord.core.facts import TextRef
from monitord.core.records import IncidentRecord
from monitord.journal.records import Stored
from monitord.runtime.story import Story

#: Entries looked through for one incident; what lies behind them is not shown, and that is said.
ENTRIES_MAX: Final = 20_000
LINES_MAX: Final = 400
SILENCE_S: Final = 3.0
KEPT_S: Final = 1.0
KEPT_MAX: Final = 50


class Timelines:
    """One for a console process."""

    def __init__(self, link: DaemonLink) -> None:
        self._link = link
        self._kept: dict[int, tuple[float, list[Reply], bool]] = {}

    async def of(self, incident: IncidentRecord) -> tuple[list[Reply], bool]:
        """The lines, newest last, and whether they are all. Raises ``DaemonGone``."""
        now = asyncio.get_running_loop().time()
        kept = self._kept.get(incident.number)
        if kept is not None and now - kept[0] < KEPT_S:
            return kept[1], kept[2]
        lines, whole = await self._read(incident)
        if len(self._kept) >= KEPT_MAX:
            self._kept.clear()
        self._kept[incident.number] = now, lines, whole
        return lines, whole

    async def _read(self, incident: IncidentRecord) -> tuple[list[Reply], bool]:
        if not incident.opened_after:
            return [], False
        story = Story(incident.number, _kept_apart)
        count = 0
        feed = self._link.stream(
            "feed", SILENCE_S, after=incident.opened_after, live=False, replica=True
        )
        async with aclosing(feed):  # type: ignore[type-var]
            async for raw in feed:
                line = read_line(raw)
                if not line.ok:
                    return [], False
                if line.end:
                    break
                story.take(Stored(0, 0, 0, bytes(line.entry), b""))
                count += 1
                if count == ENTRIES_MAX:
                    break
        lines = story.view()["lines"]
        return lines[-LINES_MAX:], count < ENTRIES_MAX and len(lines) <= LINES_MAX


def _kept_apart(_: TextRef) -> str:
    """What people wrote is not in the journal; who may read it sees it in the log."""
    return "is kept"
