"""Fire panels: the doors that they release, and disablements that end (E4)."""

from msgspec.structs import replace

from monitord.core import site as core
from monitord.site import references
from monitord.site.draft import Draft
from monitord.site.findings import Findings, quoted
from monitord.site.models import Point
from monitord.site.special_models import ENDS_AFTER_MS
from monitord.vocabulary import OPENINGS, PRIORITY_OF_CATEGORY, Category, Kind

#: Said of a release where the file says nothing else.
WHAT = "Doors released"
ACTION = "Read the fire panel and guard the released doors; no fire: lock them and look who came in"


def lint_fire(draft: Draft, found: Findings) -> None:
    """Check that a release names doors with a contact, and that an end is one of a disablement."""
    kinds = {f"{d}.{p}": point.model.kind for d, p, _, point in draft.points()}
    for device_id, point_id, _, point in draft.points():
        path = ("devices", device_id, "points", point_id)
        model = point.model
        if model.releases and model.kind is not Kind.EVENT:
            found.error(
                draft.mark(*path, "releases"),
                f"a {model.kind.value} point cannot say that doors are released",
                "write `releases` at a point of kind event that is active while they are",
            )
        for index, door in enumerate(model.releases):
            at = draft.mark(*path, "releases", index)
            if references.point(draft, door, at, found) and kinds[door] not in OPENINGS:
                found.error(
                    at, f"{quoted(door)} tells of no door", "name the contact of the released door"
                )
        if model.ends_after is not None and model.kind is not Kind.FIRE_DISABLED:
            found.error(
                draft.mark(*path, "ends-after"),
                f"a {model.kind.value} point has no end of its own",
                "take it out, or make the point `kind: fire-disabled`",
            )


def with_fire(draft: Draft, point: core.Point, model: Point) -> core.Point:
    """The point with what its fire panel makes of it."""
    released_by = draft.released().get(point.id, ())
    if point.kind is Kind.FIRE_DISABLED:
        return replace(point, ends_after_ms=model.ends_after or ENDS_AFTER_MS)
    if not model.releases:
        return replace(point, released_by=released_by) if released_by else point
    return replace(
        point,
        releases=model.releases,
        priority=PRIORITY_OF_CATEGORY[Category.INTRUSION],
        latching=True,
        what=model.what or WHAT,
        action=model.action or ACTION,
    )
