"""The verbs of stations: enrolling a screen, and what its page says of itself."""

from typing import assert_never

from monitord.core import facts as f
from monitord.core.stations import attention
from monitord.people.private import PrivateFileError
from monitord.people.stations import EnrolmentRefused
from monitord.runtime.control import protocol as p
from monitord.runtime.control import requests_stations as q
from monitord.runtime.control.desk import Desk
from monitord.runtime.control.protocol import Refused, Reply
from monitord.runtime.control.who import Caller, session_of, station_of

AnyStationRequest = q.StationCode | q.StationEnrol | q.StationsSaid | q.Heard | q.WhichStation


async def at_stations(desk: Desk, caller: Caller, request: AnyStationRequest) -> Reply:
    """Enrol, or hear of stations."""
    match request:
        case q.StationCode():
            return _code(desk, caller, request)
        case q.StationEnrol():
            return await _enrol(desk, request)
        case q.StationsSaid():
            return await _attend(desk, request)
        case q.Heard():
            return await _heard(desk, request)
        case q.WhichStation():
            return {"ok": True, "station": await station_of(desk, request.secret)}
        case _ as never:
            assert_never(never)


def _code(desk: Desk, caller: Caller, request: q.StationCode) -> Reply:
    if not caller.keeps_accounts:
        raise Refused("forbidden", "Only root and the account of the daemon enrol stations: sudo")
    if desk.codes is None:
        raise Refused("unavailable", "This daemon has no stations")
    known = desk.engine.state.site.stations
    if request.station not in known:
        raise Refused("unknown", p.nearest_text("station", request.station, known))
    code = desk.codes.give(request.station)
    return {"ok": True, "station": request.station, "code": code}


async def _enrol(desk: Desk, request: q.StationEnrol) -> Reply:
    if desk.codes is None:
        raise Refused("unavailable", "This daemon has no stations")
    try:
        station = desk.codes.take(request.code)
        secret = await desk.accounts.enrol_station(station)
    except EnrolmentRefused as error:
        raise Refused("wrong-code", str(error)) from None
    except PrivateFileError as error:
        raise Refused("unavailable", f"The station was not enrolled: {error}") from None
    return {"ok": True, "station": station, "secret": secret}


async def _attend(desk: Desk, request: q.StationsSaid) -> Reply:
    """What counts of each: its page may say attended and still be silent."""
    if desk.stations is None:
        raise Refused("unavailable", "This daemon has no stations")
    counts: dict[str, str] = {}
    for report in request.stations:
        try:
            station = await station_of(desk, report.secret)
            person = await _person(desk, report.session)
        except Refused as refused:
            if refused.code != "not-enrolled":
                raise
            continue
        await desk.stations.said(station, report.attention, person)
        counts[station] = attention(desk.engine.state, station).value
    return {"ok": True, "stations": counts}


async def _heard(desk: Desk, request: q.Heard) -> Reply:
    station = await station_of(desk, request.secret)
    person = await _person(desk, request.session)
    await desk.engine.submit(f.StationHeard(station=station, beeps=request.beeps, by=person))
    return {"ok": True, "station": station}


async def _person(desk: Desk, session: str) -> str:
    """Who is signed on there; empty for nobody, or for a session that is over."""
    if not session:
        return ""
    try:
        return (await session_of(desk, session)).person
    except Refused as refused:
        if refused.code != "signed-off":
            raise
        return ""
