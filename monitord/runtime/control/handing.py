"""The verbs of the handover of a post; what is allowed is decided in the core."""

from monitord.core import facts as f
from monitord.core.handover import items
from monitord.core.site_records import HandoverRecord
from monitord.core.state import State
from monitord.journal.export import rfc3339
from monitord.runtime.control import requests_handover as rh
from monitord.runtime.control import view
from monitord.runtime.control.desk import Desk
from monitord.runtime.control.protocol import Refused, Reply
from monitord.runtime.control.view import View
from monitord.runtime.control.who import Caller, key_of, speaker


async def hand_over(
    desk: Desk, caller: Caller, request: rh.OfferHandover | rh.TakeHandover
) -> Reply:
    """Sign or take over; the answer shows every post as it then is."""
    posts = desk.engine.state.site.posts
    post = request.post or (next(iter(posts)) if len(posts) == 1 else "")
    who = await speaker(desk, caller, request)
    key = key_of(caller, who, request.key)
    fact: f.AnyFact
    if isinstance(request, rh.OfferHandover):
        fact = f.OfferHandover(by=who.person, proof=who.proof, post=post, key=key)
    else:
        fact = f.TakeHandover(
            by=who.person,
            proof=who.proof,
            post=post,
            refuses=request.refuses,
            reason=request.reason,
            key=key,
        )
    answer = await desk.engine.submit(fact)
    more: Reply = {
        "position": answer.position,
        "stored": answer.stored,
        **handovers(desk.engine.state, desk.engine.now_ms()),
    }
    if answer.code:
        return Refused(answer.code, answer.text, more).reply()
    return {"ok": True, **more, "post": post}


def handovers(state: State, now_ms: int) -> View:
    """``items`` would stand on a sheet now; ``offered`` are those of the one that was signed."""
    return {
        **view.head(state, now_ms),
        "items": [_item(state, item) for item in items(state)],
        "posts": [_post(state, post) for post in state.site.posts],
    }


def _post(state: State, post: str) -> View:
    record = state.handovers.get(post, HandoverRecord())
    due_ms = state.deadlines.get(f"handover:{post}")
    waits = record.offered_ms is not None
    return {
        "post": post,
        "offered_by": record.by if waits else "",
        "offered": view.moment(state, record.offered_ms) if record.offered_ms is not None else None,
        "sheet": [_item(state, i) for i in record.items if _is_seen(state, i)] if waits else [],
        "taken_by": record.taken_by,
        "taken_of": record.taken_of,
        "taken": rfc3339(record.taken_utc_ms) if record.taken_utc_ms else None,
        "refused": [_item(state, item) for item in record.refused if _is_seen(state, item)],
        "reason": record.reason,
        "due": None if due_ms is None else rfc3339(state.utc_ms(due_ms)),
    }


def _is_seen(state: State, item: str) -> bool:
    """What is hidden from whoever looks stands on no sheet of theirs (G9)."""
    what, _, name = item.partition("/")
    return what != "incident" or (name.isdecimal() and int(name) in state.incidents)


def _item(state: State, item: str) -> View:
    """``what`` is incident, device, held or area; ``name`` is for people."""
    what, _, key = item.partition("/")
    return {"item": item, "what": what, "name": _named(state, what, key)}


def _named(state: State, what: str, key: str) -> str:
    if what == "incident" and int(key) in state.incidents:
        return f"incident {key}, {view.place(state, state.incidents[int(key)].area)['place']}"
    if what == "area":
        return str(view.place(state, key)["place"])
    if what == "device" and key in state.site.devices:
        return state.site.devices[key].name or key
    if what == "held":
        source, _, how = key.rpartition(":")
        point = state.site.points.get(source)
        return f"{source if point is None else point.name or source}, {how}"
    return key
