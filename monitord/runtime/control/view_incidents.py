"""Incidents as plain dicts: place first, then what, since when, who is called now and who next.

Pure; see :mod:`monitord.runtime.control.view` for what holds of every view.
"""

from monitord.channels.words import dark, missing
from monitord.core.alarm_table import UNSEEN
from monitord.core.attendance import PREFIX as SOMEBODY_INSIDE
from monitord.core.blackout import PREFIX as BLACKOUT
from monitord.core.calls import persons
from monitord.core.joining import headline, in_order
from monitord.core.outputs import PREFIX as OUTPUT
from monitord.core.records import AlarmRecord, CallRecord, IncidentRecord
from monitord.core.schedule import PREFIX as SCHEDULE
from monitord.core.site import ChainStep, Device, Output, Point, ancestors
from monitord.core.state import State
from monitord.runtime import views
from monitord.runtime.control.view import View, head, moment, place
from monitord.runtime.control.view_attending import attendances
from monitord.runtime.control.view_floods import flood
from monitord.runtime.control.view_pictures import looks
from monitord.runtime.control.view_plans import plan
from monitord.vocabulary import Condition


def incidents(state: State, now_ms: int, *, closed: bool = False) -> View:
    """Open incidents, fire first, then what nobody has taken, then the most urgent, newest first.

    With ``closed`` also recent closed ones.
    """
    wanted = [i for i in state.incidents.values() if closed or i.open]
    wanted.sort(key=lambda i: (not i.open, i.rank[0], i.acknowledged, i.rank))
    return {
        **head(state, now_ms),
        "flood": flood(state),
        "incidents": [incident(state, i, now_ms) for i in wanted],
    }


def incident(state: State, record: IncidentRecord, now_ms: int) -> View:
    """One incident whole."""
    seen = max((ack.seen for ack in record.acks), default=0)
    shown = views.view(state, record)
    return {
        "number": record.number,
        "id": shown.id,
        "rev": record.rev,
        "worse_rev": record.worse_rev,
        "worse": list(record.worse),
        **place(state, record.area),
        "areas": list(record.areas),
        "category": record.category.value,
        "categories": [c.value for c in record.categories],
        "priority": int(record.priority),
        "confirmed": record.confirmed,
        "confirmed_by": list(record.confirmed_by),
        "confirmed_how": None if record.confirmed_how is None else record.confirmed_how.value,
        "silent": record.silent,
        "text": shown.text,
        "opened": moment(state, record.opened_ms),
        "last_alarm": moment(state, record.last_alarm_ms),
        "open": record.open,
        "acknowledged": record.acknowledged,
        "owner": record.owner,
        "acknowledgements": [
            {"by": a.by, "at": moment(state, a.at_ms), "seen": a.seen, "via": a.via}
            for a in record.acks
        ],
        "since_acknowledged": _since(state, record, seen),
        "first_out": record.first_out,
        "headline": headline(state, record),
        "declared_by": record.declared_by,
        "alarms": [_alarm(state, name) for name in in_order(state, record)],
        "active": _active(state, record),
        "attendance": attendances(state, record, now_ms),
        "plan": plan(state, record, now_ms),
        "cameras": looks(state, record),
        **_calling(state, record, now_ms),
        **_closed(state, record),
        "close_asked": _close_asked(state, record),
    }


def _closed(state: State, record: IncidentRecord) -> View:
    """How it ended; nothing of it while it is open."""
    return {
        "closed": None if record.closed_ms is None else moment(state, record.closed_ms),
        "closed_by": record.closed_by,
        "agreed_by": record.agreed_by,
        "cause": record.cause,
        "action": views.next_step(state, record),
        "finding": None if record.finding is None else record.finding.id,
        "found_by": record.found_by,
        "looked": None if record.looked is None else record.looked.value,
    }


def _close_asked(state: State, record: IncidentRecord) -> View | None:
    """Who would close it, as what; ``void`` once it has changed since."""
    asked = record.close_asked
    if asked is None:
        return None
    return {
        "by": asked.by,
        "at": moment(state, asked.at_ms),
        "cause": asked.cause,
        "finding": None if asked.finding is None else asked.finding.id,
        "found_by": asked.found_by,
        "looked": None if asked.looked is None else asked.looked.value,
        "void": asked.rev < record.rev,
    }


def _since(state: State, record: IncidentRecord, seen: int) -> int:
    """How many alarms came since the last acknowledgement; all of them before one."""
    if not record.acks:
        return 0
    known = [state.alarms[a] for a in record.alarms if a in state.alarms]
    return sum(alarm.rev > seen and alarm.state in UNSEEN for alarm in known)


