"""What of the state exists for whoever asks by the API (G9).

A person sees what their pages show. For a program no hold-up exists until it is closed, and no
hold-up button at all: nobody knows who stands before the screen that a program feeds. A hub is a
replica elsewhere, and sees everything. Pure.
"""

from collections.abc import Mapping
from typing import TypeVar

from msgspec.structs import replace

from monitord.core.site import Site
from monitord.core.state import State
from monitord.vocabulary import Category

_T = TypeVar("_T")


def is_button(site: Site, source: str) -> bool:
    """Whether a point is a hold-up button, by its full id."""
    point = site.points.get(source)
    return point is not None and point.category is Category.HOLD_UP


def without_buttons(state: State) -> State:
    """The state of a site that has no hold-up buttons; the very state where it has none."""
    site = state.site
    buttons = {name for name in site.points if is_button(site, name)}
    buttons |= {n for n, r in state.retired.items() if r.point.category is Category.HOLD_UP}
    if not buttons:
        return state

    def left(known: Mapping[str, _T]) -> dict[str, _T]:
        return {name: value for name, value in known.items() if name not in buttons}

    areas = {
        name: replace(area, points=tuple(p for p in area.points if p not in buttons))
        for name, area in site.areas.items()
    }
    devices = {
        name: replace(device, points=tuple(p for p in device.points if p not in buttons))
        for name, device in site.devices.items()
    }
    held = {k: s for k, s in state.suppressions.items() if s.source not in buttons}
    running = {
        name: alarm
        for name, alarm in state.alarms.items()
        if alarm.source not in buttons or _is_told(state, alarm.incident)
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


def _is_told(state: State, incident: int) -> bool:
    record = state.incidents.get(incident)
    return record is not None and not record.open
