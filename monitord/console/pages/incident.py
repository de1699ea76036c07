"""One incident whole: what is known, its story, and closing it."""

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
    knows_coverage,
    speaks,
    state_of,
    viewer_of,
    whole_number,
)
from monitord.console.render import render
from monitord.console.shown import floors, queue
from monitord.console.shown.held import may_hold
from monitord.console.viewer import Viewer
from monitord.console.words import CAUSE, FINDER, LOOKED
from monitord.console.words_coming import RESULT, SAYS
from monitord.console.words_coming import WORDS as COMING
from monitord.console.words_floors import WORDS as FLOORS
from monitord.console.words_held import WORDS as HELD
from monitord.console.words_pictures import CLOCK_OFF_MS
from monitord.console.words_plans import WORDS as PLANS
from monitord.console.words_police import RANG, SAID
from monitord.console.words_police import WORDS as POLICE
from monitord.core.causes import CAUSES, FINDERS, asks_for_a_look
from monitord.core.closing import by_two
from monitord.core.records import IncidentRecord
from monitord.runtime.control import view
from monitord.runtime.control.view_incidents import incident as incident_view
from monitord.runtime.control.view_police import card as police_card


@get("/incidents/{number:int}")
async def one(request: AnyRequest, desk: Tools, number: FromPath[int]) -> Html:
    """The page."""
    viewer = await viewer_of(request, desk)
    return html(page_of(desk, viewer, record_of(desk, viewer, number)))


@get("/incidents/{number:int}/now")
async def now(request: AnyRequest, desk: Tools, number: FromPath[int]) -> Html:
    """The part of it that changes."""
    viewer = await viewer_of(request, desk)
    return html(render("_incident.html", **_shown(desk, viewer, record_of(desk, viewer, number))))


@get("/incidents/{number:int}/story")
async def story(request: AnyRequest, desk: Tools, number: FromPath[int]) -> Html:
    """What happened, newest first."""
    viewer = await viewer_of(request, desk)
    lines, whole = await desk.timelines.of(record_of(desk, viewer, number))
    site = view.head(state_of(desk, viewer), desk.replica.now_ms())["site"]
    return html(render("_story.html", lines=lines, whole=whole, site=site))


@get("/incidents/{number:int}/found")
async def found(request: AnyRequest, desk: Tools, number: FromPath[int]) -> Html:
    """What people wrote: their notes, and what was found. Personal text, so for our own alone."""
    viewer = knows_coverage(await viewer_of(request, desk))
    record_of(desk, viewer, number)
    reply = await desk.link.ask("findings", number=number, replica=True)
    finding, notes = str(reply.get("finding", "")), reply.get("notes", [])
    return html(render("_found.html", finding=finding, notes=notes, name=desk.people.name))


@get("/incidents/{number:int}/place")
async def place(request: AnyRequest, desk: Tools, number: FromPath[int]) -> Html:
    """Where it is, on the plan as it is now, for those who need to know what stands where."""
    viewer = knows_coverage(await viewer_of(request, desk))
    record, vitals = record_of(desk, viewer, number), await desk.seen.look()
    state = state_of(desk, viewer)
    shown = incident_view(state, record, desk.replica.now_ms())
    found = floors.of_incident(state, vitals, shown)
    return html(render("_place.html", floor=found, gate=shown["gate"], texts=FLOORS))


@post("/incidents/{number:int}/close", status_code=200)
async def close(
    request: AnyRequest, desk: Tools, number: FromPath[int], data: Form
) -> Html | Redirect:
    """Close it: cause, finding, and the PIN once more."""
    viewer = await viewer_of(request, desk)
    record = record_of(desk, viewer, number)
    reply = await desk.link.ask(
        "close",
        number=number,
        seen=whole_number(data, "seen"),
        opened=data.get("opened", "")[:60],
        cause=data.get("cause", "")[:60],
        found_by=data.get("found_by", "")[:100],
        looked=data.get("looked", "")[:20],
        finding=data.get("finding", ""),
        note=data.get("note", ""),
        **speaks(request, viewer, data),
    )

    def again(message: str) -> str:
        return page_of(desk, viewer, record, message, data)

    there = f"/incidents/{number}" if by_two(state_of(desk, viewer), record) else "/"
    return await after(desk, reply, lambda: there, again)


@post("/incidents/{number:int}/agree", status_code=200)
async def agree(
    request: AnyRequest, desk: Tools, number: FromPath[int], data: Form
) -> Html | Redirect:
    """The second person closes it as the first has asked."""
    viewer = await viewer_of(request, desk)
    record = record_of(desk, viewer, number)
    reply = await desk.link.ask(
        "agree",
        number=number,
        seen=whole_number(data, "seen"),
        opened=data.get("opened", "")[:60],
        **speaks(request, viewer, data),
    )
    return await after(desk, reply, lambda: "/", lambda m: page_of(desk, viewer, record, m))


