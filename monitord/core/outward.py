"""Outward: which alarms are told inside first, for how long, and what unsetting does (T2.4, T2.9).

Two alarms wait before they leave the site, and no others: one of an intrusion detector off the
route during an entry, until people inside were warned for 30 s and the entry time is over; and
that of an entry that was not unset in time, for the area's abort window (0 where the file says
nothing). Console and post are told at once. The wait is a field of the incident with a deadline
``outside:N``; nothing ever makes it longer, and whatever else joins the incident ends it: another
category or area, a detector off the route once the entry is over, a person who has seen it.

Unset with a PIN while it waits, the alarm is *aborted* and nothing of it goes out unless it
worsens; unset after that, whoever was told outside is told of it (*cancelled*). It must never
hold back anything but intrusion, and never an incident of which somebody outside was told.
"""

from collections.abc import Iterator
from typing import Final

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.concern import Evolve
from monitord.core.entering import Excuse, excuse
from monitord.core.records import IncidentRecord
from monitord.core.state import State
from monitord.vocabulary import Category, Condition, Confirmed, SetState

#: So long people inside are warned of a detector off the route before the alarm goes out.
WARNED_MS: Final = 30_000
#: So long after the alarm an unsetting may still be that of somebody who was slow (ANSI/SIA CP-01).
SLOW_MS: Final = 5 * 60_000


def decide(
    state: State, now_ms: int, fact: f.AnyFact, so_far: tuple[ev.AnyEvent, ...]
) -> Iterator[ev.AnyEvent]:
    """What waits, what waits no longer, and what an unsetting calls back."""
    for event in so_far:
        match event:
            case ev.IncidentOpened() if event.first_out in state.alarms:
                yield from _opened(state, now_ms, event, so_far)
            case ev.IncidentJoined():
                yield from _joined(state, now_ms, event, so_far)
            case ev.IncidentConfirmed() if event.how is not Confirmed.SOURCES:
                yield from _release(state, event.incident, "a person has seen it")
            case ev.AreaChanged(state=SetState.UNSET) if _is_by_pin(state, event):
                yield from _unset(state, event)
            case _:
                pass
    if isinstance(fact, f.TimePassed):
        for number in state.due(now_ms, "outside", fact):
            yield from _release(state, int(number), "its time inside is over")


def _opened(
    state: State, now_ms: int, event: ev.IncidentOpened, so_far: tuple[ev.AnyEvent, ...]
) -> Iterator[ev.AnyEvent]:
    until_ms, why = _may_wait(state, now_ms, event.first_out, so_far)
    if until_ms > now_ms:
        yield ev.OutsideHeld(incident=event.incident, until_ms=until_ms, why=why)


def _joined(
    state: State, now_ms: int, event: ev.IncidentJoined, so_far: tuple[ev.AnyEvent, ...]
) -> Iterator[ev.AnyEvent]:
    incident = state.incidents[event.incident]
    if incident.aborted_by:
        yield from _release(state, event.incident, "it goes on")
    if incident.outside_from_ms is None:
        return
    point = state.site.points.get(state.alarms[event.alarm].source)
    on_the_route = point is not None and point.route and event.area == incident.area
    if on_the_route and event.category is Category.INTRUSION:
        return  # one more on the way that somebody came: neither sooner nor later
    until_ms, why = _may_wait(state, now_ms, event.alarm, so_far)
    if until_ms <= now_ms:
        yield from _release(state, event.incident, "there is more than an entry")
    elif until_ms < incident.outside_from_ms:
        yield ev.OutsideHeld(incident=event.incident, until_ms=until_ms, why=why)


def _may_wait(
    state: State, now_ms: int, alarm: str, so_far: tuple[ev.AnyEvent, ...]
) -> tuple[int, str]:
    """Until when this alarm may wait, engine time, and why; 0 for not at all."""
    record = state.alarms[alarm]
    point = state.site.points.get(record.source)
    if point is None or record.condition is not Condition.ACTIVE:
        return 0, ""
    if excuse(state, point) is Excuse.INSIDE_FIRST:
        over_ms = state.deadlines.get(f"entering:{point.area}", now_ms)
        return max(now_ms + WARNED_MS, over_ms), "off the route, during an entry"
    ran_out = any(isinstance(e, ev.EntryRanOut) and e.area == point.area for e in so_far)
    if ran_out and point.route:
        abort_ms = state.site.areas[point.area].abort_ms
        return now_ms + abort_ms, "the entry was not unset in time"
    return 0, ""


