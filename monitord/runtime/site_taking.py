"""The start's part in a site file: guard the accepted one, or offer another that lies there.

A file with errors never stops a site that was accepted once (law 2): it is refused, told, and the
accepted one is guarded. Where none was ever accepted there is nothing to guard.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import structlog

from monitord.core.events import SiteHeld
from monitord.core.state import State
from monitord.runtime.drawings import Drawings
from monitord.runtime.guard import Guard
from monitord.runtime.origins import hash_with, origins
from monitord.runtime.plugins import ChannelRegistry, DriverRegistry
from monitord.site.files import hash_of
from monitord.site.findings import Severity, SiteRefused, Unreadable
from monitord.site.floors import sources_now, with_drawings
from monitord.site.loader import Compiled

_log: Any = structlog.get_logger(__name__)


class NothingToGuard(Exception):
    """No site was ever accepted, and this file has errors: in words."""


class SiteTaking:
    """For one site file. ``drawings`` are kept with each reading of it."""

    def __init__(
        self,
        config: Path,
        read: Callable[[Path], Awaitable[Compiled]],
        drivers: DriverRegistry,
        channels: ChannelRegistry,
        drawings: Drawings,
    ) -> None:
        self._config, self._read = config, read
        self._drivers, self._channels = drivers, channels
        self._drawings = drawings

    async def read(self) -> Compiled:
        """The site file as it is now; its drawings are kept, whatever becomes of it."""
        compiled = await self._read(self._config)
        await asyncio.to_thread(self._drawings.keep, compiled.drawings)
        return compiled

    async def take(self, guard: Guard) -> None:
        """Offer it, unless it is the accepted one, byte for byte, with all texts and drawings.

        Foreign drivers count as part of it. Raises ``NothingToGuard``.
        """
        state = guard.engine.state
        try:
            whole = not guard.directory.misses_texts(state) and self._has_drawings(state)
            if whole and self._hash_now(state) == state.site_hash:
                await guard.confirm(state.site_hash)
                return
        except Unreadable:
            pass  # told below, with all that is wrong
        try:
            answer = await guard.accept(await self.read())
            if any(isinstance(event, SiteHeld) for event in answer.events):
                _log.error("site_waits", guarding="the accepted site", until="monitord reload")
        except SiteRefused as refused:
            errors = [found for found in refused.findings if found.severity is Severity.ERROR]
            print(*errors, sep="\n", file=sys.stderr)
            if not state.site_hash:
                words = f"{len(errors)} errors in {self._config}, named above: nothing was started"
                raise NothingToGuard(words) from refused
            _log.error("site_refused", guarding="the accepted site", errors=len(errors))
            # The place alone: the words of a finding may quote a name or a number.
            await guard.refuse(len(errors), f"{Path(errors[0].file).name}:{errors[0].line}")

    def _hash_now(self, state: State) -> str:
        """As the file, its drawings and its foreign drivers are now. Raises ``Unreadable``."""
        drawn = sources_now(self._config, state.site.setup)
        files = with_drawings(hash_of(self._config), drawn)
        return hash_with(files, origins(state.site, self._drivers, self._channels))

    def _has_drawings(self, state: State) -> bool:
        """All of the accepted site; what is of no floor of it any more is removed."""
        floors = state.site.setup.get("floors") or {}
        shown = [str(floor["sha256"]) for floor in floors.values() if floor["sha256"]]
        self._drawings.keep_only(shown)
        return all(self._drawings.get(digest) is not None for digest in shown)
