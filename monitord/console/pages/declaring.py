"""Raising an alarm by hand (E6): from any page one click, then the place and what it is."""

import secrets
from typing import Any

from litestar import get, post
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
)
from monitord.console.render import render
from monitord.console.viewer import Viewer
from monitord.console.words_declare import CALLER, DECLARE, WORDS
from monitord.core.state import State

NOTE_CHARS_MAX = 2_000


@get("/declare")
async def ask_what(request: AnyRequest, desk: Tools) -> Html:
    """What and where."""
    viewer = await viewer_of(request, desk)
    return html(_page(desk, viewer))


@post("/declare", status_code=200)
async def declare(request: AnyRequest, desk: Tools, data: Form) -> Html | Redirect:
    """People are called at once; then its page."""
    viewer = await viewer_of(request, desk)
    reply = await desk.link.ask(
        "declare",
        category=data.get("category", "")[:40],
        area=data.get("area", "")[:100],
        note=_note(data),
        key=data.get("key", "")[:40],
        **speaks(request, viewer, data),
    )

    def there() -> str:
        number = int(reply["incident"]["number"])
        return f"/incidents/{number}" if number in state_of(desk, viewer).incidents else "/"

    def again(message: str) -> str:
        return _page(desk, viewer, message, data)

    return await after(desk, reply, there, again)


def _note(data: dict[str, str]) -> str:
    """What was written, and the answers of a bomb caller under their questions."""
    answers = [f"{asked}: {data[field]}" for field, asked in CALLER if data.get(field)]
    return "\n".join([*filter(None, [data.get("note", "")]), *answers])[:NOTE_CHARS_MAX]


def _page(
    desk: Desk, viewer: Viewer, message: str = "", given: dict[str, str] | None = None
) -> str:
    """``given`` is what was typed and refused: nobody types it twice, but for the PIN."""
    state = state_of(desk, viewer)
    shared: dict[str, Any] = frame(desk, viewer, message)
    return render(
        "declare.html",
        what=DECLARE,
        texts=WORDS,
        caller=CALLER,
        areas=state.site.areas.values(),
        area=(given or {}).get("area") or _likely(state, viewer),
        given=given or {},
        key=secrets.token_hex(8),
        people=desk.people.known,
        chosen=(given or {}).get("person", ""),
        **{**shared, "here": "/declare"},
    )


def _likely(state: State, viewer: Viewer) -> str:
    """Where the station stands; else there is only one place, or nobody knows."""
    areas = state.site.areas
    return viewer.area or (next(iter(areas)) if len(areas) == 1 else "")


ROUTES = (ask_what, declare)
