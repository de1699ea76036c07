"""Events of devices and their points."""

from monitord.core.events.base import Event
from monitord.vocabulary import Cause, Limit, PointState


class PointStateChanged(Event, frozen=True):
    """``before`` is the last *known* state, so a change during a blind interval can be told.

    ``crossed`` are the limits that the value is beyond, ``gained`` those it was not beyond before.
    ``by`` is the user or key that the device names, ``said`` its own words for what it found.
    """

    point: str
    state: PointState
    before: PointState
    value: float | str | bool | None = None
    blind: bool = False
    crossed: tuple[Limit, ...] = ()
    gained: tuple[Limit, ...] = ()
    by: str = ""
    said: str = ""


class PointOverdue(Event, frozen=True):
    """A point of an answering device has been unknown for longer than its limit."""

    point: str


class DeviceWentSilent(Event, frozen=True):
    """All points of the device are unknown from here on; its deadline runs."""

    device: str
    cause: Cause
    blind_from_ms: int
    detail: str = ""


class DeviceOverdue(Event, frozen=True):
    """The device has been silent for longer than its limit."""

    device: str


class DeviceCauseChanged(Event, frozen=True):
    """The device is still silent, for another reason."""

    device: str
    cause: Cause
    detail: str = ""


class DeviceCameBack(Event, frozen=True):
    """The device answers. Nobody was looking from ``blind_from_ms`` until now (law 4)."""

    device: str
    blind_from_ms: int


class DeviceColdStarted(Event, frozen=True):
    """Its power came back: its intrusion detectors begin no alarm before ``until_ms`` (T2.8)."""

    device: str
    until_ms: int


class DeviceWarmed(Event, frozen=True):
    """Its detectors have settled: what is active alarms."""

    device: str


AnyDeviceEvent = (
    DeviceWentSilent
    | DeviceOverdue
    | DeviceCauseChanged
    | DeviceCameBack
    | DeviceColdStarted
    | DeviceWarmed
)
