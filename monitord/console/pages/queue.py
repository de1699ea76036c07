"""The first page: the alarm queue or the quiet screen, and taking what is on it."""

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect

from monitord.console.desk import Desk
from monitord.console.link import Reply
from monitord.console.pages.frame import (
    AnyRequest,
    Form,
    Html,
    Tools,
    frame,
    html,
    speaks,
    state_of,
    status_of,
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
    return await _queue(desk, viewer)


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
    return await _after(desk, viewer, reply)


async def _queue(desk: Desk, viewer: Viewer, message: str = "", status: int = 200) -> Html:
    state = state_of(desk, viewer)
    replica = desk.replica
    parts = queue.context(
        state, replica.now_ms(), desk.people.name, viewer, degraded=replica.degraded
    )
    return html(
        render(
            "queue.html",
            people=await desk.people.listed(),
            chosen="",
            **{**parts, **frame(desk, viewer, message)},
        ),
        status,
    )


async def _after(desk: Desk, viewer: Viewer, reply: Reply) -> Html | Redirect:
    """The queue again; with the daemon's words above it when it refused."""
    if reply.get("ok"):
        await desk.replica.reach(reply["position"])
        return Redirect("/", status_code=303)
    status = status_of(reply)
    return await _queue(desk, viewer, str(reply.get("text", "")), status)


ROUTES = (first, acknowledge)
