"""``probe``: one read of a device or an address, without a daemon and without writing anything.

On a serial line two masters garble each other's words, so a port of this machine is left alone
while a daemon runs, unless a person insists.
"""

import asyncio
import re
import socket
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from pydantic import BaseModel, ValidationError

from monitord import site
from monitord.cli import probe_view, say_probe, where
from monitord.cli.errors import Exit, Mistake
from monitord.cli.output import answer
from monitord.cli.sitefile import refused, types_at
from monitord.core.signals import rule_of
from monitord.core.site import Device, Site
from monitord.driver import Driver
from monitord.runtime.building import Order, order_of
from monitord.runtime.control.protocol import PathTooLong, nearest_text, socket_path
from monitord.runtime.plugins import DriverRegistry, PluginRefused, driver_registry
from monitord.runtime.single_look import Fault, Look, SingleLook
from monitord.site.findings import SiteRefused
from monitord.site.types import shares_lines

READS_MAX: Final = 2_000
_RANGE: Final = re.compile(r"(.*?)([0-9]{1,6})-([0-9]{1,6})")

View = dict[str, Any]


def probe(args: Namespace) -> int:
    """Look once; 1 when something could not be read."""
    view = _address(args) if "://" in args.what else _device(args)
    answer(args, view, say_probe.looked)
    return Exit.DONE if view["read"] else Exit.REFUSED


# --- a device of a site file -------------------------------------------------------------------


def _device(args: Namespace) -> View:
    if args.config is None:
        raise Mistake(
            f"Which site? Write: monitord probe {args.what} --config SITE.yaml; or give an address "
            "such as tcp://10.0.20.11:502",
            exit_code=Exit.USAGE,
        )
    if args.read or args.unit is not None:
        raise Mistake("--read and --unit are for an address", exit_code=Exit.USAGE)
    try:
        compiled = site.load(args.config, *types_at(args.config)).site
    except SiteRefused as error:
        raise refused(args.config, error) from None
    device = compiled.devices.get(args.what)
    if device is None:
        raise Mistake(nearest_text("device", args.what, compiled.devices), code="unknown")
    drivers = _drivers(args.config)
    cls = _class(drivers, device.driver)
    order = order_of(compiled, device, cls)
    busy = _leave_alone(args, order.address)
    look = _look(drivers, order, shared=_is_shared(compiled, device, cls))
    rules = [rule_of(compiled.points[point]) for point in device.points]
    names = [compiled.points[point].name for point in device.points]
    points = probe_view.points(order, cls, look, rules, names)
    return {
        "device": device.id,
        **probe_view.head(order, look, busy),
        **probe_view.verdict(points, look),
        "points": points,
    }


def _is_shared(compiled: Site, device: Device, cls: type[Driver[Any]]) -> bool:
    address = device.setup.get("address")
    same = [
        other
        for other in compiled.devices.values()
        if (other.driver, other.setup.get("address")) == (device.driver, address)
    ]
    return bool(address) and len(same) > 1 and shares_lines(cls)


# --- an address --------------------------------------------------------------------------------


def _address(args: Namespace) -> View:
    drivers = _drivers(args.config)
    cls = _class(drivers, args.driver)
    section: View = {} if args.unit is None else {"unit": args.unit}
    if "address" in cls.Config.model_fields:
        section["address"] = args.what
    _validated(cls.Config, section, args.what)
    groups = _groups(args, cls)
    for reads in groups.values():
        for own in reads:
            _validated(cls.PointConfig, own, str(own.get("read", own)))
    busy = _leave_alone(args, args.what)
    points: list[View] = []
    view: View = {}
    for reads in groups.values():
        order, look = _most(args, drivers, cls, section, reads)
        view = view if view.get("answer_ms") else probe_view.head(order, look, busy)
        if not args.read and look.fault is not None and _has_none(look.fault):
            continue  # a kind of thing that this device does not have
        points += probe_view.points(order, cls, look, [None] * len(order.points), [])
        if look.fault is not None and not look.by_point:
            view = probe_view.head(order, look, busy)
            break
    return {"device": None, **view, **probe_view.verdict(points, None), "points": points}


