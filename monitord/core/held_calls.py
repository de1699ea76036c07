"""Calls in a flood: a person is not called anew for what is no more urgent (E7).

Theory of operation. While a flood is on, a call that would reach somebody who was called a moment
ago (``calls-in-flood`` of the site file) for something at least as urgent is *held*: the next
call to that person says "+k more, the worst: …". Every held call has a deadline of its own
(``held:N:WHO``), no later than that time after the call that holds it: then the most urgent of
what is held for this person is called, and tells of the rest. The chain of each incident goes on
all the while, so the next step never waits for a held call.

Never held: a hold-up, what a person declared, a fire behind anything but a fire, what is confirmed
behind what is not, a higher priority behind a lower one. A call that failed for certain holds
nothing. Nothing here acknowledges, closes or forgets an incident.
"""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from monitord.core import events as ev
from monitord.core.concern import Evolve
from monitord.core.records import CalledRecord, HeldCall, IncidentRecord
from monitord.core.site import CALLS_IN_FLOOD_MS_MAX
from monitord.core.state import State
from monitord.vocabulary import Category, Outcome


def part(
    state: State, now_ms: int, incident: IncidentRecord, planned: Sequence[ev.CallPlaced]
) -> tuple[list[ev.CallPlaced], list[ev.CallHeld]]:
    """Those of ``planned`` that are placed now, and one held call for each other person."""
    if state.flood.since_ms is None:
        return list(planned), []
    held: dict[str, ev.CallHeld] = {}
    placed: list[ev.CallPlaced] = []
    for call in planned:
        covering = _covering(state, now_ms, incident, _who(call))
        if covering is None:
            placed.append(call)
        else:
            held[_who(call)] = ev.CallHeld(
                incident=incident.number,
                step=call.step,
                target=call.target,
                person=call.person,
                behind=covering.incident,
                until_ms=covering.at_ms + state.site.calls_in_flood_ms,
            )
    return renumbered(incident, placed), list(held.values())


def renumbered(incident: IncidentRecord, calls: Iterable[ev.CallPlaced]) -> list[ev.CallPlaced]:
    """The same calls, counted on without a gap."""
    return [
        msgspec.structs.replace(
            call, call=f"{call.call.rpartition('-')[0]}-{incident.calls_placed + count}"
        )
        for count, call in enumerate(calls, 1)
    ]


def _who(event: ev.CallPlaced | ev.CallHeld | ev.CallSkipped | ev.CallsTold) -> str:
    return event.person or event.target


def _covering(state: State, now_ms: int, incident: IncidentRecord, who: str) -> CalledRecord | None:
    """The latest call to this person that is as urgent as one for ``incident`` would be."""
    if incident.category is Category.HOLD_UP or incident.declared_by:
        return None
    since_ms = now_ms - state.site.calls_in_flood_ms
    for called in reversed(state.called.get(who, ())):
        fresh = called.at_ms > since_ms and called.incident != incident.number
        if fresh and covers(called, _call_for(state, incident)):
            return called
    return None


def _call_for(state: State, incident: IncidentRecord) -> CalledRecord:
    return CalledRecord(
        incident=incident.number,
        at_ms=state.at_ms,
        priority=incident.priority,
        fire=incident.category is Category.FIRE,
        confirmed=incident.confirmed,
    )


def covers(called: CalledRecord, other: CalledRecord) -> bool:
    """Whether who was called for ``called`` has heard of nothing less urgent than ``other``."""
    return (
        called.fire >= other.fire
        and called.confirmed >= other.confirmed
        and called.priority <= other.priority
    )


def told(
    state: State, incident: IncidentRecord, placed: Iterable[ev.CallPlaced]
) -> Iterator[ev.CallsTold]:
    """What the calls that were just placed for ``incident`` tell of besides, person by person."""
    if incident.hidden_from:
        return  # nothing that others may read says that somebody was called for it (G9)
    people = {_who(call): call for call in placed}
    for who, call in people.items():
        others = tuple(i.number for i in waiting(state, who) if i.number != incident.number)
        if others or who in incident.held or state.flood.since_ms is not None:
            yield ev.CallsTold(
                incident=incident.number, target=call.target, person=call.person, others=others
            )


