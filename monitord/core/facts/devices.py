"""Facts of devices."""

import msgspec

from monitord.core.facts.base import Fact
from monitord.vocabulary import Cause, Limit, PointState


class Sample(msgspec.Struct, frozen=True):
    """One point's state as a device reports it. ``value`` is the decoded reading, ``crossed`` the
    limits that it is beyond."""

    point: str
    state: PointState
    value: float | str | bool | None = None
    crossed: tuple[Limit, ...] = ()


class PointChanged(Fact, frozen=True):
    """A point's state or quality changed. ``once`` has no end (a line crossed); ``collapsed``
    more readings of the point came at the same time and are only counted."""

    point: str
    state: PointState
    value: float | str | bool | None = None
    device_ms: int | None = None
    by: str = ""
    raw: str = ""
    once: bool = False
    collapsed: int = 0
    crossed: tuple[Limit, ...] = ()


class DeviceLost(Fact, frozen=True):
    """A device stopped answering as it should; reported again when the cause changes.

    ``silent_ms`` is how long ago it last answered.
    """

    device: str
    cause: Cause
    detail: str = ""
    silent_ms: int = 0


class DeviceReturned(Fact, frozen=True):
    """A device answers again (or for the first time) with the whole of its points."""

    device: str
    samples: tuple[Sample, ...] = ()
