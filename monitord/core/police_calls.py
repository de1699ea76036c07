"""Whether the police know of a confirmed attack (C8): said by a person, within a limit.

monitord calls them itself where a channel does; mostly the receiving centre does it, or somebody
with a telephone. Then it is on record only when somebody says so, and nobody saying so in time is
an alarm of its own. A silent alarm is never asked about: the question would be seen where the
button is.
"""

from collections.abc import Iterator
from typing import Final

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.alarms import alarm_id
from monitord.core.concern import Evolve
from monitord.core.plan_records import PoliceTold
from monitord.core.police import SERVED
from monitord.core.records import IncidentRecord
from monitord.core.rights import refusal
from monitord.core.site import PoliceReference
from monitord.core.state import State
from monitord.vocabulary import Category, Condition, Priority

#: The source of the alarm that nobody has said so: this and the number of the incident.
PREFIX: Final = "monitord.police-call."
#: Who rang.
RANG: Final = ("self", "receiving-centre")


def decide(
    state: State, now_ms: int, fact: f.AnyFact, so_far: tuple[ev.AnyEvent, ...]
) -> Iterator[ev.AnyEvent]:
    """What somebody says, and that nobody said it in time."""
    if isinstance(fact, f.TellPolice):
        refused = _refused(state, fact)
        yield refused or ev.PoliceWereTold(incident=fact.incident, by=fact.by, how=fact.how)
        if refused is None:
            yield from _over(state, fact.incident)
    if isinstance(fact, f.TimePassed):
        for number in state.due(now_ms, "police-call", fact):
            incident = state.incidents[int(number)]
            yield ev.PoliceOverdue(incident=incident.number)
            if not (incident.police_told or incident.police):
                yield _alarm(incident)


def decide_after_incidents(
    state: State, now_ms: int, fact: f.AnyFact, so_far: tuple[ev.AnyEvent, ...]
) -> Iterator[ev.AnyEvent]:
    """Wait for somebody to say so; no longer, once the incident is closed."""
    for event in so_far:
        if isinstance(event, ev.IncidentConfirmed):
            incident = state.incidents[event.incident]
            reference = serving(state, incident)
            waits = not (incident.silent or incident.police_told or incident.police)
            if waits and reference is not None and reference.call_within_ms is not None:
                until_ms = now_ms + reference.call_within_ms
                yield ev.PoliceAwaited(incident=event.incident, until_ms=until_ms)
        elif isinstance(event, ev.IncidentClosed):
            yield from _over(state, event.incident)


def serving(state: State, incident: IncidentRecord) -> PoliceReference | None:
    """The reference on which the police come to this, withdrawn or not; None: to none of it."""
    for reference in state.site.police.values():
        there = not reference.areas or set(reference.areas) & set(incident.areas)
        if incident.category in SERVED[reference.type] and there:
            return reference
    return None


def sources(state: State) -> tuple[str, ...]:
    """The sources of the alarms, of the incidents that are open."""
    return tuple(f"{PREFIX}{incident.number}" for incident in state.open_incidents())


def _alarm(incident: IncidentRecord) -> ev.AlarmOccurred:
    return ev.AlarmOccurred(
        alarm=alarm_id(f"{PREFIX}{incident.number}", Condition.FAULT),
        source=f"{PREFIX}{incident.number}",
        condition=Condition.FAULT,
        category=Category.PROCEDURE,
        area=incident.area,
        priority=Priority.HIGH,
        latching=False,
    )


def _over(state: State, number: int) -> Iterator[ev.AnyEvent]:
    alarm = alarm_id(f"{PREFIX}{number}", Condition.FAULT)
    record = state.alarms.get(alarm)
    if record is not None and record.active:
        yield ev.AlarmCleared(alarm=alarm)


def _refused(state: State, fact: f.TellPolice) -> ev.CommandRefused | None:
    refused = refusal(state, fact)
    if refused is not None:
        return refused
    incident = state.incidents.get(fact.incident)
    if incident is None or incident.hidden_at(fact.at_area, fact.by, fact.session):
        return ev.CommandRefused(code="unknown", text=f"There is no incident {fact.incident}")
    if not incident.open:
        return ev.CommandRefused(code="closed", text=f"Incident {fact.incident} is closed")
    if fact.how not in RANG:
        text = f"Say who rang: {' or '.join(RANG)}"
        return ev.CommandRefused(code="bad-input", text=text)
    return None


def _awaited(state: State, event: ev.PoliceAwaited) -> None:
    state.deadlines[f"police-call:{event.incident}"] = event.until_ms


def _told(state: State, event: ev.PoliceWereTold) -> None:
    told = PoliceTold(by=event.by, at_ms=state.at_ms, how=event.how)
    state.incidents[event.incident].police_told.append(told)
    state.deadlines.pop(f"police-call:{event.incident}", None)


def _overdue(state: State, event: ev.PoliceOverdue) -> None:
    state.deadlines.pop(f"police-call:{event.incident}", None)


EVOLVE: Evolve = {
    ev.PoliceAwaited: _awaited,
    ev.PoliceWereTold: _told,
    ev.PoliceOverdue: _overdue,
}
