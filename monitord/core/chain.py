"""The call chain: whom to reach, in which order, by what, and how long to wait.

Theory of operation. While an incident is being called for, exactly one deadline ``chain:N``
stands: when it passes, the next step begins. ``wait`` counts from the start of a step; when every
attempt of a step has failed for certain the next begins at once. After the last step the chain
starts again, loudly, and never more often than every ``ROUND_MS_MIN``, so that dead channels
cannot make it spin. An acknowledgement stops the calling and sets ``decide:N``; no outcome by
then, and the calling climbs on from the next step. So an open incident always has one of the two.

Whom a role or post means is looked up when the call is placed; the steps themselves are copied
when the incident opens and stay as they were.
"""

from collections.abc import Iterator
from typing import Final

from monitord.core import attendance, calls, held_calls, outward, police
from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.concern import Evolve
from monitord.core.records import IncidentRecord
from monitord.core.site import Chain, ChainStep, chain_for
from monitord.core.state import State
from monitord.vocabulary import Outcome

BUILT_IN: Final = "built-in"
#: Two rounds of a chain begin at least this far apart.
ROUND_MS_MIN: Final = 30_000
#: A failed attempt is tried again this much later, within its step.
RETRY_MS: Final = 5_000
#: Between a first step that reached nobody and the built-in one of a site without chains.
BUILT_IN_WAIT_MS: Final = 60_000

_OF_STATIONS: Final = (ev.StationChanged, ev.HearingLapsed)


def decide(
    state: State, now_ms: int, fact: f.AnyFact, so_far: tuple[ev.AnyEvent, ...]
) -> Iterator[ev.AnyEvent]:
    """Begin, climb, stop and repeat."""
    if isinstance(fact, f.Started):  # before this start places calls of its own
        for incident in tuple(state.open_incidents()):
            yield from calls.repeats(incident)
    yield from _follow_incidents(state, now_ms, so_far)
    if any(isinstance(event, _OF_STATIONS) for event in so_far):
        yield from _left_alone(state, now_ms)
    match fact:
        case f.CallStarted() | f.CallEnded():
            yield from _outcome(state, now_ms, fact)
        case f.TimePassed():
            for number in state.due(now_ms, "chain", fact):
                incident = state.incidents[int(number)]
                yield from _climb(state, now_ms, incident, "nobody took it in time")
            for number in state.due(now_ms, "decide", fact):
                incident = state.incidents[int(number)]
                yield ev.DecideExpired(incident=incident.number)
                yield from _climb(state, now_ms, incident, "acknowledged, but no outcome in time")
            for call_id in state.due(now_ms, "retry", fact):
                yield from _place(state, calls.again(state, call_id))
            for name in state.due(now_ms, "held", fact):
                yield from _held_long_enough(state, now_ms, name)
        case _:
            pass


def _follow_incidents(
    state: State, now_ms: int, so_far: tuple[ev.AnyEvent, ...]
) -> Iterator[ev.AnyEvent]:
    """One reaction per incident, whatever number of events touched it in this step."""
    opened: dict[int, None] = {}
    worse: dict[int, str] = {}
    released: dict[int, None] = {}
    for event in so_far:
        match event:
            case ev.IncidentOpened():
                opened[event.incident] = None
            case ev.IncidentConfirmed():
                worse[event.incident] = "confirmed"
            case ev.IncidentJoined() if event.worse:
                worse.setdefault(event.incident, "; ".join(event.worse))
            case ev.IncidentAcknowledged():
                yield from _acknowledged(state, now_ms, event.incident, event.by)
            case ev.OutsideReleased():
                released[event.incident] = None
            case ev.OutsideCancelled():
                yield from calls.cancels(state, state.incidents[event.incident])
            case ev.IncidentClosed():
                yield ev.CallsStopped(incident=event.incident, why=f"closed by {event.by}")
            case (
                ev.AttendanceBegan()
                | ev.AttendanceTold()
                | ev.AttendanceMissed()
                | ev.AttendanceEnded()
            ):
                yield from _attended(state, now_ms, event)
            case ev.SiteAccepted():
                yield from _site_known(state, now_ms)
            case _:
                pass
    for number in sorted(opened, key=lambda n: state.incidents[n].urgency):
        yield from _start(state, now_ms, state.incidents[number], "a new incident")
    for number, why in worse.items():
        if number not in opened:
            yield from _worsened(state, now_ms, state.incidents[number], why)
    for number in released:
        incident = state.incidents[number]
        planned = list(calls.released(state, incident))
        placed, held = held_calls.part(state, now_ms, incident, planned)
        yield from held
        yield from _place(state, *placed)


def _left_alone(state: State, now_ms: int) -> Iterator[ev.AnyEvent]:
    """A console that was called and is attended no more answers nothing: on to the next."""
    for incident in tuple(state.open_incidents()):
        if incident.calling and incident.step >= 0 and calls.unanswered(state, incident):
            yield from _climb(state, now_ms, incident, "no console is attended any more")


