"""Cross checks of areas and of the names that open every message."""

import re
from typing import Final

from monitord.core import facts as f
from monitord.core.rights import MAY
from monitord.site import references
from monitord.site.draft import Draft
from monitord.site.findings import Findings, quoted
from monitord.site.models import FollowsPoint
from monitord.vocabulary import CATEGORY_OF_KIND, Category, Kind

#: A guard hears the place first; by then two rooms must have parted (C7).
NAME_WORDS: Final = 10
_WORD: Final = re.compile(r"\w+")


def lint_places(draft: Draft, found: Findings) -> None:
    """Check areas, what sets them, and that no two places sound alike."""
    _areas(draft, found)
    _names_apart(draft, found)
    _point_areas(draft, found)
    _left_out(draft, found)


def _left_out(draft: Draft, found: Findings) -> None:
    """The signal with which a panel says that it leaves a point out is for the record alone."""
    kinds = {f"{d}.{p}": point.model.kind for d, p, _, point in draft.points()}
    for device_id, point_id, _, point in draft.points():
        signal = point.model.isolated
        at = draft.mark("devices", device_id, "points", point_id, "isolated")
        if signal is None or not references.point(draft, signal, at, found):
            continue
        if kinds.get(signal) not in (Kind.EVENT, None):
            found.error(
                at,
                f"{signal} is a {kinds[signal].value} point and cannot say that a panel leaves "
                f"{point_id} out",
                "name a point of kind event that is active while the panel leaves it out",
            )
        elif CATEGORY_OF_KIND[point.model.kind] is Category.NONE:
            found.error(
                at,
                f"{point_id} is a {point.model.kind.value} point, which never alarms",
                "take `isolated` out, or write it at the detector",
            )


def _areas(draft: Draft, found: Findings) -> None:
    if not draft.ids.get("areas"):
        found.error(draft.mark("areas"), "there is no area", "write at least one under `areas:`")
    used = {draft.area_of(device, point) for _, _, device, point in draft.points()}
    for area_id, area in draft.areas.items():
        if isinstance(area.set_by, FollowsPoint):
            _follows(draft, found, area_id, "point", area.set_by.point)
            if area.set_by.part is not None:
                _follows(draft, found, area_id, "part", area.set_by.part)
        else:
            _somebody_sets(draft, found, area_id)
        if area_id not in used:
            found.warning(
                draft.mark("areas", area_id),
                f"no point is in {quoted(area.name)}: nothing watches it",
                "give a point `area: " + area_id + "`, or take the area out",
            )


def _somebody_sets(draft: Draft, found: Findings, area_id: str) -> None:
    """An area that no panel sets needs a person who may; a program may never unset it."""
    if set(draft.people) != set(draft.ids.get("people", ())):
        return  # somebody who could not be read may be the one
    roles = MAY[f.SetArea] & MAY[f.UnsetArea]
    if not any(person.role in roles for person in draft.people.values()):
        found.error(
            draft.mark("areas", area_id, "set_by"),
            f"nobody can set {area_id}, nor unset it: no person has a role that may",
            f"give somebody the role {' or '.join(sorted(roles))}, or let a panel set it: "
            "`set_by: {point: …}`",
        )


def _follows(draft: Draft, found: Findings, area_id: str, key: str, point: str) -> None:
    at = draft.mark("areas", area_id, "set_by", key)
    if not references.point(draft, point, at, found):
        return
    device_id, point_id = point.split(".")
    device = draft.devices.get(device_id)
    known = device.points.get(point_id) if device else None
    if known is not None and known.model.kind is not Kind.AREA_SET:
        found.error(
            at,
            f"{point} is a {known.model.kind.value} point and cannot set an area",
            "name the point of kind area-set with which the panel says that it is set",
        )


def _names_apart(draft: Draft, found: Findings) -> None:
    heard: dict[tuple[str, ...], str] = {}
    for area_id, area in draft.areas.items():
        words = tuple(_WORD.findall(area.name.casefold())[:NAME_WORDS])
        first = heard.setdefault(words, area_id)
        if first != area_id:
            found.error(
                draft.mark("areas", area_id, "name"),
                f"{quoted(area.name)} sounds like the area {first} in its first "
                f"{NAME_WORDS} words: help would go to the wrong room",
                "let the two names differ in their first words: floor, wing, number",
            )


def _point_areas(draft: Draft, found: Findings) -> None:
    for device_id, device in draft.devices.items():
        if device.model.area is not None:
            at = draft.mark("devices", device_id, "area")
            references.area(draft, device.model.area, at, found)
    for device_id, point_id, device, point in draft.points():
        path = ("devices", device_id, "points", point_id)
        own = point.model.area
        if own is not None:
            references.area(draft, own, draft.mark(*path, "area"), found)
        elif device.model.area is None and CATEGORY_OF_KIND[point.model.kind] is not Category.NONE:
            found.error(
                draft.mark(*path),
                f"{device_id}.{point_id} is in no area: nobody could be sent there",
                "write `area: …` at the point or at its device",
            )
