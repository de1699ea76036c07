"""Attendance (G8): a person comes to an alarm, and is watched until they have left again.

Each who accepts has a record and one deadline, ``attend:NUMBER/HOLDER``: first for the arrival,
then, once inside, for the next word that they are safe. No arrival by the target: the chain calls
the next holder. No word from inside: an alarm of its own that calls people until one comes. Before
the plan of arrival is agreed nothing is unset for them (OXFORD). An incident is never closed over
somebody who is inside. Whoever comes is a person by id; names stand in the side store.
"""

from collections.abc import Iterator
from typing import Final

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.alarms import alarm_id
from monitord.core.concern import Evolve
from monitord.core.plan_records import AttendanceRecord
from monitord.core.records import IncidentRecord
from monitord.core.rights import refusal
from monitord.core.state import State
from monitord.vocabulary import ATTENDED, Attending, Category, Condition, Priority

#: The source of the alarm that nothing is heard of somebody: this, the incident, the person.
PREFIX: Final = "monitord.attendance."
ETA_MS_MAX: Final = 24 * 3_600_000
RESULTS: Final = ("nothing-found", "intruder", "damage", "stood-down")


def arrival_plan_acknowledged(state: State, incident: int) -> bool:
    """Whether the arrival plan of somebody who attends this incident now is agreed."""
    return any(r.plan_ms is not None for r in running(state, incident))


def running(state: State, incident: int) -> list[AttendanceRecord]:
    """Those who are on the way to this incident, there or inside."""
    return [r for r in state.attendances.values() if r.incident == incident and r.running]


def inside(state: State, incident: int) -> list[str]:
    """Who went in and has not come out."""
    return [r.holder for r in running(state, incident) if r.inside]


def is_late(state: State, event: ev.AnyEvent) -> bool:
    """Somebody did not arrive in time, and nobody else is there."""
    if not isinstance(event, ev.AttendanceMissed) or event.says is not Attending.ARRIVED:
        return False
    return all(r.arrived_ms is None for r in running(state, event.incident))


def awaited_until_ms(state: State, incident: int) -> int:
    """When the last word that is awaited of those who attend is due; 0 when none is."""
    keys = (f"attend:{_key(incident, r.holder)}" for r in running(state, incident))
    return max((state.deadlines.get(key, 0) for key in keys), default=0)


def refusal_to_unset(state: State, area: str) -> ev.CommandRefused | None:
    """An area is not unset for somebody whose arrival plan nobody has agreed."""
    for incident in state.open_incidents():
        if area not in incident.areas or incident.category not in ATTENDED:
            continue
        number = incident.number
        if running(state, number) and not arrival_plan_acknowledged(state, number):
            text = (
                f"Incident {number} is attended and its arrival plan is not agreed: "
                f"monitord attend {number} --plan first"
            )
            return ev.CommandRefused(code="plan-first", text=text)
    return None


def decide(
    state: State, now_ms: int, fact: f.AnyFact, so_far: tuple[ev.AnyEvent, ...]
) -> Iterator[ev.AnyEvent]:
    """What is told of somebody, and what is not heard in time."""
    match fact:
        case f.Attend():
            yield from _told(state, now_ms, fact)
        case f.TimePassed():
            for key in state.due(now_ms, "attend", fact):
                yield from _missed(state, now_ms, state.attendances[key])
        case _:
            pass


def decide_after_incidents(
    state: State, now_ms: int, fact: f.AnyFact, so_far: tuple[ev.AnyEvent, ...]
) -> Iterator[ev.AnyEvent]:
    """A keyholder who takes an incident comes; a closed incident needs nobody any more."""
    for event in so_far:
        match event:
            case ev.IncidentAcknowledged() if _comes(state, event):
                yield _begin(state, now_ms, event.incident, event.by, None)
            case ev.IncidentClosed():
                for record in running(state, event.incident):
                    yield from _ended(state, record, "incident closed", event.by)
            case _:
                pass


def _comes(state: State, event: ev.IncidentAcknowledged) -> bool:
    person = state.site.people.get(event.by)
    holders = state.site.attendance.keyholders
    if person is None or not (person.id in holders or person.role in holders):
        return False
    incident = state.incidents[event.incident]
    known = state.attendances.get(_key(event.incident, event.by))
    return incident.category in ATTENDED and (known is None or not known.running)


