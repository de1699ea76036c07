"""The first page: the alarm queue or the quiet screen, and taking what is on it."""

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
    whole_number,
)
from monitord.console.render import render
from monitord.console.shown import queue
from monitord.console.viewer import Viewer


@get("/")
async def first(request: AnyRequest, desk: Tools) -> Html:
    """The queue, or the quiet screen."""
    viewer = await viewer_of(request, desk)
    return html(_page(desk, viewer))


@post("/incidents/{number:int}/acknowledge", status_code=200)
async def acknowledge(
    request: AnyRequest, desk: Tools, number: FromPath[int], data: Form
) -> Html | Redirect:
    """Take it, at the revision that the page showed."""
    viewer = await viewer_of(request, desk)
    reply = await desk.link.ask(
        "acknowledge",
        number=number,
        seen=whole_number(data, "seen"),
        opened=data.get("opened", "")[:60],
        note=data.get("note", ""),
        **speaks(request, viewer, data),
    )
    return await after(desk, reply, lambda: "/", partial(_page, desk, viewer))


def _page(desk: Desk, viewer: Viewer, message: str = "") -> str:
    state = state_of(desk, viewer)
    replica = desk.replica
    whole = replica.whole(state)
    parts = queue.context(state, replica.now_ms(), desk.people.name, viewer, whole)
    return render(
        "queue.html",
        people=desk.people.known,
        chosen="",
        **{**parts, **frame(desk, viewer, message)},
    )


ROUTES = (first, acknowledge)