def _release(state: State, number: int, why: str) -> Iterator[ev.AnyEvent]:
    incident = state.incidents.get(number)
    if incident is not None and (incident.outside_from_ms is not None or incident.aborted_by):
        yield ev.OutsideReleased(incident=number, why=why)


def _is_by_pin(state: State, event: ev.AreaChanged) -> bool:
    """A person unset it here; a code typed at a panel calls nothing back."""
    return bool(event.by) and state.site.areas[event.area].set_by is None


def _unset(state: State, event: ev.AreaChanged) -> Iterator[ev.AnyEvent]:
    """A person with their PIN: what waits never goes out, what went out is called back."""
    for incident in tuple(state.open_incidents()):
        if incident.areas != [event.area]:
            continue
        if incident.outside_from_ms is not None:
            yield ev.OutsideAborted(incident=incident.number, by=event.by)
        elif incident.told_outside and not incident.cancelled_by and is_entry(state, incident):
            yield ev.OutsideCancelled(incident=incident.number, by=event.by)


def is_entry(state: State, incident: IncidentRecord) -> bool:
    """Whether all that alarmed is on the way in, a moment ago: somebody was slow, as far as
    anybody knows. Later it is somebody who has been inside all the while (OXFORD)."""
    if state.at_ms - incident.opened_ms > SLOW_MS:
        return False
    points = [state.site.points.get(alarm.rpartition("/")[0]) for alarm in incident.alarms]
    only_intrusion = incident.categories == [Category.INTRUSION]
    return only_intrusion and bool(points) and all(p is not None and p.route for p in points)


def is_held(state: State, incident: IncidentRecord, channel: str) -> str:
    """Why a channel may say nothing of the incident now; empty when it may."""
    if not is_outside(state, channel):
        return ""
    if incident.aborted_by:
        return f"aborted: unset in time by {incident.aborted_by}"
    if incident.outside_from_ms is not None:
        return "not yet: told inside first, while somebody may still unset the area"
    return ""


def is_outside(state: State, channel: str) -> bool:
    """Whether a channel leaves the site."""
    known = state.site.channels.get(channel)
    return known is not None and known.outside


def note_told(
    state: State, incident: IncidentRecord, target: str, person: str, channel: str
) -> None:
    """Part of evolving ``CallPlaced``: who outside has been told."""
    way = (target, person, channel)
    if is_outside(state, channel) and way not in incident.told_outside:
        incident.told_outside.append(way)


def broken(state: State) -> Iterator[str]:
    """What must hold: a wait has an end, and an alarm that went out waits no longer."""
    for number, incident in state.incidents.items():
        due_ms = state.deadlines.get(f"outside:{number}")
        if incident.outside_from_ms != due_ms or (due_ms is not None and not incident.open):
            yield f"incident {number} is held until {incident.outside_from_ms}, due {due_ms}"
        if due_ms is not None and incident.told_outside:
            yield f"incident {number} is held although somebody outside was told"
        if due_ms is not None and incident.categories != [Category.INTRUSION]:
            yield f"incident {number} is held although it is {incident.categories}"


def forget(state: State, incident: IncidentRecord) -> None:
    """The incident is over, or may go out: nothing waits any more."""
    incident.outside_from_ms = None
    state.deadlines.pop(f"outside:{incident.number}", None)


def _on_held(state: State, event: ev.OutsideHeld) -> None:
    state.incidents[event.incident].outside_from_ms = event.until_ms
    state.deadlines[f"outside:{event.incident}"] = event.until_ms


def _on_released(state: State, event: ev.OutsideReleased) -> None:
    """The step that is running gives everybody outside its whole wait from now on, and no more."""
    incident = state.incidents[event.incident]
    forget(state, incident)
    incident.aborted_by = ""
    key = f"chain:{event.incident}"
    if incident.step >= 0 and key in state.deadlines:
        wait_ms = incident.chain.steps[incident.step].wait_ms
        state.deadlines[key] = min(state.deadlines[key], state.at_ms + wait_ms)


def _on_aborted(state: State, event: ev.OutsideAborted) -> None:
    incident = state.incidents[event.incident]
    forget(state, incident)
    incident.aborted_by = event.by


def _on_cancelled(state: State, event: ev.OutsideCancelled) -> None:
    state.incidents[event.incident].cancelled_by = event.by


EVOLVE: Evolve = {
    ev.OutsideHeld: _on_held,
    ev.OutsideReleased: _on_released,
    ev.OutsideAborted: _on_aborted,
    ev.OutsideCancelled: _on_cancelled,
}
