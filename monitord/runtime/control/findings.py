"""What people wrote in an incident: texts, so they stand beside the journal and not in it."""

from monitord.core import facts as f
from monitord.journal.errors import StoreError
from monitord.runtime.control import protocol as p
from monitord.runtime.control import requests_log as rl
from monitord.runtime.control.desk import Desk
from monitord.runtime.control.occurrences import UNREADABLE
from monitord.runtime.control.protocol import Refused, Reply


async def findings(desk: Desk, request: rl.ShowFindings) -> Reply:
    """Of how somebody would close it, else of how it was closed; and the notes, in order."""
    incidents = desk.engine.state.incidents
    record = incidents.get(request.number)
    if record is None:
        known = map(str, incidents)
        raise Refused("unknown", p.nearest_text("incident", str(request.number), list(known)))
    asked = record.close_asked
    notes = [(ack.by, ack.note) for ack in record.acks]
    if asked is None:
        finding = record.finding
        notes.append((record.closed_by, record.note))
    else:
        finding = asked.finding
        notes.append((asked.by, asked.note))
    said = [{"by": by, "text": await _text(desk, note)} for by, note in notes if note is not None]
    return {"ok": True, "finding": await _text(desk, finding), "notes": said}


async def _text(desk: Desk, ref: f.TextRef | None) -> str:
    if ref is None:
        return ""
    try:
        return (await desk.texts([ref]))[0]
    except StoreError:
        return UNREADABLE
