"""The wall of cameras: what each sees now, how old that is, and what is wrong with it (B3, G5).

Pictures are fetched one by one by the page itself, and only while they can be seen; see
:mod:`monitord.runtime.live_pictures` for what that costs the cameras: nothing.
"""

import base64
import binascii
from typing import Annotated, Any, Final

from litestar import Response, get
from litestar.exceptions import (
    ClientException,
    NotAuthorizedException,
    NotFoundException,
    PermissionDeniedException,
)
from litestar.params import FromPath, FromQuery, Parameter

from monitord.console.desk import Desk
from monitord.console.guarding import session_or_none
from monitord.console.link import Reply
from monitord.console.pages.frame import (
    AnyRequest,
    Html,
    Tools,
    frame,
    html,
    is_part,
    knows_coverage,
    state_of,
    status_of,
    viewer_of,
)
from monitord.console.pages.pictures import HEADERS, JPEG
from monitord.console.render import render
from monitord.console.shown import cameras
from monitord.console.shown.finding import asked
from monitord.console.viewer import Viewer
from monitord.console.words_cameras import RUNG, SIGHT, WORDS
from monitord.console.words_devices import CURE
from monitord.console.words_held import HOW, LINE
from monitord.core.pictures import is_camera

WHICH: Final = ("small", "large", "usual")
#: Names in one question; the daemon refuses more.
OF_CHARS_MAX: Final = 64 * 101
#: A picture has its own address each time that it is another one.
_KEPT: Final = {**HEADERS, "Cache-Control": "private, max-age=120"}


@get(["/cameras", "/cameras/now"])
async def wall(
    request: AnyRequest,
    desk: Tools,
    show: FromQuery[str] = cameras.ALL,
    text: FromQuery[str] = "",
    page: FromQuery[str] = "1",
) -> Html:
    """All of them, or those that need a look."""
    viewer = knows_coverage(await viewer_of(request, desk))
    vitals = await desk.seen.look()
    wanted = asked(show, "", text, page)
    shown = cameras.listing(state_of(desk, viewer), vitals, wanted)
    template = "_cameras.html" if is_part(request) else "cameras.html"
    return html(render(template, **shown, asked=wanted, **_frame(desk, viewer)))


@get(["/cameras/{camera:str}", "/cameras/{camera:str}/now"])
async def whole(request: AnyRequest, desk: Tools, camera: FromPath[str]) -> Html:
    """One camera: its picture large, beside the usual one; what is wrong; its health."""
    viewer = knows_coverage(await viewer_of(request, desk))
    vitals = await desk.seen.look()
    state = state_of(desk, viewer)
    device = state.site.devices.get(camera)
    if device is None or not is_camera(device):
        raise NotFoundException(WORDS["gone"].format(name=camera[:60]))
    shown = cameras.one(state, vitals, device, desk.replica.now_ms())
    template = "_camera.html" if is_part(request) else "camera.html"
    return html(render(template, **shown, **_frame(desk, viewer)))


@get("/cameras-taken")
async def taken(
    request: AnyRequest,
    desk: Tools,
    of: Annotated[str, Parameter(max_length=OF_CHARS_MAX)] = "",
) -> dict[str, Any]:
    """For the page: when the newest picture of each was taken, or why there is none."""
    await _looks(request, desk)
    names = [name for name in of.split(",") if name]
    reply = await desk.link.ask("cameras-taken", cameras=names, session=session_or_none(request))
    _allowed(reply)
    found: dict[str, Any] = reply["cameras"]
    return found


@get("/cameras/{camera:str}/picture")
async def picture(
    request: AnyRequest, desk: Tools, camera: FromPath[str], which: FromQuery[str] = "small"
) -> Response[bytes]:
    """The newest picture of one camera, or what it usually sees."""
    await _looks(request, desk)
    if which not in WHICH:
        raise ClientException(f"There is no picture that is {which[:20]}")
    reply = await desk.link.ask(
        "camera", camera=camera, which=which, session=session_or_none(request)
    )
    _allowed(reply)
    try:
        jpeg = base64.b64decode(reply["data"], validate=True)
    except binascii.Error:
        jpeg = b""
    if not jpeg.startswith(JPEG):
        raise NotFoundException(WORDS["no_picture"])
    return Response(jpeg, media_type="image/jpeg", headers=_KEPT)


async def _looks(request: AnyRequest, desk: Desk) -> None:
    """Somebody who is signed on, and may; else it raises, as it does for a page."""
    viewer = knows_coverage(await viewer_of(request, desk))
    if not viewer.person:
        raise NotAuthorizedException(WORDS["nobody"])
    if not cameras.may_look(viewer.role):
        raise PermissionDeniedException(WORDS["not_yours"])


def _allowed(reply: Reply) -> None:
    if reply.get("ok"):
        return
    text, status = str(reply.get("text", "")), status_of(reply)
    if status == 403:
        raise PermissionDeniedException(text)
    if status == 401:
        raise NotAuthorizedException(text)
    raise NotFoundException(text)


def _frame(desk: Desk, viewer: Viewer) -> dict[str, Any]:
    looks = bool(viewer.person) and cameras.may_look(viewer.role)
    return {
        "texts": WORDS,
        "sight": SIGHT,
        "rung_words": RUNG,
        "cures": CURE,
        "how": HOW,
        "line": LINE,
        "name": desk.people.name,
        "looks": looks,
        "why_not": "" if looks else WORDS["not_yours" if viewer.person else "nobody"],
        **frame(desk, viewer),
        "here": "/cameras",
    }


ROUTES = (wall, taken, whole, picture)
