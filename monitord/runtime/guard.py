"""The guard: journal, engine, outbox and device supervision, put together and started in order.

Everything that a simulation runs too, so nothing here knows a socket of ours, a signal or a
service manager: those are the application's. The order is the point: first what was guarded is
known again and the blind interval stored, then who is called, and only then is a device polled.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple, Protocol

import structlog
from msgspec import structs

import monitord
from monitord.channels.contract import Channel
from monitord.core import facts as f
from monitord.core.daemon import CLOCK_SLACK_MS
from monitord.core.events import SiteAccepted, StatusGaveWay
from monitord.core.site import Site
from monitord.core.site_records import HeldSite
from monitord.core.state import State
from monitord.journal.committer import Committer
from monitord.journal.errors import StoreError
from monitord.journal.records import Snapshot
from monitord.journal.reserve import Room
from monitord.journal.restoring import Restored
from monitord.journal.spill import SpillFile
from monitord.runtime.aiming import Aiming
from monitord.runtime.calendar import lay_here
from monitord.runtime.calendar_keeper import CalendarKeeper, Lay
from monitord.runtime.device_secrets import ReadSecret, nothing_stored
from monitord.runtime.disk_watch import DiskWatch
from monitord.runtime.engine import Answer, Engine
from monitord.runtime.ledger import Published
from monitord.runtime.links import Links
from monitord.runtime.outbox import Outbox
from monitord.runtime.picturing import Picturing, Store
from monitord.runtime.plugins import DriverRegistry
from monitord.runtime.probes import watch_guard
from monitord.runtime.pulse import Pulse
from monitord.runtime.receipts import EngineReceipts
from monitord.runtime.resume import JournalStore, engine_time_ms, resume
from monitord.runtime.seams import Clock, Io, Pacer
from monitord.runtime.supervisor import Supervisor
from monitord.runtime.switching import Switchboard
from monitord.runtime.texts import Directory, Texts
from monitord.runtime.workers.memory import Memory
from monitord.site.difference import Change, difference

#: How often the wall clock is compared with the engine's UTC.
CLOCK_LOOK_MS: Final = 5_000
#: What a disk is given to close that had its second and did not take what was left.
FAILED_DISK_S: Final = 0.2
#: The clock's own place with the pacer, beside the devices.
CLOCK_SEAT: Final = "monitord.clock"

_log = structlog.get_logger(__name__)


class Seams(NamedTuple):
    """What a simulation replaces."""

    clock: Clock
    io: Io
    pacer: Pacer
    store: JournalStore
    committer: Callable[[JournalStore], Committer]
    texts: Texts
    #: Off the loop in production; at once in a simulation.
    save_snapshot: Callable[[JournalStore, Snapshot], None]
    #: Where there is a runtime directory on another file system.
    spill: SpillFile | None = None
    #: How much room the journal's disk has; may wait for it.
    room: Callable[[], Room] | None = None
    #: Gives the secrets that devices need, by name.
    read_secret: ReadSecret = nothing_stored
    #: Works out hours and rotas; in a child in production.
    lay: Lay = lay_here
    #: Where pictures are kept. None: none is taken here.
    evidence: Store | None = None
    #: What cameras usually see.
    memory: Memory | None = None


class Offered(Protocol):
    """A checked and compiled site, with the texts that it must not hold itself."""

    @property
    def site(self) -> Site: ...
    @property
    def texts(self) -> Mapping[str, str]: ...
    @property
    def file_hash(self) -> str: ...


MakeChannels = Callable[[Site], Mapping[str, Channel]]


class Guard:
    """One life of the daemon's heart: ``resume``, ``begin``, ``watch``, ``stop``."""

    def __init__(
        self,
        seams: Seams,
        drivers: DriverRegistry,
        make_channels: MakeChannels,
        *,
        strict: bool = False,
    ) -> None:
        self._seams, self._drivers, self._make_channels = seams, drivers, make_channels
        self._strict = strict
        self._early: list[Published] = []
        self._looks: list[asyncio.Task[None]] = []
        self._calendar: CalendarKeeper | None = None
        self.directory = Directory(seams.texts)
        self.outbox: Outbox | None = None
        self.supervisor: Supervisor | None = None
        self._switchboard: Switchboard | None = None
        self._picturing: Picturing | None = None
        self._aiming: Aiming | None = None

    async def resume(self, distrust: str = "", restored: Restored | None = None) -> None:
        """Load what was guarded and open a new epoch: from here on nothing is forgotten.

        ``distrust``: why the journal is to be put aside although it opens (law 13); ``restored``:
        where a backup ended that it comes from. Raises ``JournalBusy`` and ``JournalNewer``.
        """
        seams = self._seams
        resumed = resume(seams.store, distrust, seams.spill)
        wall_ms = seams.clock.wall_ms()
        at_ms = engine_time_ms(resumed.state, wall_ms)
        self.committer = seams.committer(seams.store)
        self.engine = Engine(
            resumed.state,
            at_ms,
            seams.clock,
            self.committer,
            version=monitord.__version__,
            snapshot=lambda snapshot: seams.save_snapshot(seams.store, snapshot),
            strict=self._strict,
            spill=seams.spill,
            carried=resumed.carried,
        )
        self._stop_hearing = self.engine.subscribe(self._early.append)
        self.engine_task = self.engine.start()
        answer = await self.engine.submit(
            f.Started(
                epoch=max(resumed.state.epoch + 1, restored.epoch if restored else 0),
                version=monitord.__version__,
                utc_ms=wall_ms,
                alive_ms=self._alive_ms(at_ms) if resumed.state.epoch else None,
                damaged="; ".join(
                    filter(None, (restored.words if restored else "", resumed.damaged))
                ),
            )
        )
        if answer.code and not distrust:
            raise RuntimeError(f"the start could not be decided: {answer.text}")

    def _alive_ms(self, at_ms: int) -> int:
        """When the last daemon is known to have looked: its own word, else its last entry."""
        state = self.engine.state
        alive_utc_ms = self._seams.io.read_alive()
        if alive_utc_ms is None:
            return state.at_ms
        return min(max(alive_utc_ms - state.offset_ms, state.at_ms), at_ms)

    async def accept(self, offered: Offered) -> Answer:
        """Guard this site from now on; a site with the accepted hash changes nothing.

        One that weakens waits for a second person where the accepted site asks for one.
        """
        changes = self.changes(offered)
        return await self._decided(
            f.SiteOffered(
                file_hash=offered.file_hash,
                site=offered.site,
                texts=self.keep(offered),
                changes=tuple(change.words for change in changes),
                weakens=any(change.weakens for change in changes),
            )
        )

    def changes(self, offered: Offered) -> list[Change]:
        """What this site would change, in words; nothing for a first one."""
        state = self.engine.state
        if state.site_hash in ("", offered.file_hash):
            return []
        return difference(state.site, offered.site, self.directory.said(state), offered.texts)

    def keep(self, offered: Offered) -> tuple[f.TextRef, ...]:
        """Put the texts of people where they are looked up; older ones stay beside them."""
        return tuple(self.directory.keep(text_id, text) for text_id, text in offered.texts.items())

    @property
    def held(self) -> HeldSite | None:
        """The site file that waits for a second person."""
        return self.engine.state.site_held

    async def reload(self, fact: f.ReloadSite) -> Answer:
        """Let the core decide about another site, and guard what it accepted, without a gap."""
        return await self._decided(fact)

    async def _decided(self, fact: f.SiteOffered | f.ReloadSite) -> Answer:
        old = self.engine.state.site
        answer = await self.engine.submit(fact)
        if any(isinstance(event, SiteAccepted) for event in answer.events):
            await self._adopt(old, self.engine.state)
        return answer

    async def _adopt(self, old: Site, state: State) -> None:
        """Whom to call and how, then what to poll; all that did not change goes on."""
        self.directory.load(state)
        if self.outbox is not None:
            new = state.site.channels
            changed = {name: new[name] for name in new if old.channels.get(name) != new[name]}
            made = self._make_channels(structs.replace(state.site, channels=changed))
            gone = old.channels.keys() - new.keys()
            await self.outbox.swap({name: made[name] for name in changed}, gone)
        if self.supervisor is not None:
            await self.supervisor.adopt(state.site)
        if self._switchboard is not None:
            self._switchboard.begin(state)

    async def confirm(self, file_hash: str) -> None:
        """The site file is the accepted one: nothing changes, an older refusal is over."""
        await self.engine.submit(f.SiteOffered(file_hash=file_hash, site=self.engine.state.site))

    async def refuse(self, findings: int, first: str) -> None:
        """The offered site has errors: the accepted one stays, and people are told."""
        await self.engine.submit(f.SiteRefused(findings=findings, first=first))

    async def begin(self, links: Links | None) -> None:
        """Be able to call people, first for what the last daemon left undone."""
        state = self.engine.state
        self.directory.load(state)
        channels = self._make_channels(state.site)
        self.outbox = Outbox(self.engine, channels, self.directory.reach, links)
        await self.outbox.open()
        self._stop_hearing()
        for published in self._early:
            self.outbox.on_published(published)
        self._early.clear()
        self.engine.subscribe(self.outbox.on_published)

    def watch(self) -> None:
        """Poll the devices of the accepted site."""
        seams = self._seams
        self.supervisor = Supervisor(
            self.engine.state.site,
            self._drivers,
            self.engine.offer,
            seams.clock,
            seams.io,
            seams.pacer,
            EngineReceipts(self.engine),
            memory=seams.memory,
            read_secret=seams.read_secret,
        )
        self.supervisor.start()
        self.engine.subscribe(self._tell_again)
        self._switchboard = Switchboard(
            lambda: self.engine.state.site, self._switch, self.engine.offer
        )
        self.engine.subscribe(self._switchboard.on_published)
        self._switchboard.begin(self.engine.state)
        self._picture(seams.evidence)
        loop, disk = asyncio.get_running_loop(), DiskWatch(seams.room, self.engine)
        self._looks = [
            loop.create_task(self._watch_clock(), name="clock"),
            loop.create_task(disk.run(), name="disk"),
        ]
        self._calendar = CalendarKeeper(self.engine, seams.lay)
        self._calendar.start()

    def _picture(self, store: Store | None) -> None:
        """Fetch what the core asks of cameras, and what was asked while nobody could."""
        assert self.supervisor is not None
        engine, supervisor = self.engine, self.supervisor
        if store is not None:
            self._picturing = Picturing(
                lambda: engine.state, supervisor.look, store, engine.offer, supervisor.footage
            )
            engine.subscribe(self._picturing.on_published)
            self._picturing.begin(engine.state)
        # The first picture is asked for before the camera is turned away.
        self._aiming = Aiming(supervisor.aim, engine.offer)
        engine.subscribe(self._aiming.on_published)
        self._aiming.begin(engine.state)

    def _switch(self, device: str, output: str, on: bool, tell: Callable[[str], None]) -> None:
        assert self.supervisor is not None
        self.supervisor.switch(device, output, on, tell)

    def _tell_again(self, published: Published) -> None:
        """Nothing gives way any more: what did is asked of the devices."""
        for event in published.entry.events:
            if isinstance(event, StatusGaveWay) and event.over and self.supervisor is not None:
                self.supervisor.tell_again()

    def depths(self) -> dict[str, int]:
        """How much waits: facts to be decided, calls to be made."""
        calls = 0 if self.outbox is None else self.outbox.waiting
        return {"facts": self.engine.waiting, "calls": calls}

    def watched_by(self, pulse: Pulse) -> None:
        """Let the pulse ask whether all that guards gets on; once calls are made and all polled."""
        assert self.outbox is not None
        assert self.supervisor is not None
        watch_guard(pulse, self.engine, self.outbox, self.supervisor.stuck)

    async def stop(self) -> bool:
        """Stop looking, stop calling, store what is decided; each bounded.

        False: the disk hangs, and whatever else is asked of it would hang too.
        """
        for look in self._looks:
            look.cancel()
        if self._looks:
            await asyncio.wait(self._looks)
        if self._switchboard is not None:
            self._switchboard.close()
        if self._picturing is not None:
            await self._picturing.close()
        if self._aiming is not None:
            await self._aiming.close()
        if self._calendar is not None:
            await self._calendar.stop()
        if self.supervisor is not None:
            await self.supervisor.stop()
        if self.outbox is not None:
            await self.outbox.close()
        stored = await self.engine.stop()
        closing = asyncio.ensure_future(self.committer.close())
        await asyncio.wait({closing}, timeout=None if stored else FAILED_DISK_S)
        if not (closing.done() and closing.result()):
            return False
        try:
            self._seams.texts.close()
        except StoreError as error:
            _log.error("texts_not_closed", error=str(error))
        return True

    async def _watch_clock(self) -> None:
        """Tell the core when the wall clock was stepped or has drifted."""
        while True:
            await self._seams.pacer.next_poll(CLOCK_SEAT, CLOCK_LOOK_MS, None)
            wall_ms = self._seams.clock.wall_ms()
            utc_ms = self.engine.state.utc_ms(self.engine.now_ms())
            if abs(wall_ms - utc_ms) > CLOCK_SLACK_MS:
                self.engine.offer(f.WallClockRead(utc_ms=wall_ms))
