"""The verb of attendance; what is allowed is decided in the core."""

from monitord.core import facts as f
from monitord.journal.errors import StoreError
from monitord.runtime.control import protocol as p
from monitord.runtime.control import view
from monitord.runtime.control.desk import Desk
from monitord.runtime.control.protocol import Refused, Reply
from monitord.runtime.control.view_attending import attendances
from monitord.runtime.control.who import Caller, key_of, speaker
from monitord.vocabulary import Attending


async def attend(desk: Desk, caller: Caller, request: p.Attend) -> Reply:
    """Tell it; the answer shows all who attend that incident as it then is."""
    if request.says not in list(Attending):
        raise Refused("bad-input", p.nearest_text("word", request.says, list(Attending)))
    who = await speaker(desk, caller, request)
    note = None
    if request.note:
        try:
            note = await desk.keep(who.person, request.note)
        except StoreError:
            text = "The note cannot be stored now: send it again without the note"
            raise Refused("unavailable", text) from None
    fact = f.Attend(
        by=who.person,
        proof=who.proof,
        incident=request.number,
        says=Attending(request.says),
        holder=request.holder,
        eta_ms=None if request.eta_s is None else request.eta_s * 1000,
        companion=request.companion,
        result=request.result,
        note=note,
        key=key_of(caller, who, request.key),
    )
    answer = await desk.engine.submit(fact)
    state, now_ms = desk.engine.state, desk.engine.now_ms()
    record = state.incidents.get(request.number)
    more: Reply = {
        **view.head(state, now_ms),
        "position": answer.position,
        "stored": answer.stored,
        "incident": request.number,
        "holder": request.holder or who.person,
        "attendance": [] if record is None else attendances(state, record, now_ms),
    }
    if answer.code:
        return Refused(answer.code, answer.text, more).reply()
    return {"ok": True, **more}
