"""Devices that nobody has written down yet: sought by a driver, then asked who they are.

For a person who puts a site in. The driver speaks; how many at once and for how long is said here.
Nothing is written to a device, stored or decided, and no daemon is needed.
"""

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final

import msgspec

from monitord.driver import About, DeviceFault, Driver, Found, Search, Sought
from monitord.runtime.bound import DriverCalls
from monitord.runtime.clock import SystemClock
from monitord.runtime.single_look import Fault

AT_ONCE: Final = 8
EACH_MS: Final = 10_000
DEVICES_MAX: Final = 256
#: What a search may take beside the time for which it waits: names that are looked up.
_MORE_MS: Final = 10_000


class Met(msgspec.Struct, frozen=True):
    """A device that was found, and what it says of itself; or why it says nothing."""

    found: Found
    about: About | None = None
    fault: Fault | None = None

    @property
    def is_there(self) -> bool:
        """Whether anything at all was heard of it."""
        return self.found.heard or self.about is not None

    @property
    def read(self) -> bool:
        """Whether it told all that it was asked."""
        return self.about is not None and self.about.read


def can_seek(cls: type[Driver[Any]]) -> bool:
    """Whether devices of this driver can be sought."""
    return cls.seek.__func__ is not Driver.seek.__func__  # type: ignore[attr-defined]


async def seek(cls: type[Driver[Any]], name: str, search: Search) -> Sought:
    """Who is there. Raises ``DeviceFault``, whatever the driver does."""
    calls = DriverCalls(name, SystemClock(), _nobody_told)
    try:
        bound_ms = round(search.seconds * 1_000) + _MORE_MS
        sought = await calls.make("seek", partial(cls.seek, search), bound_ms)
    finally:
        calls.close()
    if len(sought.found) <= DEVICES_MAX:
        return sought
    more = f"only the first {DEVICES_MAX} of {len(sought.found)} devices are asked"
    return Sought(sought.found[:DEVICES_MAX], (*sought.remarks, more))


async def meet(
    cls: type[Driver[Any]], name: str, found: Sequence[Found], user: str, password: str
) -> list[Met]:
    """Ask each who it is. Raises nothing: what went wrong is beside its device."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def ask(one: Found) -> Met:
        async with gate:
            calls = DriverCalls(name, SystemClock(), _nobody_told)
            introduce = partial(cls.introduce, one, user, password)
            late = f"it says nothing within {EACH_MS // 1_000} s"
            try:
                return Met(one, await calls.make("introduce", introduce, EACH_MS, late))
            except DeviceFault as fault:
                return Met(one, fault=Fault(fault.cause, fault.detail))
            finally:
                calls.close()

    return _compared(await asyncio.gather(*map(ask, found)))


def _compared(met: Sequence[Met]) -> list[Met]:
    """With a remark for each that has the serial number of another one."""
    by_number: dict[str, list[str]] = {}
    for one in met:
        if one.about is not None and one.about.serial:
            by_number.setdefault(one.about.serial, []).append(one.found.address)
    return [_beside(one, by_number) for one in met]


def _beside(one: Met, by_number: Mapping[str, Sequence[str]]) -> Met:
    about = one.about
    same = [] if about is None else by_number.get(about.serial, [])
    other = next((address for address in same if address != one.found.address), None)
    if about is None or other is None:
        return one
    words = (
        f"{other} has the same serial number: one device with two addresses, or a maker that does "
        "not number them; then leave `identity` out"
    )
    remarks = (*about.remarks, words)
    return msgspec.structs.replace(one, about=msgspec.structs.replace(about, remarks=remarks))


def _nobody_told(call: str, times: int) -> None:
    """A call that was cut is told as a fault already."""
