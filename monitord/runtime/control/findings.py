"""What was found in an incident, in its own words: a text, so it stands beside the journal."""

from monitord.core import facts as f
from monitord.journal.errors import StoreError
from monitord.runtime.control import protocol as p
from monitord.runtime.control import requests_log as rl
from monitord.runtime.control.desk import Desk
from monitord.runtime.control.occurrences import UNREADABLE
from monitord.runtime.control.protocol import Refused, Reply


async def findings(desk: Desk, request: rl.ShowFindings) -> Reply:
    """Of how it was closed, else of how somebody would close it; empty where there is none."""
    incidents = desk.engine.state.incidents
    record = incidents.get(request.number)
    if record is None:
        known = map(str, incidents)
        raise Refused("unknown", p.nearest_text("incident", str(request.number), list(known)))
    asked = record.close_asked
    found = {"finding": record.finding if asked is None else asked.finding}
    found["note"] = None if asked is None else asked.note
    return {"ok": True, **{what: await _text(desk, ref) for what, ref in found.items()}}


async def _text(desk: Desk, ref: f.TextRef | None) -> str:
    if ref is None:
        return ""
    try:
        return (await desk.texts([ref]))[0]
    except StoreError:
        return UNREADABLE
