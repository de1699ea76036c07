"""Incidents that two people close: there must be two who may."""

from typing import Final

from monitord.core.facts import AgreeClose
from monitord.core.rights import MAY
from monitord.site.draft import Draft
from monitord.site.findings import Findings

TWO: Final = 2


def lint_closing(draft: Draft, found: Findings) -> None:
    """Where nobody could agree, nothing would ever end."""
    info = draft.site
    if info is None or not info.close_by_two:
        return
    closers = [p for p, person in draft.people.items() if person.role in MAY[AgreeClose]]
    if len(closers) < TWO:
        found.error(
            draft.mark("site", "close-by-two"),
            "two people must close it, and there are not two who may",
            "name a second guard, duty manager, security manager or director under `people:`",
        )
