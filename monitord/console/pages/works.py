"""Work in the house: who is let in to hold something back, and walk tests."""

from functools import partial
from typing import Any

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
    is_part,
    knows_coverage,
    speaks,
    state_of,
    viewer_of,
)
from monitord.console.render import render
from monitord.console.shown import running
from monitord.console.shown.held import end_of
from monitord.console.viewer import Viewer
from monitord.console.words_held import FOR
from monitord.console.words_running import WORDS

#: The areas of one grant that a form may name.
AREAS_MAX = 200


@get(["/works", "/works/now"])
async def listed(request: AnyRequest, desk: Tools) -> Html:
    """Who is let in, and what was walked."""
    viewer = knows_coverage(await viewer_of(request, desk))
    template = "_works.html" if is_part(request) else "works.html"
    return html(_page(desk, viewer, template=template))


@post("/works/grants", status_code=200)
async def let_in(request: AnyRequest, desk: Tools, data: Form) -> Html | Redirect:
    """Until then and no longer, in these areas; always with the PIN."""
    viewer = knows_coverage(await viewer_of(request, desk))
    areas = [key.removeprefix("in:") for key in data if key.startswith("in:")][:AREAS_MAX]
    reply = await desk.link.ask(
        "maintenance-grant",
        who=data.get("who", "")[:100],
        areas=areas,
        until=_end(desk, viewer, data),
        reason=data.get("reason", ""),
        **speaks(request, viewer, data),
    )
    return await after(desk, reply, lambda: "/works", partial(_page, desk, viewer, given=data))


@post("/works/grants/{number:int}/end", status_code=200)
async def end_grant(
    request: AnyRequest, desk: Tools, number: FromPath[int], data: Form
) -> Html | Redirect:
    """Before its time."""
    viewer = knows_coverage(await viewer_of(request, desk))
    reply = await desk.link.ask("maintenance-end", number=number, **speaks(request, viewer, data))
    return await after(desk, reply, lambda: "/works", partial(_page, desk, viewer))


@post("/works/walks", status_code=200)
async def walk(request: AnyRequest, desk: Tools, data: Form) -> Html | Redirect:
    """Begin; always with the PIN."""
    viewer = knows_coverage(await viewer_of(request, desk))
    reply = await desk.link.ask(
        "walk-start",
        area=data.get("area", "")[:100],
        until=_end(desk, viewer, data),
        reason=data.get("reason", ""),
        **speaks(request, viewer, data),
    )
    return await after(desk, reply, lambda: "/works", partial(_page, desk, viewer, given=data))


@post("/works/walks/{area:str}/end", status_code=200)
async def end_walk(
    request: AnyRequest, desk: Tools, area: FromPath[str], data: Form
) -> Html | Redirect:
    """The detectors are live again."""
    viewer = knows_coverage(await viewer_of(request, desk))
    reply = await desk.link.ask("walk-end", area=area[:100], **speaks(request, viewer, data))
    return await after(desk, reply, lambda: "/works", partial(_page, desk, viewer))


def _end(desk: Desk, viewer: Viewer, data: dict[str, str]) -> str:
    span, until = data.get("for", "")[:20], data.get("until", "")[:40]
    return end_of(span, until, desk.replica.utc_ms(), state_of(desk, viewer).site.timezone)


def _page(
    desk: Desk,
    viewer: Viewer,
    message: str = "",
    template: str = "works.html",
    given: dict[str, str] | None = None,
) -> str:
    """``given`` was typed and refused: nobody types it twice, but for the PIN."""
    state = state_of(desk, viewer)
    shared: dict[str, Any] = {**frame(desk, viewer, message), "here": "/works"}
    return render(
        template,
        **running.works(state, desk.replica.now_ms()),
        let_in=running.may_be_let_in(state),
        areas=state.site.areas.values(),
        spans=FOR,
        given=given or {},
        texts=WORDS,
        name=desk.people.name,
        people=desk.people.known,
        chosen="",
        **shared,
    )


ROUTES = (listed, let_in, end_grant, walk, end_walk)
