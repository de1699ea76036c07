"""Incidents: the alarms that people handle as one, and what people say of them (law 10).

An alarm joins the open incident that :mod:`joining` finds for it, else it opens one. Each join
raises the revision. An incident has *worsened*
when it gained a higher priority, a new category or area, was confirmed, or when one of its own
alarms comes back after nothing would have joined it any more: an acknowledgement that has not
seen that is refused. Closing is the reset: refused while a point is active, and
refused when it has not seen everything.
"""

from collections.abc import Iterator
from typing import Final

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.alarm_table import UNSEEN
from monitord.core.alarms import alarm_id
from monitord.core.concern import Evolve
from monitord.core.joining import home, join_ms
from monitord.core.records import AckRecord, IncidentRecord
from monitord.core.rights import refusal
from monitord.core.state import CLOSED_INCIDENTS_KEPT, State
from monitord.vocabulary import (
    ATTACK,
    DECLARABLE,
    PRIORITY_OF_CATEGORY,
    PROGRAM,
    SILENT,
    Category,
    Condition,
    Confirmed,
    SetState,
)

#: More than so many are kept only where each says something that no later one does.
ACKS_KEPT: Final = 50

MINUTE_MS: Final = 60_000
_CONDITIONS: Final = tuple(Condition)
#: Conditions that make an incident worse whatever else it has.
_WORSE: Final = frozenset(
    {Condition.UNSET_EARLY, Condition.UNSET_UNLISTED, Condition.UNSET_IN_ALARM}
)


def decide(
    state: State, now_ms: int, fact: f.AnyFact, so_far: tuple[ev.AnyEvent, ...]
) -> Iterator[ev.AnyEvent]:
    """Open, join, confirm; acknowledge, close, declare."""
    for event in so_far:
        match event:
            case ev.AlarmOccurred() if state.presented(event.alarm):
                yield from _alarm(state, now_ms, event)
            case ev.AreaConfirmed() | ev.HoldUpConfirmed():
                yield from _confirmed(state, event)
            case _:
                pass
    match fact:
        case f.Acknowledge():
            yield from _acknowledge(state, fact)
        case f.Declare():
            yield from _declare(state, fact)
        case _:
            pass


def _alarm(state: State, now_ms: int, event: ev.AlarmOccurred) -> Iterator[ev.AnyEvent]:
    incident = home(state, now_ms, event)
    if incident is None:
        yield ev.IncidentOpened(
            incident=state.incidents_opened + 1,
            category=event.category,
            area=event.area,
            priority=event.priority,
            first_out=event.alarm,
            silent=event.silent,
        )
        return
    worse = []
    if event.priority < incident.priority:
        worse.append("higher priority")
    if event.category not in incident.categories:
        worse.append(f"now also {event.category}")
    if event.area not in incident.areas:
        worse.append(f"now also in {event.area}")
    if event.condition in _WORSE:
        worse.append(f"{event.area} was {event.condition}")
    own, quiet_ms = state.alarms[event.alarm].incident, now_ms - incident.last_alarm_ms
    if own == incident.number and quiet_ms >= join_ms(state, event.area):
        worse.append(f"again after {quiet_ms // MINUTE_MS} min")
    yield ev.IncidentJoined(
        incident=incident.number,
        alarm=event.alarm,
        category=event.category,
        area=event.area,
        priority=event.priority,
        worse=tuple(worse),
    )


def _confirmed(state: State, event: ev.AreaConfirmed | ev.HoldUpConfirmed) -> Iterator[ev.AnyEvent]:
    """The incidents that the two sources are in: each hold-up stands alone and is still one."""
    family_ = ATTACK if isinstance(event, ev.AreaConfirmed) else ATTACK | {Category.HOLD_UP}
    numbers = {
        alarm.incident
        for source in (event.first, event.second)
        for condition in _CONDITIONS
        if (alarm := state.alarms.get(alarm_id(source, condition))) and alarm.category in family_
    }
    for number in sorted(numbers):
        incident = state.incidents.get(number)
        if incident and not incident.confirmed and event.area in incident.areas:
            yield ev.IncidentConfirmed(incident=number, by=(event.first, event.second))


def _acknowledge(state: State, fact: f.Acknowledge) -> Iterator[ev.AnyEvent]:
    incident = answerable(state, fact)
    if isinstance(incident, ev.CommandRefused):
        yield incident
        return
    if any(ack.by == fact.by and ack.seen >= fact.seen for ack in incident.acks) and (
        incident.acknowledged
    ):
        return  # the same word again: a page sent twice, a link clicked twice
    yield ev.IncidentAcknowledged(
        incident=incident.number, by=fact.by, seen=fact.seen, via=fact.via, note=fact.note
    )
    yield from acknowledge_alarms(state, incident, fact.by, fact.seen)


def acknowledge_alarms(
    state: State, incident: IncidentRecord, by: str, seen: int
) -> Iterator[ev.AnyEvent]:
    """Those that revision ``seen`` showed; what came after stays unacknowledged (T1.4)."""
    for alarm in tuple(incident.alarms):
        record = state.alarms[alarm]
        if record.rev <= seen and record.state in UNSEEN:
            yield ev.AlarmAcknowledged(alarm=alarm, by=by)


