"""Cross checks of entry, exit, abort and part set: who counts them, by which way, who waits.

A certified panel counts the times of its own areas, and nothing is delayed here for it. The
bounds are those of EN 50131-1 (entry) and ANSI/SIA CP-01 (exit, abort).
"""

from typing import Final

from monitord.site import references
from monitord.site.draft import Draft
from monitord.site.findings import Findings
from monitord.site.models import HOLD_OFF_MS, Area, FollowsPoint
from monitord.site.references import LOCAL_CHANNELS
from monitord.vocabulary import CATEGORY_OF_KIND, ON_A_ROUTE, WAYS_IN, Category, Kind

ENTRY_MS_MAX: Final = 45_000
EXIT_MS_MAX: Final = 255_000
ABORT_MS_MAX: Final = 45_000
HOLD_OFF_MS_MAX: Final = 120_000

_BOUNDS: Final = (
    ("entry", ENTRY_MS_MAX, "whoever came in by force would have that long", "45s"),
    ("exit", EXIT_MS_MAX, "the way out would not be guarded for that long", "255s"),
    ("abort", ABORT_MS_MAX, "nobody outside would hear of it for that long", "45s"),
)


def lint_entering(draft: Draft, found: Findings) -> None:
    """Check the times of every area, and what stands on its route."""
    _part_set(draft, found)
    _cold_starts(draft, found)
    routes = _routes(draft, found)
    for area_id, area in draft.areas.items():
        _bounds(draft, found, area_id, area)
        if area.set_by != "monitord":
            _counted_by_its_panel(draft, found, area_id, area)
        else:
            _ways(draft, found, area_id, area, routes.get(area_id, []))
            _told_inside(draft, found, area_id, area)


def _routes(draft: Draft, found: Findings) -> dict[str, list[Kind]]:
    """What stands on the route of each area, by kind; what may not is told."""
    routes: dict[str, list[Kind]] = {}
    for device_id, point_id, device, point in draft.points():
        area_id = draft.area_of(device, point) or ""
        if not point.model.route:
            continue
        at = draft.mark("devices", device_id, "points", point_id, "route")
        area = draft.areas.get(area_id)
        kind = point.model.kind
        if kind not in ON_A_ROUTE:
            found.error(
                at,
                f"{device_id}.{point_id} is a {kind.value} point: nobody comes in that way",
                "take `route` out; a door, hatch, detector or beam may stand on it",
            )
        elif area is not None and area.set_by != "monitord":
            found.warning(
                at,
                "`route` has no effect here: the panel sets this area and knows its own route",
                "take it out, or let the panel's own programming say it",
            )
        else:
            routes.setdefault(area_id, []).append(kind)
    return routes


def _part_set(draft: Draft, found: Findings) -> None:
    """What is off while an area is part set: intrusion alone, and only where that ever happens."""
    for device_id, point_id, device, point in draft.points():
        if point.model.part_set:
            continue
        at = draft.mark("devices", device_id, "points", point_id, "part-set")
        area = draft.areas.get(draft.area_of(device, point) or "")
        kind = point.model.kind
        if CATEGORY_OF_KIND[kind] is not Category.INTRUSION:
            found.error(
                at,
                f"{device_id}.{point_id} is a {kind.value} point, which guards in every state",
                "take `part-set: off` out: only detectors, doors and windows may be off",
            )
        elif area is not None and isinstance(area.set_by, FollowsPoint) and not area.set_by.part:
            found.warning(
                at,
                f"nothing says that {area.name} is part set: `part-set: off` has no effect",
                "name the panel's second contact: `set_by: {point: …, part: DEVICE.POINT}`",
            )


