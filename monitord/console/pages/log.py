"""The occurrence log (H1): a day of it, an entry, an addendum, and a sheet to sign."""

from typing import Any

from litestar import get, post
from litestar.exceptions import ClientException
from litestar.params import FromQuery
from litestar.response import Redirect

from monitord.console.desk import Desk
from monitord.console.link import DaemonGone
from monitord.console.pages.frame import (
    AnyRequest,
    Form,
    Html,
    Tools,
    after,
    frame,
    html,
    knows_coverage,
    speaks,
    state_of,
    viewer_of,
    whole_number,
)
from monitord.console.render import render
from monitord.console.shown import log
from monitord.console.shown.finding import rows
from monitord.console.shown.log import Wanted
from monitord.console.viewer import Viewer
from monitord.console.words_log import KIND, WORDS
from monitord.core.occurrences import KINDS
from monitord.runtime.local_time import moment_of
from monitord.vocabulary import Role


@get(["/log", "/log/sheet"])
async def listed(
    request: AnyRequest,
    desk: Tools,
    day: FromQuery[str] = "",
    kind: FromQuery[str] = "",
    area: FromQuery[str] = "",
    role: FromQuery[str] = "",
    text: FromQuery[str] = "",
    page: FromQuery[str] = "1",
) -> Html:
    """The day, a page at a time; the sheet has all of it."""
    viewer = knows_coverage(await viewer_of(request, desk))
    site = state_of(desk, viewer).site
    try:
        asked = log.wanted(day, desk.replica.utc_ms(), site.timezone, kind, area, role, text)
    except ValueError:
        raise ClientException(WORDS["not_a_day"].format(day=day[:20])) from None
    found, whole = await _read(desk, viewer, asked)
    sheet = request.url.path.endswith("/sheet")
    number = int(page) if page.isascii() and page.isdecimal() and len(page) <= 6 else 1
    part = rows(found, max(1, number))
    shared = {**frame(desk, viewer), "here": "/log"}
    before, after_it = log.neighbours(asked.day)
    return html(
        render(
            "log_sheet.html" if sheet else "log.html",
            asked=asked,
            lines=found[::-1] if sheet else part.listed,
            page=part.page,
            last_page=part.pages,
            whole=whole,
            known_areas=site.areas.values(),
            area_names={a.id: a.name or a.id for a in site.areas.values()},
            roles=list(Role),
            before=before,
            after_it=after_it,
            may_write=log.may_write(viewer.role),
            late=log.late,
            **_texts(desk),
            **shared,
        )
    )


@get("/log/new")
async def ask(request: AnyRequest, desk: Tools, amends: FromQuery[str] = "") -> Html:
    """What happened, when and where; or what is to be added to an entry."""
    viewer = knows_coverage(await viewer_of(request, desk))
    return html(_form(desk, viewer, {"amends": amends}))


@post("/log/new", status_code=200)
async def write(request: AnyRequest, desk: Tools, data: Form) -> Html | Redirect:
    """Put it in the log."""
    viewer = knows_coverage(await viewer_of(request, desk))
    reply = await desk.link.ask(
        "log-write",
        kind=data.get("kind", "")[:40],
        amends=whole_number(data, "amends"),
        at=moment_of(data.get("when", "")[:40], state_of(desk, viewer).site.timezone),
        area=data.get("area", "")[:100],
        note=data.get("what", ""),
        **speaks(request, viewer, data),
    )

    def again(message: str) -> str:
        return _form(desk, viewer, data, message)

    return await after(desk, reply, lambda: "/log", again)


async def _read(desk: Desk, viewer: Viewer, asked: Wanted) -> tuple[list[log.Line], bool]:
    """The lines that were asked for and exist here, the newest first; whether they are all."""
    state = desk.replica.state
    if state is None:
        raise DaemonGone(desk.replica.lost)
    since, until = log.bounds(asked.day, state.site.timezone)
    reply = await desk.link.ask("log", since=since, until=until, replica=True)
    if not reply.get("ok"):
        raise DaemonGone(str(reply.get("text", "")))
    state = desk.replica.state or state
    words = tuple(asked.text.casefold().split())
    return log.narrowed(log.seen(state, viewer, reply["lines"]), asked, words), reply["whole"]


def _form(desk: Desk, viewer: Viewer, given: dict[str, str], message: str = "") -> str:
    """``given`` was typed and refused: nobody types it twice, but for the PIN."""
    return render(
        "log_entry.html",
        given=given,
        amends=whole_number(given, "amends"),
        kinds=KINDS,
        known_areas=state_of(desk, viewer).site.areas.values(),
        people=desk.people.known,
        chosen=given.get("person", ""),
        **_texts(desk),
        **{**frame(desk, viewer, message), "here": "/log"},
    )


def _texts(desk: Desk) -> dict[str, Any]:
    return {"texts": WORDS, "kind": KIND, "name": desk.people.name}


ROUTES = (listed, ask, write)
