"""A screen that guards a post: enrolling it, what its page says of itself, and counting beeps."""

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.exceptions import NotAuthorizedException, ValidationException
from litestar.response import Redirect

from monitord.console.desk import Desk
from monitord.console.guarding import STATION, cookie, session_or_none, station_secret
from monitord.console.pages.frame import AnyRequest, Form, Html, Tools, html, status_of
from monitord.console.render import render
from monitord.console.screens import Presence
from monitord.core.stations import attention

#: A year: a station stays one until the site file or an enrolment says otherwise.
STATION_S = 366 * 24 * 3600


@get("/station")
async def ask_code() -> Html:
    """The code that `monitord station enrol NAME` has shown."""
    return html(render("station.html", message=""))


@post("/station", status_code=200)
async def enrol(desk: Tools, data: Form) -> Html | Redirect:
    """Make this browser the station."""
    reply = await desk.link.ask("station-enrol", code=data.get("code", "")[:40])
    if not reply.get("ok"):
        return html(render("station.html", message=str(reply.get("text", ""))), status_of(reply))
    answer = Redirect("/", status_code=303)
    answer.set_cookie(cookie(reply["secret"], secure=desk.secure, key=STATION, max_age=STATION_S))
    return answer


@post("/presence", status_code=200)
async def presence(request: AnyRequest, desk: Tools) -> Response[dict[str, Any]]:
    """The page says that it is there; the answer says what it counts as."""
    secret, name = await _station(request, desk)
    try:
        said = msgspec.json.decode(await request.body(), type=Presence)
    except msgspec.MsgspecError as error:
        raise ValidationException(str(error)) from None
    desk.screens.said(secret, said, session_or_none(request))
    state = desk.replica.state
    counts = "absent" if state is None else attention(state, name).value
    return Response({"station": name, "attention": counts})


@post("/beeps", status_code=200)
async def beeps(request: AnyRequest, desk: Tools) -> Response[dict[str, int]]:
    """How many beeps the page sounds now."""
    secret, _ = await _station(request, desk)
    return Response({"beeps": desk.screens.beeps(secret)})


@post("/heard", status_code=200)
async def heard(request: AnyRequest, desk: Tools) -> Response[dict[str, Any]]:
    """How many somebody has counted."""
    secret, _ = await _station(request, desk)
    try:
        number = msgspec.json.decode(await request.body(), type=int)
    except msgspec.MsgspecError as error:
        raise ValidationException(str(error)) from None
    reply = await desk.screens.counted(secret, number, session_or_none(request))
    text = str(reply.get("text", ""))
    return Response({"ok": bool(reply.get("ok")), "text": text})


async def _station(request: AnyRequest, desk: Desk) -> tuple[str, str]:
    secret = station_secret(request)
    name = await desk.screens.name(secret)
    if not name:
        raise NotAuthorizedException("This screen is no station")
    return secret, name


ROUTES = (ask_code, enrol, presence, beeps, heard)
