"""The areas: what each is, what speaks against setting it, and setting and unsetting it."""

from functools import partial

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect

from monitord.console.desk import Desk
from monitord.console.pages.frame import (
    AnyRequest,
    Form,
    Html,
    Tools,
    after,
    frame,
    html,
    speaks,
    state_of,
    viewer_of,
)
from monitord.console.render import render
from monitord.console.viewer import Viewer
from monitord.console.words_areas import HOURS, STATE, WORDS
from monitord.console.words_points import POINT
from monitord.runtime.control import view_areas


@get("/areas")
async def listed(request: AnyRequest, desk: Tools) -> Html:
    """All of them."""
    viewer = await viewer_of(request, desk)
    return html(_page(desk, viewer))


@get("/areas/now")
async def now(request: AnyRequest, desk: Tools) -> Html:
    """The part of the page that changes."""
    viewer = await viewer_of(request, desk)
    return html(render("_areas.html", **_shown(desk, viewer), **frame(desk, viewer)))


@post("/areas/{area:str}/set", status_code=200)
async def set_area(
    request: AnyRequest, desk: Tools, area: FromPath[str], data: Form
) -> Html | Redirect:
    """Set it, in part, or over what speaks against it."""
    viewer = await viewer_of(request, desk)
    how = data.get("how", "")
    reply = await desk.link.ask(
        "set",
        area=area[:100],
        part=how == "part",
        force=how == "force",
        reason=data.get("reason", "") if how == "force" else "",
        **speaks(request, viewer, data),
    )
    return await after(desk, reply, lambda: "/areas", partial(_page, desk, viewer))


@post("/areas/{area:str}/unset", status_code=200)
async def unset_area(
    request: AnyRequest, desk: Tools, area: FromPath[str], data: Form
) -> Html | Redirect:
    """Unset it; always with the PIN."""
    viewer = await viewer_of(request, desk)
    reply = await desk.link.ask("unset", area=area[:100], **speaks(request, viewer, data))
    return await after(desk, reply, lambda: "/areas", partial(_page, desk, viewer))


def _page(desk: Desk, viewer: Viewer, message: str = "") -> str:
    shared = {**frame(desk, viewer, message), "here": "/areas"}
    return render(
        "areas.html", **_shown(desk, viewer), people=desk.people.known, chosen="", **shared
    )


def _shown(desk: Desk, viewer: Viewer) -> dict[str, object]:
    state = state_of(desk, viewer)
    return {
        "areas": view_areas.areas(state, desk.replica.now_ms())["areas"],
        "texts": WORDS,
        "states": STATE,
        "points": POINT,
        "hours": HOURS,
        "name": desk.people.name,
    }


ROUTES = (listed, now, set_area, unset_area)