def _told(state: State, now_ms: int, fact: f.Attend) -> Iterator[ev.AnyEvent]:
    incident = _attendable(state, fact)
    if isinstance(incident, ev.CommandRefused):
        yield incident
        return
    number, holder = incident.number, fact.holder or fact.by
    record = state.attendances.get(_key(number, holder))
    if fact.says is Attending.ON_THE_WAY:
        yield _begin(state, now_ms, number, holder, fact.eta_ms, fact.by)
        return
    if record is None or not record.running:  # they were on the way before anybody said so
        yield _begin(state, now_ms, number, holder, None, fact.by)
        record = state.attendances[_key(number, holder)]
    if fact.says is Attending.RESULT:
        yield from _ended(state, record, fact.result, fact.by, fact.note)
        return
    if fact.says is Attending.SAFE:
        yield from _heard(state, record)
    entered = record.inside or fact.says is Attending.ENTERED
    yield ev.AttendanceTold(
        incident=number,
        holder=holder,
        says=fact.says,
        by=fact.by,
        companion=fact.companion,
        due_ms=now_ms + state.site.attendance.check_ms
        if entered and fact.says in (Attending.ENTERED, Attending.SAFE)
        else None,
        note=fact.note,
    )


def _attendable(state: State, fact: f.Attend) -> IncidentRecord | ev.CommandRefused:
    refused = refusal(state, fact)
    if refused is not None:
        return refused
    incident = state.incidents.get(fact.incident)
    if incident is None or incident.hidden_at(fact.at_area, fact.by, fact.session):
        return ev.CommandRefused(code="unknown", text=f"There is no incident {fact.incident}")
    record = state.attendances.get(_key(fact.incident, fact.holder or fact.by))
    code, text = "bad-input", ""
    if not incident.open:
        code, text = "ended", f"Incident {fact.incident} was closed by {incident.closed_by}"
    elif fact.holder and fact.holder not in state.site.people:
        text = f"{fact.holder} is not in the site file"
    elif fact.companion and fact.companion not in state.site.people:
        text = f"{fact.companion} is not in the site file"
    elif fact.companion and fact.companion == (fact.holder or fact.by):
        text = "Nobody goes in with themselves: leave --with out"
    elif fact.says is Attending.RESULT and fact.result not in RESULTS:
        text = f"The result must be one of: {', '.join(RESULTS)}"
    elif fact.eta_ms is not None and not 0 < fact.eta_ms <= ETA_MS_MAX:
        text = "The time of arrival must lie ahead, and within a day"
    elif fact.says is Attending.ON_THE_WAY and _is_there(record):
        code, text = "arrived", f"{fact.holder or fact.by} is there already"
    return ev.CommandRefused(code=code, text=text) if text else incident


def _is_there(record: AttendanceRecord | None) -> bool:
    return record is not None and record.running and record.arrived_ms is not None


def _begin(
    state: State, now_ms: int, number: int, holder: str, eta_ms: int | None, by: str = ""
) -> ev.AttendanceBegan:
    """A second word of the same person brings it forward, never behind the target of the first."""
    record = state.attendances.get(_key(number, holder))
    goes_on = record is not None and record.running and not record.late
    accepted_ms = record.accepted_ms if record is not None and goes_on else now_ms
    target_ms = accepted_ms + state.site.attendance.target_ms
    due_ms = target_ms if eta_ms is None else min(now_ms + eta_ms, target_ms)
    return ev.AttendanceBegan(
        incident=number, holder=holder, due_ms=due_ms, eta_ms=eta_ms, by=by or holder
    )


def _missed(state: State, now_ms: int, record: AttendanceRecord) -> Iterator[ev.AnyEvent]:
    number, holder = record.incident, record.holder
    if not record.inside:
        yield ev.AttendanceMissed(incident=number, holder=holder, says=Attending.ARRIVED)
        return
    due_ms = now_ms + state.site.attendance.check_ms
    yield ev.AttendanceMissed(incident=number, holder=holder, says=Attending.SAFE, due_ms=due_ms)
    # Each one that is missed is told anew: it sounds again and is called for again.
    source = _source(record)
    yield ev.AlarmOccurred(
        alarm=alarm_id(source, Condition.ACTIVE),
        source=source,
        condition=Condition.ACTIVE,
        category=Category.PROCEDURE,
        area=state.incidents[number].area,
        priority=Priority.CRITICAL,
        latching=False,
    )


