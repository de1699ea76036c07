"""One worker, from start to stop: begun, looked at, killed, and begun anew after a while.

Whatever is wrong with it is told to its devices in words that name who did it. It never waits for
the worker: everything here is a look, four times a second.
"""

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Final

import structlog

from monitord.driver import ConfigFault, DeviceFault
from monitord.runtime.backoff import BackOff
from monitord.runtime.bound import place_of
from monitord.runtime.seams import Io
from monitord.runtime.workers import frames as f
from monitord.runtime.workers.limits import Limits
from monitord.runtime.workers.link import Link
from monitord.runtime.workers.page import NOBODY
from monitord.runtime.workers.process import Process
from monitord.runtime.workers.seating import Table
from monitord.vocabulary import Cause

log = structlog.get_logger(__name__)

#: A worker that has run for so many looks has shown that it can: the next back-off is short again.
STEADY_LOOKS: Final = 240
MEMORY_EVERY: Final = 8  # looks
MINUTE_S: Final = 60.0
REAP_LOOKS: Final = 40
REAP_S: Final = 0.025

#: The device of a number, for words; None where there is none.
DeviceOf = Callable[[int], str | None]
#: Told of each death, with the device in whose code it happened where that is known; whether the
#: devices were seated anew for it.
Died = Callable[["Worker", str | None], bool]


