"""The application: the guard with its doors to the outside, on the real world's seams.

It reads the site file, opens the journal, starts the guard, opens the acknowledge listener and
the control socket, tells the service manager, and waits for a signal. What guards is in
``monitord.runtime``; nothing here decides about an alarm.
"""

import asyncio
import gc
import logging
import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final, TextIO, cast

import structlog

from monitord.channels.contract import Channel
from monitord.core.site import Site
from monitord.journal.committer import Committer, ThreadCommitter
from monitord.journal.database import journal_folder
from monitord.journal.errors import JournalBusy, JournalNewer, StoreError
from monitord.journal.records import Snapshot
from monitord.journal.reserve import Reserve
from monitord.journal.reserved import ReservedStore
from monitord.journal.restoring import read_restored, restored_is_told
from monitord.journal.spill import SpillFile
from monitord.people.accounts import Accounts
from monitord.people.sessions import Sessions
from monitord.people.stations import Codes
from monitord.pictures.store import PictureStore
from monitord.runtime.answer_times import TimesKeeper, count_by_child
from monitord.runtime.calendar import lay_by_child
from monitord.runtime.channel_set import make_channels
from monitord.runtime.clock import SystemClock, SystemIo
from monitord.runtime.control.desk import Desk
from monitord.runtime.control.protocol import PathTooLong
from monitord.runtime.control.server import ControlServer
from monitord.runtime.credentials import Credentials
from monitord.runtime.desk import LinkDesk
from monitord.runtime.doors import Doors
from monitord.runtime.drawings import Drawings
from monitord.runtime.ending import all_ended, let_go_of_output, take_workers
from monitord.runtime.erasing import Eraser
from monitord.runtime.guard import Guard, Seams
from monitord.runtime.history import History
from monitord.runtime.keeping import JournalKeeper
from monitord.runtime.live_pictures import LivePictures
from monitord.runtime.log_stream import PatientStream
from monitord.runtime.looplag import LoopWatch
from monitord.runtime.pacer import GridPacer
from monitord.runtime.plugins import PluginRefused, channel_registry, driver_registry
from monitord.runtime.pulse import Pulse
from monitord.runtime.rehearsal import look, read_rehearsed, site_file
from monitord.runtime.reload import Reloader
from monitord.runtime.resume import JournalStore
from monitord.runtime.seams import Clock, Io
from monitord.runtime.side_texts import SideTexts
from monitord.runtime.site_reader import read_site
from monitord.runtime.site_taking import NothingToGuard, SiteTaking
from monitord.runtime.starts import Starts
from monitord.runtime.state_folder import FolderRefused, prepare
from monitord.runtime.stations import StationWatch
from monitord.runtime.texts import Texts
from monitord.runtime.workers.memory import Memory

#: Exit codes of ``monitord run``.
REFUSED: Final = 1
FAILED: Final = 3

_log = structlog.get_logger(__name__)


class CannotStart(Exception):
    """Why the daemon does not start, and what to do."""


def log_to_stderr() -> PatientStream:
    """JSON for a service, readable lines for a person at a terminal. Close it at the end."""
    stream = PatientStream(sys.stderr)
    readable = sys.stderr.isatty()
    render: Any = (
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        if readable
        else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *([] if readable else [structlog.processors.format_exc_info]),
            render,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(cast(TextIO, stream)),
    )
    return stream


def run(config: Path, state: Path, control: Path | None = None) -> int:
    """Guard the site of ``config`` until a signal; the exit code. ``control`` has the socket."""
    return _until_told(App(config, state, control or state))


def rehearse(state: Path) -> int:
    """Guard the simulated site that a rehearsal has left in ``state``, and nothing real."""
    return _until_told(App(site_file(state), state, state, rehearsing=True))


def _until_told(app: "App") -> int:
    log = log_to_stderr()
    try:
        return asyncio.run(_run(app, log))
    except CannotStart as error:
        print(f"monitord: {error}", file=sys.stderr)
        return REFUSED
    finally:
        log.close()
        let_go_of_output()


async def _run(app: "App", log: PatientStream) -> int:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    # A terminal that closes, or a script that means "read your file again", ends no guard.
    loop.add_signal_handler(signal.SIGHUP, app.hung_up)
    workers = take_workers()
    await app.start()
    asked = loop.create_task(stopping.wait(), name="signal")
    await asyncio.wait({asked, app.guard.engine_task}, return_when=asyncio.FIRST_COMPLETED)
    asked.cancel()
    await app.stop()
    code = 0 if stopping.is_set() else FAILED
    if not await all_ended(workers):
        log.close()
        os._exit(code)
    return code