def _heard(state: State, record: AttendanceRecord) -> Iterator[ev.AnyEvent]:
    name = alarm_id(_source(record), Condition.ACTIVE)
    alarm = state.alarms.get(name)
    if alarm is not None and alarm.active:
        yield ev.AlarmCleared(alarm=name)


def _ended(
    state: State, record: AttendanceRecord, result: str, by: str, note: f.TextRef | None = None
) -> Iterator[ev.AnyEvent]:
    yield from _heard(state, record)
    yield ev.AttendanceEnded(
        incident=record.incident, holder=record.holder, result=result, by=by, note=note
    )


def sources(state: State) -> tuple[str, ...]:
    """The sources of alarms about people who are inside."""
    return tuple(_source(record) for record in state.attendances.values() if record.inside)


def broken(state: State) -> Iterator[str]:
    """What must hold: whoever is awaited or inside has a deadline, and of an open incident."""
    for key, record in state.attendances.items():
        waits = f"attend:{key}" in state.deadlines
        incident = state.incidents.get(record.incident)
        if record.running and (incident is None or not incident.open):
            yield f"{record.holder} attends incident {record.incident}, which is not open"
        awaited = record.running and record.arrived_ms is None and not record.late
        if (record.inside or awaited) and not waits:
            yield f"{record.holder} attends incident {record.incident} and no deadline runs"
        if waits and not (record.inside or awaited):
            yield f"nothing is awaited of {record.holder} in incident {record.incident}"


def _source(record: AttendanceRecord) -> str:
    return f"{PREFIX}{record.incident}.{record.holder}"


def _key(incident: int, holder: str) -> str:
    return f"{incident}/{holder}"


def _on_began(state: State, event: ev.AttendanceBegan) -> None:
    key = _key(event.incident, event.holder)
    record = state.attendances.get(key)
    if record is None or not record.running:
        record = state.attendances[key] = AttendanceRecord(
            incident=event.incident, holder=event.holder, accepted_ms=state.at_ms
        )
    elif record.late:
        record.late, record.accepted_ms = False, state.at_ms
    record.eta_ms = event.eta_ms
    state.deadlines[f"attend:{key}"] = event.due_ms


def _on_told(state: State, event: ev.AttendanceTold) -> None:
    key = _key(event.incident, event.holder)
    record = state.attendances[key]
    match event.says:
        case Attending.PLAN:
            record.plan_ms = state.at_ms
        case Attending.ARRIVED:
            record.arrived_ms = record.arrived_ms or state.at_ms
        case Attending.ENTERED:
            record.arrived_ms = record.arrived_ms or state.at_ms
            record.entered_ms = record.entered_ms or state.at_ms
            record.companion = event.companion or record.companion
        case _:
            record.safe_ms, record.missed = state.at_ms, 0
    if event.due_ms is not None:
        state.deadlines[f"attend:{key}"] = event.due_ms
    elif record.arrived_ms is not None and not record.inside:
        state.deadlines.pop(f"attend:{key}", None)


def _on_missed(state: State, event: ev.AttendanceMissed) -> None:
    key = _key(event.incident, event.holder)
    record = state.attendances[key]
    if event.due_ms is None:
        record.late = True
        state.deadlines.pop(f"attend:{key}", None)
    else:
        record.missed += 1
        state.deadlines[f"attend:{key}"] = event.due_ms


def _on_ended(state: State, event: ev.AttendanceEnded) -> None:
    key = _key(event.incident, event.holder)
    record = state.attendances[key]
    record.ended_ms, record.result = state.at_ms, event.result
    state.deadlines.pop(f"attend:{key}", None)
    if not state.incidents[event.incident].open:
        del state.attendances[key]


EVOLVE: Evolve = {
    ev.AttendanceBegan: _on_began,
    ev.AttendanceTold: _on_told,
    ev.AttendanceMissed: _on_missed,
    ev.AttendanceEnded: _on_ended,
}
