"""The devices of the site: whether each answers, what hangs on it, and what helps (law 4)."""

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
from monitord.console.shown import devices
from monitord.console.shown.finding import Asked, asked
from monitord.console.shown.held import may_hold
from monitord.console.shown.points import ONLY_AMISS
from monitord.console.viewer import Viewer
from monitord.console.words_devices import CURE, HEALTH, WORDS
from monitord.console.words_held import HOW, LINE
from monitord.console.words_held import WORDS as HELD


@get(["/devices", "/devices/now"])
async def listed(
    request: AnyRequest,
    desk: Tools,
    show: FromQuery[str] = ONLY_AMISS,
    text: FromQuery[str] = "",
    page: FromQuery[str] = "1",
) -> Html:
    """Those that do not answer as they should, or what was asked for."""
    viewer = knows_coverage(await viewer_of(request, desk))
    shown = await _shown(desk, viewer, asked(show, "", text, page))
    template = "_devices.html" if is_part(request) else "devices.html"
    return html(render(template, **shown, **{**frame(desk, viewer), "here": "/devices"}))


async def _shown(desk: Desk, viewer: Viewer, wanted: Asked) -> dict[str, Any]:
    vitals = await desk.seen.look()
    state, now_ms = state_of(desk, viewer), desk.replica.now_ms()
    return {
        **devices.listing(state, now_ms, vitals, wanted, viewer.role),
        "asked": wanted,
        "texts": WORDS,
        "healths": HEALTH,
        "cures": CURE,
        "how": HOW,
        "line": LINE,
        "held_texts": HELD,
        "may_hold": may_hold(viewer.role),
        "name": desk.people.name,
    }


ROUTES = (listed,)
