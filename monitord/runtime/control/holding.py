"""The verbs of the ledger: hold an alarm back until an end, and give it back before.

What is allowed is decided in the core, line by line. A short incident number stands for all that
alarms in it; a name without its device for the one point that has it.
"""

from datetime import datetime

from monitord.core import facts as f
from monitord.core.state import State
from monitord.runtime.control import protocol as p
from monitord.runtime.control.desk import Desk
from monitord.runtime.control.protocol import Refused, Reply
from monitord.runtime.control.request import Command
from monitord.runtime.control.view_areas import line
from monitord.runtime.control.who import Caller, Speaker, key_of, speaker
from monitord.runtime.engine import Answer
from monitord.vocabulary import Suppression

#: What people may ask for: suppressed by design is the site's own doing.
_BY_HAND = {
    str(s): s for s in (Suppression.SHELVED, Suppression.OUT_OF_SERVICE, Suppression.INHIBITED)
}
#: One detector of a walk test may be live again before the others.
_GIVEN_BACK = (*_BY_HAND.values(), Suppression.TEST)


async def suppress(desk: Desk, caller: Caller, request: p.Suppress) -> Reply:
    """Hold back; the answer shows each line with its end. All are tried, refusals are told."""
    how = _how(request.how)
    until_utc_ms = utc_ms_of(request.until)
    sources = _sources(desk.engine.state, request)
    who = await speaker(desk, caller, request)
    answers = {
        source: await desk.engine.submit(
            f.Suppress(
                by=who.person,
                proof=who.proof,
                source=source,
                how=how,
                until_utc_ms=until_utc_ms,
                reason=request.reason,
                one_shot=request.one_shot,
                key=_key(caller, who, request, source),
            )
        )
        for source in sources
    }
    state, now_ms = desk.engine.state, desk.engine.now_ms()
    keys = [f"{source}:{how}" for source in sources if not answers[source].code]
    held = [line(state, state.suppressions[k], now_ms) for k in keys if k in state.suppressions]
    return _reply(desk, answers, {"held_back": held})


async def unsuppress(desk: Desk, caller: Caller, request: p.Unsuppress) -> Reply:
    """Give back whatever people hold back of one point or device."""
    state = desk.engine.state
    sources = {held.source for held in state.suppressions.values()}
    source = _named(state, request.source)
    hows = [how for how in _GIVEN_BACK if f"{source}:{how}" in state.suppressions]
    if not hows:
        shown = ", ".join(sorted(sources)[:20])
        then = f"held back are: {shown}" if shown else "nothing is"
        raise Refused("unknown", f"{source} is not held back; {then}")
    who = await speaker(desk, caller, request)
    answers = {str(how): await _give_back(desk, caller, request, who, source, how) for how in hows}
    return _reply(desk, answers, {"source": source, "ended": [str(how) for how in hows]})


async def _give_back(
    desk: Desk,
    caller: Caller,
    request: p.Unsuppress,
    who: Speaker,
    source: str,
    how: Suppression,
) -> Answer:
    key = _key(caller, who, request, f"{source}:{how}")
    return await desk.engine.submit(
        f.Unsuppress(by=who.person, proof=who.proof, source=source, how=how, key=key)
    )


def _how(word: str) -> Suppression:
    if word not in _BY_HAND:
        raise Refused("bad-input", p.nearest_text("way to hold back", word, _BY_HAND))
    return _BY_HAND[word]


def utc_ms_of(until: str) -> int:
    """A moment as people write it, in UTC. Raises ``Refused``."""
    try:
        moment = datetime.fromisoformat(until)
        if moment.tzinfo is None:
            raise ValueError
        return round(moment.timestamp() * 1000)
    except (ValueError, OverflowError):
        text = f"until is RFC 3339 with its zone, as in 2026-11-24T18:00:00Z, not {until[:60]}"
        raise Refused("bad-input", text) from None


def _sources(state: State, request: p.Suppress) -> list[str]:
    if request.source:
        return [_named(state, request.source)]
    record = state.incidents.get(request.number)
    if record is None or not record.open:
        raise Refused("unknown", f"No incident {request.number} is open")
    known = [state.alarms[a].source for a in record.alarms if a in state.alarms]
    sources = [s for s in known if s in state.site.points or s in state.site.devices]
    if not sources:
        raise Refused("bad-input", f"Nothing in incident {request.number} can be held back")
    return list(dict.fromkeys(sources))


def _named(state: State, name: str) -> str:
    """The full id of a point or device, also by a point's short name where it is unique.

    What is held back and no longer in the site file keeps its id: it can still be given back.
    """
    site = state.site
    if name in site.points or name in site.devices:
        return name
    if any(held.source == name for held in state.suppressions.values()):
        return name
    short = [point for point in site.points if point.partition(".")[2] == name]
    if len(short) == 1:
        return short[0]
    if short:
        shown = ", ".join(short[:20]) + ", …" * (len(short) > 20)
        raise Refused("bad-input", f"{name} is the name of several points: write one of {shown}")
    known = [*site.devices, *site.points]
    raise Refused("unknown", p.nearest_text("point or device", name, known))


def _key(caller: Caller, who: Speaker, request: Command, what: str) -> str:
    return key_of(caller, who, f"{request.key}:{what}" if request.key else "")


def _reply(desk: Desk, answers: dict[str, Answer], more: Reply) -> Reply:
    """The first refusal when there is one, with what was done all the same."""
    stored = all(answer.stored for answer in answers.values())
    more = {"position": desk.engine.state.position, "stored": stored, **more}
    refused = [(what, answer) for what, answer in answers.items() if answer.code]
    if not refused:
        return {"ok": True, **more}
    what, first = refused[0]
    text = first.text if len(answers) == 1 else f"{what}: {first.text}"
    more["refused"] = [{"what": w, "code": a.code, "text": a.text} for w, a in refused]
    return Refused(first.code, text, more).reply()
