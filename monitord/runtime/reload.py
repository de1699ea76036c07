"""Reload: the site file read again while the guard goes on, and taken when it may be.

It reads in the child process, compares with what is guarded, and hands a person's decision to the
core, which alone says whether it is taken. One reload at a time. A file with errors changes
nothing; nothing here touches a device.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Protocol

import msgspec

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.site_records import HeldSite
from monitord.runtime.doors import Doors
from monitord.runtime.engine import Answer
from monitord.site.difference import Change
from monitord.site.findings import SiteRefused
from monitord.site.loader import Compiled
from monitord.vocabulary import Proof


class Guarding(Protocol):
    """What a reload needs of the guard."""

    def changes(self, offered: Compiled) -> list[Change]:
        """What this site would change."""

    def keep(self, offered: Compiled) -> tuple[f.TextRef, ...]:
        """Put the texts of people where they are looked up."""

    async def reload(self, fact: f.ReloadSite) -> Answer:
        """Have the core decide, and guard what it accepted."""

    async def accept(self, offered: Compiled) -> Answer:
        """The same for a file that nobody spoke for."""

    @property
    def held(self) -> HeldSite | None:
        """The file that waits for a second person."""


class Look(msgspec.Struct, frozen=True):
    """What the file would change. ``findings`` is not empty when it has errors."""

    file_hash: str = ""
    changes: tuple[Change, ...] = ()
    findings: tuple[str, ...] = ()

    @property
    def weakens(self) -> bool:
        """Any one change does."""
        return any(change.weakens for change in self.changes)


class Reloaded(msgspec.Struct, frozen=True):
    """``answer`` is None when the file was not offered at all: see ``look.findings``."""

    look: Look
    answer: Answer | None = None

    @property
    def accepted(self) -> bool:
        """The new site is guarded."""
        return self._has(ev.SiteAccepted)

    @property
    def held(self) -> bool:
        """It waits for a second person."""
        return self._has(ev.SiteHeld)

    def _has(self, kind: type[ev.Event]) -> bool:
        return self.answer is not None and any(isinstance(e, kind) for e in self.answer.events)


class Stale(Exception):
    """The file is not the one that was looked at."""


class Reloader:
    """Reads one site file again and again. ``read`` raises ``SiteRefused``."""

    def __init__(
        self, guard: Guarding, read: Callable[[], Awaitable[Compiled]], doors: Doors
    ) -> None:
        self._guard, self._doors = guard, doors
        self._read = read
        self._one = asyncio.Lock()

    @property
    def held(self) -> HeldSite | None:
        """The file that waits for a second person."""
        return self._guard.held

    async def look(self) -> Look:
        """Read and compare; nothing changes."""
        async with self._one:
            return (await self._look())[0]

    async def reload(self, by: str, proof: Proof, seen: str, confirms: int) -> Reloaded:
        """Take the file as it is now, if it is the one that was ``seen`` (empty: whatever it is).

        Raises ``Stale``.
        """
        async with self._one:
            look, compiled = await self._look()
            if compiled is None:
                return Reloaded(look)
            if seen and seen != look.file_hash:
                raise Stale
            fact = f.ReloadSite(
                by=by,
                proof=proof,
                file_hash=compiled.file_hash,
                site=compiled.site,
                texts=self._guard.keep(compiled),
                changes=tuple(change.words for change in look.changes),
                weakens=look.weakens,
                confirms=confirms,
            )
            return await self._take(look, compiled, partial(self._guard.reload, fact))

    async def reload_unless_weaker(self) -> Reloaded:
        """Take the file in nobody's name if it weakens nothing: what a start would do, and less."""
        async with self._one:
            look, compiled = await self._look()
            if compiled is None or look.weakens:
                return Reloaded(look)
            return await self._take(look, compiled, partial(self._guard.accept, compiled))

    async def _take(
        self, look: Look, compiled: Compiled, decide: Callable[[], Awaitable[Answer]]
    ) -> Reloaded:
        """Have it decided, once its doors can be opened. Raises ``DoorRefused``."""
        ready = await self._doors.prepare(compiled.site)
        done = Reloaded(look)
        try:
            done = Reloaded(look, await decide())
        finally:
            await (self._doors.take(ready) if done.accepted else self._doors.drop(ready))
        return done

    async def _look(self) -> tuple[Look, Compiled | None]:
        try:
            compiled = await self._read()
        except SiteRefused as refused:
            return Look(findings=tuple(map(str, refused.findings))), None
        return Look(compiled.file_hash, tuple(self._guard.changes(compiled))), compiled
