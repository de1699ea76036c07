"""The verbs of a plan and of the police; what is allowed is decided in the core."""

from monitord.core import facts as f
from monitord.runtime.control.desk import Desk
from monitord.runtime.control.protocol import Refused, Reply
from monitord.runtime.control.requests_plans import DoStep, TellPolice
from monitord.runtime.control.view import head, moment
from monitord.runtime.control.view_plans import plan
from monitord.runtime.control.who import Caller, key_of, speaker


async def do(desk: Desk, caller: Caller, request: DoStep | TellPolice) -> Reply:
    """A step of a plan, or a word about the police; the answer shows the plan as it then is."""
    record = desk.engine.state.incidents.get(request.number)
    if record is not None and request.opened:
        opened = moment(desk.engine.state, record.opened_ms)
        if opened != request.opened:
            raise Refused("not-the-same", f"Incident {request.number} is another one: look again")
    who = await speaker(desk, caller, request)
    key = key_of(caller, who, request.key)
    fact: f.AnyFact
    if isinstance(request, DoStep):
        fact = f.DoStep(
            by=who.person,
            proof=who.proof,
            incident=request.number,
            step=request.step,
            refused=request.refused,
            reason=request.reason,
            key=key,
        )
    else:
        fact = f.TellPolice(
            by=who.person, proof=who.proof, incident=request.number, how=request.how, key=key
        )
    answer = await desk.engine.submit(fact)
    state, now_ms = desk.engine.state, desk.engine.now_ms()
    record = state.incidents.get(request.number)
    more: Reply = {
        **head(state, now_ms),
        "position": answer.position,
        "stored": answer.stored,
        "plan": None if record is None else plan(state, record, now_ms),
    }
    if answer.code:
        return Refused(answer.code, answer.text, more).reply()
    return {"ok": True, **more}
