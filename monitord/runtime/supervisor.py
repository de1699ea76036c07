"""The device supervisor: every device of the site polled, each for itself.

It makes one long-lived task per device and brings together what they need. What one device does
costs the others nothing: a driver that cannot be made, hangs, raises or lies is a fact about its
own device.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from functools import partial
from typing import Any, Final

import structlog

from monitord.core.facts import AnyFact
from monitord.core.signals import SignalRule, rule_of
from monitord.core.site import Device, Site
from monitord.driver import Driver
from monitord.runtime.building import Builder, Unbuildable, order_of
from monitord.runtime.device import Build, SupervisedDevice, World
from monitord.runtime.line import SharedLine, close_all, shares_lines
from monitord.runtime.listening import ListeningDevice, speech_of
from monitord.runtime.plugins import DriverRegistry, PluginRefused
from monitord.runtime.receipts import Receipts
from monitord.runtime.seams import Clock, Io, Pacer
from monitord.runtime.vitals import VitalsFeed, VitalsFrame

log = structlog.get_logger(__name__)

STOP_MS: Final = 1_000
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
    ) -> None:
        self._site = site
        self._receipts = receipts
        self._drivers = drivers
        self._world = World(offer, clock, io, pacer)
        self._devices: dict[str, SupervisedDevice] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._builder = Builder(drivers)
        self._lines: dict[tuple[str, str], SharedLine] = {}
        self._feed = VitalsFeed(self.vitals)

    def start(self) -> None:
        """Begin to poll every device. Needs a running loop; returns at once."""
        self._lay_lines()
        for device in self._site.devices.values():
            self._begin(device)

    async def adopt(self, site: Site) -> None:
        """Supervise ``site`` from now on: what did not change is polled on, without a gap.

        A changed device is let go first, within a second: many panels take one connection only.
        """
        old, self._site = self._site, site
        was, now = self._shared(old), self._shared(site)
        moved = {place for place in self._lines if was.get(place) != now.get(place)}
        kept = {
            name
            for name, device in old.devices.items()
            if not _changed(old, site, name) and was.get(_place(device)) == now.get(_place(device))
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

    async def stop(self) -> None:
        """Let every device go, within a second; drivers that hold on are named and left behind."""
        await self._let_go(list(self._tasks.values()))
        self._tasks.clear()
        lines, self._lines = self._lines, {}
        await close_all(lines.values())

    def _begin(self, device: Device) -> None:
        supervised = self._devices[device.id] = self._supervise(device)
        name = TASK_PREFIX + device.id
        self._tasks[device.id] = asyncio.create_task(supervised.run(), name=name)

    async def _let_go(self, tasks: list[asyncio.Task[None]]) -> None:
        for task in tasks:
            task.cancel()
        if not tasks:
            return
        _, holding_on = await asyncio.wait(tasks, timeout=STOP_MS / 1000)
        for task in holding_on:
            name = task.get_name().removeprefix(TASK_PREFIX)
            log.error("driver does not let go of its device", device=name)

    def tell_again(self) -> None:
        """Let every device tell how it is, whatever it told before."""
        for device in self._devices.values():
            device.tell_again()

    def vitals(self) -> VitalsFrame:
        """How every device does now."""
        now_ms = self._world.clock.boot_ms()
        devices = tuple(device.vitals(now_ms) for device in self._devices.values())
        return VitalsFrame(at_ms=now_ms, devices=devices)

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
        for (name, address), members in self._shared(self._site).items():
            if (name, address) not in self._lines:
                cls = self._drivers.get(name).cls
                self._lines[name, address] = SharedLine(cls, address, len(members))

    def _shared(self, site: Site) -> dict[tuple[str, str], list[str]]:
        """The devices that share a line, by driver and address."""
        found = {place: ids for place, ids in _members(site).items() if len(ids) > 1 and place[1]}
        return {place: ids for place, ids in found.items() if self._shares(place[0])}

    def _shares(self, driver: str) -> bool:
        try:
            return shares_lines(self._drivers.get(driver).cls)
        except PluginRefused:
            return False  # each of its devices says so

    def _supervise(self, device: Device) -> SupervisedDevice:
        try:
            rules = [rule_of(self._site.points[point]) for point in device.points]
            order = order_of(self._site, device, self._defaults(device.driver))
            build: Build = partial(self._builder.build, order)
            poll_ms, timeout_ms = order.poll_ms, order.timeout_ms
            speech = speech_of(self._defaults(device.driver), device.silence_ms)
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

    def _defaults(self, driver: str) -> type[Driver[Any]]:
        """The class whose period and bound hold where the site says none."""
        try:
            return self._drivers.get(driver).cls
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
