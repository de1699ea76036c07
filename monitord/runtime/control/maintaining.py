"""The verbs of maintenance: who is let in, where and until when.

What may be is decided in the core. The view says of each grant what is held back under it, and
what is not normal in its areas now: whoever goes home shows that list to whoever stays.
"""

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.maintenance import not_normal
from monitord.core.maintenance_records import GrantRecord
from monitord.core.state import State
from monitord.journal.export import rfc3339
from monitord.runtime.control import protocol as p
from monitord.runtime.control import requests_maintenance as rt
from monitord.runtime.control import view
from monitord.runtime.control.desk import Desk
from monitord.runtime.control.holding import utc_ms_of
from monitord.runtime.control.protocol import Refused, Reply
from monitord.runtime.control.view import View
from monitord.runtime.control.who import Caller, key_of, speaker
from monitord.runtime.engine import Answer


async def maintain(
    desk: Desk, caller: Caller, request: rt.GrantMaintenance | rt.EndMaintenance
) -> Reply:
    """Grant or end; the answer shows that grant as it then is."""
    state = desk.engine.state
    until_utc_ms = 0
    if isinstance(request, rt.GrantMaintenance):
        until_utc_ms = utc_ms_of(request.until)
        for area in request.areas:
            if area not in state.site.areas:
                raise Refused("unknown", p.nearest_text("area", area, state.site.areas))
        if request.who not in state.site.people:
            raise Refused("unknown", p.nearest_text("person", request.who, state.site.people))
    who = await speaker(desk, caller, request)
    key = key_of(caller, who, request.key)
    fact: f.AnyFact
    if isinstance(request, rt.GrantMaintenance):
        fact = f.GrantMaintenance(
            by=who.person,
            proof=who.proof,
            person=request.who,
            areas=tuple(request.areas),
            until_utc_ms=until_utc_ms,
            reason=request.reason,
            key=key,
        )
    else:
        fact = f.EndMaintenance(by=who.person, proof=who.proof, number=request.number, key=key)
    answer = await desk.engine.submit(fact)
    more: Reply = {
        "position": answer.position,
        "stored": answer.stored,
        **maintenance(desk.engine.state, desk.engine.now_ms()),
    }
    if answer.code:
        return Refused(answer.code, answer.text, more).reply()
    return {"ok": True, **more, "number": _number(request, answer)}


def _number(request: rt.GrantMaintenance | rt.EndMaintenance, answer: Answer) -> int | None:
    """The one that was ended or granted; None for a repeat that granted nothing more."""
    if isinstance(request, rt.EndMaintenance):
        return request.number
    made = (e.number for e in answer.events if isinstance(e, ev.MaintenanceGranted))
    return next(made, None)


def maintenance(state: State, now_ms: int) -> Reply:
    """Every grant that runs, oldest first, and behind them the last ones that are over."""
    grants = sorted(state.grants.values(), key=lambda grant: (not grant.runs, grant.number))
    return {**view.head(state, now_ms), "grants": [_grant(state, grant) for grant in grants]}


def _grant(state: State, grant: GrantRecord) -> View:
    held = [line for line in state.suppressions.values() if line.grant == grant.number]
    return {
        "number": grant.number,
        "person": grant.person,
        "areas": [view.place(state, area) for area in grant.areas if area in state.site.areas],
        "since": view.moment(state, grant.since_ms),
        "until": rfc3339(grant.until_utc_ms),
        "by": grant.by,
        "reason": grant.reason,
        "ended": None if grant.ended_ms is None else view.moment(state, grant.ended_ms),
        "why": grant.why,
        "held_back": [{"source": line.source, "how": line.how.value} for line in held],
        "not_normal": [_off(state, point) for point in not_normal(state, grant.areas)],
    }


def _off(state: State, point: str) -> View:
    """What is wrong with it: its state, what holds it back, and that it is not proven."""
    device = state.site.points[point].device
    lines = [line for line in state.suppressions.values() if line.source in (point, device)]
    asked = state.restores.get(point)
    return {
        "source": point,
        "name": state.site.points[point].name or point,
        "state": state.points[point].state.value,
        "held_back": [line.how.value for line in lines],
        "not_proven": None if asked is None else asked.missing.value,
    }