def _start(state: State, now_ms: int, incident: IncidentRecord, why: str) -> Iterator[ev.AnyEvent]:
    chain = chain_for(state.site, incident.category, state.mode) or _built_in(state)
    yield ev.ChainStarted(incident=incident.number, chain=chain, why=why)
    first = chain.confirmed_start_at if incident.confirmed else 0
    yield from _begin(state, now_ms, incident, first, why)


def _built_in(state: State) -> Chain:
    """Everybody on everything: what a site without chains gets, for instance a damaged start."""
    channels = (*state.site.channels, calls.TERMINAL)
    people = tuple(state.site.people) or ("anybody",)
    step = ChainStep(call=people, by=channels, wait_ms=BUILT_IN_WAIT_MS)
    return Chain(id=BUILT_IN, steps=(step,))


def _site_known(state: State, now_ms: int) -> Iterator[ev.AnyEvent]:
    """What opened before there was a site, at a damaged start, had nobody to call."""
    for incident in tuple(state.open_incidents()):
        chain = chain_for(state.site, incident.category, state.mode) or _built_in(state)
        if incident.calling and incident.chain.id == BUILT_IN and incident.chain != chain:
            yield from _start(state, now_ms, incident, "the site is known")


def _worsened(
    state: State, now_ms: int, incident: IncidentRecord, why: str
) -> Iterator[ev.AnyEvent]:
    chain = chain_for(state.site, incident.category, state.mode)
    if chain is not None and chain.id != incident.chain.id:
        yield from _start(state, now_ms, incident, why)
        return
    first = incident.chain.confirmed_start_at if incident.confirmed else 0
    if not incident.calling or first > incident.step or police.opens_up(state, incident, first):
        yield from _begin(state, now_ms, incident, first, why)


def _acknowledged(state: State, now_ms: int, number: int, by: str) -> Iterator[ev.AnyEvent]:
    incident = state.incidents[number]
    if incident.calling:
        # A second acknowledgement does not stretch the time to decide of the first.
        yield ev.CallsStopped(
            incident=number,
            why=f"acknowledged by {by}",
            decide_until_ms=now_ms + incident.chain.decide_ms,
        )


def _attended(
    state: State,
    now_ms: int,
    event: ev.AttendanceBegan | ev.AttendanceTold | ev.AttendanceMissed | ev.AttendanceEnded,
) -> Iterator[ev.AnyEvent]:
    """While somebody comes or is inside the time to decide waits for them; who is late is not
    waited for: the next one is called."""
    incident = state.incidents[event.incident]
    if incident.calling or not incident.open:
        return
    if attendance.is_late(state, event):
        yield from _climb(state, now_ms, incident, f"{event.holder} did not arrive in time")
        return
    due_ms = attendance.awaited_until_ms(state, event.incident)
    until_ms = max(now_ms + incident.chain.decide_ms, due_ms)
    if state.deadlines.get(f"decide:{event.incident}") != until_ms:
        yield ev.DecideDeferred(incident=event.incident, until_ms=until_ms)


def _climb(state: State, now_ms: int, incident: IncidentRecord, why: str) -> Iterator[ev.AnyEvent]:
    yield from _begin(state, now_ms, incident, incident.step + 1, why)


def _begin(
    state: State, now_ms: int, incident: IncidentRecord, first: int, why: str
) -> Iterator[ev.AnyEvent]:
    """Begin step ``first``, or the next one in which somebody can be called."""
    steps = incident.chain.steps
    for index in range(first, len(steps)):
        planned, skipped = calls.plan(state, incident, index)
        placed, held = held_calls.part(state, now_ms, incident, planned)
        waits = calls.waits(state, incident, index)
        if placed or held or waits:
            from_ms = max(now_ms, incident.outside_from_ms or 0) if waits else now_ms
            yield ev.StepStarted(
                incident=incident.number,
                step=index,
                round=incident.round,
                until_ms=from_ms + steps[index].wait_ms,
                why=why,
            )
            yield from skipped
            yield from held
            yield from _place(state, *placed)
            return
        yield from skipped
        yield ev.StepSkipped(
            incident=incident.number, step=index, why="nobody in it can be called now"
        )
        why = f"step {index + 1} had nobody to call"
    begins_ms = max(now_ms, incident.round_ms + ROUND_MS_MIN)
    yield ev.ChainLooped(incident=incident.number, round=incident.round + 1, begins_ms=begins_ms)


def _outcome(state: State, now_ms: int, fact: f.CallStarted | f.CallEnded) -> Iterator[ev.AnyEvent]:
    incident = calls.incident_of(state, fact.call)
    if incident is None:
        return
    call = incident.calls.get(fact.call)
    if isinstance(fact, f.CallStarted):
        if call is not None and not call.began:
            yield ev.CallBegan(call=fact.call)
        return
    if call is not None and call.outcome is fact.outcome:
        return
    yield ev.CallResulted(call=fact.call, outcome=fact.outcome, detail=fact.detail)
    if fact.outcome is Outcome.FAILED and call is not None:
        yield from _failed(state, now_ms, incident, fact.call)


