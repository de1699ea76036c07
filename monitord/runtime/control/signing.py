"""The verbs of signing on: a PIN for a session, and its end.

Who is signed on is the daemon's to know, never the console's: a page proves nothing by itself.
"""

from monitord.journal.export import rfc3339
from monitord.people.private import PrivateFileError
from monitord.people.sessions import Session
from monitord.runtime.control import requests_stations as q
from monitord.runtime.control.desk import Desk
from monitord.runtime.control.protocol import Refused, Reply
from monitord.runtime.control.who import CONSOLE, check_pin, session_of, station_of


async def sign(desk: Desk, request: q.SignOn | q.SignOff | q.Session) -> Reply:
    """Sign on, sign off, or say whose session it is."""
    if desk.sessions is None:
        raise Refused("unavailable", "Nobody signs on at this daemon")
    match request:
        case q.SignOn():
            return await _on(desk, request)
        case q.SignOff():
            try:
                ended = await desk.sessions.close(request.session)
            except PrivateFileError as error:
                raise Refused("unavailable", f"The session was not ended: {error}") from None
            return {"ok": True, "person": "" if ended is None else ended.person}
        case q.Session():
            return {"ok": True, **_view(desk, await session_of(desk, request.session))}


async def _on(desk: Desk, request: q.SignOn) -> Reply:
    assert desk.sessions is not None
    if request.person not in desk.engine.state.site.people:
        # Said only after the time that a true check takes would tell who exists; ids are no
        # secret on a station, where every person has a tile.
        raise Refused("forbidden", "Choose your name, then type your PIN")
    place = await station_of(desk, request.station) if request.station else ""
    answer = await check_pin(desk, request.person, request.pin, CONSOLE)
    try:
        text, session = await desk.sessions.open(request.person, place, answer.ends_ms)
    except PrivateFileError as error:
        raise Refused("unavailable", f"You are not signed on: {error}") from None
    return {"ok": True, "session": text, **_view(desk, session)}


def _view(desk: Desk, session: Session) -> Reply:
    person = desk.engine.state.site.people[session.person]
    return {
        "person": session.person,
        "name": desk.names().get(session.person, "") or session.person,
        "role": person.role.value,
        "place": session.place,
        "since": rfc3339(session.since_ms),
        "ends": rfc3339(session.ends_ms),
    }
