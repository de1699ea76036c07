"""A floor of the house: its drawing, and everything that stands on it as it is now.

Pure. What the viewer may not see is in no state that comes here (G9), and so on no floor. An area
or a point in an open incident leads there.
"""

from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import quote

import msgspec

from monitord.console.seen import Vitals
from monitord.console.shown.standings import Eye, health
from monitord.console.words_areas import STATE
from monitord.console.words_devices import HEALTH
from monitord.console.words_points import STANDS
from monitord.core.records import AreaRecord
from monitord.core.state import State
from monitord.runtime.control import view
from monitord.runtime.control.view import View
from monitord.vocabulary import Category

#: The drawing is this wide in the units of the page, whatever its own are.
WIDTH: Final = 1000.0
#: What has the most to say is drawn last, and so above the others.
_LOUDEST_LAST: Final = (
    *("normal", "online", "set", "tells", "held", "part-set", "unset", "late", "stale"),
    *("fault", "unknown", "offline", "tamper", "active"),
)


class Pin(msgspec.Struct, frozen=True):
    """Something at its place. ``kind`` is a class and ``said`` a word and a shape, as in lists."""

    id: str
    name: str
    kind: str
    said: tuple[str, str]
    where: str
    leads: str
    x: float
    y: float
    is_area: bool = False
    is_first: bool = False


class Floor(msgspec.Struct, frozen=True):
    """``height`` goes with :data:`WIDTH`; ``drawing`` is empty where none can be shown, and
    another for every other drawing."""

    id: str
    name: str
    height: float
    drawing: str
    pins: list[Pin]

    @property
    def listed(self) -> list[Pin]:
        """The loudest first, for a list."""
        return self.pins[::-1]


def tabs(state: State) -> list[tuple[str, str]]:
    """Id and name of every floor, in the order of the site file."""
    return [(name, floor["name"]) for name, floor in _floors(state).items()]


def floor(state: State, vitals: Mapping[str, Vitals], name: str) -> Floor | None:
    """One floor as it is now; None where there is none of that name."""
    known = _floors(state).get(name)
    if known is None:
        return None
    height = WIDTH * float(known["height"]) / float(known["width"])
    pins = [*_areas(state, name, height), *_devices(state, vitals, name, height)]
    pins += _points(state, vitals, name, height)
    drawing = str(known["sha256"])[:16]
    return Floor(name, str(known["name"]), height, drawing, sorted(pins, key=_loudness))


def unplaced(state: State) -> int:
    """How many points that may alarm stand on no floor: nobody takes the floors for all of it."""
    placed = _places(state)["points"]
    return sum(
        name not in placed and point.category is not Category.NONE
        for name, point in state.site.points.items()
    )


def of_incident(state: State, vitals: Mapping[str, Vitals], shown: View) -> Floor | None:
    """The floor of the first alarm that stands on one, with the alarms' sources and areas alone.

    What has no place of its own stands where its area does.
    """
    named = {alarm["source"] for alarm in shown["alarms"]} | {a["area"] for a in shown["alarms"]}
    for alarm in shown["alarms"]:
        for section in ("points", "devices", "areas"):
            name = alarm["area" if section == "areas" else "source"]
            if (at := _places(state)[section].get(name)) is None:
                continue
            if (found := floor(state, vitals, at[0])) is None:
                continue
            first = section == "areas", name
            pins = [
                msgspec.structs.replace(pin, is_first=(pin.is_area, pin.id) == first)
                for pin in found.pins
                if pin.id in named
            ]
            return msgspec.structs.replace(found, pins=pins)
    return None


def _floors(state: State) -> Mapping[str, View]:
    return state.site.setup.get("floors") or {}


def _places(state: State) -> Mapping[str, Mapping[str, tuple[str, float, float]]]:
    return state.site.setup.get("places") or {"areas": {}, "devices": {}, "points": {}}


def _loudness(pin: Pin) -> int:
    return _LOUDEST_LAST.index(pin.kind)


def _areas(state: State, floor: str, height: float) -> Iterator[Pin]:
    incidents = _incidents(state, of_areas=True)
    for name, (on, x, y) in _places(state)["areas"].items():
        area = state.site.areas.get(name)
        if on != floor or area is None:
            continue
        kind = state.areas.get(name, AreaRecord()).state
        leads = f"/incidents/{incidents[name]}" if name in incidents else "/areas"
        yield Pin(name, area.name, kind, STATE[kind], area.gate, leads, x * 10,
                  y * height / 100, is_area=True)  # fmt: skip


def _devices(
    state: State, vitals: Mapping[str, Vitals], floor: str, height: float
) -> Iterator[Pin]:
    for name, (on, x, y) in _places(state)["devices"].items():
        device = state.site.devices.get(name)
        if on != floor or device is None:
            continue
        kind = health(state, device, vitals.get(name))
        where = view.place(state, device.areas[0])["place"] if device.areas else ""
        leads = f"/devices?show=all#d-{quote(name)}"
        yield Pin(name, device.name, kind, HEALTH[kind], where, leads, x * 10, y * height / 100)


def _points(state: State, vitals: Mapping[str, Vitals], floor: str, height: float) -> Iterator[Pin]:
    eye, incidents = Eye(state, vitals), _incidents(state, of_areas=False)
    for name, (on, x, y) in _places(state)["points"].items():
        point = state.site.points.get(name)
        if on != floor or point is None:
            continue
        kind = eye.stands(point)
        leads = f"/points?show=all&area={quote(point.area)}#p-{quote(name)}"
        if name in incidents:
            leads = f"/incidents/{incidents[name]}"
        where = view.place(state, point.area)["place"]
        yield Pin(name, point.name or name, kind, STANDS[kind], where, leads, x * 10,
                  y * height / 100)  # fmt: skip


def _incidents(state: State, *, of_areas: bool) -> dict[str, int]:
    """The open incident of each area, or of each source of an alarm; the newest of several."""
    found: dict[str, int] = {}
    for incident in state.open_incidents():
        sources = (state.alarms[a].source for a in incident.alarms if a in state.alarms)
        for name in incident.areas if of_areas else sources:
            found[name] = incident.number
    return found
