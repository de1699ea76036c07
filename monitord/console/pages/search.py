"""Search everywhere: one field on every page, one page of what was found."""

from collections.abc import Iterator
from typing import Any

from litestar import get
from litestar.params import FromQuery

from monitord.console.desk import Desk
from monitord.console.pages.frame import (
    AnyRequest,
    Html,
    Tools,
    frame,
    html,
    is_part,
    knows_coverage,
    state_of,
    viewer_of,
)
from monitord.console.render import render
from monitord.console.shown.finding import TEXT_CHARS_MAX
from monitord.console.shown.search import search


@get(["/search", "/search/now"])
async def found(request: AnyRequest, desk: Tools, q: FromQuery[str] = "") -> Html:
    """What is called like this, and how each of them stands."""
    viewer = knows_coverage(await viewer_of(request, desk))
    text = q.strip()[:TEXT_CHARS_MAX]
    vitals = await desk.seen.look()
    groups = search(state_of(desk, viewer), vitals, text, viewer.role, _people(desk))
    shared = {**frame(desk, viewer), "searched": text}
    template = "_search.html" if is_part(request) else "search.html"
    return html(render(template, groups=groups, **shared))


def _people(desk: Desk) -> Iterator[dict[str, Any]]:
    """Everybody of the site, with the numbers that the page keeps for the time without a link."""
    numbers = {person["name"]: person["numbers"] for person in desk.people.to_ring}
    for person in desk.people.known:
        yield {**person, "numbers": numbers.get(person["name"], [])}


ROUTES = (found,)
