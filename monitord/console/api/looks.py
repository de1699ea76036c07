"""What is only looked at: the site, its areas, points and devices, the incidents, the ledger."""

import asyncio
from typing import Annotated, Any, Final

from litestar import Response, get
from litestar.params import FromPath, FromQuery, QueryParameter

from monitord.console.api import answers as a
from monitord.console.api import answers_incidents as ai
from monitord.console.api.telling import (
    ASKS,
    AnyRequest,
    Tools,
    Who,
    missing,
    problems,
    state_of,
    told,
)
from monitord.core.records import IncidentRecord
from monitord.core.state import State
from monitord.runtime.control import view, view_areas, view_incidents
from monitord.runtime.control.view_duties import duties as duties_view
from monitord.runtime.control.view_status import status as status_view

#: Points listed before others have their turn.
POINTS_AT_A_TIME: Final = 256

#: A name of its own: `open` is the language's.
Open = Annotated[bool, QueryParameter(name="open")]

_LIST: Final = problems(304, 400, 401, 429, 500, 503)
_ONE: Final = problems(304, 400, 401, 404, 429, 500, 503)


@get("/status", responses=_LIST)
async def status(request: AnyRequest, desk: Tools, asker: Who) -> Response[ai.Status]:
    """Whether the site is guarded, an alarm is open, or somebody is blind."""
    state, replica = state_of(desk, asker), desk.replica
    shown = status_view(state, replica.now_ms(), None, degraded=replica.degraded)
    return told(request, shown, ai.Status)


@get("/site", responses=_LIST)
async def site(request: AnyRequest, desk: Tools, asker: Who) -> Response[a.Site]:
    """What is guarded: ids, names and order; no addresses, no secrets, no names of people."""
    return told(request, view.site(state_of(desk, asker), desk.replica.now_ms()), a.Site)


@get("/areas", responses=_LIST)
async def areas(request: AnyRequest, desk: Tools, asker: Who) -> Response[a.Areas]:
    """Every area: set or not, by what, and what is open or held back there."""
    return told(request, view_areas.areas(state_of(desk, asker), desk.replica.now_ms()), a.Areas)


@get("/areas/{area:str}", responses=_ONE)
async def area(
    request: AnyRequest, desk: Tools, asker: Who, area: FromPath[str]
) -> Response[a.OneArea]:
    """One area."""
    state, now_ms = state_of(desk, asker), desk.replica.now_ms()
    if area not in state.site.areas:
        raise missing("area", area, _there("/areas"))
    shown = {**view.head(state, now_ms), "area": view_areas.one_area(state, area, now_ms)}
    return told(request, shown, a.OneArea)


@get("/devices", responses=_LIST)
async def devices(request: AnyRequest, desk: Tools, asker: Who) -> Response[a.Devices]:
    """Every device and whether it answers."""
    return told(request, view.devices(state_of(desk, asker), desk.replica.now_ms()), a.Devices)


@get("/devices/{device:str}", responses=_ONE)
async def device(
    request: AnyRequest, desk: Tools, asker: Who, device: FromPath[str]
) -> Response[a.OneDevice]:
    """One device."""
    state, now_ms = state_of(desk, asker), desk.replica.now_ms()
    compiled = state.site.devices.get(device)
    if compiled is None:
        raise missing("device", device, _there("/devices"))
    shown = {**view.head(state, now_ms), "device": view.device(state, compiled)}
    return told(request, shown, a.OneDevice)


@get("/points", responses=_ONE, opt={ASKS: ("area",)})
async def points(
    request: AnyRequest, desk: Tools, asker: Who, area: FromQuery[str] = ""
) -> Response[a.Points]:
    """Every point and what it says; with `area` those of one area. Unknown is never normal."""
    state, now_ms = state_of(desk, asker), desk.replica.now_ms()
    if area and area not in state.site.areas:
        raise missing("area", area, _there("/areas"))
    compiled = [p for p in state.site.points.values() if area in ("", p.area)]
    listed: list[view.View] = []
    for first in range(0, len(compiled), POINTS_AT_A_TIME):
        listed += [view.point(state, p) for p in compiled[first : first + POINTS_AT_A_TIME]]
        await asyncio.sleep(0)
    retired = [r for r in state.retired.values() if area in ("", r.point.area)]
    listed += [view.retired(state, record) for record in retired]
    return told(request, view.points(state, now_ms, listed), a.Points)


@get("/points/{point:str}", responses=_ONE)
async def point(
    request: AnyRequest, desk: Tools, asker: Who, point: FromPath[str]
) -> Response[a.OnePoint]:
    """One point, by its full id: `device.point`."""
    state, now_ms = state_of(desk, asker), desk.replica.now_ms()
    compiled, retired = state.site.points.get(point), state.retired.get(point)
    if compiled is None and retired is None:
        raise missing("point", point, "write its full id, `device.point`: " + _there("/points"))
    shown = view.retired(state, retired) if retired else {}
    shown = view.point(state, compiled) if compiled else shown
    return told(request, {**view.head(state, now_ms), "point": shown}, a.OnePoint)


@get("/suppressions", responses=_LIST)
async def suppressions(request: AnyRequest, desk: Tools, asker: Who) -> Response[a.Suppressions]:
    """The ledger: what is held back, by whom, why and until when."""
    shown = view_areas.suppressions(state_of(desk, asker), desk.replica.now_ms())
    return told(request, shown, a.Suppressions)


@get("/duties", responses=_LIST)
async def duties(request: AnyRequest, desk: Tools, asker: Who) -> Response[a.Duties]:
    """What people must do by when: handovers, proofs of hearing, check calls, steps of plans."""
    return told(request, duties_view(state_of(desk, asker), desk.replica.now_ms()), a.Duties)


@get("/incidents", responses=_LIST, opt={ASKS: ("open",)})
async def incidents(
    request: AnyRequest, desk: Tools, asker: Who, only_open: Open = False
) -> Response[ai.Incidents]:
    """The open incidents and those closed of late; with `open=true` the open ones alone."""
    state, now_ms = state_of(desk, asker), desk.replica.now_ms()
    shown = view_incidents.incidents(state, now_ms, closed=not only_open)
    return told(request, shown, ai.Incidents)


@get("/incidents/{incident:str}", responses=_ONE)
async def incident(
    request: AnyRequest, desk: Tools, asker: Who, incident: FromPath[str]
) -> Response[ai.OneIncident]:
    """One incident, by its number or its id."""
    state, now_ms = state_of(desk, asker), desk.replica.now_ms()
    record = found(state, incident)
    shown: dict[str, Any] = {
        **view.head(state, now_ms),
        "incident": view_incidents.incident(state, record, now_ms),
    }
    return told(request, shown, ai.OneIncident)


def found(state: State, which: str) -> IncidentRecord:
    """The incident of a number, or of an id: SITE-NUMBER. Raises ``Refused``."""
    text = which.removeprefix(f"{state.site.id}-")
    short = text.isascii() and text.isdecimal() and len(text) <= 12
    record = state.incidents.get(int(text)) if short else None
    if record is None:
        raise missing("incident", which, _there("/incidents"))
    return record


def _there(path: str) -> str:
    return f"`GET {path}` lists what there is"


ROUTES: Final = (
    status,
    site,
    areas,
    area,
    devices,
    device,
    points,
    point,
    suppressions,
    duties,
    incidents,
    incident,
)
