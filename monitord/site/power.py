"""How long a back-up supply must last: the need of a ``ups`` point that tells what is left (A5)."""

from typing import Final

from msgspec.structs import replace

from monitord.core import site as core
from monitord.site.draft import Draft
from monitord.site.findings import Findings
from monitord.site.models import Point
from monitord.vocabulary import Kind

#: Units of time in which a supply may tell what is left, in milliseconds.
IN_MS: Final = {"s": 1_000, "min": 60_000, "h": 3_600_000}


def lint_power(draft: Draft, found: Findings) -> None:
    """Check that a need stands at a point that tells a time, and is said once."""
    for device_id, point_id, _, point in draft.points():
        model = point.model
        if model.need is None:
            continue
        at = draft.mark("devices", device_id, "points", point_id, "need")
        if model.kind is not Kind.UPS:
            found.error(
                at,
                f"a {model.kind.value} point does not tell how long a supply lasts",
                "take it out, or make the point `kind: ups`",
            )
        elif model.unit not in IN_MS:
            found.error(
                at,
                "the need is a time, and the unit of the point is none",
                "write `unit: min` (or s, h), as the supply counts",
            )
        elif model.limits is not None and model.limits.low is not None:
            found.error(at, "the need and `low` say the same twice", "take one of them out")


def with_need(point: core.Point, model: Point) -> core.Point:
    """The need is the lower limit, in the unit of the point."""
    if model.need is None:
        return point
    need = model.need / IN_MS[model.unit]
    limits = {**(point.setup.get("limits") or {}), "low": need}
    return replace(point, setup={**point.setup, "limits": limits, "need": need})
