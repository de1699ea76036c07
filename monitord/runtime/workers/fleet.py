"""All workers of a daemon: who sits where, and the way from a device to its driver.

The device supervisor asks here and nowhere else. There is a fleet only where some device asks for
one; it starts no process before.
"""

import asyncio
import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from monitord.driver import DeviceFault, Driver
from monitord.runtime.building import Order
from monitord.runtime.seams import Io
from monitord.runtime.workers import frames as f
from monitord.runtime.workers.limits import Limits
from monitord.runtime.workers.remote import RemoteDriver
from monitord.runtime.workers.seating import Party, Seating
from monitord.runtime.workers.worker import Worker
from monitord.vocabulary import Cause

#: How long a device waits for its worker to start before it is told why it cannot be asked; less
#: than the time after which it counts as silent, so that the loss on record has that reason.
PATIENCE_S: Final = 1.5


class Fleet:
    """``folder`` holds the site's own drivers. ``seat``, ask, ``stop``."""

    def __init__(self, folder: Path | None, io: Io, limits: Limits | None = None) -> None:
        self._folder, self._io, self._limits = folder, io, limits or Limits()
        self._seating = Seating(self._limits)
        self._workers: dict[str, Worker] = {}
        self._of: dict[str, str] = {}
        self._numbers: dict[str, int] = {}
        self._devices: list[str] = []

    async def seat(self, parties: Sequence[Party]) -> None:
        """Have a worker for each of these devices, and for no other."""
        self._seating.seat(parties)
        self._follow()
        kept = {table.name for table in self._seating.tables}
        gone = [self._workers.pop(name) for name in self._workers.keys() - kept]
        await asyncio.gather(*(worker.stop() for worker in gone))

    async def stop(self) -> None:
        """End them all."""
        workers, self._workers = self._workers, {}
        await asyncio.gather(*(worker.stop() for worker in workers.values()))

    async def ready(self, device: str) -> f.Ready:
        """What the device's driver is like. Raises ``DeviceFault`` while that cannot be said."""
        return await self._worker(device).ready(PATIENCE_S)

    def build(self, order: Order) -> Driver[Any]:
        """The driver of a device as the supervisor uses it. Raises ``DeviceFault``."""
        return RemoteDriver(self._worker(order.device).link, self._number(order.device), order)

    def leave_line(self, device: str, address: str) -> None:
        """Nobody is on the line that this device was on: its worker may close it."""
        with contextlib.suppress(DeviceFault):  # it went with the worker
            self._worker(device).link.tell(f.LeaveLine(address))

    def worker_of(self, device: str) -> str:
        """The name of the device's worker; empty for a device of the daemon's own process."""
        return self._of.get(device, "")

    def pids(self) -> dict[str, int]:
        """The process of each worker, 0 for one that was never started."""
        return {name: worker.pid for name, worker in self._workers.items()}

    def _worker(self, device: str) -> Worker:
        worker = self._workers.get(self._of.get(device, ""))
        if worker is None:
            raise DeviceFault("the device has no worker", Cause.DRIVER)
        return worker

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
                )

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
