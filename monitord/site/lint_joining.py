"""Cross checks of what is handled as one: neighbours, causes (``behind``), sectors."""

from typing import Final

from monitord.core.blackout import CAMERAS_MAX, PATTERN
from monitord.site import references
from monitord.site.draft import Draft, PointDraft
from monitord.site.findings import Findings, Mark, did_you_mean, quoted
from monitord.vocabulary import CATEGORY_OF_KIND, Category, Kind, PointRole

#: Longer, and the alarm of another night joins the incident of this one.
JOIN_MS_MAX: Final = 60 * 60_000


def lint_joining(draft: Draft, found: Findings) -> None:
    """Check the times, then what names what."""
    _times(draft, found)
    for area_id, area in draft.areas.items():
        for index, other in enumerate(area.next_to):
            at = draft.mark("areas", area_id, "next-to", index)
            references.area(draft, other, at, found)
            if other == area_id:
                found.error(at, f"{area_id} is next to itself", "name the areas beside it")
    for device_id, device in draft.devices.items():
        if device.model.behind is not None:
            _behind(draft, device_id, device.model.behind, found)
    _roles(draft, found)
    _sectors(draft, found)


def _times(draft: Draft, found: Findings) -> None:
    written: list[tuple[tuple[str, ...], int | None]] = [
        (("areas", area_id, "join"), area.join) for area_id, area in draft.areas.items()
    ]
    if draft.site is not None:
        written.append((("site", "join"), draft.site.join))
    for path, join_ms in written:
        if join_ms is not None and join_ms > JOIN_MS_MAX:
            found.warning(
                draft.mark(*path),
                "an incident takes further alarms for more than an hour: a new attack would "
                "join an old one that somebody has taken",
                "write 10min",
            )


def _behind(draft: Draft, device_id: str, parent: str, found: Findings) -> None:
    at = draft.mark("devices", device_id, "behind")
    known = parent in draft.point_ids if "." in parent else draft.has("devices", parent)
    if not known:
        names = draft.point_ids if "." in parent else draft.ids.get("devices", ())
        found.error(
            at,
            f"{device_id} stands behind {quoted(parent)}, which is not in the site file",
            did_you_mean(parent, sorted(names), "name a device or device.point"),
        )
        return
    seen, above = {device_id}, parent.partition(".")[0]
    while above not in seen:
        seen.add(above)
        device = draft.devices.get(above)
        if device is None or device.model.behind is None:
            return
        above = device.model.behind.partition(".")[0]
    if above == device_id:
        found.error(
            at,
            f"{device_id} stands behind itself",
            "name what it needs to be reached or fed, from the outside in",
        )


def _roles(draft: Draft, found: Findings) -> None:
    for device_id, point_id, device, point in draft.points():
        model, path = point.model, ("devices", device_id, "points", point_id)
        if model.role is None:
            continue
        area = draft.area_of(device, point) or ""
        if CATEGORY_OF_KIND[model.kind] is not Category.NONE or model.kind is Kind.AREA_SET:
            found.error(
                draft.mark(*path, "role"),
                f"{device_id}.{point_id} is a {model.kind.value} point: a role is for points "
                "that alarm nobody by themselves",
                "write `kind: event`",
            )
        elif not model.sector and (area not in draft.areas or not draft.areas[area].sector):
            found.warning(
                draft.mark(*path, "role"),
                f"{device_id}.{point_id} is in no sector: its role has no effect",
                "write `sector: …` at its area or at the point",
            )


class _Signs:
    """What can go dark in one sector, and where the sector is first named."""

    def __init__(self, at: Mark) -> None:
        self.at = at
        self.mains: set[str] = set()
        self.lights: set[str] = set()
        self.cameras: set[str] = set()


def _sectors(draft: Draft, found: Findings) -> None:
    """A sector in which no blackout could ever be seen."""
    sectors: dict[str, _Signs] = {}
    in_area = {area_id: area.sector for area_id, area in draft.areas.items()}
    for area_id, area in draft.areas.items():
        if area.sector is not None:
            sectors.setdefault(area.sector, _Signs(draft.mark("areas", area_id, "sector")))
    for device_id, device in draft.devices.items():
        areas = [draft.area_of(device, point) for point in device.points.values()]
        area_of_device = next((a for a in areas if a), device.model.area) or ""
        sector = device.model.sector or in_area.get(area_of_device)
        if sector is not None:
            at = draft.mark("devices", device_id, "sector")
            signs = sectors.setdefault(sector, _Signs(at))
            if device_id in draft.cameras():
                signs.cameras.add(device_id)
    for device_id, point_id, device, point in draft.points():
        sector = point.model.sector or in_area.get(draft.area_of(device, point) or "")
        if sector is not None:
            at = draft.mark("devices", device_id, "points", point_id, "sector")
            _sign(sectors.setdefault(sector, _Signs(at)), device_id, point_id, point)
    for sector, signs in sectors.items():
        mains, lights, cameras = len(signs.mains), len(signs.lights), len(signs.cameras)
        if not PATTERN[bool(mains), bool(lights), min(cameras, CAMERAS_MAX)]:
            found.warning(
                signs.at,
                f"no blackout can be seen in the sector {sector}: it has {mains} mains, "
                f"{lights} lighting and {cameras} cameras",
                "give it mains or `role: lighting`, and two cameras; or one camera and both",
            )


def _sign(signs: _Signs, device_id: str, point_id: str, point: PointDraft) -> None:
    if point.model.kind is Kind.MAINS:
        signs.mains.add(f"{device_id}.{point_id}")
    elif point.model.role is PointRole.LIGHTING:
        signs.lights.add(f"{device_id}.{point_id}")
    elif point.model.role is PointRole.PICTURE:
        signs.cameras.add(device_id)