class Worker:
    """The worker of those who sit at ``table``, who may change."""

    def __init__(
        self,
        table: Table,
        folder: Path | None,
        limits: Limits,
        io: Io,
        device_of: DeviceOf,
        died: Died,
        heard: "Callable[[Worker, f.Ready | f.Learned], None]",
    ) -> None:
        self.name, self.driver, self._table = table.name, table.driver, table
        self._folder, self._limits, self._io = folder, limits, io
        self._device_of, self._died, self._heard = device_of, died, heard
        self._back_off = BackOff()
        self._up = asyncio.Event()
        self._leaving = False
        self._link: Link | None = None
        self._refused = ""
        self._why = f"worker {self.name} is being started: it imports driver {self.driver}"
        self._looks = self._silent = self._said = self._left_out = self._memory_mib = 0
        self._task = asyncio.create_task(self._run(), name=f"worker {self.name}")
        self.pid = 0

    def leave(self) -> None:
        """Let it go: its socket closes, and what is left of it is killed."""
        if not self._leaving:  # a second time would interrupt its end
            self._leaving = True
            self._task.cancel()

    @property
    def gone(self) -> bool:
        """Whether nothing is left of it."""
        return self._task.done()

    async def stop(self) -> None:
        """``leave``, and wait until it is gone."""
        self.leave()
        await asyncio.wait({self._task})

    async def link(self, patience_s: float) -> Link:
        """The way to it, once it can be asked.

        Waits for a start within ``patience_s``. Raises ``DeviceFault`` with who holds it up.
        """
        if self._link is None and not self._refused:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(patience_s):
                    await self._up.wait()
        if self._refused:
            fault = ConfigFault(self._refused)
            fault.cause = Cause.DRIVER
            raise fault
        late = self._silent * self._limits.look_s >= self._limits.late_s
        if self._link is None or late:
            raise DeviceFault(self._why, Cause.DRIVER)
        return self._link

    # --- its lives -------------------------------------------------------------------------

    async def _run(self) -> None:
        while True:
            try:
                process = Process(self.driver, self._folder, self._limits)
            except OSError as error:
                self._why = f"worker {self.name} cannot be started: {error.strerror}"
                log.error("worker_not_started", worker=self.name, why=error.strerror)
            else:
                try:
                    await self._live(process)
                except Exception as error:  # noqa: BLE001 - a bug of ours costs one restart
                    kind, place = type(error).__name__, place_of(error)
                    log.error("worker_not_watched", worker=self.name, error=kind, place=place)
            await asyncio.sleep(self._pause_s())

    def _pause_s(self) -> float:
        if self._refused:
            return self._limits.refused_s
        if self._looks >= STEADY_LOOKS:
            self._back_off.reset()
        return self._back_off.after(hopeless=False, jitter=self._io.jitter()) / 1000

    async def _live(self, process: Process) -> None:
        """One process, from its start to its end."""
        self.pid = process.pid
        self._looks = self._silent = 0
        self._refused = ""
        self._up.clear()
        link = Link(process.end, lambda said: self._hear(said, link))
        hearing = asyncio.create_task(link.run(), name=f"worker {self.name} is heard")
        what, number = "was stopped", NOBODY
        try:
            what, number = await self._watch(process, hearing)
        finally:
            self._end(link, what, number)
            process.kill()
            hearing.cancel()
            await asyncio.shield(self._reap(process, hearing))
        self._tell_death(what, number)

    async def _watch(self, process: Process, hearing: "asyncio.Task[str]") -> tuple[str, int]:
        """What ended it, in words, and in whose code, where the page can tell."""
        beats = 0
        while True:
            await asyncio.wait({hearing}, timeout=self._limits.look_s)
            self._log_output(process)
            if hearing.done():
                return await self._ended(process, hearing.result())
            self._looks += 1
            before, beats = beats, process.page.beats
            self._silent = 0 if beats != before else self._silent + 1
            if held_up := self._held_up(process, beats):
                return held_up, process.page.number
            if too_much := self._too_much(process):
                return too_much, NOBODY  # who runs just now need not be who took it

    async def _ended(self, process: Process, garbage: str) -> tuple[str, int]:
        """What it says of itself at its end; the socket may close a moment before that."""
        if garbage:
            return f"said {garbage}", NOBODY
        for _ in range(REAP_LOOKS):
            if process.ended():
                break
            await asyncio.sleep(REAP_S)
        self._log_output(process)
        return process.ended() or "closed its socket", process.page.number

    def _held_up(self, process: Process, beats: int) -> str:
        """Why it must not go on, in words; empty while its loop turns."""
        limits, silent_s = self._limits, self._silent * self._limits.look_s
        if not beats:
            if silent_s >= limits.start_s:
                return f"did not import driver {self.driver} within {limits.start_s:g} s"
        elif silent_s >= limits.silent_s:
            return f"was blocked for {limits.silent_s:g} s"
        elif silent_s >= limits.late_s:
            self._why = f"worker {self.name} is blocked{self._at(process.page.number)}"
            if self._link is not None:
                self._link.held_up(self._why)
        return ""

    def _too_much(self, process: Process) -> str:
        """What it holds more of than it may, in words."""
        if self._looks % MEMORY_EVERY:
            return ""
        bound = self._limits.memory_bytes(len(self._table.devices), self._memory_mib)
        used = process.memory_bytes()
        return f"held {used >> 20} MiB of memory, {bound >> 20} are allowed" if used > bound else ""

    def _at(self, number: int) -> str:
        device = self._device_of(number)
        return f" in driver {self.driver}" + (f" at device {device}" if device else "")

    # --- its beginning and end ---------------------------------------------------------------

    def _hear(self, said: f.Ready | f.Refused | f.Learned, link: Link) -> None:
        if isinstance(said, f.Learned):
            self._heard(self, said)
            return
        if isinstance(said, f.Refused):
            self._refused = said.detail
            log.error("worker_driver_refused", worker=self.name, why=said.detail)
        else:
            self._link, self._silent, self._memory_mib = link, 0, said.memory_mib
            log.info("worker_up", worker=self.name, pid=self.pid, devices=self._table.devices)
            self._heard(self, said)
        self._up.set()

    def _end(self, link: Link, what: str, number: int) -> None:
        self._why = f"worker {self.name} {what}{self._at(number) if number else ''}"
        self._link = None
        if not self._refused:  # who waits hears of a refusal at once
            self._up.clear()
        link.end(self._why)

    async def _reap(self, process: Process, hearing: "asyncio.Task[str]") -> None:
        await asyncio.wait({hearing})
        for _ in range(REAP_LOOKS):
            if process.ended():
                break
            await asyncio.sleep(REAP_S)
        else:
            log.error("worker_does_not_end", worker=self.name, pid=process.pid)
        process.close()

    def _tell_death(self, what: str, number: int) -> None:
        if self._refused:
            return
        device = self._device_of(number)
        log.error("worker_down", worker=self.name, driver=self.driver, why=what, device=device)
        if self._died(self, device):
            self._back_off.reset()  # those who stay are not those who brought it down

    def _log_output(self, process: Process) -> None:
        """What its drivers print, as lines of the daemon's log: few, short, and named."""
        lines = process.lines()
        if self._looks * self._limits.look_s % MINUTE_S < self._limits.look_s:
            if self._left_out:
                log.warning("worker_says_more", worker=self.name, lines_left_out=self._left_out)
            self._said = self._left_out = 0
        for line in lines:
            if self._said < self._limits.lines_a_minute:
                self._said += 1
                log.warning("worker_says", worker=self.name, line=line)
            else:
                self._left_out += 1
