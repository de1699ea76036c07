"""Cross checks of what confirms what: windows, and groups of detectors with one cause (T2.5)."""

from collections import Counter
from typing import Final

from monitord.core.confirmation import SORT_OF, Sort
from monitord.site.draft import Draft, PointDraft
from monitord.site.findings import Findings, listed
from monitord.site.models import Area
from monitord.vocabulary import CATEGORY_OF_KIND

#: BS 8243: the windows in which a second alarm proves the first.
CONFIRM_MS: Final = (30 * 60_000, 60 * 60_000)
CONFIRM_HOLD_UP_MS: Final = (8 * 3_600_000, 20 * 3_600_000)


def lint_confirmation(draft: Draft, found: Findings) -> None:
    """Check the windows of areas and site, and the groups of points."""
    for area_id, area in draft.areas.items():
        _window(draft, found, area_id, area)
    _hold_up_window(draft, found)
    _groups(draft, found)


def _window(draft: Draft, found: Findings, area_id: str, area: Area) -> None:
    at = draft.mark("areas", area_id, "confirm")
    if area.confirm == 0:
        found.warning(
            at,
            "with `confirm: 0s` no second detector ever confirms an alarm",
            "write a window from 30min to 60min",
        )
    elif not CONFIRM_MS[0] <= area.confirm <= CONFIRM_MS[1]:
        found.warning(
            at,
            "a window of confirmation outside of 30 to 60 minutes: the police may not take "
            "what it confirms as confirmed",
            "write a window from 30min to 60min",
        )


def _hold_up_window(draft: Draft, found: Findings) -> None:
    site = draft.site
    if site is None or CONFIRM_HOLD_UP_MS[0] <= site.confirm_hold_up <= CONFIRM_HOLD_UP_MS[1]:
        return
    found.warning(
        draft.mark("site", "confirm-hold-up"),
        "a hold-up window outside of 8 to 20 hours: the police may not take what it confirms "
        "as confirmed",
        "write a window from 8h to 20h",
    )


def _groups(draft: Draft, found: Findings) -> None:
    members: Counter[str] = Counter()
    for _, _, _, point in draft.points():
        members.update(dict.fromkeys(point.model.group, 1))
    for device_id, point_id, _, point in draft.points():
        at = draft.mark("devices", device_id, "points", point_id, "group")
        groups = point.model.group
        name = f"{device_id}.{point_id}"
        if len(groups) > 1:
            found.error(
                at,
                f"{name} is in the groups {listed(groups)}: a detector is in one group",
                "give one name to all that share its housing or its cause",
            )
        elif groups and not _confirms(point):
            found.warning(
                at,
                f"{name} is a {point.model.kind.value} point, which confirms nothing: "
                "its group has no effect",
                "take `group` out, or name the detectors that it was meant for",
            )
        elif groups and members[groups[0]] == 1:
            found.warning(
                at,
                f"{name} is alone in its group: nothing is told apart by it",
                "write the same `group` at the other detector, or take it out",
            )


def _confirms(point: PointDraft) -> bool:
    return SORT_OF[CATEGORY_OF_KIND[point.model.kind]] is not Sort.NONE
