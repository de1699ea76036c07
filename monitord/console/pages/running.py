"""How the house is run: its mode, another one, and what sirens and relays do.

What may be changed, by whom and until when, is the daemon's to decide; its words are shown.
"""

from typing import Any

from litestar import get, post
from litestar.exceptions import NotFoundException
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
from monitord.console.shown import running
from monitord.console.shown.held import end_of
from monitord.console.viewer import Viewer
from monitord.console.words_held import FOR
from monitord.console.words_running import MODE, OUTPUT, WORDS
from monitord.vocabulary import Mode

#: How long a test of a siren from a page sounds.
TEST_S = 5


@get(["/mode", "/mode/now"])
async def how(request: AnyRequest, desk: Tools) -> Html:
    """The mode and the outputs."""
    viewer = knows_coverage(await viewer_of(request, desk))
    template = "_mode.html" if is_part(request) else "mode.html"
    return html(_page(desk, viewer, template=template))


@get("/mode/{mode:str}")
async def ask(request: AnyRequest, desk: Tools, mode: FromPath[str]) -> Html:
    """What it would weaken, why, and until when."""
    viewer = knows_coverage(await viewer_of(request, desk))
    return html(_form(desk, viewer, mode))


@post("/mode/{mode:str}", status_code=200)
async def change(
    request: AnyRequest, desk: Tools, mode: FromPath[str], data: Form
) -> Html | Redirect:
    """Run the site in it."""
    viewer = knows_coverage(await viewer_of(request, desk))
    span, until = data.get("for", "")[:20], data.get("until", "")[:40]
    timezone = state_of(desk, viewer).site.timezone
    reply = await desk.link.ask(
        "mode-change",
        mode=mode[:40],
        reason=data.get("reason", ""),
        until=end_of(span, until, desk.replica.utc_ms(), timezone) if span or until else "",
        **speaks(request, viewer, data),
    )

    def again(message: str) -> str:
        return _form(desk, viewer, mode, message, data)

    return await after(desk, reply, lambda: "/mode", again)


@post("/outputs/{output:str}", status_code=200)
async def switch(
    request: AnyRequest, desk: Tools, output: FromPath[str], data: Form
) -> Html | Redirect:
    """Off, or a short test; always with the PIN."""
    viewer = knows_coverage(await viewer_of(request, desk))
    test = data.get("how") == "test"
    reply = await desk.link.ask(
        "output",
        output=output[:200],
        on=test,
        for_s=TEST_S if test else 0,
        **speaks(request, viewer, data),
    )
    return await after(desk, reply, lambda: "/mode", lambda message: _page(desk, viewer, message))


def _page(desk: Desk, viewer: Viewer, message: str = "", template: str = "mode.html") -> str:
    shown = running.how(state_of(desk, viewer), desk.replica.now_ms())
    return render(template, **shown, **_texts(desk), **_shared(desk, viewer, message))


def _form(
    desk: Desk, viewer: Viewer, mode: str, message: str = "", given: dict[str, str] | None = None
) -> str:
    """``given`` was typed and refused: nobody types it twice, but for the PIN."""
    if mode not in MODE:
        raise NotFoundException(WORDS["no_mode"].format(mode=mode[:40]))
    return render(
        "mode_change.html",
        **running.change(state_of(desk, viewer), Mode(mode)),
        spans=FOR,
        given=given or {},
        **_texts(desk),
        **_shared(desk, viewer, message),
    )


def _texts(desk: Desk) -> dict[str, Any]:
    return {"texts": WORDS, "modes": MODE, "switched": OUTPUT, "name": desk.people.name}


def _shared(desk: Desk, viewer: Viewer, message: str) -> dict[str, Any]:
    return {
        **frame(desk, viewer, message),
        "here": "/mode",
        "people": desk.people.known,
        "chosen": "",
    }


ROUTES = (how, ask, change, switch)
