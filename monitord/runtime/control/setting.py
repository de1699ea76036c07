"""The verbs that set, unset and except an area; what is allowed is decided in the core."""

from monitord.core import facts as f
from monitord.runtime.control import protocol as p
from monitord.runtime.control.desk import Desk
from monitord.runtime.control.holding import utc_ms_of
from monitord.runtime.control.protocol import Refused, Reply
from monitord.runtime.control.view_areas import one_area
from monitord.runtime.control.who import Caller, key_of, speaker


async def set_or_unset(
    desk: Desk, caller: Caller, request: p.SetArea | p.UnsetArea | p.ExceptArea
) -> Reply:
    """Give the fact to the engine; the answer shows the area as it then is."""
    areas = desk.engine.state.site.areas
    if request.area not in areas:
        raise Refused("unknown", p.nearest_text("area", request.area, areas))
    who = await speaker(desk, caller, request)
    key = key_of(caller, who, request.key)
    fact: f.AnyFact
    if isinstance(request, p.SetArea):
        fact = f.SetArea(
            by=who.person,
            proof=who.proof,
            area=request.area,
            force=request.force,
            reason=request.reason,
            part=request.part,
            key=key,
        )
    elif isinstance(request, p.ExceptArea):
        fact = f.ExceptArea(
            by=who.person,
            proof=who.proof,
            area=request.area,
            until_utc_ms=utc_ms_of(request.until),
            reason=request.reason,
            key=key,
        )
    else:
        fact = f.UnsetArea(by=who.person, proof=who.proof, area=request.area, key=key)
    answer = await desk.engine.submit(fact)
    shown = one_area(desk.engine.state, request.area, desk.engine.now_ms())
    more: Reply = {"position": answer.position, "stored": answer.stored, "area": shown}
    if answer.code:
        return Refused(answer.code, answer.text, more).reply()
    return {"ok": True, **more}
