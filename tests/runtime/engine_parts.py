"""An engine on virtual time over a store that does as the test says."""

import asyncio
from collections.abc import Sequence

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.state import State
from monitord.journal.committer import Committer
from monitord.journal.errors import StoreError, Trouble
from monitord.journal.records import Head, Row, Snapshot
from monitord.journal.spill import SpillFile
from monitord.runtime.engine import Engine, Published
from monitord.testing.loop import VirtualClock, VirtualLoop
from tests.core.sites import museum


class ScriptedCommitter:
    """Keeps rows in memory; ``hang`` and ``fail`` are the disk's moods."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.batches: list[int] = []
        self.hang = False
        self.fail = False
        self._hung: list[tuple[Sequence[Row], asyncio.Future[Head]]] = []

    def commit(self, rows: Sequence[Row]) -> "asyncio.Future[Head]":
        future: asyncio.Future[Head] = asyncio.get_running_loop().create_future()
        if self.hang:
            self._hung.append((rows, future))
        elif self.fail:
            future.set_exception(StoreError(Trouble.FULL))
        else:
            self._store(rows, future)
        return future

    def heal(self) -> None:
        """The disk answers again, first for what it was asked while it hung."""
        self.hang = self.fail = False
        hung, self._hung = self._hung, []
        for rows, future in hung:
            self._store(rows, future)

    def refuse(self) -> None:
        """The disk answers what it was asked while it hung, with a no."""
        hung, self._hung, self.hang = self._hung, [], False
        for _, future in hung:
            future.set_exception(StoreError(Trouble.FULL))

    async def close(self) -> bool:
        return not self._hung

    def _store(self, rows: Sequence[Row], future: "asyncio.Future[Head]") -> None:
        self.rows.extend(rows)
        self.batches.append(len(rows))
        last = self.rows[-1]
        future.set_result(Head(last.epoch, last.seq, last.at_ms, b"\0" * 32))


class Bench:
    """A started engine, its committer, and all that it published."""

    def __init__(
        self,
        *,
        strict: bool = True,
        spill: SpillFile | None = None,
        state: State | None = None,
        carried: Sequence[Row] = (),
        store: Committer | None = None,
    ) -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        self.clock = VirtualClock(loop)
        self.committer = ScriptedCommitter()
        self.snapshots: list[Snapshot] = []
        self.published: list[Published] = []
        self.engine = Engine(
            state or State(),
            max(self.clock.wall_ms(), state.at_ms if state else 0),
            self.clock,
            store or self.committer,
            version="test",
            snapshot=self.snapshots.append,
            strict=strict,
            spill=spill,
            carried=carried,
        )
        self.engine.subscribe(self.published.append)

    async def start(self, epoch: int = 1) -> "Bench":
        self.engine.start()
        now = self.clock.wall_ms()
        await self.engine.submit(f.Started(epoch=epoch, version="test", utc_ms=now))
        await self.engine.submit(f.SiteOffered(file_hash="a", site=museum()))
        return self

    def events(self) -> list[str]:
        """The names of all events that left the engine, in order."""
        return [type(event).__name__ for p in self.published for event in p.entry.events]

    def steps(self, among: Sequence[Published] | None = None) -> list[tuple[int, int]]:
        """Incident and step of every step of a chain that began with a hand-declared alarm."""
        found = []
        for p in self.published if among is None else among:
            for event in p.entry.events:
                if not isinstance(event, ev.StepStarted):
                    continue
                if self.engine.state.incidents[event.incident].declared_by:
                    found.append((event.incident, event.step))
        return found
