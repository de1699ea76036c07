"""The openings of an area: which door, window or hatch has a contact, and which has none (G7)."""

from typing import Any

from monitord.site import references
from monitord.site.draft import Draft
from monitord.site.findings import Findings, quoted
from monitord.vocabulary import OPENINGS


def lint_openings(draft: Draft, found: Findings) -> None:
    """Tell each opening that nothing watches, and each that names something else."""
    for area_id, area in draft.areas.items():
        for index, opening in enumerate(area.openings):
            at = draft.mark("areas", area_id, "openings", index)
            if opening.point is None:
                found.warning(
                    at,
                    f"{quoted(opening.name)} has no point: nobody is told when it opens",
                    "fit a contact and write `point: …`; until then it stands in `monitord areas`",
                )
            elif references.point(draft, opening.point, at, found):
                _kind(draft, found, opening.point, area_id, index)


def _kind(draft: Draft, found: Findings, name: str, area_id: str, index: int) -> None:
    device_id, point_id = name.split(".")
    device = draft.devices.get(device_id)
    known = device.points.get(point_id) if device else None
    if device is None or known is None:
        return
    at = draft.mark("areas", area_id, "openings", index, "point")
    if known.model.kind not in OPENINGS:
        words = ", ".join(sorted(OPENINGS))
        found.error(
            at,
            f"{name} is a {known.model.kind.value} point and cannot tell that something is open",
            f"name the contact of the opening, of kind {words}",
        )
    elif draft.area_of(device, known) != area_id:
        found.error(
            at,
            f"{name} is in another area than {area_id}",
            "write the opening below its own area, or the point's `area:`",
        )


def compile_openings(draft: Draft) -> dict[str, list[dict[str, Any]]]:
    """By area, for ``Site.setup``: what is declared, as it is written."""
    return {
        area_id: [{"name": opening.name, "point": opening.point} for opening in area.openings]
        for area_id, area in draft.areas.items()
        if area.openings
    }
