"""All workers of a daemon: who sits where, and the way from a device to its driver.

The device supervisor asks here and nowhere else. There is a fleet only where some device asks for
one; it starts no process before.
"""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from monitord.driver import DeviceFault, Driver
from monitord.runtime.building import Order
from monitord.runtime.seams import Io
from monitord.runtime.workers import frames as f
from monitord.runtime.workers.limits import Limits
from monitord.runtime.workers.memory import Memory
from monitord.runtime.workers.remote import RemoteDriver, Undescribed, stand_in
from monitord.runtime.workers.seating import Party, Seating
from monitord.runtime.workers.worker import Worker
from monitord.vocabulary import Cause

#: The most that a device waits for its worker to start before it hears why it cannot be asked;
#: less than the time after which it counts as silent, so that the loss on record has that reason.
PATIENCE_S: Final = 1.5


class Fleet:
    """``folder`` holds the site's own drivers. ``seat``, ask, ``stop``.

    ``described`` is told when it is known, for the first time or anew, what a driver is like.
    """

    def __init__(
        self,
        folder: Path | None,
        io: Io,
        described: Callable[[str], None],
        limits: Limits | None = None,
        memory: Memory | None = None,
    ) -> None:
        self._memory = memory or Memory(None)
        self._folder, self._io, self._limits = folder, io, limits or Limits()
        self._described = described
        self._seating = Seating(self._limits)
        self._workers: dict[str, Worker] = {}
        self._leaving: list[Worker] = []
        self._of: dict[str, str] = {}
        self._numbers: dict[str, int] = {}
        self._devices: list[str] = []
        self._classes: dict[str, tuple[f.Ready, type[Driver[Any]]]] = {}

    def seat(self, parties: Sequence[Party]) -> None:
        """Have a worker for each of these devices, and for no other."""
        self._seating.seat(parties)
        self._follow()
        kept = {table.name for table in self._seating.tables}
        self._leaving = [worker for worker in self._leaving if not worker.gone]
        for name in self._workers.keys() - kept:
            worker = self._workers.pop(name)
            worker.leave()
            self._leaving.append(worker)

    async def stop(self) -> None:
        """End them all."""
        self.seat(())
        await asyncio.gather(*(worker.stop() for worker in self._leaving))

    def class_of(self, driver: str) -> type[Driver[Any]]:
        """A class that says of itself what is known of the driver; ``Undescribed`` at first."""
        known = self._classes.get(driver)
        return Undescribed if known is None else known[1]

    def build(self, order: Order) -> Driver[Any]:
        """The driver of a device as the supervisor uses it. Raises ``DeviceFault``."""
        worker = self._workers.get(self._of.get(order.device, ""))
        if worker is None:
            raise DeviceFault("the device has no worker", Cause.DRIVER)
        patience_s = min(PATIENCE_S, 0.8 * order.timeout_ms / 1000)
        number = self._number(order.device)
        return RemoteDriver(worker, number, order, patience_s, self._memory)

    async def look(self, device: str, want: f.Want, back: int = 0) -> f.Seen:
        """A picture of what a device with eyes sees, beside whatever else is asked of it.

        Raises ``DeviceFault``; whoever cancels bounds it.
        """
        worker = self._workers.get(self._of.get(device, ""))
        if worker is None:
            raise DeviceFault("the device has no worker that could look", Cause.CONFIGURATION)
        link, number = await worker.link(PATIENCE_S), self._number(device)
        reply = await link.call(lambda i: f.Look(i, number, want, back), number)
        if not isinstance(reply, f.Seen):
            raise DeviceFault("its worker answered a look with no picture", Cause.DRIVER)
        return reply

    async def aim(self, device: str, preset: str, *, home: bool) -> f.Proof:
        """Have a device turn to a preset, beside whatever else is asked of it; how that is proven.

        Raises ``DeviceFault`` where it did not; whoever cancels bounds it.
        """
        worker = self._workers.get(self._of.get(device, ""))
        if worker is None:
            raise DeviceFault("the device has no worker that could turn it", Cause.CONFIGURATION)
        link, number = await worker.link(PATIENCE_S), self._number(device)
        reply = await link.call(lambda i: f.Aim(i, number, preset, home), number)
        if not isinstance(reply, f.Aimed):
            raise DeviceFault("its worker does not say whether it has turned", Cause.DRIVER)
        return reply.proof

    async def footage(self, device: str, from_ms: int, until_ms: int) -> list[tuple[int, int]]:
        """The spans (UTC) that a device which records has not recorded.

        Raises ``DeviceFault``; whoever cancels bounds it.
        """
        worker = self._workers.get(self._of.get(device, ""))
        if worker is None:
            raise DeviceFault("the device has no worker that could ask", Cause.CONFIGURATION)
        link, number = await worker.link(PATIENCE_S), self._number(device)
        reply = await link.call(lambda i: f.Footage(i, number, from_ms, until_ms), number)
        if not isinstance(reply, f.Missing):
            raise DeviceFault("its worker does not say what is recorded", Cause.DRIVER)
        return reply.spans

    def worker_of(self, device: str) -> str:
        """The name of the device's worker; empty for a device of the daemon's own process."""
        return self._of.get(device, "")

    def pids(self) -> dict[str, int]:
        """The process of each worker, 0 for one that was never started."""
        return {name: worker.pid for name, worker in self._workers.items()}

    def _follow(self) -> None:
        """Workers as they are seated; new ones are started, none is stopped here."""
        self._of = {
            device: table.name for table in self._seating.tables for device in table.devices
        }
        for table in self._seating.tables:
            if table.name not in self._workers:
                self._workers[table.name] = Worker(
                    table,
                    self._folder,
                    self._limits,
                    self._io,
                    self._device_of,
                    self._died,
                    self._hear,
                )

    def _hear(self, worker: Worker, said: f.Ready | f.Learned) -> None:
        if isinstance(said, f.Learned):
            device = self._device_of(said.number)
            if device is not None and self._of.get(device) == worker.name:
                self._memory.remember(device, said.memory)
            return
        self._describe(worker, said)

    def _describe(self, worker: Worker, ready: f.Ready) -> None:
        known = self._classes.get(worker.driver)
        if known is None or known[0] != ready:
            self._classes[worker.driver] = ready, stand_in(ready)
            self._described(worker.driver)

    def _died(self, worker: Worker, culprit: str | None) -> bool:
        if culprit is not None and self._of.get(culprit) != worker.name:
            culprit = None  # a worker that names somebody else's device names nobody
        parted = self._seating.died(worker.name, culprit)
        self._follow()
        return parted

    def _number(self, device: str) -> int:
        if device not in self._numbers:
            self._devices.append(device)
            self._numbers[device] = len(self._devices)
        return self._numbers[device]

    def _device_of(self, number: int) -> str | None:
        return self._devices[number - 1] if 0 < number <= len(self._devices) else None
