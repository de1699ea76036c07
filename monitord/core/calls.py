"""Single calls of a chain's step: who is meant, what was tried, what to try next.

``call_id`` is SITE-EPOCH-INCIDENT-N. A stored ``CallPlaced`` is the intent; a call whose outcome
a crash swallowed is repeated with the same id (law 7), one whose outcome is on record never is.
"""

import re
from collections.abc import Iterator
from typing import Final

import msgspec

from monitord.core import events as ev
from monitord.core import held_calls, outward, police, stations
from monitord.core.concern import Evolve
from monitord.core.records import CallRecord, IncidentRecord
from monitord.core.site import ChainStep
from monitord.core.state import State
from monitord.vocabulary import Outcome

#: These two need no declaration: a post's console, and a terminal at the daemon.
CONSOLE: Final = "console"
TERMINAL: Final = "terminal"

_INCIDENT_OF_CALL: Final = re.compile(r"-([0-9]{1,15})-[0-9]{1,15}\Z")

Placed = list[ev.CallPlaced]
Skipped = list[ev.CallSkipped]


def plan(
    state: State, incident: IncidentRecord, index: int, *, not_yet: bool = False
) -> tuple[Placed, Skipped]:
    """Whom a step calls now, and whom it cannot. ``not_yet``: only whom it has not called."""
    step = incident.chain.steps[index]
    placed: Placed = []
    skipped: Skipped = []
    made = {(call.person, call.channel) for call in incident.calls.values() if not call.warns}
    called: set[str] = set()
    ways: list[tuple[str, str, str]] = []
    for target in step.call:
        people = persons(state, target)
        if not people:
            skipped.extend(
                _skip(incident, index, target, "", channel, "nobody has this name or role")
                for channel in step.by
            )
        for person in people:
            if (person or target) in called:  # named twice: by name and by role
                continue
            called.add(person or target)
            hindered = [(ch, _hindered(state, incident, target, person, ch)) for ch in step.by]
            skipped.extend(
                _skip(incident, index, target, person, channel, why)
                for channel, why in hindered
                if why
            )
            channels = [channel for channel, why in hindered if not why]
            if (
                not channels
                and step.otherwise
                and not _hindered(state, incident, target, person, step.otherwise)
            ):
                channels = [step.otherwise]
            ways += [(target, person, channel) for channel in channels]
    ways += _in_place_of_the_police(state, incident, index, called)
    for target, person, channel in ways:
        if not_yet and (person, channel) in made:
            continue
        if why := outward.is_held(state, incident, channel):
            skipped.append(_skip(incident, index, target, person, channel, why))
            continue
        count = incident.calls_placed + len(placed) + 1
        placed.append(_place(state, incident, index, target, person, channel, count))
    return placed, skipped


def _in_place_of_the_police(
    state: State, incident: IncidentRecord, index: int, called: set[str]
) -> list[tuple[str, str, str]]:
    """Target, person and channel of everybody who is called because the police are not."""
    ways: list[tuple[str, str, str]] = []
    for closed in incident.chain.steps[index].by:
        if not police.why_not(state, incident, closed):
            continue
        for target in police.instead(state, closed):
            for person in [p for p in persons(state, target) if p and p not in called]:
                called.add(person)
                known = state.site.people[person].channels
                ours = [ch for ch in known if not _hindered(state, incident, person, person, ch)]
                ways += [(target, person, ch) for ch in ours]
    return ways


def persons(state: State, target: str) -> tuple[str, ...]:
    """The people that a target means: itself, those of a role, or a post as a whole ("")."""
    site = state.site
    if target in site.people:
        return (target,)
    if target in site.posts or (not site.people and target == "anybody"):
        return ("",)
    return tuple(p.id for p in site.people.values() if p.role == target)


def _hindered(
    state: State, incident: IncidentRecord, target: str, person: str, channel: str
) -> str:
    """Why a person is not called on a channel for this incident; empty when they are."""
    return (
        _hides(incident, person, channel)
        or _hindrance(state, incident, target, person, channel)
        or police.why_not(state, incident, channel)
    )


def _hides(incident: IncidentRecord, person: str, channel: str) -> str:
    """Why a hidden incident is not told this way: whoever threatens may be there (G9)."""
    if not incident.hidden_from:
        return ""
    if person in incident.hidden_from:
        return "the one who is threatened"
    return "a hidden alarm is told outside only" if channel in (CONSOLE, TERMINAL) else ""


