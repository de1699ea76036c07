"""Lists of who may unset an area: cross checks, and the compiled spans of their days."""

import zoneinfo
from datetime import date, datetime, timedelta

from monitord.core import site as core
from monitord.site import references
from monitord.site.draft import Draft
from monitord.site.findings import Findings, quoted
from monitord.site.models import Area, FollowsPoint
from monitord.vocabulary import CATEGORY_OF_KIND, Category


def lint_schedule(draft: Draft, found: Findings) -> None:
    """Check the lists, and by which user a panel means whom."""
    users: dict[str, str] = {}
    for person_id, person in draft.people.items():
        for user in person.panel_user:
            other = users.setdefault(user, person_id)
            if other != person_id:
                found.error(
                    draft.mark("people", person_id, "panel-user"),
                    f"{person_id} and {other} are the same user of a panel",
                    "give each their own, or write DEVICE/USER where two panels count apart",
                )
    for area_id, area in draft.areas.items():
        _listed(draft, found, area_id, area)
        if isinstance(area.set_by, FollowsPoint) and area.set_by.user is not None:
            _register(draft, found, area_id, area.set_by)
        if area.late_to_open is not None and area.open is None:
            found.error(
                draft.mark("areas", area_id, "late-to-open"),
                "an area without hours never has to open",
                "write `open:`, or take `late-to-open` out",
            )


def _listed(draft: Draft, found: Findings, area_id: str, area: Area) -> None:
    for index, entry in enumerate(area.unset_by):
        at = draft.mark("areas", area_id, "unset-by", index)
        if entry.person not in draft.people:
            found.error(
                at, f"there is no person {quoted(entry.person)}", "write them under `people:`"
            )
        elif area.set_by != "monitord" and not draft.people[entry.person].panel_user:
            found.warning(
                at,
                f"nobody can tell that {entry.person} unset {area_id}: it is unset at its panel",
                "give them `panel-user:`, as the panel names them",
            )
        if entry.first and entry.until and entry.until < entry.first:
            found.error(at, "this ends before it begins", "write the last day under `until`")


def _register(draft: Draft, found: Findings, area_id: str, follows: FollowsPoint) -> None:
    at = draft.mark("areas", area_id, "set_by", "user")
    if not references.point(draft, follows.user or "", at, found):
        return
    order = [f"{device}.{point}" for device, point, _, _ in draft.points()]
    kinds = {f"{device}.{point}": p.model.kind for device, point, _, p in draft.points()}
    user, sets = follows.user or "", follows.point
    if CATEGORY_OF_KIND[kinds[user]] is not Category.NONE:
        found.error(at, f"{user} is a detector and names no user", "name a point of kind value")
    elif user.split(".")[0] != sets.split(".")[0] or (
        sets in order and order.index(user) > order.index(sets)
    ):
        found.error(
            at,
            f"{user} is read after {sets}: who unset it would be the one before",
            f"write it before {sets}, on the same panel",
        )


def compile_listed(area: Area, timezone: str) -> tuple[core.MayUnset, ...]:
    """The list with its days as UTC: from the first midnight to the one after the last day."""
    zone = zoneinfo.ZoneInfo(timezone)
    return tuple(
        core.MayUnset(
            person=entry.person,
            from_ms=_midnight_ms(entry.first, 0, zone) or 0,
            until_ms=_midnight_ms(entry.until, 1, zone),
            modes=entry.modes,
        )
        for entry in area.unset_by
    )


def _midnight_ms(day: str | None, later: int, zone: zoneinfo.ZoneInfo) -> int | None:
    if day is None:
        return None
    on = date.fromisoformat(day) + timedelta(days=later)
    return int(datetime(on.year, on.month, on.day, tzinfo=zone).timestamp()) * 1000
