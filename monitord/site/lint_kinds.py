"""Cross checks of kinds: an alarm asks somebody to do something, and no fire is for the record."""

from monitord.site.compile import effective_kind, kind_levels
from monitord.site.draft import Draft
from monitord.site.findings import Findings
from monitord.site.kinds import choose
from monitord.site.rationale import asks_for_something
from monitord.vocabulary import CATEGORY_OF_KIND, Category


def lint_kinds(draft: Draft, found: Findings) -> None:
    """Tell each point that is no alarm because nobody has anything to do."""
    for device_id, point_id, device, point in draft.points():
        area = draft.area_of(device, point) or ""
        kind = point.model.kind
        category = CATEGORY_OF_KIND[kind]
        action = choose("action", kind, kind_levels(draft, area, point)).value
        if category is Category.NONE or asks_for_something(action):
            continue
        at = draft.mark("devices", device_id, "points", point_id, "action")
        name = f"{device_id}.{point_id}"
        if effective_kind(draft, area, point) is kind:
            found.error(
                at,
                f"{name} is a {category.value} alarm and says that there is nothing to do",
                "write the `action:`; this kind of alarm is never for the record alone",
            )
        else:
            found.warning(
                at,
                f"{name} asks nobody to do anything: it is an event for the record, not an alarm",
                "write an `action:` where somebody should come, or `kind: event`",
            )
