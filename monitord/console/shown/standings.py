"""How a point stands, in one word for the eye and for every count; how a device does.

Pure. A point is counted as normal only while it says so, its device answers, it was heard of within
its limit and nobody holds it back: not known is never among them (law 4).
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from monitord.console.seen import Vitals
from monitord.core.records import DeviceRecord, PointRecord
from monitord.core.signals import silence_limit_ms
from monitord.core.site import Device, Point
from monitord.core.state import State
from monitord.runtime.control.view_status import LATE_SHARE, STALE_MS
from monitord.vocabulary import Category, DeviceStatus, PointState


class Stands(StrEnum):
    """The worst first."""

    UNKNOWN = "unknown"
    TAMPER = "tamper"
    FAULT = "fault"
    STALE = "stale"  # it said that it is well, longer ago than its device may be silent
    ACTIVE = "active"
    HELD = "held"
    TELLS = "tells"  # it alarms nobody by itself: a panel's word that an area is set, a pump
    NORMAL = "normal"


#: What a guard has to know of.
AMISS: Final = frozenset(Stands) - {Stands.TELLS, Stands.NORMAL}

_SAID: Final[Mapping[PointState, Stands]] = {
    PointState.UNKNOWN: Stands.UNKNOWN,
    PointState.TAMPER: Stands.TAMPER,
    PointState.FAULT: Stands.FAULT,
}


class Health(StrEnum):
    """How a device does, the worst first."""

    OFFLINE = "offline"
    UNKNOWN = "unknown"
    LATE = "late"
    ONLINE = "online"


class Eye:
    """Looks at the points of one state: what must be known of all of them is found once."""

    def __init__(self, state: State, vitals: Mapping[str, Vitals]) -> None:
        self._points = state.points
        self._held = {held.source for held in state.suppressions.values()}
        of = {d.id: answering(state, d, vitals.get(d.id)) for d in state.site.devices.values()}
        self._blind = {name for name, answers in of.items() if answers is None}
        self._stale = {name for name, answers in of.items() if answers is False}

    def stands(self, point: Point) -> Stands:
        """How this point stands."""
        record = self._points.get(point.id, _NEVER)
        if point.device in self._blind:
            return Stands.UNKNOWN
        if (said := _SAID.get(record.state)) is not None:
            return said
        if point.device in self._stale:
            return Stands.STALE
        alarms = point.category is not Category.NONE
        if alarms and record.state is PointState.ACTIVE:
            return Stands.ACTIVE
        if point.id in self._held or point.device in self._held:
            return Stands.HELD
        return Stands.NORMAL if alarms else Stands.TELLS


def limit_ms(device: Device) -> int | None:
    """How long it may be silent before nothing of it is known; None where nobody has said."""
    if device.silence_ms:
        return device.silence_ms
    poll_ms, timeout_ms = device.setup.get("poll_ms"), device.setup.get("timeout_ms")
    return silence_limit_ms(poll_ms, timeout_ms) if poll_ms and timeout_ms else None


def answering(state: State, device: Device, vitals: Vitals | None) -> bool | None:
    """None: it does not answer, or nobody knows. False: it was not heard of within its limit."""
    record = state.devices.get(device.id)
    if record is None or record.status is not DeviceStatus.OK:
        return None
    if vitals is None:  # the daemon says that it answers; when it did last is not known just now
        return True
    return vitals.age_ms is not None and vitals.age_ms <= (limit_ms(device) or STALE_MS)


def health(state: State, device: Device, vitals: Vitals | None) -> Health:
    """In one word."""
    status = state.devices.get(device.id, _STARTING).status
    if status is DeviceStatus.SILENT:
        return Health.OFFLINE
    answers = answering(state, device, vitals)
    if answers is None:
        return Health.UNKNOWN
    missed = vitals is not None and vitals.missed > LATE_SHARE * (vitals.polls + vitals.missed)
    return Health.ONLINE if answers and not missed else Health.LATE


_NEVER: Final = PointRecord()
_STARTING: Final = DeviceRecord()