class App:
    """One daemon: ``start`` it, wait, ``stop`` it. ``rehearsing``: no guard, nothing is real."""

    def __init__(
        self, config: Path, state: Path, control: Path, *, rehearsing: bool = False
    ) -> None:
        self._config, self._state, self._control = config, state, control
        self._rehearsing = rehearsing
        self._drawings = Drawings(state)
        self._doors: list[Callable[[], Any]] = []
        self._saving: set[asyncio.Future[None]] = set()
        self._pulse_task: asyncio.Task[None] | None = None
        self._look_task: asyncio.Task[None] | None = None
        self._reloader: Reloader | None = None
        plugins = config if config.is_dir() else config.parent
        self._drivers = driver_registry(plugins / "drivers")
        self._channels = channel_registry(plugins / "channels")
        read = read_rehearsed if rehearsing else read_site
        self._taking = SiteTaking(config, read, self._drivers, self._channels, self._drawings)

    async def start(self) -> None:
        """Guard, or raise ``CannotStart``."""
        try:
            prepare(self._state)
            look(self._state, rehearsing=self._rehearsing)
        except FolderRefused as error:
            raise CannotStart(str(error)) from error
        clock, io = SystemClock(), SystemIo(self._state)
        self._io = io
        texts, starts = SideTexts(self._state), Starts(self._state)
        try:
            self.guard = Guard(self._seams(clock, io, texts), self._drivers, self._make_channels)
            restored = read_restored(self._state)
            await self.guard.resume(starts.begin(clock.wall_ms()), restored)
            if restored is not None:
                _log.error("record_is_missing", why=restored.words)
                restored_is_told(self._state)
        except JournalBusy as error:
            pid = "" if error.pid is None else f" (pid {error.pid})"
            raise CannotStart(
                f"a daemon already guards in {self._state}{pid}: stop it first, or give this one "
                "a state folder of its own with --state"
            ) from error
        except (JournalNewer, StoreError) as error:
            starts.over()
            raise CannotStart(str(error)) from error
        self._pulse = Pulse.from_environment(clock, io)
        self._pulse.starting()
        try:
            await self._taking.take(self.guard)
        except NothingToGuard as error:
            starts.over()
            await self.guard.stop()
            raise CannotStart(str(error)) from error
        self._accounts = Accounts(self._state, clock.wall_ms)
        self._sessions = Sessions(self._state, clock.wall_ms)
        self._codes = Codes(clock.wall_ms)
        self._desk = LinkDesk(self.guard, self._accounts, texts.put_soon)
        self._texts = texts
        self._eraser = Eraser(self.guard.engine, texts, self._accounts, self._sessions)
        self._site_doors = Doors(
            self.guard.engine, self._desk, self._state, self._credentials, clock, io
        )
        self._doors.append(self._site_doors.close)
        await self.guard.begin(await self._site_doors.open_links())
        self.guard.watch()
        self.guard.watched_by(self._pulse)
        assert self.guard.supervisor is not None
        await self._open_control()
        await self._site_doors.open_broker()
        keeper = JournalKeeper(self.guard.engine, self._state, clock)
        keeper.start()
        self._doors.append(keeper.close)
        self._lag = LoopWatch(clock, self.guard.supervisor.blocked)
        self._lag.start()
        self._pulse_task = asyncio.get_running_loop().create_task(self._pulse.run(), name="pulse")
        _keep_from_collector()
        starts.over()
        self._pulse.ready()
        _log.info("watching", site=self.guard.engine.state.site.id, state=str(self._state))

    async def stop(self) -> None:
        """Let go in the order in which it matters; each part bounds itself."""
        self._pulse.stopping()
        self._lag.stop()
        for task in (self._pulse_task, self._look_task):
            if task is not None:
                task.cancel()
                await asyncio.wait({task})
        for close in reversed(self._doors):
            await close()
        answers = await self.guard.stop()
        if self._saving and answers:
            await asyncio.wait(self._saving, timeout=1.0)
        self._io.close()
        if answers:
            _log.info("stopped")
        else:
            _log.error("stopped_without_the_disk", lost="nothing that is in the spill file")

    def hung_up(self) -> None:
        """SIGHUP: say in the log what the site file would change. A signal proves no person."""
        if self._reloader is None or (self._look_task and not self._look_task.done()):
            return
        look = self._log_look(self._reloader)
        self._look_task = asyncio.get_running_loop().create_task(look, name="look")

    async def _log_look(self, reloader: Reloader) -> None:
        look = await reloader.look()
        _log.warning(
            "site_file_not_taken",
            instead="a person takes it with: monitord reload",
            errors=len(look.findings),
            changes=[change.words for change in look.changes],
            weakens=look.weakens,
        )

    # --- the parts -------------------------------------------------------------------------

    def _seams(self, clock: Clock, io: Io, texts: Texts) -> Seams:
        reserve = Reserve(journal_folder(self._state))
        return Seams(
            clock=clock,
            io=io,
            pacer=GridPacer(clock),
            store=ReservedStore(self._state, reserve),
            committer=_committer,
            texts=texts,
            save_snapshot=self._save_snapshot,
            spill=SpillFile.beside(self._state, _runtime_folder()),
            lay=lay_by_child,
            read_secret=lambda name: self._credentials().read(name),
            room=reserve.look,
            evidence=PictureStore(self._state),
            memory=Memory(self._state),
        )

    def _make_channels(self, site: Site) -> dict[str, Channel]:
        return {**make_channels(site.channels, self._find_channel, self._credentials())}

    def _credentials(self) -> Credentials:
        folder = None if self._rehearsing else os.environ.get("CREDENTIALS_DIRECTORY")
        return Credentials(self._state, Path(folder) if folder else None)

    def _find_channel(self, name: str) -> type[Channel]:
        try:
            return self._channels.get(name).cls
        except PluginRefused as error:
            raise LookupError(str(error)) from None

    async def _open_control(self) -> None:
        guard, supervisor = self.guard, self.guard.supervisor
        assert supervisor is not None
        history = History(self._state)
        self._eraser.start()
        stations = StationWatch(guard.engine.submit)
        stations.start()
        times = TimesKeeper(partial(count_by_child, self._state))
        live = LivePictures(supervisor.look)
        self._doors += [history.close, self._eraser.close, stations.close, times.close, live.close]
        self._reloader = Reloader(guard, self._taking.read, self._site_doors)
        desk = Desk(
            engine=guard.engine,
            accounts=self._accounts,
            sessions=self._sessions,
            stations=stations,
            times=times,
            codes=self._codes,
            history=history,
            logins=guard.directory.logins,
            names=guard.directory.names,
            reach=guard.directory.reach,
            keep=self._desk.keep,
            texts=self._texts.read,
            frame=supervisor.vitals,
            frames=supervisor.frames,
            depths=guard.depths,
            reloader=self._reloader,
            eraser=self._eraser,
            drawing=self._drawings.get,
            picture=PictureStore(self._state).get,
            live=live.newest,
        )
        try:
            control = ControlServer(desk, self._control)
            await control.open()
        except (OSError, PathTooLong) as error:
            self._site_doors.failed("control socket", str(error))
            return
        self._doors.append(control.close)

    def _save_snapshot(self, store: JournalStore, snapshot: Snapshot) -> None:
        """Off the loop: a snapshot is a convenience, and a slow disk may take its time."""
        future = asyncio.get_running_loop().run_in_executor(None, _save, store, snapshot)
        self._saving.add(future)
        future.add_done_callback(self._saving.discard)


def _runtime_folder() -> Path | None:
    """The service manager's, kept over a restart; a colon parts several."""
    folders = os.environ.get("RUNTIME_DIRECTORY", "")
    return Path(folders.split(":")[0]) if folders else None


def _keep_from_collector() -> None:
    """Let the cyclic collector pass over what a start built and what stays: site, state, code.

    A full look at a site of 12,800 points holds up every poll for 80 ms, and would find nothing.
    """
    gc.collect()
    gc.freeze()


def _save(store: JournalStore, snapshot: Snapshot) -> None:
    try:
        store.save_snapshot(snapshot)
    except StoreError as error:
        _log.error("snapshot_not_saved", error=str(error))


def _committer(store: JournalStore) -> Committer:
    committer = ThreadCommitter(store)
    committer.start()
    return committer
