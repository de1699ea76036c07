"""The points of the site: how each stands, found by state, place and words (law 4)."""

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
from monitord.console.shown import points
from monitord.console.shown.finding import Asked, asked
from monitord.console.shown.held import may_hold
from monitord.console.shown.standings import AMISS
from monitord.console.viewer import Viewer
from monitord.console.words_held import HOW, LINE
from monitord.console.words_held import WORDS as HELD
from monitord.console.words_points import STANDS, WORDS


@get(["/points", "/points/now"])
async def listed(
    request: AnyRequest,
    desk: Tools,
    show: FromQuery[str] = points.ONLY_AMISS,
    area: FromQuery[str] = "",
    text: FromQuery[str] = "",
    page: FromQuery[str] = "1",
) -> Html:
    """What is not as it should be, or what was asked for."""
    viewer = knows_coverage(await viewer_of(request, desk))
    shown = await _shown(desk, viewer, asked(show, area, text, page))
    template = "_points.html" if is_part(request) else "points.html"
    return html(render(template, **shown, **{**frame(desk, viewer), "here": "/points"}))


async def _shown(desk: Desk, viewer: Viewer, wanted: Asked) -> dict[str, Any]:
    vitals = await desk.seen.look()
    state = state_of(desk, viewer)
    return {
        **points.listing(state, desk.replica.now_ms(), vitals, wanted),
        "asked": wanted,
        "known_areas": state.site.areas.values(),
        "texts": WORDS,
        "stands": STANDS,
        "calm": [each for each in STANDS if each not in AMISS],
        "how": HOW,
        "line": LINE,
        "held_texts": HELD,
        "may_hold": may_hold(viewer.role),
        "name": desk.people.name,
        "buttons_hidden": bool(viewer.area),
    }


ROUTES = (listed,)
