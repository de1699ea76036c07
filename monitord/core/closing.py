"""Closing an incident: handled, on record, and the reset of its alarms.

It is refused while a point is active and while there is something that the person has not seen.
A closed incident is never opened again.
"""

from collections.abc import Iterator

from monitord.core import attendance, causes, handover, paths, plans, police_calls, schedule
from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.alarms import forget_if_done
from monitord.core.concern import Evolve
from monitord.core.confirmation import forget_first, forget_hold_up
from monitord.core.duress import may_release
from monitord.core.incidents import acknowledge_alarms, answerable
from monitord.core.own import OWN_SOURCES
from monitord.core.restoring import involved, left_out
from monitord.core.state import State
from monitord.vocabulary import AlarmState


def decide(
    state: State, now_ms: int, fact: f.AnyFact, so_far: tuple[ev.AnyEvent, ...]
) -> Iterator[ev.AnyEvent]:
    """Close, or say why not."""
    if not isinstance(fact, f.Close):
        return
    incident = answerable(state, fact)
    if isinstance(incident, ev.CommandRefused):
        yield incident
        return
    gone = [a for a in incident.alarms if state.alarms[a].active and _is_gone(state, a)]
    active = [
        state.alarms[a].source
        for a in incident.alarms
        if state.alarms[a].active and a not in gone and state.presented(a)
    ]
    out = [
        point
        for point in involved(state, incident)
        if left_out(state, point) and state.area_counts_as_set(state.site.points[point].area)
    ]
    code, text = "", ""
    if text := causes.objection(state.site, incident, fact):
        code = "bad-input"
    elif not may_release(state, incident, fact.by):
        code = "forbidden"
        text = "Only a security manager or director may end this, and not the one threatened"
    elif active:
        code = "active"
        text = f"Still active: {', '.join(active)}. Make it safe first, then close"
    elif out:
        code = "not-restored"
        text = f"The panel is set and leaves out: {', '.join(out)}. Put it back, or isolate it here"
    elif there := attendance.inside(state, fact.incident):
        code = "attended"
        text = f"{', '.join(there)} went in and has not come out: monitord attend {fact.incident}"
    elif text := plans.objection(incident):
        code = "steps-open"
    elif fact.seen < incident.rev:
        code, text = "changed", f"Incident {fact.incident} has changed since you looked"
    if code:
        yield ev.CommandRefused(code=code, text=text)
        return
    yield from acknowledge_alarms(state, incident, fact.by, fact.seen)
    for alarm in gone:  # nothing else can ever clear them
        yield ev.AlarmCleared(alarm=alarm)
    for alarm in tuple(incident.alarms):
        if state.alarms[alarm].state is AlarmState.LATCH_ACKED:
            yield ev.AlarmReset(alarm=alarm)
    yield ev.IncidentClosed(
        incident=incident.number,
        by=fact.by,
        cause=fact.cause,
        finding=fact.finding,
        note=fact.note,
        found_by=fact.found_by,
        looked=causes.looked(fact),
    )


def _is_gone(state: State, alarm: str) -> bool:
    """Its point or device has left the site: it is retired until a person closes it."""
    source = state.alarms[alarm].source
    return not (
        source in state.site.points
        or source in state.site.devices
        or source in OWN_SOURCES
        or source in paths.sources(state)
        or source in attendance.sources(state)
        or source in schedule.sources(state)
        or source in handover.sources(state)
        or source in police_calls.sources(state)
    )


def _on_closed(state: State, event: ev.IncidentClosed) -> None:
    incident = state.incidents[event.incident]
    incident.closed_ms, incident.closed_by = state.at_ms, event.by
    incident.cause, incident.finding = event.cause, event.finding
    incident.found_by, incident.looked = event.found_by, event.looked
    state.deadlines.pop(f"police-call:{event.incident}", None)
    for key in [k for k, r in state.attendances.items() if r.incident == event.incident]:
        if not state.attendances[key].running:
            del state.attendances[key]
    sources = set()
    for alarm in incident.alarms:
        sources.add(state.alarms[alarm].source)
        state.alarms[alarm].incident = 0
        forget_if_done(state, alarm)
    if state.hold_up.first_source in sources and event.cause != "attack":
        forget_hold_up(state)
    for area_id in incident.areas:
        area = state.areas.get(area_id)
        if area is None:
            continue
        if area.first_source in sources:
            forget_first(state, area_id)  # looked into: the next one is a first
        area.excluded = [source for source in area.excluded if source not in sources]


EVOLVE: Evolve = {ev.IncidentClosed: _on_closed}
