"""The verbs of the evidence store: what is kept of which incident, and who holds it why.

What may be held is decided in the core. A reason is personal text: it goes to the side store, and
an incident that is hidden from whoever asks has no evidence either (G9).
"""

from monitord.core import evidence
from monitord.core import facts as f
from monitord.core.facts import TextRef
from monitord.core.picture_records import HoldRecord, PictureRecord
from monitord.core.state import State
from monitord.journal.errors import StoreError
from monitord.journal.export import rfc3339
from monitord.runtime.control import requests_pictures as rpic
from monitord.runtime.control import view
from monitord.runtime.control.desk import Desk
from monitord.runtime.control.holding import utc_ms_of
from monitord.runtime.control.occurrences import UNREADABLE
from monitord.runtime.control.protocol import Refused, Reply
from monitord.runtime.control.queries import settled
from monitord.runtime.control.view import View
from monitord.runtime.control.who import Caller, Speaker, key_of, speaker


async def look(desk: Desk) -> Reply:
    """Every incident of which there are pictures, or that is held; newest first."""
    shown = await _shown(desk)
    await settled(desk)
    return {"ok": True, **shown}


async def hold_or_release(
    desk: Desk, caller: Caller, request: rpic.HoldEvidence | rpic.ReleaseEvidence
) -> Reply:
    """Hold, renew or release; the answer shows all that is kept as it then is."""
    holds = isinstance(request, rpic.HoldEvidence)
    until_utc_ms = utc_ms_of(request.until) if isinstance(request, rpic.HoldEvidence) else 0
    if request.number not in _numbers(desk.engine.state):
        raise Refused("unknown", f"Nothing of incident {request.number} is kept, or ever was")
    who = await speaker(desk, caller, request)
    key = key_of(caller, who, request.key)
    fact: f.AnyFact
    if isinstance(request, rpic.HoldEvidence):
        fact = f.HoldEvidence(
            by=who.person,
            proof=who.proof,
            incident=request.number,
            until_utc_ms=until_utc_ms,
            reason=await _kept(desk, who, request.reason),
            key=key,
        )
    else:
        fact = f.ReleaseEvidence(by=who.person, proof=who.proof, incident=request.number, key=key)
    answer = await desk.engine.submit(fact)
    more: Reply = {"position": answer.position, "stored": answer.stored, **await _shown(desk)}
    if answer.code:
        return Refused(answer.code, answer.text, more).reply()
    return {"ok": True, **more, "number": request.number, "held": holds}


def _numbers(state: State) -> set[int]:
    """The incidents that may have evidence, as this session sees them."""
    pictures = {record.incident for record in state.pictures.values()}
    return {i.number for i in state.open_incidents()} | pictures | set(state.holds)


async def _kept(desk: Desk, who: Speaker, reason: str) -> TextRef | None:
    if not reason.strip():
        return None
    try:
        return await desk.keep(who.person, reason)
    except StoreError:
        text = "The reason cannot be stored now, and nothing is held without one: try again"
        raise Refused("unavailable", text) from None


async def _shown(desk: Desk) -> View:
    state, now_ms = desk.engine.state, desk.engine.now_ms()
    kept: dict[int, list[PictureRecord]] = {number: [] for number in state.holds}
    for record in state.pictures.values():
        kept.setdefault(record.incident, []).append(record)
    reasons = await _reasons(desk, [hold.reason for hold in state.holds.values()])
    return {
        **view.head(state, now_ms),
        "pictures": len(state.pictures),
        "bytes": sum(record.size for record in state.pictures.values()),
        "kept_ms": state.site.pictures_kept_ms,
        "incidents": [
            _incident(state, number, kept[number], reasons) for number in sorted(kept, reverse=True)
        ],
    }


async def _reasons(desk: Desk, refs: list[TextRef]) -> dict[TextRef, str]:
    try:
        return dict(zip(refs, await desk.texts(refs), strict=True)) if refs else {}
    except StoreError:
        return dict.fromkeys(refs, UNREADABLE)


def _incident(
    state: State, number: int, pictures: list[PictureRecord], reasons: dict[TextRef, str]
) -> View:
    """``until`` is the end of its last picture; None while it is needed: open, or held."""
    known = state.incidents.get(number)
    ends = [evidence.end_ms(state, record) for record in pictures]
    needed = any(evidence.is_needed(state, record) for record in pictures)
    hold = state.holds.get(number)
    return {
        "number": number,
        "pictures": len(pictures),
        "bytes": sum(record.size for record in pictures),
        "open": known is not None and known.open,
        "until": None if needed or not ends else view.moment(state, max(ends)),
        "hold": None if hold is None else _hold(state, hold, reasons[hold.reason]),
    }


def _hold(state: State, hold: HoldRecord, reason: str) -> View:
    """``review`` is the date to look at it again, ``overdue``: it is over."""
    return {
        "by": hold.by,
        "since": view.moment(state, hold.since_ms),
        "review": rfc3339(hold.review_utc_ms),
        "overdue": hold.overdue,
        "reason": reason,
    }
