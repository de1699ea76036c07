"""One incident whole, and closing it."""

from litestar import get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from monitord.console.guarding import session_of
from monitord.console.pages.frame import (
    AnyRequest,
    Form,
    Html,
    Tools,
    frame,
    html,
    state_of,
    viewer_of,
    whole_number,
)
from monitord.console.pages.queue import after
from monitord.console.render import render
from monitord.console.shown import queue
from monitord.runtime.control.view_incidents import incident as incident_view


@get("/incidents/{number:int}")
async def one(request: AnyRequest, desk: Tools, number: FromPath[int]) -> Html:
    """One incident whole."""
    viewer = await viewer_of(request, desk)
    state = state_of(desk)
    record = state.incidents.get(number)
    if record is None or not viewer.may_see(record):
        raise NotFoundException(f"There is no incident {number}")
    shown = incident_view(state, record, desk.replica.now_ms())
    return html(
        render(
            "incident.html",
            incident=shown,
            what=queue.what,
            name=desk.people.name,
            **frame(desk, viewer),
        )
    )


@post("/incidents/{number:int}/close", status_code=200)
async def close(
    request: AnyRequest, desk: Tools, number: FromPath[int], data: Form
) -> Html | Redirect:
    """Close it: cause, finding, and the PIN once more."""
    viewer = await viewer_of(request, desk)
    reply = await desk.link.ask(
        "close",
        number=number,
        seen=whole_number(data, "seen"),
        opened=data.get("opened", "")[:60],
        cause=data.get("cause", ""),
        finding=data.get("finding", ""),
        note=data.get("note", ""),
        pin=data.get("pin", ""),
        session=session_of(request),
    )
    return after(desk, viewer, reply)


ROUTES = (one, close)