def answerable(
    state: State, fact: f.Acknowledge | f.Close | f.AgreeClose
) -> IncidentRecord | ev.CommandRefused:
    """The incident, when this person may speak to it having seen what they have seen."""
    refused = refusal(state, fact)
    if refused is not None:
        return refused
    incident = state.incidents.get(fact.incident)
    if incident is None or incident.hidden_at(fact.at_area, fact.by, fact.session):
        return ev.CommandRefused(code="unknown", text=f"There is no incident {fact.incident}")
    code, text = "", ""
    if not incident.open:
        code, text = "ended", f"Incident {fact.incident} was closed by {incident.closed_by}"
    elif not 1 <= fact.seen <= incident.rev:
        code, text = "bad-input", f"Incident {fact.incident} has no revision {fact.seen}"
    elif fact.seen < incident.worse_rev:
        code = "worsened"
        text = f"Incident {fact.incident} has worsened since you looked: " + "; ".join(
            incident.worse
        )
    return ev.CommandRefused(code=code, text=text) if code else incident


def _declare(state: State, fact: f.Declare) -> Iterator[ev.AnyEvent]:
    refused = refusal(state, fact)
    if refused is not None:
        yield refused
        return
    code, text = "", ""
    if fact.category not in DECLARABLE:
        words = ", ".join(sorted(DECLARABLE))
        code, text = "bad-input", f"{fact.category} cannot be declared; these can: {words}"
    elif fact.area not in state.site.areas:
        words = ", ".join(state.site.areas)
        code, text = "bad-input", f"There is no area {fact.area}; the areas are: {words}"
    if code:
        yield ev.CommandRefused(code=code, text=text)
        return
    number = state.incidents_opened + 1
    yield ev.IncidentOpened(
        incident=number,
        category=fact.category,
        area=fact.area,
        priority=PRIORITY_OF_CATEGORY[fact.category],
        declared_by=fact.by,
        note=fact.note,
        silent=fact.category in SILENT,
    )
    if not fact.by.startswith(PROGRAM):
        # A person who stands there and says so is the second source; a program has seen nothing.
        yield ev.IncidentConfirmed(incident=number, by=(fact.by,), how=Confirmed.DECLARED)


def _on_opened(state: State, event: ev.IncidentOpened) -> None:
    if event.hidden_from:
        state.duress_opened += 1
    else:
        state.incidents_opened = event.incident
    incident = state.incidents[event.incident] = IncidentRecord(
        number=event.incident,
        category=event.category,
        area=event.area,
        priority=event.priority,
        opened_ms=state.at_ms,
        last_alarm_ms=state.at_ms,
        first_out=event.first_out,
        declared_by=event.declared_by,
        areas=[event.area],
        categories=[event.category],
        silent=event.silent,
        hidden_from=event.hidden_from,
        opened_after=state.position,
    )
    if event.first_out and not event.bare:
        _take(state, incident, event.first_out)
    closed = [i.number for i in state.incidents.values() if i.closed_ms is not None]
    for number in closed[: max(0, len(closed) - CLOSED_INCIDENTS_KEPT)]:
        del state.incidents[number]


def _take(state: State, incident: IncidentRecord, alarm: str) -> None:
    record = state.alarms[alarm]
    record.incident, record.rev = incident.number, incident.rev
    area = state.areas.get(record.area)
    # Known to be set, not merely guarded as if it were: only that can be demanded back.
    is_set = area is not None and area.state in (SetState.SET, SetState.PART_SET)
    if is_set and record.area not in incident.set_areas:
        incident.set_areas.append(record.area)
    if alarm not in incident.alarms:
        incident.alarms.append(alarm)


def _on_joined(state: State, event: ev.IncidentJoined) -> None:
    incident = state.incidents[event.incident]
    incident.rev += 1
    incident.last_alarm_ms = state.at_ms
    _take(state, incident, event.alarm)
    if event.priority < incident.priority:
        incident.priority, incident.category = event.priority, event.category
    if event.category not in incident.categories:
        incident.categories.append(event.category)
    if event.area not in incident.areas:
        incident.areas.append(event.area)
    if event.worse:
        incident.worse_rev, incident.worse = incident.rev, event.worse


def _on_confirmed(state: State, event: ev.IncidentConfirmed) -> None:
    incident = state.incidents[event.incident]
    incident.confirmed = True
    incident.confirmed_by, incident.confirmed_how = event.by, event.how
    incident.rev += 1
    incident.worse_rev, incident.worse = incident.rev, ("confirmed",)


def _on_acknowledged(state: State, event: ev.IncidentAcknowledged) -> None:
    incident = state.incidents[event.incident]
    ack = AckRecord(event.by, state.at_ms, event.seen, event.via, event.note)
    incident.acks.append(ack)
    if len(incident.acks) > ACKS_KEPT:
        _forget_one(incident.acks)
    incident.owner = incident.owner or event.by


def _forget_one(acks: list[AckRecord]) -> None:
    """The oldest of somebody who has said since that they saw as much."""
    for place, ack in enumerate(acks):
        if any(later.by == ack.by and later.seen >= ack.seen for later in acks[place + 1 :]):
            del acks[place]
            return


EVOLVE: Evolve = {
    ev.IncidentOpened: _on_opened,
    ev.IncidentJoined: _on_joined,
    ev.IncidentConfirmed: _on_confirmed,
    ev.IncidentAcknowledged: _on_acknowledged,
}