def waiting(state: State, who: str) -> list[IncidentRecord]:
    """What is held for a person and not told to them yet, the most urgent first."""
    found = [
        incident
        for incident in state.open_incidents()
        if who in incident.held and not incident.held[who].told
    ]
    return sorted(found, key=lambda incident: incident.rank)


def behind(state: State, number: int, who: str) -> list[IncidentRecord]:
    """What is held for a person, or was told to them, with a call for incident ``number``."""
    return [
        incident
        for incident in state.open_incidents()
        if who in incident.held and incident.held[who].behind == number
    ]


def told_with(state: State, number: int, who: str) -> list[IncidentRecord]:
    """What the call to a person for incident ``number`` tells of besides, most urgent first."""
    found = [i for i in behind(state, number, who) if i.held[who].told]
    return sorted(found, key=lambda incident: incident.rank)


def no_way(incident: IncidentRecord, who: str, why: str) -> ev.CallSkipped:
    """Nobody is called by this held call any more."""
    held = incident.held[who]
    person = "" if held.is_post else who
    return ev.CallSkipped(
        incident=incident.number,
        step=incident.step,
        target=held.target,
        person=person,
        channel="",
        why=why,
    )


def drop(state: State, incident: IncidentRecord) -> None:
    """Part of evolving: a new step begins, or nobody is called any more."""
    for who in tuple(incident.held):
        release(state, incident, who)


def release(state: State, incident: IncidentRecord, who: str) -> None:
    """Part of evolving: this call is held no longer."""
    incident.held.pop(who, None)
    state.deadlines.pop(f"held:{incident.number}:{who}", None)


def resulted(state: State, incident: IncidentRecord, who: str) -> None:
    """Part of evolving an outcome: who cannot be reached has not been called."""
    mine = [c for c in incident.calls.values() if (c.person or c.target) == who and not c.warns]
    if who in state.called and all(call.outcome is Outcome.FAILED for call in mine):
        state.called[who] = [c for c in state.called[who] if c.incident != incident.number]


def broken(state: State) -> Iterator[str]:
    """What must hold of them in every state: each ends, and no chain waits for one."""
    for incident in state.open_incidents():
        for who, held in incident.held.items():
            until_ms = state.deadlines.get(f"held:{incident.number}:{who}")
            if held.told == (until_ms is not None):
                yield f"the call of incident {incident.number} to {who} is held without an end"
            if until_ms is not None and until_ms > held.since_ms + CALLS_IN_FLOOD_MS_MAX:
                yield f"the call of incident {incident.number} to {who} is held for too long"
            if not incident.calling:
                yield f"incident {incident.number} is not called for and holds a call to {who}"


def _held(state: State, event: ev.CallHeld) -> None:
    incident = state.incidents[event.incident]
    incident.held[_who(event)] = HeldCall(
        target=event.target,
        is_post=not event.person,
        behind=event.behind,
        since_ms=state.at_ms,
    )
    state.deadlines[f"held:{event.incident}:{_who(event)}"] = event.until_ms


def _told(state: State, event: ev.CallsTold) -> None:
    who, incident = _who(event), state.incidents[event.incident]
    release(state, incident, who)
    for number in event.others:
        held = state.incidents[number].held[who]
        held.told, held.behind = True, event.incident
        state.deadlines.pop(f"held:{number}:{who}", None)
    if state.flood.since_ms is None:
        return
    new = _call_for(state, incident)
    since_ms = state.at_ms - state.site.calls_in_flood_ms
    state.called[who] = [
        called
        for called in state.called.get(who, ())
        if called.at_ms > since_ms and not covers(new, called)
    ] + [new]


EVOLVE: Evolve = {ev.CallHeld: _held, ev.CallsTold: _told}
