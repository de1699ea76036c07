"""The names in entries that could not be read whole: so that all findings come at once.

An entry with a mistake is in no other check. What it refers to is looked up here, in the text as it
is written; of everything else in it one mistake at a time has to do.
"""

from collections.abc import Iterator
from typing import Any

from monitord.site import references
from monitord.site.draft import Draft, section
from monitord.site.expand import plain
from monitord.site.findings import Findings


def lint_broken(draft: Draft, found: Findings) -> None:
    """Check the names in what is missing from the draft."""
    if not found.errors:
        return
    whole = plain(draft.source.root)
    _areas(draft, section(whole, "areas"), found)
    _devices(draft, section(whole, "devices"), found)
    _people(draft, section(whole, "people"), found)
    _chains(draft, section(whole, "chains"), found)
    if draft.mqtt is None:
        for name, user in section(section(whole, "mqtt"), "users").items():
            if isinstance(user, dict) and isinstance(user.get("person"), str):
                at = draft.mark("mqtt", "users", name, "person")
                references.person(draft, user["person"], at, found)


def _areas(draft: Draft, written: dict[str, Any], found: Findings) -> None:
    for area_id, area in written.items():
        if area_id in draft.areas or not isinstance(area, dict):
            continue
        point = section(area, "set_by").get("point")
        if isinstance(point, str):
            at = draft.mark("areas", area_id, "set_by", "point")
            references.point(draft, point, at, found)


def _devices(draft: Draft, written: dict[str, Any], found: Findings) -> None:
    for device_id, device in written.items():
        if not isinstance(device, dict):
            continue
        known = draft.devices.get(device_id)
        if known is None and isinstance(device.get("area"), str):
            at = draft.mark("devices", device_id, "area")
            references.area(draft, device["area"], at, found)
        for point_id, point in section(device, "points").items():
            if known is not None and point_id in known.points:
                continue
            if isinstance(point, dict) and isinstance(point.get("area"), str):
                at = draft.mark("devices", device_id, "points", point_id, "area")
                references.area(draft, point["area"], at, found)


def _people(draft: Draft, written: dict[str, Any], found: Findings) -> None:
    for person_id, person in written.items():
        if person_id in draft.people or not isinstance(person, dict):
            continue
        for index, way in enumerate(_listed(person.get("reach"))):
            for channel in way if isinstance(way, dict) else ():
                at = draft.mark("people", person_id, "reach", index)
                references.way(draft, channel, at, found)


def _chains(draft: Draft, written: dict[str, Any], found: Findings) -> None:
    for name, chain in written.items():
        if name in draft.chains:
            continue
        steps = chain.get("steps") if isinstance(chain, dict) else chain
        for index, step in enumerate(_listed(steps)):
            if not isinstance(step, dict):
                continue
            path = ("chains", name, "steps", index)
            for key in ("by", "or"):
                for channel in _names(step.get(key)):
                    references.channel_of_step(draft, channel, draft.mark(*path, key), found)
            for target in _names(step.get("call")):
                references.target(draft, target, draft.mark(*path, "call"), found)


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _names(value: object) -> Iterator[str]:
    """One name or a list of them."""
    yield from (name for name in ([value] if isinstance(value, str) else _listed(value))
                if isinstance(name, str))  # fmt: skip