def _cold_starts(draft: Draft, found: Findings) -> None:
    """The signal is the device's own, alarms nobody, and gives no more time than it must."""
    for device_id, device in draft.devices.items():
        at = draft.mark("devices", device_id, "cold-start")
        signal, model = device.model.cold_start, device.model
        if signal is None:
            if model.hold_off != HOLD_OFF_MS:
                found.warning(
                    draft.mark("devices", device_id, "hold-off"),
                    f"nothing says that {device_id} was powered up: `hold-off` has no effect",
                    "name the panel's signal beside it: `cold-start: DEVICE.POINT`",
                )
            continue
        own, _, short = signal.partition(".")
        known = device.points.get(short)
        if references.point(draft, signal, at, found) and own != device_id:
            found.error(
                at,
                f"{signal} is no signal of {device_id} itself",
                "name a point of the same device, of kind `event`",
            )
        elif known is not None and CATEGORY_OF_KIND[known.model.kind] is not Category.NONE:
            found.error(
                at,
                f"{signal} is a {known.model.kind.value} point, which says something else",
                "name a point of the same device, of kind `event`",
            )
        if model.hold_off > HOLD_OFF_MS_MAX:
            found.error(
                draft.mark("devices", device_id, "hold-off"),
                f"`hold-off` of {device_id} is over 120s: nobody is seen there for that long",
                "write `hold-off: 60s`",
            )


def _bounds(draft: Draft, found: Findings, area_id: str, area: Area) -> None:
    for key, most_ms, why, cure in _BOUNDS:
        if (getattr(area, key) or 0) > most_ms:
            found.error(
                draft.mark("areas", area_id, key),
                f"`{key}` of {area.name} is over {cure}: {why}",
                f"write `{key}: {cure}` or less",
            )


def _counted_by_its_panel(draft: Draft, found: Findings, area_id: str, area: Area) -> None:
    said = [key for key, *_ in _BOUNDS if getattr(area, key)]
    if said:
        found.warning(
            draft.mark("areas", area_id, said[0]),
            f"the panel counts {', '.join(f'`{key}`' for key in said)} of {area.name} itself: "
            "nothing waits here for it",
            "keep it as a note, or take it out; the panel's programming is what counts",
        )


def _ways(draft: Draft, found: Findings, area_id: str, area: Area, route: list[Kind]) -> None:
    if area.entry and WAYS_IN.isdisjoint(route):
        found.warning(
            draft.mark("areas", area_id, "entry"),
            f"no door of {area.name} begins the entry time: it has no effect",
            "write `route: true` at the door by which people come in, and at what they pass",
        )
    elif area.exit and not route:
        found.warning(
            draft.mark("areas", area_id, "exit"),
            f"nothing of {area.name} is on the way out: the exit time has no effect",
            "write `route: true` at the door by which people leave, and at what they pass",
        )
    elif route and not (area.entry or area.exit):
        found.warning(
            draft.mark("areas", area_id),
            f"{area.name} has a route and gives nobody time on it",
            "write `entry: 30s` and `exit: 60s`, or take `route` out",
        )
    if area.abort and not area.entry:
        found.warning(
            draft.mark("areas", area_id, "abort"),
            "`abort` is for the alarm of an entry that was not unset, and there is no entry time",
            "write `entry: 30s` beside it, or take it out",
        )


def _told_inside(draft: Draft, found: Findings, area_id: str, area: Area) -> None:
    """While channels that leave the site wait, somebody here must hear of it."""
    if not (area.abort or area.entry):
        return
    intrusion = [n for n in draft.chains if n.partition("/")[0] == Category.INTRUSION]
    for name in intrusion or [n for n in draft.chains if n == "default"]:
        inside = any(
            channel in LOCAL_CHANNELS
            or (channel in draft.channels and not draft.channels[channel].outside)
            for step in draft.chains[name].steps
            for channel in step.by
        )
        if not inside:
            found.warning(
                draft.mark("areas", area_id, "abort" if area.abort else "entry"),
                f"the chain {name} calls nobody inside: while somebody may still unset "
                f"{area.name}, nobody hears of an alarm there",
                "begin the chain with a post: `{call: control-room, by: console, wait: 30s}`",
            )
