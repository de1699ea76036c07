"""One run: life after life of the unmodified daemon, from ``Guard`` down, in one world.

Phase 1 is the script with all its troubles; in phase 2 the world is healed and everything must
come to rest. A crash ends the loop of a life where it stands; only synced bytes of the journal,
the side store and what people mean to do reach the next one. A bug ends the run (strict engine).
"""

import asyncio
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from random import Random
from typing import Any, Final, NamedTuple

import structlog
from msgspec import structs

from monitord.core import events as ev
from monitord.core.site import Site
from monitord.core.state import State
from monitord.journal.codec import decode
from monitord.journal.records import Row
from monitord.runtime.guard import Guard, MakeChannels, Seams
from monitord.runtime.ledger import Published
from monitord.runtime.pacer import GridPacer
from monitord.runtime.plugins import driver_registry
from monitord.runtime.seams import Pacer
from monitord.testing.crash import Crash, CrashDesk
from monitord.testing.disk import SimCommitter, SimStore, SimTexts
from monitord.testing.history import History, Life, Seen
from monitord.testing.loop import VirtualLoop
from monitord.testing.network import Network, NetworkLoop
from monitord.testing.pacers import LeapPacer
from monitord.testing.people import GOOD, People, Phone, channels_of
from monitord.testing.replica import Replica
from monitord.testing.script import CrashAt, DiskTrouble, Script, Timeline
from monitord.testing.simdriver import sim_driver
from monitord.testing.speaking import DRIVER as SPEAKING
from monitord.testing.speaking import SpeakingPanels, speaking_driver
from monitord.testing.spill import SimSpill

#: Where UTC stands at world time 0: a Tuesday night in 2026.
WALL_MS: Final = 1_795_000_000_000
#: How long a healed world is given to come to rest.
HEALED_MS: Final = 45 * 60_000
#: A handful of turns, so that tasks told to end can.
BURIAL_S: Final = 30.0


class Offered(NamedTuple):
    """A compiled site, as the loader would offer it."""

    site: Site
    texts: Mapping[str, str]
    file_hash: str = "simulated"


class Outcome(NamedTuple):
    """What a run leaves: the script, what was seen, the journal's disk and the last state."""

    script: Script
    site: Site
    history: History
    store: SimStore
    state: State
    entries: list[ev.Entry]


def without_cameras(site: Site) -> Site:
    """The site without what is looked through: pictures have no virtual time."""
    gone = {name for name, device in site.devices.items() if device.setup.get("pictures")}
    points = {name: point for name, point in site.points.items() if point.device not in gone}
    return site.having(
        areas={
            name: structs.replace(area, points=tuple(p for p in area.points if p in points))
            for name, area in site.areas.items()
        },
        devices={name: device for name, device in site.devices.items() if name not in gone},
        points=points,
    )


