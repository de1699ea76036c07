"""Closing an incident: handled, on record, and the reset of its alarms.

It is refused while a point is active and while there is something that the person has not seen.
A closed incident is never opened again. Where the site has it closed by two, the first one asks
and the second agrees; until then its timers run on, and what changes in between makes it void.
"""

from collections.abc import Iterator
from typing import Final

from monitord.core import attendance, causes, handover, holds, paths, plans, police_calls, schedule
from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.alarms import forget_if_done
from monitord.core.closing_records import CloseAskedRecord
from monitord.core.concern import Evolve
from monitord.core.confirmation import forget_first, forget_hold_up
from monitord.core.duress import may_release
from monitord.core.incidents import acknowledge_alarms, answerable
from monitord.core.own import OWN_SOURCES
from monitord.core.records import IncidentRecord
from monitord.core.restoring import involved, left_out
from monitord.core.state import State
from monitord.vocabulary import AlarmState

#: Why somebody who was forced cannot be made to end it.
ONLY_RELEASED: Final = (
    "Only a security manager or director may end this, and not the one threatened"
)


def decide(
    state: State, now_ms: int, fact: f.AnyFact, so_far: tuple[ev.AnyEvent, ...]
) -> Iterator[ev.AnyEvent]:
    """Close, or say why not; where the site asks for two, the first one asks the second."""
    if isinstance(fact, f.Close):
        incident = answerable(state, fact)
        if isinstance(incident, ev.CommandRefused):
            yield incident
        elif refused := _refused(state, incident, fact):
            yield refused
        elif by_two(state, incident):
            yield ev.CloseAsked(
                incident=incident.number,
                by=fact.by,
                cause=fact.cause,
                finding=fact.finding,
                note=fact.note,
                found_by=fact.found_by,
                looked=causes.looked(fact),
            )
        else:
            yield from _close(state, incident, fact)
    elif isinstance(fact, f.AgreeClose):
        yield from _agree(state, fact)


def by_two(state: State, incident: IncidentRecord) -> bool:
    """Whether the site has this incident closed by two people."""
    return not set(state.site.close_by_two).isdisjoint({incident.category, *incident.categories})


def _agree(state: State, fact: f.AgreeClose) -> Iterator[ev.AnyEvent]:
    incident = answerable(state, fact)
    if isinstance(incident, ev.CommandRefused):
        yield incident
        return
    asked, code, text = incident.close_asked, "", ""
    if asked is None:
        code, text = "unknown", f"Nobody has asked to close incident {fact.incident}"
    elif asked.by == fact.by:
        code, text = "second-person", f"{fact.by} asked for this: another person must agree"
    elif asked.rev < incident.rev:
        code, text = "changed", "It has changed since that was asked: close it anew"
    elif not may_release(state, incident, fact.by):
        code, text = "forbidden", ONLY_RELEASED
    if asked is None or code:
        yield ev.CommandRefused(code=code, text=text)
        return
    close = f.Close(
        incident=fact.incident,
        seen=fact.seen,
        cause=asked.cause,
        finding=asked.finding,
        note=asked.note,
        found_by=asked.found_by,
        looked=asked.looked,
        by=asked.by,
        proof=fact.proof,
    )
    if refused := _refused(state, incident, close):  # much may have happened in between
        yield refused
    else:
        yield from _close(state, incident, close, agreed_by=fact.by)


def _refused(state: State, incident: IncidentRecord, fact: f.Close) -> ev.CommandRefused | None:
    """What speaks against closing it like this, just now."""
    active = [
        state.alarms[a].source
        for a in incident.alarms
        if state.alarms[a].active and not _is_gone(state, a) and state.presented(a)
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
        code, text = "forbidden", ONLY_RELEASED
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
    return ev.CommandRefused(code=code, text=text) if code else None


def _close(
    state: State, incident: IncidentRecord, fact: f.Close, agreed_by: str = ""
) -> Iterator[ev.AnyEvent]:
    gone = [a for a in incident.alarms if state.alarms[a].active and _is_gone(state, a)]
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
        agreed_by=agreed_by,
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
        or source in holds.sources(state)
        or source in police_calls.sources(state)
    )


def _on_asked(state: State, event: ev.CloseAsked) -> None:
    incident = state.incidents[event.incident]
    incident.close_asked = CloseAskedRecord(
        by=event.by,
        at_ms=state.at_ms,
        rev=incident.rev,
        cause=event.cause,
        finding=event.finding,
        note=event.note,
        found_by=event.found_by,
        looked=event.looked,
    )


def _on_closed(state: State, event: ev.IncidentClosed) -> None:
    incident = state.incidents[event.incident]
    incident.closed_ms, incident.closed_by = state.at_ms, event.by
    incident.cause, incident.finding = event.cause, event.finding
    incident.found_by, incident.looked = event.found_by, event.looked
    incident.close_asked, incident.agreed_by = None, event.agreed_by
    incident.note = event.note
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


EVOLVE: Evolve = {ev.IncidentClosed: _on_closed, ev.CloseAsked: _on_asked}
