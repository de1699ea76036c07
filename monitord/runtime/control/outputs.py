"""The verbs of outputs; what is allowed is decided in the core."""

from monitord.core import facts as f
from monitord.runtime.control import protocol as p
from monitord.runtime.control import requests_outputs as ro
from monitord.runtime.control.desk import Desk
from monitord.runtime.control.protocol import Refused, Reply
from monitord.runtime.control.view_outputs import outputs
from monitord.runtime.control.who import VIA, Caller, speaker


async def switch(desk: Desk, caller: Caller, request: ro.SwitchOutput) -> Reply:
    """Off, or a test; the answer shows the output as it is then to be."""
    known = desk.engine.state.site.outputs
    if request.output not in known:
        raise Refused("unknown", p.nearest_text("output", request.output, known))
    who = await speaker(desk, caller, request)
    answer = await desk.engine.submit(
        f.SwitchOutput(
            by=who.person,
            proof=who.proof,
            output=request.output,
            on=request.on,
            for_ms=request.for_s * 1000,
            key=f"{VIA}:{caller.uid}:{request.key}" if request.key else "",
        )
    )
    shown = outputs(desk.engine.state, desk.engine.now_ms())
    more: Reply = {"position": answer.position, "stored": answer.stored, **shown}
    if answer.code:
        return Refused(answer.code, answer.text, more).reply()
    return {"ok": True, **more}
