"""What gives way when the memory for facts or entries is full, or the disk's reserve is in use.

In a stated order (law 1): plain status, then technical readings, then the history that is held.
Alarms, losses in an area that is set, people and set states are never among what is dropped here.
It counts, and says when the core is to be told.
"""

from typing import Final

from monitord.core import facts as f
from monitord.core.state import State
from monitord.vocabulary import Arming, PointState

#: What a degraded engine holds in memory, each entry with what Python needs around it.
HELD_BYTES_MAX: Final = 64 * 1024 * 1024
#: Facts waiting to be stepped; beyond that plain status gives way, beyond twice that technical.
QUEUE_MAX: Final = 100_000
#: Entries that must be held for their history to give way: what takes their place has a size too.
HISTORY_MIN: Final = 256

_QUIET: Final = (PointState.NORMAL, PointState.UNKNOWN)


class GivingWay:
    """What one engine drops, and for how long."""

    def __init__(self) -> None:
        self.plain = 0
        self.technical = 0

    @property
    def dropped(self) -> int:
        """Readings that gave way since the last time that none did."""
        return self.plain + self.technical

    def takes(self, state: State, fact: f.AnyFact, queued: int, held_bytes: int) -> bool:
        """Whether there is room for this fact; counts one that gives way."""
        half = 2 * held_bytes >= HELD_BYTES_MAX
        if not (half or state.reserve_spent or queued >= QUEUE_MAX):
            return True
        if is_plain(state, fact):
            self.plain += 1
            return False
        three_quarters = 4 * held_bytes >= 3 * HELD_BYTES_MAX
        if (three_quarters or queued >= 2 * QUEUE_MAX) and is_technical(state, fact):
            self.technical += 1
            return False
        return True

    def news(self, state: State, queued: int, held_bytes: int) -> f.StatusDropped | None:
        """What the core is to be told: that something gives way, or that nothing does any more."""
        if not state.giving_way:
            return f.StatusDropped(self.plain, self.technical) if self.dropped else None
        full = 4 * held_bytes >= HELD_BYTES_MAX or 2 * queued >= QUEUE_MAX
        if full or state.reserve_spent:
            return None
        told = f.StatusDropped(self.plain, self.technical, over=True)
        self.plain = self.technical = 0
        return told


def is_plain(state: State, fact: f.AnyFact) -> bool:
    """Plain status gives way first.

    A return to normal that is dropped leaves the point active until its next report: the
    safe side. A panel that says *set* is never dropped, or its area would be less armed.
    """
    if not isinstance(fact, f.PointChanged):
        return False
    if fact.state is PointState.NORMAL:
        return True
    point = state.site.points.get(fact.point)
    if point is None:
        return True
    plain = point.arming is Arming.NEVER and not point.sets
    return plain and fact.state is PointState.ACTIVE


def is_technical(state: State, fact: f.AnyFact) -> bool:
    """What tells of a device and is no alarm of an area that counts as set.

    A return that is dropped leaves its device silent: the safe side.
    """
    match fact:
        case f.DeviceReturned():
            return all(sample.state in _QUIET for sample in fact.samples)
        case f.DeviceLost():
            device = state.site.devices.get(fact.device)
            return device is None or not any(map(state.area_counts_as_set, device.areas))
        case f.PointChanged():
            point = state.site.points.get(fact.point)
            trouble = fact.state in (PointState.FAULT, PointState.UNKNOWN)
            return trouble and (point is None or not state.area_counts_as_set(point.area))
        case f.WallClockRead() | f.BrokerLost() | f.BrokerReturned():
            return True
        case _:
            return False
