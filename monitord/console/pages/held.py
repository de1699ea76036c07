"""What is held back (law 8): the ledger, holding back with reason and end, and giving back.

What may be held back, by whom and for how long, is the daemon's to decide; its words are shown.
"""

from typing import Any

from litestar import get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromQuery
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
from monitord.console.shown import held
from monitord.console.shown.finding import Asked, asked
from monitord.console.viewer import Viewer
from monitord.console.words_held import ASKED, FOR, HOW, LINE, SHAPE, WORDS
from monitord.console.words_points import POINT

ID_CHARS_MAX = 200


@get(["/held", "/held/now"])
async def listed(request: AnyRequest, desk: Tools, page: FromQuery[str] = "1") -> Html:
    """The ledger."""
    viewer = knows_coverage(await viewer_of(request, desk))
    template = "_held.html" if is_part(request) else "held.html"
    return html(_ledger(desk, viewer, asked("", "", "", page), template=template))


@get("/held/new")
async def ask(request: AnyRequest, desk: Tools, source: FromQuery[str] = "") -> Html:
    """How, until when, and why."""
    viewer = knows_coverage(await viewer_of(request, desk))
    return html(_form(desk, viewer, source[:ID_CHARS_MAX]))


@post("/held/new", status_code=200)
async def hold(request: AnyRequest, desk: Tools, data: Form) -> Html | Redirect:
    """Hold it back; always with the PIN."""
    viewer = knows_coverage(await viewer_of(request, desk))
    source = data.get("source", "")[:ID_CHARS_MAX]
    timezone = state_of(desk, viewer).site.timezone
    until = held.end_of(
        data.get("for", "")[:20], data.get("until", "")[:40], desk.replica.utc_ms(), timezone
    )
    reply = await desk.link.ask(
        "suppress",
        source=source,
        how=data.get("how", "")[:40],
        until=until,
        reason=data.get("reason", ""),
        **speaks(request, viewer, data),
    )

    def again(message: str) -> str:
        return _form(desk, viewer, source, message, data)

    return await after(desk, reply, lambda: "/held", again)


@get("/held/end")
async def ask_end(request: AnyRequest, desk: Tools, source: FromQuery[str] = "") -> Html:
    """Who gives it back, where nobody has signed on."""
    viewer = knows_coverage(await viewer_of(request, desk))
    return html(_end(desk, viewer, source[:ID_CHARS_MAX]))


@post("/held/end", status_code=200)
async def give_back(request: AnyRequest, desk: Tools, data: Form) -> Html | Redirect:
    """Before its time."""
    viewer = knows_coverage(await viewer_of(request, desk))
    source = data.get("source", "")[:ID_CHARS_MAX]
    reply = await desk.link.ask("unsuppress", source=source, **speaks(request, viewer, data))

    def again(message: str) -> str:
        if held.restorable(state_of(desk, viewer), source):
            return _end(desk, viewer, source, message)
        return _ledger(desk, viewer, Asked(), message)

    return await after(desk, reply, lambda: "/held", again)


def _ledger(
    desk: Desk, viewer: Viewer, wanted: Asked, message: str = "", template: str = "held.html"
) -> str:
    shared = {**frame(desk, viewer, message), "here": "/held"}
    shown = held.ledger(state_of(desk, viewer), desk.replica.now_ms(), wanted.page)
    return render(template, asked=wanted, **{**shared, **shown, **_texts(desk)})


def _form(
    desk: Desk,
    viewer: Viewer,
    source: str,
    message: str = "",
    given: dict[str, str] | None = None,
) -> str:
    """``given`` was typed and refused: nobody types it twice, but for the PIN."""
    what = held.holdable(state_of(desk, viewer), source)
    if what is None:
        raise NotFoundException(WORDS["no_such"].format(source=source))
    shared = {**frame(desk, viewer, message), "here": "/held"}
    return render(
        "hold.html",
        what=what,
        asked_for=ASKED,
        spans=FOR,
        given=given or {},
        **_texts(desk),
        people=desk.people.known,
        chosen=(given or {}).get("person", ""),
        **shared,
    )


def _end(desk: Desk, viewer: Viewer, source: str, message: str = "") -> str:
    what = held.holdable(state_of(desk, viewer), source)
    if not held.restorable(state_of(desk, viewer), source):
        raise NotFoundException(WORDS["not_held"].format(source=source))
    shared = {**frame(desk, viewer, message), "here": "/held"}
    return render(
        "give_back.html",
        source=source,
        named=source if what is None else what.name,
        **_texts(desk),
        people=desk.people.known,
        chosen="",
        **shared,
    )


def _texts(desk: Desk) -> dict[str, Any]:
    return {
        "texts": WORDS,
        "how": HOW,
        "shapes": SHAPE,
        "line": LINE,
        "points": POINT,
        "name": desk.people.name,
    }


ROUTES = (listed, ask, hold, ask_end, give_back)