@post(
    ["/incidents/{number:int}/steps", "/incidents/{number:int}/steps/{step:int}"], status_code=200
)
async def do_step(
    request: AnyRequest, desk: Tools, number: FromPath[int], data: Form
) -> Html | Redirect:
    """A step of the plan is done, or it is not and this is why."""
    viewer = await viewer_of(request, desk)
    record = record_of(desk, viewer, number)
    last = request.url.path.rpartition("/")[2]
    step = int(last) if last.isdecimal() else whole_number(data, "step")
    reply = await desk.link.ask(
        "step",
        number=number,
        step=min(step, 1_000),
        refused=data.get("how") == "refused",
        reason=data.get("reason", "")[:500] if data.get("how") == "refused" else "",
        opened=data.get("opened", "")[:60],
        **speaks(request, viewer, data),
    )

    def again(message: str) -> str:
        return page_of(desk, viewer, record, message, data)

    return await after(desk, reply, lambda: f"/incidents/{number}", again)


@post("/incidents/{number:int}/police", status_code=200)
async def tell_police(
    request: AnyRequest, desk: Tools, number: FromPath[int], data: Form
) -> Html | Redirect:
    """The police were rung."""
    viewer = await viewer_of(request, desk)
    record = record_of(desk, viewer, number)
    reply = await desk.link.ask(
        "police-told",
        number=number,
        how=data.get("how", "")[:40],
        opened=data.get("opened", "")[:60],
        **speaks(request, viewer, data),
    )

    def again(message: str) -> str:
        return page_of(desk, viewer, record, message, data)

    return await after(desk, reply, lambda: f"/incidents/{number}", again)


def record_of(desk: Desk, viewer: Viewer, number: int) -> IncidentRecord:
    """The incident, for somebody who may know of it."""
    record = state_of(desk, viewer).incidents.get(number)
    if record is None:
        raise NotFoundException(f"There is no incident {number}")
    return record


def page_of(
    desk: Desk,
    viewer: Viewer,
    record: IncidentRecord,
    message: str = "",
    given: dict[str, str] | None = None,
) -> str:
    """The page whole. ``given`` was typed and refused: nobody types it twice, but for the PIN."""
    return render(
        "incident.html",
        causes=CAUSES,
        finders=_finders(desk, viewer),
        everybody=_people(desk, viewer),
        people=desk.people.known,
        chosen=(given or {}).get("person", ""),
        looks=LOOKED if asks_for_a_look(record) else {},
        given=given or {},
        two=by_two(state_of(desk, viewer), record),
        placed=viewer.knows_coverage and bool(floors.tabs(state_of(desk, viewer))),
        **{**_shown(desk, viewer, record), **frame(desk, viewer, message)},
    )


def _finders(desk: Desk, viewer: Viewer) -> dict[str, str]:
    """Who may have found the cause, in words: the people of the site, then everybody else."""
    return {**_people(desk, viewer), **{finder: FINDER[finder] for finder in FINDERS}}


def _people(desk: Desk, viewer: Viewer) -> dict[str, str]:
    return {person: desk.people.name(person) for person in state_of(desk, viewer).site.people}


def _shown(desk: Desk, viewer: Viewer, record: IncidentRecord) -> dict[str, Any]:
    state, now_ms = state_of(desk, viewer), desk.replica.now_ms()
    shown = incident_view(state, record, now_ms)
    sources = {alarm["source"] for alarm in shown["alarms"]}
    return {
        "incident": shown,
        "cameras": shown["cameras"],
        "clock_off_ms": CLOCK_OFF_MS,
        "site": view.head(state, now_ms)["site"],
        "what": queue.what,
        "name": desk.people.name,
        "viewer": viewer,
        "coming": COMING,
        "plan_texts": PLANS,
        "police": police_card(state, record, now_ms),
        "police_texts": POLICE,
        "police_rang": RANG,
        "police_said": SAID,
        "says": SAYS,
        "results": RESULT,
        "held_texts": HELD,
        "cause_words": CAUSE,
        "may_hold": viewer.knows_coverage and may_hold(viewer.role),
        "holdable": {s for s in sources if s in state.site.points or s in state.site.devices},
        "held_sources": {held.source for held in state.suppressions.values()},
    }


ROUTES = (one, now, story, found, place, close, agree, do_step, tell_police)