class Simulation:
    """One seed's run. ``full`` polls every poll through the real driver and network code.

    ``leap`` with it leaves out the polls that could find nothing new, as without ``full``.

    ``strict`` ends the run with the first bug; without it a planted one is survived (law 13).
    """

    def __init__(
        self,
        script: Script,
        site: Site,
        *,
        full: bool = False,
        leap: bool = False,
        texts: dict[str, str] | None = None,
        healed_ms: int = HEALED_MS,
        wall_ms: int = WALL_MS,
        strict: bool = True,
    ) -> None:
        self.script, self.site = script, (site := without_cameras(site))
        self._leap = leap or not full
        self.history = History()
        points = {device.id: device.points for device in site.devices.values()}
        self.timeline = Timeline(script, points)
        self._panels = SpeakingPanels(self.timeline, self.history, lambda: self._loop is not None)
        self.people = People(script.seed, script.manners, self.history, script.end_ms)
        self._wall_ms, self._strict = wall_ms, strict
        self._offered = Offered(site, texts or {})
        self._store, self._texts = SimStore(), SimTexts()
        self._spill = SimSpill(self._pass_by)
        self._replica = Replica()
        self._desk = CrashDesk(script.crashes, self.now_ms)
        self._tearing = Random(f"{script.seed}/tear")  # noqa: S311
        self._jitter = Random(f"{script.seed}/jitter")  # noqa: S311
        self._loop: VirtualLoop | None = None
        self._network = Network(site, self.timeline) if full else None
        self._over_ms = script.end_ms + healed_ms
        self._at_ms = 0
        self._alive_utc_ms: int | None = None
        self._guard: Guard | None = None

    def now_ms(self) -> int:
        """World time."""
        return self._at_ms if self._loop is None else self._loop.now_ms

    def panels_asked(self) -> dict[str, int]:
        """How many requests each panel was sent, by ``host:port``; full mode only."""
        return {} if self._network is None else self._network.asked()

    # --- seams -------------------------------------------------------------------------------

    def boot_ms(self) -> int:
        """``Clock``: boot time is world time; no machine restarts here."""
        return self.now_ms()

    def wall_ms(self) -> int:
        """``Clock``: UTC with every step that was made."""
        now_ms = self.now_ms()
        stepped_ms = sum(s.by_ms for s in self.script.wall_steps if s.at_ms <= now_ms)
        return self._wall_ms + now_ms + stepped_ms

    def jitter(self) -> float:
        """``Io``: a stream of its own."""
        return self._jitter.random()

    def write_alive(self, utc_ms: int) -> None:
        """``Io``: kept in memory."""
        self._alive_utc_ms = utc_ms

    def read_alive(self) -> int | None:
        """``Io``: what the last life left."""
        return self._alive_utc_ms

    def disk_trouble(self) -> tuple[DiskTrouble, int] | None:
        """What is wrong with the disk now, and when that ends."""
        now_ms = self.now_ms()
        for span in self.script.disk:
            if span.from_ms <= now_ms < span.until_ms:
                return span.trouble, span.until_ms
        return None

    # --- lives -------------------------------------------------------------------------------

    def run(self) -> Outcome:
        """Live, crash and live again until the healed world is over."""
        with quiet_log():
            while self.now_ms() < self._over_ms:
                self._one_life()
        assert self._guard is not None
        state = self._guard.engine.state
        entries = self._replica.entries
        return Outcome(self.script, self.site, self.history, self._store, state, entries)

    def _one_life(self) -> None:
        loop = (
            VirtualLoop(self._at_ms)
            if self._network is None
            else NetworkLoop(self._network, self._at_ms)
        )
        life = Life(number=len(self.history.lives) + 1, began_ms=self._at_ms)
        self.history.lives.append(life)
        self._loop = loop
        loop.set_exception_handler(self._on_loop_error)
        down_ms = 0
        try:
            loop.run_until_complete(self._live(life))
            life.how = "stopped"
        except Crash as crash:
            life.how = str(crash.plan.where)
            down_ms = crash.plan.down_ms
            self._check_replica()
            self._write_alive_word()
        finally:
            life.ended_ms = self._at_ms = loop.now_ms
            self._loop = None
            self._spill = self._spill.survivor()
            self._bury(loop)
        self._store = self._store.survivor(self._tearing)
        self._replica.catch_up(self._store.rows)
        self._at_ms += down_ms

    async def _live(self, life: Life) -> None:
        guard = self._guard = Guard(
            self._seams(), self._drivers(), self._channels(life), strict=self._strict
        )
        self._desk.arm(asyncio.get_running_loop())
        before = len(self._store.rows)
        await guard.resume()
        for row in self._store.rows[before:]:  # what it published while it came up
            if row.epoch < guard.engine.state.epoch:
                continue  # spilled by the life before, which has told it
            self.history.seen.append(Seen(self.now_ms(), decode(row.payload).entry, stored=True))
        guard.engine.subscribe(self._heard)
        if life.number == 1:
            await guard.accept(self._offered)
        else:
            await guard.confirm(self._offered.file_hash)
        self._check_replica()
        await guard.begin(self.people.links)
        guard.watch()
        life.watched_ms = self.now_ms()
        people = asyncio.ensure_future(self.people.act(guard.engine, self.now_ms))
        try:
            await self._until(self.script.end_ms, guard, people)
            self._heal()
            await self._until(self._over_ms, guard, people)
        finally:
            people.cancel()
        await guard.stop()
        self._check_replica()

    async def _until(self, at_ms: int, guard: Guard, people: "asyncio.Future[None]") -> None:
        wait_ms = at_ms - self.now_ms()
        if wait_ms > 0:
            watched = {guard.engine_task, people}
            done, _ = await asyncio.wait(
                watched, timeout=wait_ms / 1000, return_when=asyncio.FIRST_COMPLETED
            )
            for task in done:
                task.result()
                self.history.found.append(f"{task} ended before its time")

    def _heal(self) -> None:
        self.history.healed_ms = self.now_ms()
        self._desk.call_off()
        self.people.heal(GOOD, self.now_ms())

    def _bury(self, loop: VirtualLoop) -> None:
        """End the tasks of a life that is over; nothing that they do is seen by anybody."""
        loop.set_exception_handler(lambda _loop, _context: None)
        tasks = asyncio.all_tasks(loop)
        for task in tasks:
            task.cancel()
        if tasks:
            with suppress(KeyboardInterrupt):  # a crash that was on its way already
                loop.run_until_complete(asyncio.wait(tasks, timeout=BURIAL_S))
        for task in tasks:
            if task.done() and not task.cancelled():
                task.exception()
        loop.close()

    # --- what a life is given ----------------------------------------------------------------

    def _seams(self) -> Seams:
        leaping = LeapPacer(self.timeline, self.now_ms)
        pacer: Pacer = leaping if self._leap else GridPacer(self)
        store = self._store
        return Seams(
            clock=self,
            io=self,
            pacer=pacer,
            store=store,
            committer=lambda _store: SimCommitter(
                store,
                self.disk_trouble,
                self._pass_by,
                self._stored,
                self.script.commit_ms,
            ),
            texts=self._texts,
            save_snapshot=lambda _store, snapshot: store.save_snapshot(snapshot),
            spill=self._spill if self.script.spill else None,
        )

    def _drivers(self) -> Any:
        registry = driver_registry()
        registry.add("sim", sim_driver(self.timeline, self.now_ms), "the simulated world")
        speaking = speaking_driver(self.timeline, self.now_ms, self._panels)
        registry.add(SPEAKING, speaking, "the simulated world")
        return registry

    def _channels(self, life: Life) -> MakeChannels:
        phone = Phone(self.people, self.history, self._pass_by, self.now_ms, life.number)
        return channels_of(phone)

    def _pass_by(self, place: CrashAt) -> None:
        if self._loop is not None:
            self._desk.pass_by(place)

    def _stored(self, rows: Sequence[Row]) -> None:
        """Rows are durable: the replica follows, and keeps a snapshot now and then."""
        if self._loop is None:
            return
        every = self.script.snapshot_every
        for row in rows:
            self._replica.take(row.payload)
            self.history.stored_ms[f"{row.epoch}.{row.seq}"] = self.now_ms()
            if every and row.seq % every == 0:
                stored = self._store.rows[row.seq - 1]
                self._store.save_snapshot(self._replica.snapshot(stored))

    def _heard(self, published: Published) -> None:
        if self._loop is None:
            return
        assert self._guard is not None
        self.history.seen.append(Seen(self.now_ms(), published.entry, published.stored))
        waiting = self._guard.engine.waiting
        self.history.waiting_max = max(waiting, self.history.waiting_max)
        self._pass_by(CrashAt.PUBLISHING)

    def _check_replica(self) -> None:
        """S6: where the journal ends at the live state, replaying it gives that state."""
        assert self._guard is not None
        engine = getattr(self._guard, "engine", None)
        if engine is not None and (wrong := self._replica.differs(engine.state)):
            self.history.found.append(f"S6 {self.now_ms()}: {wrong}")

    def _write_alive_word(self) -> None:
        """The pulse leaves word every second; the last one before the crash counts."""
        self._alive_utc_ms = self.wall_ms() - self.now_ms() % 1_000

    def _on_loop_error(self, _loop: Any, context: dict[str, Any]) -> None:
        error = context.get("exception")
        self.history.found.append(f"loop {self.now_ms()}: {context.get('message')} {error!r}")


@contextmanager
def quiet_log() -> Iterator[None]:
    """What the daemon logs in a simulated night interests nobody; put back afterwards."""
    before = structlog.get_config() if structlog.is_configured() else None
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL),
        cache_logger_on_first_use=False,
    )
    try:
        yield
    finally:
        structlog.reset_defaults()
        if before is not None:
            structlog.configure(**before)