def _failed(
    state: State, now_ms: int, incident: IncidentRecord, call_id: str
) -> Iterator[ev.AnyEvent]:
    """Another way, else the next step; and so for all that was held for this call."""
    call = incident.calls[call_id]
    if calls.superseded(incident, call):
        return
    if incident.calling:
        step = _step_of(incident)
        if call.channel != step.otherwise and call.attempt < step.tries:
            yield ev.CallRetryDue(call=call_id, at_ms=now_ms + RETRY_MS)
            return
        fallback = calls.otherwise(state, incident, call)
        if fallback is not None:
            yield from _place(state, fallback)
            return
    who, unreached = call.person or call.target, calls.unreached(incident, call)
    if incident.calling and _is_over(state, incident):
        yield from _climb(state, now_ms, incident, "nobody could be reached")
    for other in held_calls.behind(state, incident.number, who) if unreached else ():
        yield held_calls.no_way(other, who, f"the call for incident {incident.number} failed")
        if _is_over(state, other):
            yield from _climb(state, now_ms, other, "nobody could be reached")


def _is_over(state: State, incident: IncidentRecord) -> bool:
    """Nobody in the step that runs can be reached any more, now or when its wait inside ends."""
    return calls.all_failed(state, incident) and not calls.waits(state, incident, incident.step)


def _place(state: State, *placed: ev.CallPlaced) -> Iterator[ev.AnyEvent]:
    """The calls of one incident, and what they tell of besides."""
    yield from placed
    if placed:
        yield from held_calls.told(state, state.incidents[placed[0].incident], placed)


def _held_long_enough(state: State, now_ms: int, name: str) -> Iterator[ev.AnyEvent]:
    """The most urgent of what is held for somebody is called now, and tells of the rest."""
    who = name.partition(":")[2]
    for incident in held_calls.waiting(state, who) if f"held:{name}" in state.deadlines else ():
        planned, _ = calls.plan(state, incident, incident.step, not_yet=True)
        mine = [call for call in planned if (call.person or call.target) == who]
        if mine:
            yield from _place(state, *held_calls.renumbered(incident, mine))
            return
        yield held_calls.no_way(incident, who, "they cannot be called any more")
        if _is_over(state, incident):
            yield from _climb(state, now_ms, incident, "nobody could be reached")


def _step_of(incident: IncidentRecord) -> ChainStep:
    return incident.chain.steps[incident.step]


def _on_started(state: State, event: ev.ChainStarted) -> None:
    incident = state.incidents[event.incident]
    incident.chain, incident.step = event.chain, -1
    incident.round, incident.round_ms = 1, state.at_ms
    incident.calling = True


def _on_step(state: State, event: ev.StepStarted) -> None:
    incident = state.incidents[event.incident]
    calls.drop(state, incident)
    if event.step == 0 or incident.step < 0:
        incident.round_ms = state.at_ms
    incident.step, incident.round, incident.calling = event.step, event.round, True
    state.deadlines[f"chain:{event.incident}"] = event.until_ms
    state.deadlines.pop(f"decide:{event.incident}", None)


def _on_skipped(state: State, event: ev.StepSkipped) -> None:
    """For the record: why nobody was called."""


def _on_looped(state: State, event: ev.ChainLooped) -> None:
    incident = state.incidents[event.incident]
    calls.drop(state, incident)
    incident.round, incident.step, incident.calling = event.round, -1, True
    incident.round_ms = event.begins_ms
    state.deadlines[f"chain:{event.incident}"] = event.begins_ms
    state.deadlines.pop(f"decide:{event.incident}", None)


def _on_stopped(state: State, event: ev.CallsStopped) -> None:
    incident = state.incidents[event.incident]
    incident.calling = False
    state.deadlines.pop(f"chain:{event.incident}", None)
    state.deadlines.pop(f"decide:{event.incident}", None)
    for call in incident.calls:
        state.deadlines.pop(f"retry:{call}", None)
    held_calls.drop(state, incident)
    if not incident.open:
        incident.calls = {}
        outward.forget(state, incident)
    if event.decide_until_ms is not None:
        state.deadlines[f"decide:{event.incident}"] = event.decide_until_ms


def _on_decide_deferred(state: State, event: ev.DecideDeferred) -> None:
    state.deadlines[f"decide:{event.incident}"] = event.until_ms


def _on_decide_expired(state: State, event: ev.DecideExpired) -> None:
    state.deadlines.pop(f"decide:{event.incident}", None)
    state.incidents[event.incident].calling = True


EVOLVE: Evolve = {
    ev.ChainStarted: _on_started,
    ev.StepStarted: _on_step,
    ev.StepSkipped: _on_skipped,
    ev.ChainLooped: _on_looped,
    ev.CallsStopped: _on_stopped,
    ev.DecideDeferred: _on_decide_deferred,
    ev.DecideExpired: _on_decide_expired,
    **calls.EVOLVE,
    **held_calls.EVOLVE,
}