def _active(state: State, record: IncidentRecord) -> list[str]:
    return [
        state.alarms[a].source
        for a in record.alarms
        if a in state.alarms and state.alarms[a].active and state.presented(a)
    ]


def _alarm(state: State, name: str) -> View:
    alarm = state.alarms[name]
    point = state.site.points.get(alarm.source)
    device = state.site.devices.get(alarm.source)
    named = point or device or state.site.outputs.get(alarm.source.removeprefix(OUTPUT))
    is_blackout = alarm.source.startswith(BLACKOUT)
    sector = alarm.source.removeprefix(BLACKOUT) if is_blackout else ""
    return {
        "id": name,
        "source": alarm.source,
        "name": _name(named, alarm.source, sector),
        "sector": sector,
        "what": point.what if point else "",
        "behind": next(iter(ancestors(state.site, alarm.source)), ""),
        **_rationale(state, point),
        "condition": alarm.condition.value,
        "category": alarm.category.value,
        **place(state, alarm.area),
        "state": alarm.state.value,
        "active": alarm.active,
        "occurred": moment(state, alarm.occurred_ms),
        "count": alarm.count,
        "rev": alarm.rev,
        "missing": _missing(state, alarm),
        "said": state.points[alarm.source].said if alarm.source in state.points else "",
    }


def _missing(state: State, alarm: AlarmRecord) -> str:
    """What speaks against a detector that is not restored; empty for every other alarm."""
    asked = state.restores.get(alarm.source)
    not_restored = alarm.condition is Condition.NOT_RESTORED and asked is not None
    return asked.missing.value if asked is not None and not_restored else ""


def _rationale(state: State, point: Point | None) -> View:
    """What lies behind it, how to make sure and what to do, nearest word first; empty if unsaid."""
    of_kind = {} if point is None else (state.site.setup.get("kinds") or {}).get(point.kind) or {}
    said = {**of_kind, **({} if point is None else point.setup)}
    words = {key: said.get(key) or "" for key in ("cause", "consequence", "verify")}
    time_ms = said.get("time_to_respond_ms")
    return {
        **words,
        "action": point.action if point else "",
        "time_to_respond_s": None if time_ms is None else _seconds(time_ms),
    }


def _name(named: Point | Device | Output | None, source: str, sector: str) -> str:
    if sector:
        return dark(source)
    if source.startswith(SOMEBODY_INSIDE):
        return missing(source)
    if source.startswith(SCHEDULE):
        return "hours and list of the area"
    return named.name if named and named.name else source


def _calling(state: State, record: IncidentRecord, now_ms: int) -> View:
    """Who is called now, who next and when; or until when an outcome is due."""
    deadlines = state.deadlines
    next_ms = deadlines.get(f"chain:{record.number}")
    decide_ms = deadlines.get(f"decide:{record.number}")
    steps = record.chain.steps
    return {
        "calling": record.open and record.calling,
        "chain": record.chain.id,
        "step": record.step + 1,
        "steps": len(steps),
        "round": record.round,
        "calls": [_call(state, name, call) for name, call in record.calls.items()],
        "next_call": None if next_ms is None else _next(state, record, next_ms, now_ms),
        "decide_by": None if decide_ms is None else moment(state, decide_ms),
        "decide_in_s": None if decide_ms is None else _seconds(decide_ms - now_ms),
    }


def _call(state: State, name: str, call: CallRecord) -> View:
    return {
        "call_id": name,
        "person": call.person or call.target,
        "target": call.target,
        "channel": call.channel,
        "attempt": call.attempt,
        "placed": moment(state, call.placed_ms),
        "outcome": _outcome(call),
    }


def _outcome(call: CallRecord) -> str:
    if call.outcome is not None:
        return call.outcome.value
    return "under way" if call.began else "about to start"


def _next(state: State, record: IncidentRecord, next_ms: int, now_ms: int) -> View:
    """The next step, or the first one again when the chain has come to its end."""
    steps = record.chain.steps
    index = record.step + 1
    again = index >= len(steps)
    index = 0 if again else index
    return {
        "at": moment(state, next_ms),
        "in_s": _seconds(next_ms - now_ms),
        "step": index + 1,
        "again_from_the_start": again,
        "people": _people(state, steps[index]) if steps else [],
        "by": list(steps[index].by) if steps else [],
    }


def _people(state: State, step: ChainStep) -> list[str]:
    """Whom a step means today; the name itself where it means a post or nobody."""
    return [
        person or target for target in step.call for person in (persons(state, target) or ("",))
    ]


def _seconds(ms: int) -> int:
    """Whole seconds, rounded up, never below zero: "in 0 s" is now."""
    return max(0, -(-ms // 1000))
