"""Signing on and off."""

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect

from monitord.console.desk import Desk
from monitord.console.guarding import COOKIE, cookie, session_of, station_secret
from monitord.console.pages.frame import AnyRequest, Form, Html, Tools, html, status_of
from monitord.console.render import render
from monitord.console.words import WORDS
from monitord.runtime.control import view


@get("/sign-on")
async def ask_who(desk: Tools) -> Html:
    """Who are you? A tile for each person, and the PIN."""
    return await _sign_on(desk)


@post("/sign-on", status_code=200)
async def sign_on(request: AnyRequest, desk: Tools, data: Form) -> Html | Redirect:
    """A session for this browser."""
    person = data.get("person", "")[:100]
    reply = await desk.link.ask(
        "sign-on", person=person, pin=data.get("pin", "")[:12], station=station_secret(request)
    )
    if not reply.get("ok"):
        status = status_of(reply)
        return await _sign_on(desk, str(reply.get("text", "")), person, status)
    answer = Redirect("/", status_code=303)
    answer.set_cookie(cookie(reply["session"], secure=desk.secure))
    return answer


@get("/once/{ticket:str}")
async def sign_on_once(desk: Tools, ticket: FromPath[str]) -> Html | Redirect:
    """A link of a rehearsal: whoever opens it first is signed on."""
    session = desk.links.take(ticket)
    if not session:
        return await _sign_on(desk, WORDS["link_used"], status=404)
    answer = Redirect("/", status_code=303)
    answer.set_cookie(cookie(session, secure=desk.secure))
    return answer


@post("/sign-off", status_code=200)
async def sign_off(request: AnyRequest, desk: Tools) -> Redirect:
    """End it, here and at the daemon."""
    session = session_of(request)
    desk.people.forget(session)
    await desk.link.ask("sign-off", session=session)
    answer = Redirect("/sign-on", status_code=303)
    answer.delete_cookie(COOKIE)
    return answer


async def _sign_on(desk: Desk, message: str = "", chosen: str = "", status: int = 200) -> Html:
    people = await desk.people.listed()
    state = desk.replica.state
    name = "monitord" if state is None else view.site_name(state)
    page = render("sign_on.html", site_name=name, people=people, message=message, chosen=chosen)
    return html(page, status)


ROUTES = (ask_who, sign_on, sign_on_once, sign_off)
