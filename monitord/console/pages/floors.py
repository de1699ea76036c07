"""The floors of the house: a drawing each, with areas, devices and points as they are now."""

import base64
import binascii
from typing import Any

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

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
from monitord.console.shown import floors
from monitord.console.viewer import Viewer
from monitord.console.words_floors import WORDS

#: A drawing is shown as a picture and can do nothing, whatever it holds.
DRAWING_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    # Its address changes with the drawing; who signs on at the same browser asks anew.
    "Cache-Control": "private, max-age=300",
    "Vary": "Cookie",
}


@get(["/floors", "/floors/now"])
async def first(request: AnyRequest, desk: Tools) -> Html:
    """The first floor of the site file."""
    viewer = knows_coverage(await viewer_of(request, desk))
    known = floors.tabs(state_of(desk, viewer))
    return await _page(request, desk, viewer, known[0][0] if known else "")


@get(["/floors/{floor:str}", "/floors/{floor:str}/now"])
async def one(request: AnyRequest, desk: Tools, floor: FromPath[str]) -> Html:
    """One of them."""
    viewer = knows_coverage(await viewer_of(request, desk))
    return await _page(request, desk, viewer, floor)


@get("/floors/{floor:str}/drawing")
async def drawing(request: AnyRequest, desk: Tools, floor: FromPath[str]) -> Response[bytes]:
    """The drawing itself."""
    knows_coverage(await viewer_of(request, desk))
    reply = await desk.link.ask("drawing", floor=floor[:100])
    try:
        data = base64.b64decode(reply.get("data", ""), validate=True)
    except binascii.Error:
        data = b""
    if not reply.get("ok") or not data:
        raise NotFoundException(WORDS["lost"].format(why=reply.get("text", "")))
    return Response(data, media_type=str(reply["media"]), headers=DRAWING_HEADERS)


async def _page(request: AnyRequest, desk: Desk, viewer: Viewer, name: str) -> Html:
    vitals = await desk.seen.look()
    state = state_of(desk, viewer)
    found = floors.floor(state, vitals, name)
    if found is None and name:
        raise NotFoundException(WORDS["no_such"].format(floor=name[:100]))
    shown: dict[str, Any] = {
        "floor": found,
        "tabs": floors.tabs(state),
        "unplaced": floors.unplaced(state),
        "texts": WORDS,
        "buttons_hidden": bool(viewer.area),
    }
    template = "_floor.html" if is_part(request) else "floors.html"
    return html(render(template, **shown, **{**frame(desk, viewer), "here": "/floors"}))


ROUTES = (first, one, drawing)
