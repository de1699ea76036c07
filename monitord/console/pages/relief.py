"""The PIN for one shift: given to a guard who steps in, shown once, ended by itself."""

from functools import partial
from typing import Any, Final

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
    speaks,
    state_of,
    status_of,
    viewer_of,
)
from monitord.console.render import render
from monitord.console.viewer import Viewer
from monitord.console.words_relief import FOR, WORDS
from monitord.journal.export import rfc3339
from monitord.runtime.control.relieving import reliefs

_HOUR_MS: Final = 3_600_000


@get(["/relief", "/relief/now"])
async def listed(request: AnyRequest, desk: Tools) -> Html:
    """Who has one, and the form that gives one."""
    viewer = await viewer_of(request, desk)
    template = "_relief.html" if is_part(request) else "relief.html"
    return html(_page(desk, viewer, template=template))


@post("/relief", status_code=200)
async def give(request: AnyRequest, desk: Tools, data: Form) -> Html:
    """The answer is the only page that ever has the PIN: it is in no address, and kept by none."""
    viewer = await viewer_of(request, desk)
    hours = FOR.get(data.get("for", ""))
    until = "" if hours is None else rfc3339(desk.replica.utc_ms() + hours * _HOUR_MS)
    reply = await desk.link.ask(
        "relief-give", who=data.get("who", "")[:100], until=until, **speaks(request, viewer, data)
    )
    if not reply.get("ok"):
        return html(_page(desk, viewer, str(reply.get("text", "")), given=data), status_of(reply))
    await desk.replica.reach(reply["position"])
    told = {"who": reply["who"], "pin": reply["pin"], "until": until}
    return html(_page(desk, viewer, told=told))


@post("/relief/{who:str}/end", status_code=200)
async def end(request: AnyRequest, desk: Tools, who: FromPath[str], data: Form) -> Html | Redirect:
    """Before its time."""
    viewer = await viewer_of(request, desk)
    reply = await desk.link.ask("relief-end", who=who[:100], **speaks(request, viewer, data))
    return await after(desk, reply, lambda: "/relief", partial(_page, desk, viewer))


def _page(
    desk: Desk,
    viewer: Viewer,
    message: str = "",
    template: str = "relief.html",
    given: dict[str, str] | None = None,
    told: dict[str, str] | None = None,
) -> str:
    """``told`` is what is shown once."""
    shown = reliefs(state_of(desk, viewer), desk.replica.now_ms())
    shared: dict[str, Any] = {**frame(desk, viewer, message), "here": "/relief"}
    return render(
        template,
        reliefs=shown["reliefs"],
        guards=shown["guards"],
        told=told,
        spans=FOR,
        given=given or {},
        texts=WORDS,
        name=desk.people.name,
        people=desk.people.known,
        chosen="",
        **shared,
    )


ROUTES = (listed, give, end)
