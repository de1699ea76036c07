"""What all pages share: who looks, the frame around a page, and what follows a command."""

from collections.abc import Callable
from typing import Annotated, Any, Final

import msgspec
from litestar import MediaType, Request, Response
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.exceptions import NotAuthorizedException, PermissionDeniedException
from litestar.params import Body
from litestar.response import Redirect

from monitord.console.desk import Desk
from monitord.console.guarding import session_or_none, station_secret
from monitord.console.link import DaemonGone, Reply
from monitord.console.shown import queue, times
from monitord.console.viewer import NOBODY, Viewer
from monitord.console.words import MORE, OF_COVERAGE, PAGES, WORDS
from monitord.core.state import State
from monitord.people.sessions import seat_name
from monitord.runtime.control import view

Html = Response[str]
AnyRequest = Request[Any, Any, Any]
Tools = NamedDependency[Desk]
Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]

#: HTTP for what the daemon answers; anything else is the user's mistake.
_STATUS: Final = {
    "worsened": 409,
    "already": 409,
    "not-the-same": 409,
    "unknown": 404,
    "forbidden": 403,
    "needs-pin": 403,
    "needs-code": 403,
    "no-code": 403,
    "wrong-code": 403,
    "wrong-pin": 403,
    "locked": 429,
    "unavailable": 503,
    "signed-off": 401,
}


def html(text: str, status: int = 200) -> Html:
    """A page."""
    return Response(text, media_type=MediaType.HTML, status_code=status)


def status_of(reply: Reply) -> int:
    """HTTP's word for the daemon's answer."""
    return 200 if reply.get("ok") else _STATUS.get(str(reply.get("code")), 400)


async def after(
    desk: Desk, reply: Reply, there: Callable[[], str], again: Callable[[str], str]
) -> Html | Redirect:
    """What follows a command: the page that ``there`` names, once the replica shows what was done.

    Where the daemon refused, the page that ``again`` draws, with the daemon's words above it.
    """
    if reply.get("ok"):
        await desk.replica.reach(reply["position"])
        return Redirect(there(), status_code=303)
    return html(again(str(reply.get("text", ""))), status_of(reply))


def is_part(request: AnyRequest) -> bool:
    """Whether an open page asks for the part of it that changes, and not for the page."""
    return request.url.path.endswith("/now")


def whole_number(form: dict[str, str], field: str) -> int:
    """A number of a form; 0 for anything else, which the daemon refuses with its own words."""
    text = form.get(field, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else 0


async def viewer_of(request: AnyRequest, desk: Desk) -> Viewer:
    """Who looks. Raises what leads to signing on where nobody is signed on."""
    session = session_or_none(request)
    station = await desk.screens.name(station_secret(request))
    viewer = await desk.people.viewer(session) if session else None
    if viewer is None and not station:
        raise NotAuthorizedException("Sign on")
    who = (
        {"session": session, "station": ""}
        if viewer is not None
        else {"session": "", "station": station_secret(request)}
    )
    await desk.people.remember_whom_to_ring(**who)
    if not station:
        return viewer or NOBODY
    stands = _state(desk).site.stations.get(station)
    area = "" if stands is None else stands.area
    seats: tuple[str, ...] = (seat_name(station, ""),)
    if viewer is None:
        await desk.people.listed()
        name = station if stands is None else stands.name
        return Viewer("", name, "", station, area, seats)
    seats += viewer.seats
    return msgspec.structs.replace(viewer, station=station, area=area, seats=seats)


def state_of(desk: Desk, viewer: Viewer) -> State:
    """The state as this viewer may see it. Raises ``DaemonGone`` before there is one."""
    return viewer.sees(_state(desk))


def _state(desk: Desk) -> State:
    if desk.replica.state is None:
        raise DaemonGone(desk.replica.lost)
    return desk.replica.state


def knows_coverage(viewer: Viewer) -> Viewer:
    """The viewer, if they need to know where the house is watched, and where it is not."""
    if not viewer.knows_coverage:
        raise PermissionDeniedException(WORDS["not_yours"])
    return viewer


def frame(desk: Desk, viewer: Viewer, message: str = "") -> dict[str, Any]:
    """What ``page.html`` needs. ``message`` is told above the page."""
    state = state_of(desk, viewer)
    shown = view.head(state, desk.replica.now_ms())
    return {
        **queue.alarm(state, desk.replica.now_ms()),
        "site": shown["site"],
        "now": shown["now"],
        "viewer": viewer,
        "station": state.site.stations.get(viewer.station),
        "message": message,
        "second_factor": [str(what) for what in state.site.second_factor],
        "to_ring": desk.people.to_ring,
        "pages": [p for p in PAGES if viewer.knows_coverage or p[0] not in OF_COVERAGE],
        "more": [p for p in MORE if _is_theirs(p[0], viewer)],
    }


def _is_theirs(path: str, viewer: Viewer) -> bool:
    """Whether the page behind it would be shown to them."""
    if path == "/times":
        return times.may_see(viewer.role)
    return viewer.knows_coverage or path not in OF_COVERAGE


def speaks(request: AnyRequest, viewer: Viewer, form: dict[str, str]) -> dict[str, str]:
    """Who gives this command, as the daemon is told: who is signed on, or the tile and PIN."""
    proofs = {"pin": form.get("pin", "")[:12], "code": form.get("code", "")[:6]}
    if viewer.person:
        return {"session": session_or_none(request), **proofs}
    person = form.get("person", "")[:100]
    return {"station": station_secret(request), "person": person, **proofs}
