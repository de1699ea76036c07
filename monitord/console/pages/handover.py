"""The handover of a post (H2): one sheet, signed by who leaves and by who comes."""

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
    is_part,
    knows_coverage,
    speaks,
    state_of,
    viewer_of,
)
from monitord.console.render import render
from monitord.console.viewer import Viewer
from monitord.console.words_handover import KINDS, WORDS
from monitord.core.handover import ITEMS_MAX
from monitord.runtime.control.handing import handovers


@get(["/handover", "/handover/now"])
async def sheet(request: AnyRequest, desk: Tools) -> Html:
    """What is open, and who has signed."""
    viewer = knows_coverage(await viewer_of(request, desk))
    template = "_handover.html" if is_part(request) else "handover.html"
    return html(_page(desk, viewer, template=template))


@post("/handover/{of:str}/offer", status_code=200)
async def offer(request: AnyRequest, desk: Tools, of: FromPath[str], data: Form) -> Html | Redirect:
    """Whoever leaves signs."""
    viewer = knows_coverage(await viewer_of(request, desk))
    reply = await desk.link.ask("handover-offer", post=of[:100], **speaks(request, viewer, data))
    return await after(desk, reply, lambda: "/handover", partial(_page, desk, viewer))


@post("/handover/{of:str}/take", status_code=200)
async def take(request: AnyRequest, desk: Tools, of: FromPath[str], data: Form) -> Html | Redirect:
    """Whoever comes signs, for all but what they refuse."""
    viewer = knows_coverage(await viewer_of(request, desk))
    refuses = [key.removeprefix("not:") for key in data if key.startswith("not:")]
    reply = await desk.link.ask(
        "handover-take",
        post=of[:100],
        refuses=refuses[:ITEMS_MAX],
        reason=data.get("reason", ""),
        **speaks(request, viewer, data),
    )
    return await after(desk, reply, lambda: "/handover", partial(_page, desk, viewer, given=data))


def _page(
    desk: Desk,
    viewer: Viewer,
    message: str = "",
    template: str = "handover.html",
    given: dict[str, str] | None = None,
) -> str:
    """``given`` was typed and refused: nobody types it twice, but for the PIN."""
    shown = handovers(state_of(desk, viewer), desk.replica.now_ms())
    shared = {**frame(desk, viewer, message), "here": "/handover"}
    return render(
        template,
        items=shown["items"],
        posts=shown["posts"],
        kinds=KINDS,
        texts=WORDS,
        given=given or {},
        name=desk.people.name,
        people=desk.people.known,
        chosen="",
        **shared,
    )


ROUTES = (sheet, offer, take)
