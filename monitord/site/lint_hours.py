"""Cross checks of hours: holidays need a country, exceptions need days that do not overlap."""

import re
from datetime import date
from typing import Final

from monitord.site.draft import Draft
from monitord.site.findings import Findings
from monitord.site.hours import EXCEPTION_DAYS_MAX
from monitord.site.models import Area

_HOLIDAY: Final = re.compile(r"\bPH\b")


def lint_hours(draft: Draft, found: Findings) -> None:
    """Check the hours of areas and the rotas of posts."""
    _holidays(draft, found)
    for area_id, area in draft.areas.items():
        _exceptions(draft, found, area_id, area)


def _holidays(draft: Draft, found: Findings) -> None:
    if draft.site is None or draft.site.country is not None:
        return
    said = [(("areas", name, "open"), area.open) for name, area in draft.areas.items()]
    said += [(("posts", name, "rota"), post.rota) for name, post in draft.posts.items()]
    said += [(("posts", name, "handover"), post.handover) for name, post in draft.posts.items()]
    for path, text in said:
        if text is not None and _HOLIDAY.search(text):
            found.error(
                draft.mark(*path),
                "public holidays are named, and the site has no country",
                "write `country: GB` (your own two letters) under `site:`",
            )


def _exceptions(draft: Draft, found: Findings, area_id: str, area: Area) -> None:
    if area.exceptions and area.open is None:
        found.error(
            draft.mark("areas", area_id, "exceptions"),
            "exceptions from hours that are not written: the area is always to be set",
            "write `open: off` beside them if it opens on these days only",
        )
    taken: list[tuple[date, date]] = []
    for index, other in enumerate(area.exceptions):
        at = draft.mark("areas", area_id, "exceptions", index)
        if other.days is None:
            found.error(
                at,
                "an exception that does not say for which days",
                "write `on: 2026-12-24`, or `from:` and `until:`, the last day",
            )
            continue
        first, last = (date.fromisoformat(day) for day in other.days)
        if not 0 <= (last - first).days < EXCEPTION_DAYS_MAX:
            found.error(
                at,
                f"an exception from {first} until {last}",
                f"let it end after it begins, and after {EXCEPTION_DAYS_MAX} days at most",
            )
        elif any(first <= end and begin <= last for begin, end in taken):
            found.error(
                at,
                f"a second exception for the same day between {first} and {last}",
                "let each day stand in one of them",
            )
        else:
            taken.append((first, last))