def _groups(args: Namespace, cls: type[Driver[Any]]) -> dict[str, list[View]]:
    """What is asked: what ``--read`` says, else what the driver offers."""
    if args.read:
        return {"": [{"read": read} for read in _reads(args.read)]}
    groups = {name: [dict(own) for own in reads] for name, reads in cls.samples.items()}
    if not groups:
        raise Mistake(f"Say what to read: --read, as the driver {args.driver} has it")
    return groups


def _reads(text: str) -> list[str]:
    """``discrete/0-7,input/3`` one by one. Raises ``Mistake``."""
    reads: list[str] = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        span = _RANGE.fullmatch(part)
        if span is None:
            reads.append(part)
            continue
        before, first, last = span[1], int(span[2]), int(span[3])
        if not first <= last < first + READS_MAX:
            raise Mistake(f"--read {part}: write the lower one first, {READS_MAX} at most")
        reads += [f"{before}{number}" for number in range(first, last + 1)]
    if not 0 < len(reads) <= READS_MAX:
        raise Mistake(f"--read names {len(reads)} places: 1 to {READS_MAX}")
    return list(dict.fromkeys(reads))


def _most(
    args: Namespace,
    drivers: DriverRegistry,
    cls: type[Driver[Any]],
    section: View,
    reads: Sequence[View],
) -> tuple[Order, Look]:
    """All of ``reads``; of what is only tried half as many, until the device has them."""
    count = len(reads)
    while True:
        order = Order(
            device=args.what,
            driver=args.driver,
            address=args.what,
            section=section,
            points=tuple((str(own.get("read", n)), own) for n, own in enumerate(reads[:count])),
            poll_ms=cls.poll_ms,
            timeout_ms=cls.timeout_ms,
        )
        look = _look(drivers, order, one_by_one=bool(args.read))
        if args.read or count == 1 or look.fault is None or not _has_none(look.fault):
            return order, look
        count = max(1, count // 2)


def _has_none(fault: Fault) -> bool:
    return fault.cause == "configuration"


def _validated(model: type[BaseModel], section: View, what: str) -> None:
    try:
        model.model_validate(section)
    except ValidationError as error:
        words = error.errors(include_input=False, include_url=False)[0]["msg"]
        raise Mistake(f"{what}: {words.removeprefix('Value error, ')}") from None


# --- both --------------------------------------------------------------------------------------


def _drivers(config: Path | None) -> DriverRegistry:
    if config is None:
        return driver_registry()
    return driver_registry((config if config.is_dir() else config.parent) / "drivers")


def _class(drivers: DriverRegistry, name: str) -> type[Driver[Any]]:
    try:
        cls = drivers.get(name).cls
    except PluginRefused as error:
        raise Mistake(str(error)) from None
    if cls.poll is Driver.poll:
        raise Mistake(
            f"devices of the driver {name} speak first: there is nothing to ask. "
            "`monitord watch` shows what they have said"
        )
    return cls


def _look(
    drivers: DriverRegistry, order: Order, *, shared: bool = False, one_by_one: bool = True
) -> Look:
    async def look() -> Look:
        return await SingleLook(drivers, order, shared=shared, one_by_one=one_by_one).take()

    return asyncio.run(look())


def _leave_alone(args: Namespace, address: str | None) -> bool:
    """Whether a daemon runs here. Raises ``Mistake`` where that forbids a look."""
    folder = where.of_daemon(args.state)
    if not _runs(folder):
        return False
    if _is_port_of_ours(address) and not args.force:
        raise Mistake(
            f"A daemon runs ({folder}), and two masters on one serial line garble each other: use "
            f"`monitord watch`, or stop the daemon. --force looks all the same",
            code="line-in-use",
        )
    return True


def _is_port_of_ours(address: str | None) -> bool:
    """Whether the address is a port of this machine: it has a path and no host."""
    parts = urlsplit(address or "")
    return not parts.netloc and parts.path.startswith("/")


def _runs(folder: Path) -> bool:
    try:
        path = socket_path(folder)
    except PathTooLong:
        return False
    with socket.socket(socket.AF_UNIX) as asking:
        asking.settimeout(1)
        try:
            asking.connect(str(path))
        except (FileNotFoundError, ConnectionRefusedError):
            return False
        except OSError:
            return True  # somebody is there whom we may not ask
    return True
