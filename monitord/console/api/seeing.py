"""What of the state exists for whoever asks by the API (G9).

A person sees what their pages show. For a program no hold-up exists until it is closed, and no
hold-up button at all: nobody knows who stands before the screen that a program feeds. A hub is a
replica elsewhere, and sees everything. Pure.
"""

from collections.abc import Mapping
from typing import TypeVar

from msgspec.structs import replace

from monitord.core.site import Point
from monitord.core.state import State
from monitord.vocabulary import Category

_T = TypeVar("_T")


def buttons(state: State) -> frozenset[str]:
    """The hold-up buttons of the site, by their full ids; those that left it, too."""
    there = {name for name, point in state.site.points.items() if _is_button(point)}
    left = {name for name, record in state.retired.items() if _is_button(record.point)}
    return frozenset(there | left)


def without_buttons(state: State) -> State:
    """The state of a site that has no hold-up buttons; the very state where it has none."""
    site, gone = state.site, buttons(state)
    if not gone:
        return state

    def left(known: Mapping[str, _T]) -> dict[str, _T]:
        return {name: value for name, value in known.items() if name not in gone}

    areas = {
        name: replace(area, points=tuple(p for p in area.points if p not in gone))
        for name, area in site.areas.items()
    }
    devices = {
        name: replace(device, points=tuple(p for p in device.points if p not in gone))
        for name, device in site.devices.items()
    }
    held = {k: s for k, s in state.suppressions.items() if s.source not in gone}
    running = {
        name: alarm
        for name, alarm in state.alarms.items()
        if alarm.source not in gone or _is_told(state, alarm.incident)
    }
    return replace(
        state,
        site=replace(site, points=left(site.points), areas=areas, devices=devices),
        points=left(state.points),
        retired=left(state.retired),
        restores=left(state.restores),
        chattering=left(state.chattering),
        suppressions=held,
        alarms=running,
    )


def _is_button(point: Point) -> bool:
    return point.category is Category.HOLD_UP


def _is_told(state: State, incident: int) -> bool:
    record = state.incidents.get(incident)
    return record is not None and not record.open