def _hindrance(
    state: State, incident: IncidentRecord, target: str, person: str, channel: str
) -> str:
    """Why a person (or a post, "") cannot be called on a channel; empty when they can."""
    if channel == CONSOLE:
        reached = stations.attended(state, target, person, incident)
        return "" if reached else "no console is attended"
    if channel == TERMINAL:
        return ""
    if channel not in state.site.channels:
        return f"there is no channel {channel}"
    if not person:
        return f"a post has no address on {channel}"
    if person not in state.site.people:
        return f"{person} is not in the site file any more"
    if channel not in state.site.people[person].channels:
        return f"{person} has no address on {channel}"
    return ""


def _place(
    state: State,
    incident: IncidentRecord,
    index: int,
    target: str,
    person: str,
    channel: str,
    count: int,
    attempt: int = 1,
    retry_of: str = "",
) -> ev.CallPlaced:
    return ev.CallPlaced(
        call=f"{state.site.id}-{state.epoch}-{incident.number}-{count}",
        incident=incident.number,
        step=index,
        target=target,
        person=person,
        channel=channel,
        attempt=attempt,
        rev=incident.rev,
        loud=incident.round > 1,
        retry_of=retry_of,
        police=police.reference_of(state, channel),
    )


def _skip(
    incident: IncidentRecord, index: int, target: str, person: str, channel: str, why: str
) -> ev.CallSkipped:
    return ev.CallSkipped(
        incident=incident.number,
        step=index,
        target=target,
        person=person,
        channel=channel,
        why=why,
    )


def waits(state: State, incident: IncidentRecord, index: int) -> bool:
    """Whether a step has somebody whom it may call only when its wait inside is over."""
    if incident.outside_from_ms is None:
        return False
    skipped = plan(state, incident, index)[1]
    return any(outward.is_held(state, incident, skip.channel) == skip.why for skip in skipped)


def released(state: State, incident: IncidentRecord) -> Iterator[ev.CallPlaced]:
    """The wait inside is over: whom the step that runs has not called yet."""
    if incident.calling and incident.step >= 0:
        yield from plan(state, incident, incident.step, not_yet=True)[0]


def cancels(state: State, incident: IncidentRecord) -> Iterator[ev.CallPlaced]:
    """One call to everybody outside who was told, by the way they were told (T2.9)."""
    for target, person, channel in tuple(incident.told_outside):
        if not _hindrance(state, incident, target, person, channel):
            count = incident.calls_placed + 1
            index = max(incident.step, 0)
            placed = _place(state, incident, index, target, person, channel, count)
            yield msgspec.structs.replace(placed, warns=True, cancel=True)


def warnings(state: State, incident: IncidentRecord, person: str) -> Iterator[ev.CallPlaced]:
    """One call on each of a person's channels on which the chain does not call them already."""
    known = state.site.people.get(person)
    busy = {c.channel for c in incident.calls.values() if c.person == person and c.outcome is None}
    for channel in () if known is None else known.channels:
        if channel not in busy and not _hindrance(state, incident, person, person, channel):
            count = incident.calls_placed + 1
            placed = _place(state, incident, max(incident.step, 0), person, person, channel, count)
            yield msgspec.structs.replace(placed, warns=True)


def again(state: State, call_id: str) -> ev.CallPlaced:
    """The next attempt after a failed one."""
    incident = incident_of(state, call_id)
    assert incident is not None
    call = incident.calls[call_id]
    return _place(
        state,
        incident,
        call.step,
        call.target,
        call.person,
        call.channel,
        incident.calls_placed + 1,
        attempt=call.attempt + 1,
        retry_of=call_id,
    )


def otherwise(state: State, incident: IncidentRecord, failed: CallRecord) -> ev.CallPlaced | None:
    """The ``or`` channel of a person for whom no channel of the step was handed over."""
    step = incident.chain.steps[incident.step]
    mine = [c for c in incident.calls.values() if c.person == failed.person and not c.warns]
    hopeless = all(_finally_failed(c, step) for c in _latest(mine))
    if step.otherwise is None or not hopeless:
        return None
    if any(c.channel == step.otherwise for c in mine):
        return None
    if _hindered(state, incident, failed.target, failed.person, step.otherwise):
        return None
    if outward.is_held(state, incident, step.otherwise):
        return None
    return _place(
        state,
        incident,
        incident.step,
        failed.target,
        failed.person,
        step.otherwise,
        incident.calls_placed + 1,
    )


def unreached(incident: IncidentRecord, failed: CallRecord) -> bool:
    """No way of the step to this person, or post, is left."""
    step = incident.chain.steps[incident.step]
    who = (failed.person, failed.target)
    mine = [c for c in incident.calls.values() if (c.person, c.target) == who]
    return all(_finally_failed(c, step) for c in _latest(mine))


