"""The verbs that only look. What they show has been stored first (law 1)."""

import asyncio
from typing import Final, assert_never

import msgspec

from monitord.core import facts as f
from monitord.core.state import encode
from monitord.runtime.control import protocol as p
from monitord.runtime.control import requests_handover as rh
from monitord.runtime.control import requests_maintenance as rt
from monitord.runtime.control import requests_modes as rm
from monitord.runtime.control import requests_outputs as ro
from monitord.runtime.control import requests_relief as rr
from monitord.runtime.control import view, view_areas
from monitord.runtime.control.desk import Desk
from monitord.runtime.control.handing import handovers
from monitord.runtime.control.maintaining import maintenance
from monitord.runtime.control.modes import shown_mode
from monitord.runtime.control.policing import police
from monitord.runtime.control.protocol import Refused, Reply
from monitord.runtime.control.relieving import reliefs
from monitord.runtime.control.view_incidents import incident, incidents
from monitord.runtime.control.view_outputs import outputs
from monitord.runtime.control.view_status import status
from monitord.runtime.control.walking import walk_tests

#: Points listed before others have their turn: a millisecond or two.
POINTS_AT_A_TIME: Final = 128

AnyQueryAtOnce = (
    p.Status
    | p.Site
    | p.Devices
    | p.Areas
    | p.Suppressions
    | p.WalkTests
    | p.Police
    | ro.Outputs
    | rm.ShowMode
    | rt.ShowMaintenance
    | rh.ShowHandover
    | rr.ShowReliefs
    | p.People
    | p.Incidents
    | p.Incident
    | p.Snapshot
)
AnyQuery = AnyQueryAtOnce | p.Points


async def look(desk: Desk, query: AnyQuery) -> Reply:
    """What the state says now, once all of it is stored."""
    shown = await _points(desk) if isinstance(query, p.Points) else _shown(desk, query)
    await settled(desk)
    return {"ok": True, **shown}


async def settled(desk: Desk) -> None:
    """Return when everything up to now is stored, or has been declared degraded.

    A reading of the wall clock that agrees with the engine's changes nothing, and its answer
    waits for all that went before.
    """
    engine = desk.engine
    await engine.submit(f.WallClockRead(utc_ms=engine.state.utc_ms(engine.now_ms())))


async def _points(desk: Desk) -> Reply:
    """All points, a few at a time: a site has thousands, and no poll may wait for a list.

    So each row is of its own moment, at most a few milliseconds before the others.
    """
    compiled = tuple(desk.engine.state.site.points.values())
    listed: list[Reply] = []
    for first in range(0, len(compiled), POINTS_AT_A_TIME):
        state = desk.engine.state
        listed += [view.point(state, c) for c in compiled[first : first + POINTS_AT_A_TIME]]
        await asyncio.sleep(0)
    state = desk.engine.state
    listed += [view.retired(state, record) for record in state.retired.values()]
    return view.points(desk.engine.state, desk.engine.now_ms(), listed)


def _shown(desk: Desk, query: AnyQueryAtOnce) -> Reply:
    engine = desk.engine
    state, now_ms = engine.state, engine.now_ms()
    match query:
        case p.Status():
            return status(state, now_ms, desk.frame(), degraded=engine.degraded)
        case p.Site():
            return view.site(state, now_ms)
        case p.Devices():
            return view.devices(state, now_ms)
        case p.Areas():
            return view_areas.areas(state, now_ms)
        case p.Suppressions():
            return view_areas.suppressions(state, now_ms)
        case ro.Outputs():
            return outputs(state, now_ms)
        case p.Police():
            return police(state, now_ms)
        case rm.ShowMode():
            return shown_mode(state, now_ms, query)
        case rr.ShowReliefs():
            return reliefs(state, now_ms)
        case rh.ShowHandover():
            return handovers(state, now_ms)
        case rt.ShowMaintenance():
            return maintenance(state, now_ms)
        case p.WalkTests():
            return walk_tests(state, now_ms)
        case p.People():
            return _people(desk)
        case p.Incidents():
            return incidents(state, now_ms, closed=query.closed)
        case p.Incident():
            record = state.incidents.get(query.number)
            if record is None:
                raise Refused("unknown", _no_incident(desk, query.number))
            return {**view.head(state, now_ms), "incident": incident(state, record, now_ms)}
        case p.Snapshot():
            return {"position": state.position, "state": msgspec.Raw(encode(state))}
        case _ as never:
            assert_never(never)


def _no_incident(desk: Desk, number: int) -> str:
    numbers = [str(i.number) for i in desk.engine.state.open_incidents()]
    shown = ", ".join(numbers[:20])
    return f"There is no incident {number}; " + (f"open are: {shown}" if shown else "none is open")


def _people(desk: Desk) -> Reply:
    """Names are personal text: shown to who may speak to the daemon, never journaled."""
    names = desk.names()
    people = desk.engine.state.site.people.values()
    return {
        "people": [{"id": x.id, "name": names.get(x.id, ""), "role": x.role.value} for x in people]
    }
