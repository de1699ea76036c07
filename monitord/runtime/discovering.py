"""Devices that nobody has written down yet: sought by a driver, then asked who they are.

For a person who puts a site in. The driver speaks; how many at once and for how long is said here.
Nothing is written to a device, stored or decided, and no daemon is needed.
"""

import asyncio
from collections.abc import Sequence
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

    return await asyncio.gather(*map(ask, found))


def _nobody_told(call: str, times: int) -> None:
    """A call that was cut is told as a fault already."""