def all_failed(state: State, incident: IncidentRecord) -> bool:
    """Every attempt of the current step has failed for certain and none is left to make."""
    step = incident.chain.steps[incident.step]
    return not incident.held and all(
        _finally_failed(c, step) for c in _latest(list(incident.calls.values()))
    )


def unanswered(state: State, incident: IncidentRecord) -> bool:
    """The step called consoles alone, and none of them is attended any more."""
    live = [c for c in incident.calls.values() if c.outcome is not Outcome.FAILED]
    return bool(live) and all(
        call.channel == CONSOLE and not stations.attended(state, call.target, call.person, incident)
        for call in live
    )


def superseded(incident: IncidentRecord, call: CallRecord) -> bool:
    """A later attempt of the same person and channel has been made."""
    return all(call is not last for last in _latest(list(incident.calls.values())))


def _latest(calls: list[CallRecord]) -> list[CallRecord]:
    """The last attempt of each person and channel; a warning is beside the chain."""
    last: dict[tuple[str, str, str], CallRecord] = {}
    for call in calls:
        if not call.warns:
            last[call.target, call.person, call.channel] = call
    return list(last.values())


def _finally_failed(call: CallRecord, step: ChainStep) -> bool:
    tries = 1 if call.channel == step.otherwise else step.tries
    return call.outcome is Outcome.FAILED and call.attempt >= tries


def repeats(incident: IncidentRecord) -> Iterator[ev.CallRepeated]:
    """The calls whose outcome went down with the daemon."""
    for call_id, call in tuple(incident.calls.items()):
        if call.outcome is None and (incident.calling or call.warns):
            yield ev.CallRepeated(call=call_id)


def incident_of(state: State, call_id: str) -> IncidentRecord | None:
    """The incident of a call; None when it is long over."""
    number = _INCIDENT_OF_CALL.search(call_id)
    return state.incidents.get(int(number[1])) if number else None


def drop(state: State, incident: IncidentRecord) -> None:
    """A new step begins: the calls of the last one are history."""
    for call in incident.calls:
        state.deadlines.pop(f"retry:{call}", None)
    incident.calls = {}
    held_calls.drop(state, incident)


def _on_placed(state: State, event: ev.CallPlaced) -> None:
    incident = state.incidents[event.incident]
    incident.calls_placed += 1
    incident.calls[event.call] = CallRecord(
        step=event.step,
        target=event.target,
        person=event.person,
        channel=event.channel,
        attempt=event.attempt,
        placed_ms=state.at_ms,
        warns=event.warns,
    )
    if event.police:
        police.note_called(incident, event.call, event.police, state.utc_ms(state.at_ms))
    if not event.warns:
        outward.note_told(state, incident, event.target, event.person, event.channel)
    if event.retry_of:
        state.deadlines.pop(f"retry:{event.retry_of}", None)


def _on_skipped(state: State, event: ev.CallSkipped) -> None:
    """Why somebody was not called; nor will they be by a call that is held."""
    held_calls.release(state, state.incidents[event.incident], event.person or event.target)


def _on_began(state: State, event: ev.CallBegan) -> None:
    call = _record(state, event.call)
    if call is not None:
        call.began = True


def _on_resulted(state: State, event: ev.CallResulted) -> None:
    incident = incident_of(state, event.call)
    if incident is not None and event.outcome is Outcome.FAILED:
        incident.police.pop(event.call, None)
    call = _record(state, event.call)
    if call is not None:
        call.outcome = event.outcome
        incident = incident_of(state, event.call)
        if incident is not None and event.outcome is Outcome.FAILED:
            held_calls.resulted(state, incident, call.person or call.target)
        if event.outcome is not Outcome.FAILED:  # it got through after all
            state.deadlines.pop(f"retry:{event.call}", None)


def _on_repeated(state: State, event: ev.CallRepeated) -> None:
    call = _record(state, event.call)
    if call is not None:
        call.began = False


def _on_retry_due(state: State, event: ev.CallRetryDue) -> None:
    state.deadlines[f"retry:{event.call}"] = event.at_ms


def _record(state: State, call_id: str) -> CallRecord | None:
    incident = incident_of(state, call_id)
    return None if incident is None else incident.calls.get(call_id)


EVOLVE: Evolve = {
    ev.CallPlaced: _on_placed,
    ev.CallSkipped: _on_skipped,
    ev.CallBegan: _on_began,
    ev.CallResulted: _on_resulted,
    ev.CallRepeated: _on_repeated,
    ev.CallRetryDue: _on_retry_due,
}
