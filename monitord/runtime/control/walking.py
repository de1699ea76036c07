"""The verbs of the walk test; what is allowed is decided in the core."""

from monitord.core import facts as f
from monitord.core.records import WalkTestRecord
from monitord.core.state import State
from monitord.core.walking import not_seen
from monitord.journal.export import rfc3339
from monitord.runtime.control import protocol as p
from monitord.runtime.control import view
from monitord.runtime.control.desk import Desk
from monitord.runtime.control.holding import utc_ms_of
from monitord.runtime.control.protocol import Refused, Reply
from monitord.runtime.control.who import Caller, key_of, speaker


async def walk_test(desk: Desk, caller: Caller, request: p.WalkStart | p.WalkEnd) -> Reply:
    """Begin one or end it; the answer shows the area's test as it then is."""
    areas = desk.engine.state.site.areas
    if request.area not in areas:
        raise Refused("unknown", p.nearest_text("area", request.area, areas))
    until_utc_ms = utc_ms_of(request.until) if isinstance(request, p.WalkStart) else 0
    who = await speaker(desk, caller, request)
    key = key_of(caller, who, request.key)
    fact: f.AnyFact
    if isinstance(request, p.WalkStart):
        fact = f.StartWalkTest(
            by=who.person,
            proof=who.proof,
            area=request.area,
            until_utc_ms=until_utc_ms,
            reason=request.reason,
            key=key,
        )
    else:
        fact = f.EndWalkTest(by=who.person, proof=who.proof, area=request.area, key=key)
    answer = await desk.engine.submit(fact)
    shown = {**walk_tests(desk.engine.state, desk.engine.now_ms()), "area": request.area}
    more: Reply = {"position": answer.position, "stored": answer.stored, **shown}
    if answer.code:
        return Refused(answer.code, answer.text, more).reply()
    return {"ok": True, **more}


def walk_tests(state: State, now_ms: int) -> Reply:
    """Those that run, and of each area the last one that is over."""
    listed = [_test(state, area, test) for area, test in state.walk_tests.items()]
    listed += [
        _test(state, area, test)
        for area, test in state.walked.items()
        if area not in state.walk_tests
    ]
    return {**view.head(state, now_ms), "walk_tests": listed}


def _test(state: State, area: str, test: WalkTestRecord) -> Reply:
    return {
        **view.place(state, area),
        "by": test.by,
        "since": view.moment(state, test.since_ms),
        "until": rfc3339(test.until_utc_ms),
        "ended": None if test.ended_ms is None else view.moment(state, test.ended_ms),
        "points": len(test.points),
        "seen": {point: view.moment(state, at_ms) for point, at_ms in test.seen.items()},
        "not_seen": list(not_seen(test)),
    }
