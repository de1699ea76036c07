"""The keys of readings: kept for each device, so that one that floods forgets its own alone.

A panel repeats what it was not answered for, and its key makes the repeat harmless. The keys of
people's and programs' commands are kept beside these (:mod:`monitord.core.daemon`).
"""

from typing import Final

from monitord.core import facts as f
from monitord.core.records import Answered
from monitord.core.state import KEY_KEPT_MS, State

#: More than a panel says between an event and its repeat.
KEYS_OF_DEVICE_MAX: Final = 2_000


def speaker(state: State, fact: f.AnyFact) -> str:
    """The device whose word a fact is; empty for a fact of anybody else."""
    match fact:
        case f.DeviceReturned():
            return fact.device if fact.device in state.devices else ""
        case f.PointChanged():
            point = state.site.points.get(fact.point)
            return "" if point is None else point.device
        case _:
            return ""


def heard_before(state: State, at_ms: int, device: str, key: str) -> Answered | None:
    """The answer that a reading with this key was given within 24 h; None for a new one."""
    heard_ms = state.heard.get(device, {}).get(key)
    if heard_ms is None or heard_ms <= at_ms - KEY_KEPT_MS:
        return None
    return Answered(at_ms=heard_ms, code="", text="")


def keep(state: State, device: str, key: str) -> None:
    """Remember a key of a device's; oldest first, always."""
    heard = state.heard.setdefault(device, {})
    heard.pop(key, None)
    heard[key] = state.at_ms
    while (
        len(heard) > KEYS_OF_DEVICE_MAX or next(iter(heard.values())) <= state.at_ms - KEY_KEPT_MS
    ):
        del heard[next(iter(heard))]
