"""Keeps the calendar laid: at a start where it is old, daily, on reload, when the clock leaps.

It looks and reports; what the spans mean, and when too few lie ahead, is the core's. A failure
is tried again, and the core's deadline tells people when that does not help.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

import msgspec
import structlog

from monitord.core import calendar
from monitord.core import events as ev
from monitord.core import facts as f
from monitord.runtime.calendar import AHEAD_DAYS, DAY_MS, Laid, Wanted, wanted
from monitord.runtime.engine import Engine
from monitord.runtime.ledger import Published

Lay = Callable[[Wanted], Awaitable[Laid]]

#: How often it is looked whether a day has passed, and how soon a failure is tried again.
LOOK_S: Final = 3_600.0
RETRY_S: Final = 20.0

_log = structlog.get_logger(__name__)


class CalendarKeeper:
    """One task of the daemon: ``start`` it, ``stop`` it."""

    def __init__(self, engine: Engine, lay: Lay) -> None:
        self._engine, self._lay = engine, lay
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._stop_hearing: Callable[[], None] | None = None

    def start(self) -> None:
        """Begin to look."""
        self._stop_hearing = self._engine.subscribe(self._heard)
        self._task = asyncio.get_running_loop().create_task(self._run(), name="calendar")

    async def stop(self) -> None:
        """End it; a child that works is killed."""
        if self._stop_hearing is not None:
            self._stop_hearing()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    def _heard(self, published: Published) -> None:
        kinds = (ev.SiteAccepted, ev.ClockStepped, ev.CalendarRanShort)
        if any(isinstance(event, kinds) for event in published.entry.events):
            self._changed.set()

    async def _run(self) -> None:
        while True:
            self._changed.clear()
            if not calendar.asks(self._engine.state.site):
                await self._changed.wait()
                continue
            if self._is_due():
                await self._lay_anew()
            with suppress(TimeoutError):
                async with asyncio.timeout(RETRY_S if self._is_due() else LOOK_S):
                    await self._changed.wait()

    def _is_due(self) -> bool:
        """Laid for another site or time, or a day ago."""
        state = self._engine.state
        ahead_ms = state.calendar.until_ms - self._utc_ms()
        return calendar.is_due(state) or ahead_ms <= (AHEAD_DAYS - 1) * DAY_MS

    def _utc_ms(self) -> int:
        return self._engine.state.utc_ms(self._engine.now_ms())

    async def _lay_anew(self) -> None:
        site, site_hash = self._engine.state.site, self._engine.state.site_hash
        try:
            asked = wanted(site, self._utc_ms())
            laid = await self._lay(asked)
        except (OSError, TimeoutError, msgspec.MsgspecError) as error:
            _log.error("calendar_not_laid", why=type(error).__name__, again_in_s=RETRY_S)
            return
        if laid.missing:
            _log.error("hours_not_worked_out", of=laid.missing)
        await self._engine.submit(
            f.CalendarRead(
                site_hash=site_hash,
                from_ms=asked.from_ms,
                until_ms=asked.until_ms,
                areas=laid.areas,
                posts=laid.posts,
                missing=laid.missing,
                handovers=laid.handovers,
            )
        )
