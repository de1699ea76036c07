"""Keeping the record in shape while the daemon guards: snapshots by a replica, old files dropped.

Seldom and beside everything else: every 10,000 entries, or hourly when there is anything new. So
a start has that much to replay and no more. No alarm waits for it, and what it cannot do is told
and tried again. It never writes an entry.
"""

import asyncio
from collections.abc import Awaitable, Callable
from hashlib import sha256
from pathlib import Path
from typing import Final

import structlog

from monitord.core import facts as f
from monitord.core.events import AlarmOccurred, AnyEvent
from monitord.core.history import KEEP_MS
from monitord.core.site import Site
from monitord.journal.errors import StoreError
from monitord.journal.records import Position
from monitord.journal.retention import Expired, drop, expired
from monitord.runtime import replica
from monitord.runtime.engine import Engine, Published
from monitord.runtime.seams import Clock
from monitord.vocabulary import Kind

#: The first snapshot after a start, the next ones, and how many entries do not wait for that.
FIRST_S: Final = 60.0
EVERY_MS: Final = 3_600_000
EVERY_ENTRIES: Final = 10_000
#: A low battery has a snapshot made at once, and not again sooner than this.
LOW_EVERY_MS: Final = 600_000
#: How often it is seen whether one is due.
LOOK_S: Final = 5.0

_log = structlog.get_logger(__name__)

Make = Callable[[Path, Position, str], Awaitable[replica.Answer]]


def keep_ms(site: Site) -> int:
    """How long the site keeps its journal."""
    return int((site.setup.get("journal") or {}).get("keep_ms") or KEEP_MS)


class JournalKeeper:
    """``start`` it once the daemon watches; ``close`` it before the engine stops."""

    def __init__(
        self,
        engine: Engine,
        state_folder: Path,
        clock: Clock,
        make: Make = replica.make,
        *,
        first_s: float = FIRST_S,
        look_s: float = LOOK_S,
    ) -> None:
        self._engine, self._folder, self._clock, self._make = engine, state_folder, clock, make
        self._look_s = look_s
        self._due_ms = clock.boot_ms() + int(first_s * 1000)
        self._low_ms = 0
        #: Behind it is what no replica has been asked for; a first one comes after each start.
        self._tried_seq = engine.state.seq - 1
        #: What nobody hears of any more is stored long before the first look.
        self._stored = Position(engine.state.epoch, engine.state.seq)
        #: The state at a position that a replica is to come to, once the journal has it.
        self._base: tuple[Position, bytes] | None = None
        self._unsubscribe = engine.subscribe(self._heard)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Look now and then, until closed."""
        self._task = asyncio.get_running_loop().create_task(self._run(), name="keeper")

    async def close(self) -> None:
        """End what is under way: a replica is killed, a file is dropped at the next start."""
        self._unsubscribe()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    def _heard(self, published: Published) -> None:
        if published.stored:
            self._stored = Position(published.entry.epoch, published.entry.seq)
        now_ms = self._clock.boot_ms()
        if now_ms >= self._low_ms and any(map(self._runs_low, published.entry.events)):
            # Every entry is on the disk already; this is for the start after the battery is empty.
            self._low_ms, self._due_ms = now_ms + LOW_EVERY_MS, now_ms
            _log.warning("battery_low", position=published.entry.position)

    def _runs_low(self, event: AnyEvent) -> bool:
        if not isinstance(event, AlarmOccurred):
            return False
        point = self._engine.state.site.points.get(event.source)
        return point is not None and point.kind in (Kind.BATTERY, Kind.UPS)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._look_s)
            await self.look()

    async def look(self) -> None:
        """What is due now: a state to come to, a replica that does, a file that goes."""
        base, self._base = self._base, None
        if base is not None:
            await self._keep_snapshot(*base)
        late = self._clock.boot_ms() >= self._due_ms
        behind = self._engine.state.seq - self._tried_seq
        if self._engine.degraded:
            return
        # A snapshot can wait; the last room on the disk is for alarms.
        if not self._engine.state.reserve_spent and (behind >= EVERY_ENTRIES or (late and behind)):
            self._base = self._engine.take_base()
            self._tried_seq = self._base[0].seq
        if late:
            self._due_ms = self._clock.boot_ms() + EVERY_MS
            await self._drop_expired()

    async def _keep_snapshot(self, position: Position, body: bytes) -> None:
        """Have a replica come to it, and tell what became of that."""
        if self._stored < position or self._stored.epoch != position.epoch:
            return  # a disk that is late, or history that is lost: the next one will do
        digest = await asyncio.to_thread(_digest, body)
        answer = await self._make(self._folder, position, digest)
        if answer.problem:
            _log.error("no_snapshot", position=str(position), why=answer.problem)
        self._engine.offer(f.SnapshotTried(problem=answer.problem))

    async def _drop_expired(self) -> None:
        """Drop the oldest file once its time is over: on record first, then from the disk."""
        engine, folder = self._engine, self._folder
        try:
            await asyncio.to_thread(drop, folder, engine.state.dropped_seq)
            before_ms = engine.now_ms() - keep_ms(engine.state.site)
            found = await asyncio.to_thread(expired, folder, before_ms)
            if found is None:
                return
            answer = await engine.submit(_due(found))
            if answer.stored and answer.events:
                await asyncio.to_thread(drop, folder, found.last.seq)
                _log.info("journal_file_dropped", file=found.path.name)
        except StoreError as error:
            _log.error("journal_file_not_dropped", error=str(error))


def _digest(body: bytes) -> str:
    return sha256(body).hexdigest()


def _due(found: Expired) -> f.FileExpired:
    return f.FileExpired(
        file=found.path.name,
        last_epoch=found.last.epoch,
        last_seq=found.last.seq,
        last_hash=found.last.hash.hex(),
        ended_utc_ms=found.utc_ms,
    )
