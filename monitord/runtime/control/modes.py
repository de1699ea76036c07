"""The verbs of the mode: how the site is run, and another one. What may be is decided in the core.

The view says what the mode of today changes: which chains are of it, where nothing may be moved,
who may unset, and which areas stand unset while it lasts.
"""

from monitord.core import facts as f
from monitord.core.modes import is_loose, may_unset_in, weakens
from monitord.core.state import State
from monitord.journal.export import rfc3339
from monitord.runtime.control import protocol as p
from monitord.runtime.control import requests_modes as rm
from monitord.runtime.control import view
from monitord.runtime.control.desk import Desk
from monitord.runtime.control.holding import utc_ms_of
from monitord.runtime.control.protocol import Refused, Reply
from monitord.runtime.control.view import View
from monitord.runtime.control.who import Caller, key_of, speaker
from monitord.vocabulary import Mode, SetState

_MODES = [mode.value for mode in Mode]


async def change_mode(desk: Desk, caller: Caller, request: rm.ChangeMode) -> Reply:
    """Give the fact to the engine; the answer shows the mode as it then is."""
    mode = _mode(request.mode)
    until = utc_ms_of(request.until) if request.until else 0
    who = await speaker(desk, caller, request)
    answer = await desk.engine.submit(
        f.ChangeMode(
            by=who.person,
            proof=who.proof,
            mode=mode,
            reason=request.reason,
            until_utc_ms=until,
            key=key_of(caller, who, request.key),
        )
    )
    shown = running(desk.engine.state, desk.engine.now_ms())
    more: Reply = {"position": answer.position, "stored": answer.stored, **shown}
    if answer.code:
        return Refused(answer.code, answer.text, more).reply()
    return {"ok": True, **more}


def shown_mode(state: State, now_ms: int, request: rm.ShowMode) -> View:
    """How the site is run; with ``to`` what that mode would weaken, and whether it needs an end."""
    found = running(state, now_ms)
    if request.to:
        to = _mode(request.to)
        found["to"] = {
            "mode": to.value,
            "weakens": list(weakens(state, to)),
            "needs_end": is_loose(to),
        }
    return found


def running(state: State, now_ms: int) -> View:
    """The mode, since when, by whom, until when, and what it changes here."""
    mode, chains = state.mode, state.site.chains
    return {
        **view.head(state, now_ms),
        **how_it_runs(state),
        "chains": [name for name in chains if name.partition("/")[2] == mode.value],
        "frozen": [
            view.place(state, a.id) for a in state.site.areas.values() if _is_frozen(state, a.id)
        ],
        "may_unset": [
            {**view.place(state, area.id), "people": sorted(may_unset_in(state, area.id, mode))}
            for area in state.site.areas.values()
            if area.unset_by
        ],
        "unset": [
            view.place(state, name)
            for name, record in state.areas.items()
            if record.state is SetState.UNSET
        ],
    }


def how_it_runs(state: State) -> View:
    """The mode alone; ``by`` is empty where it came by itself, ``until`` None for no end."""
    record = state.mode_record
    ends, loose = record.until_utc_ms, is_loose(state.mode)
    return {
        "mode": state.mode.value,
        "since": None if record.since_ms is None else view.moment(state, record.since_ms),
        "by": record.by,
        "reason": record.reason,
        "until": rfc3339(ends) if ends else None,
        "then": record.back_to.value
        if ends and loose and not weakens(state, record.back_to)
        else None,
        "overstayed": record.overstayed,
    }


def _is_frozen(state: State, area: str) -> bool:
    return state.mode in state.site.areas[area].frozen_in


def _mode(word: str) -> Mode:
    if word not in _MODES:
        raise Refused("bad-input", p.nearest_text("mode", word, _MODES))
    return Mode(word)
