"""The device supervisor: every device of the site polled, each for itself.

It makes one long-lived task per device and brings together what they need. What one device does
costs the others nothing: a driver that cannot be made, hangs, raises or lies is a fact about its
own device. Which drivers run here and which in workers is settled here, and nobody else notices.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from functools import partial
from typing import Any, Final

import structlog
from msgspec import structs

from monitord.core.facts import AnyFact
from monitord.core.signals import SignalRule, rule_of
from monitord.core.site import Device, Site
from monitord.driver import Driver
from monitord.runtime.building import Builder, Order, Unbuildable, order_of
from monitord.runtime.device import Build, SupervisedDevice, World
from monitord.runtime.device_secrets import ReadSecret, nothing_stored, with_secrets
from monitord.runtime.line import SharedLine, close_all, shares_lines
from monitord.runtime.listening import ListeningDevice, speech_of
from monitord.runtime.plugins import DriverRegistry, PluginRefused
from monitord.runtime.receipts import Receipts
from monitord.runtime.seams import Clock, Io, Pacer
from monitord.runtime.vitals import VitalsFeed, VitalsFrame
from monitord.runtime.workers.fleet import Fleet
from monitord.runtime.workers.frames import Proof, Seen, Want
from monitord.runtime.workers.limits import Limits
from monitord.runtime.workers.memory import Memory
from monitord.runtime.workers.parties import parties_of
from monitord.runtime.workers.remote import Undescribed

log = structlog.get_logger(__name__)

STOP_MS: Final = 1_000
START_MS: Final = 2_000
TASK_PREFIX: Final = "device "


class Supervisor:
    """Supervises the devices of one accepted site. Make it, ``start``, ``stop``: once each."""

    def __init__(
        self,
        site: Site,
        drivers: DriverRegistry,
        offer: Callable[[AnyFact], None],
        clock: Clock,
        io: Io,
        pacer: Pacer,
        receipts: Receipts,
        limits: Limits | None = None,
        read_secret: ReadSecret = nothing_stored,
        memory: Memory | None = None,
    ) -> None:
        self._site = site
        self._read_secret = read_secret
        self._receipts = receipts
        self._drivers = drivers
        self._world = World(offer, clock, io, pacer)
        self._devices: dict[str, SupervisedDevice] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._builder = Builder(drivers)
        self._fleet = Fleet(drivers.folder, io, self._described, limits, memory)
        self._isolated: frozenset[str] = frozenset()
        self._news: set[str] | None = None
        self._lines: dict[tuple[str, str], SharedLine] = {}
        self._feed = VitalsFeed(self.vitals)

    def start(self) -> None:
        """Begin to poll every device. Needs a running loop; returns at once."""
        self._seat()
        self._lay_lines()
        for device in self._site.devices.values():
            self._begin(device)

    async def adopt(self, site: Site) -> None:
        """Supervise ``site`` from now on: what did not change is polled on, without a gap.

        A changed device is let go first, within a second: many panels take one connection only.
        """
        self._news = set()
        old, self._site = self._site, site
        was, was_isolated = self._shared(old), self._isolated
        self._seat()
        now = self._shared(site)
        moved = {place for place in self._lines if was.get(place) != now.get(place)}
        kept = {
            name
            for name, device in old.devices.items()
            if not _changed(old, site, name) and was.get(_place(device)) == now.get(_place(device))
            if (name in was_isolated) == (name in self._isolated)
        }
        await self._let_go([t for name, t in self._tasks.items() if name not in kept])
        await close_all([self._lines.pop(place) for place in moved])
        self._lay_lines()
        devices, self._devices = self._devices, {}
        for device in site.devices.values():
            if device.id in kept:
                self._devices[device.id] = devices[device.id]
            else:
                self._begin(device)
        self._tasks = {name: self._tasks[name] for name in self._devices}
        news, self._news = self._news, None
        for driver in news:
            self._described(driver)

    async def stop(self) -> None:
        """Let every device go, within a second; drivers that hold on are named and left behind."""
        await self._let_go(list(self._tasks.values()))
        self._tasks.clear()
        lines, self._lines = self._lines, {}
        await close_all(lines.values())
        await self._fleet.stop()

    def _begin(self, device: Device) -> None:
        before = self._devices.get(device.id)
        supervised = self._devices[device.id] = self._supervise(device)
        if before is not None:
            supervised.writes.take_over(before.writes)
        name = TASK_PREFIX + device.id
        self._tasks[device.id] = asyncio.create_task(supervised.run(), name=name)

    def _seat(self) -> None:
        """Give a worker to each device that is to run in one."""
        parties = parties_of(self._site, self._drivers)
        self._isolated = frozenset(device for party in parties for device in party.devices)
        self._fleet.seat(parties)

    def _described(self, driver: str) -> None:
        """It is known only now what a driver in workers is like: its devices begin anew."""
        if self._news is not None:  # after the reload that is under way
            self._news.add(driver)
            return
        self._lay_lines()
        for name, task in list(self._tasks.items()):
            device = self._site.devices.get(name)
            if device is not None and device.driver == driver and name in self._isolated:
                task.cancel()
                self._begin(device)

    async def _let_go(self, tasks: list[asyncio.Task[None]]) -> None:
        for task in tasks:
            task.cancel()
        if not tasks:
            return
        _, holding_on = await asyncio.wait(tasks, timeout=STOP_MS / 1000)
        for task in holding_on:
            name = task.get_name().removeprefix(TASK_PREFIX)
            log.error("driver does not let go of its device", device=name)

    def switch(self, device: str, output: str, value: bool, tell: Callable[[str], None]) -> None:
        """Have an output switched; ``tell`` hears what came of it, an empty text when it is so."""
        supervised = self._devices.get(device)
        if supervised is not None:  # else a reload is under way: asked again when it is done
            supervised.switch(output, value, tell)

    async def look(self, device: str, want: Want, back: int = 0) -> Seen:
        """A picture of what a device sees, for whoever bounds it. Raises ``DeviceFault``."""
        return await self._fleet.look(device, want, back)

    async def aim(self, device: str, preset: str, *, home: bool) -> Proof:
        """Turn a device with eyes to a preset, for whoever bounds it. Raises ``DeviceFault``."""
        return await self._fleet.aim(device, preset, home=home)

    async def footage(self, device: str, from_ms: int, until_ms: int) -> list[tuple[int, int]]:
        """What a device has not recorded of a span. Raises ``DeviceFault``."""
        return await self._fleet.footage(device, from_ms, until_ms)

    def tell_again(self) -> None:
        """Let every device tell how it is, whatever it told before."""
        for device in self._devices.values():
            device.tell_again()

    def vitals(self) -> VitalsFrame:
        """How every device does now."""
        now_ms = self._world.clock.boot_ms()
        devices = (device.vitals(now_ms) for device in self._devices.values())
        where = self._fleet.worker_of
        placed = tuple(
            structs.replace(one, worker=where(one.device)) if where(one.device) else one
            for one in devices
        )
        return VitalsFrame(at_ms=now_ms, devices=placed)

    def frames(self) -> AsyncGenerator[VitalsFrame, None]:
        """Vitals once a second for as long as they are watched."""
        return self._feed.frames()

    def blocked(self, task_name: str, blocked_ms: int) -> None:
        """Told by the loop watch: while this task ran, everybody waited."""
        device = self._devices.get(task_name.removeprefix(TASK_PREFIX))
        if device is not None and task_name.startswith(TASK_PREFIX):
            device.tally.blocked_ms = max(device.tally.blocked_ms, blocked_ms)

    def stuck(self, now_ms: int) -> str:
        """Why polling does not progress, in words; empty while any device is being tried.

        One stuck driver is its own device's fault; all of them together are ours.
        """
        devices = self._devices.values()
        if devices and all(device.is_stuck(now_ms) for device in devices):
            return f"none of {len(devices)} devices has been tried in time"
        return ""

    def _lay_lines(self) -> None:
        """A line for each address that several devices of one sharing driver have."""
        for place, members in self._shared(self._site).items():
            if place not in self._lines:
                cls = self._class_of(self._site.devices[members[0]])
                self._lines[place] = SharedLine(cls, place[1], len(members))

    def _shared(self, site: Site) -> dict[tuple[str, str], list[str]]:
        """The devices that share a line, by driver and address."""
        found = {place: ids for place, ids in _members(site).items() if len(ids) > 1 and place[1]}
        return {
            place: ids
            for place, ids in found.items()
            if shares_lines(self._class_of(site.devices[ids[0]]))
        }

    def _supervise(self, device: Device) -> SupervisedDevice:
        try:
            rules = [rule_of(self._site.points[point]) for point in device.points]
            cls = self._class_of(device)
            order = order_of(self._site, device, cls)
            if cls is Undescribed:  # its worker has just been begun
                order = structs.replace(order, timeout_ms=max(order.timeout_ms, START_MS))
            builder = self._fleet if device.id in self._isolated else self._builder
            build: Build = partial(self._build, builder, order)
            poll_ms, timeout_ms = order.poll_ms, order.timeout_ms
            speech = speech_of(cls, device.silence_ms)
        except (KeyError, TypeError, ValueError) as error:
            # An accepted site outlives versions; what cannot be read blinds one device, loudly.
            build = _refusing(device, error)
            rules = [SignalRule(point) for point in device.points]
            poll_ms, timeout_ms, speech = Driver.poll_ms, Driver.timeout_ms, None
        line = self._lines.get(_place(device))
        if speech is None:
            return SupervisedDevice(
                device.id,
                device.driver,
                rules,
                build,
                self._world,
                poll_ms=poll_ms,
                timeout_ms=timeout_ms,
                line=line,
            )
        return ListeningDevice(
            device.id,
            device.driver,
            rules,
            build,
            self._world,
            poll_ms=poll_ms,
            timeout_ms=timeout_ms,
            line=line,
            receipts=self._receipts,
            speech=speech,
        )

    def _build(self, builder: Builder | Fleet, order: Order) -> Driver[Any]:
        return builder.build(with_secrets(order, self._read_secret))

    def _class_of(self, device: Device) -> type[Driver[Any]]:
        """The driver's class, or what its worker says of it: that one is not imported here."""
        if device.id in self._isolated:
            return self._fleet.class_of(device.driver)
        try:
            return self._drivers.get(device.driver).cls
        except PluginRefused:
            return Driver


def _members(site: Site) -> dict[tuple[str, str], list[str]]:
    """The devices of each driver and address: those that may share a line."""
    found: dict[tuple[str, str], list[str]] = {}
    for device in site.devices.values():
        found.setdefault(_place(device), []).append(device.id)
    return found


def _place(device: Device) -> tuple[str, str]:
    return device.driver, str(device.setup.get("address") or "")


def _changed(old: Site, new: Site, device: str) -> bool:
    """Whether a device must be begun anew: another setup, or another reading of its points."""
    was, now = old.devices[device], new.devices.get(device)
    return was != now or any(
        (old.points[point].setup, old.points[point].kind)
        != (new.points[point].setup, new.points[point].kind)
        for point in was.points
    )


def _refusing(device: Device, error: Exception) -> Build:
    detail = (
        f"the accepted site says of {device.id} what this version cannot read"
        f" ({type(error).__name__}): check the site file and offer it again"
    )

    def build() -> Driver[Any]:
        raise Unbuildable(detail)

    return build
