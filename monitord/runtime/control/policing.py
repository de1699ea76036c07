"""The verbs of the police references; what is allowed is decided in the core."""

from monitord.core import facts as f
from monitord.core.false_calls import ROLLING_MS
from monitord.core.police_records import PoliceRecord
from monitord.core.state import State
from monitord.journal.export import rfc3339
from monitord.runtime.control import protocol as p
from monitord.runtime.control import view
from monitord.runtime.control.desk import Desk
from monitord.runtime.control.protocol import Refused, Reply
from monitord.runtime.control.who import Caller, key_of, speaker


async def reinstate(desk: Desk, caller: Caller, request: p.PoliceReinstate) -> Reply:
    """The police answer again; the answer shows the reference as it then is."""
    who = await speaker(desk, caller, request)
    answer = await desk.engine.submit(
        f.ReinstatePolice(
            by=who.person,
            proof=who.proof,
            reference=request.reference,
            reason=request.reason,
            key=key_of(caller, who, request.key),
        )
    )
    shown = police(desk.engine.state, desk.engine.now_ms())
    more: Reply = {"position": answer.position, "stored": answer.stored, **shown}
    if answer.code:
        return Refused(answer.code, answer.text, more).reply()
    return {"ok": True, **more}


def police(state: State, now_ms: int) -> Reply:
    """Every reference of the site, its false calls, and those of one that has left the file."""
    names = dict.fromkeys((*state.site.police, *state.police))
    return {
        **view.head(state, now_ms),
        "police": [_reference(state, name, state.police.get(name)) for name in names],
    }


def _reference(state: State, name: str, record: PoliceRecord | None) -> Reply:
    reference, record = state.site.police.get(name), record or PoliceRecord()
    withdrawn_ms = record.withdrawn_ms
    return {
        "reference": name,
        "declared": reference is not None,
        "number": reference.number if reference else "",
        "type": reference.type.value if reference else "",
        "areas": list(reference.areas) if reference else [],
        "confirmed": reference is not None and reference.confirmed,
        "warn_at": reference.warn_at if reference else None,
        "withdrawn_at": reference.withdrawn_at if reference else None,
        "instead": list(reference.instead) if reference else [],
        "withdrawn": None if withdrawn_ms is None else view.moment(state, withdrawn_ms),
        "false_calls": [
            {
                "incident": call.incident,
                "cause": call.cause,
                "called": rfc3339(call.utc_ms),
                "until": rfc3339(call.utc_ms + ROLLING_MS),
            }
            for call in record.calls
        ],
    }
