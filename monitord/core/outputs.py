"""Outputs: sirens, strobes and relays, switched by what happens and never on for too long.

An output is on for the incidents that asked for it, and off again when the last of them was taken
(or closed, where the site says so), and at the latest after ``max_on``. It says nothing of a
silent incident, and an outside sounder only what the processing matrix lets it. What is committed
here is asked of the device; the device's answer comes back as a fact, and one that does not do as
it was asked is a fault of its own. A start switches on only what is still due, and everything
else off: nobody knows what was left on.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.alarms import alarm_id
from monitord.core.concern import Evolve
from monitord.core.guarding import sensed_in
from monitord.core.processing import SILENCE, Sign, processing
from monitord.core.records import IncidentRecord, OutputRecord
from monitord.core.rights import refusal
from monitord.core.site import Output
from monitord.core.state import State
from monitord.vocabulary import (
    PRIORITY_OF_CATEGORY,
    Category,
    Condition,
    OutputOff,
    SetState,
)

#: The source of the fault of an output that does not do as it was asked: this and its id.
PREFIX: Final = "monitord.output."
#: A test by hand sounds for no longer.
TEST_MS_MAX: Final = 60_000

#: A fault sounds nowhere, whatever the matrix says of the rest of it.
_SIGN: Final[Mapping[Condition, Sign]] = {
    Condition.ACTIVE: Sign.ACTIVE,
    Condition.TAMPER: Sign.TAMPER,
}


def decide(
    state: State, now_ms: int, fact: f.AnyFact, so_far: tuple[ev.AnyEvent, ...]
) -> Iterator[ev.AnyEvent]:
    """What its device says of it: one that does not do as it was asked is a fault."""
    if isinstance(fact, f.OutputAnswered) and fact.output in state.outputs:
        yield from _answered(state, fact)
    if any(isinstance(event, ev.SiteAccepted) for event in so_far):
        yield from _left_the_site(state)


def decide_after_incidents(
    state: State, now_ms: int, fact: f.AnyFact, so_far: tuple[ev.AnyEvent, ...]
) -> Iterator[ev.AnyEvent]:
    """What asks for an output, and what ends it."""
    if not state.site.outputs:
        if isinstance(fact, f.SwitchOutput):
            yield from _by_hand(state, now_ms, fact)
        return
    match fact:
        case f.SwitchOutput():
            yield from _by_hand(state, now_ms, fact)
        case f.TimePassed():
            for output in state.due(now_ms, "output", fact):
                yield ev.OutputSwitched(output=output, on=False, why="it was on for long enough")
        case _:
            pass
    for event in so_far:
        match event:
            case ev.IncidentOpened():
                yield from _asked(state, now_ms, event.incident, event.first_out)
            case ev.IncidentJoined() if state.alarms[event.alarm].count == 1:  # none that flickers
                yield from _asked(state, now_ms, event.incident, event.alarm)
            case ev.IncidentConfirmed():
                yield from _asked(state, now_ms, event.incident, "")
            case ev.IncidentAcknowledged():
                yield from _ended(state, event.incident, OutputOff.TAKEN)
            case ev.IncidentClosed():
                yield from _ended(state, event.incident, OutputOff.CLOSED)
            case ev.EpochOpened() | ev.SiteAccepted():
                yield from _begun_anew(state)
            case _:
                pass


def _asked(state: State, now_ms: int, number: int, alarm: str) -> Iterator[ev.AnyEvent]:
    """An alarm (or, with none, the confirmation) of an incident asks for its outputs."""
    incident = state.incidents[number]
    if incident.silent or incident.hidden_from:
        return
    for output in state.site.outputs.values():
        if not _is_for(state, output, incident, alarm):
            continue
        record = state.outputs.get(output.id)
        if record is not None and record.on:
            if number not in record.incidents:
                yield ev.OutputHeld(output=output.id, incident=number)
            continue
        yield ev.OutputSwitched(
            output=output.id,
            on=True,
            until_ms=now_ms + output.max_on_ms,
            why=f"incident {number}",
            incident=number,
        )


def _is_for(state: State, output: Output, incident: IncidentRecord, alarm: str) -> bool:
    if output.area and output.area not in incident.areas:
        return False
    if output.confirmed and not incident.confirmed:
        return False
    record = state.alarms.get(alarm)
    category = incident.category if record is None else record.category
    if category not in output.on:
        return False
    return not output.outside or may_sound_outside(state, incident, alarm)


def may_sound_outside(state: State, incident: IncidentRecord, alarm: str) -> bool:
    """Whether the matrix lets an outside sounder tell of it: never of a fault or of silence."""
    names = [alarm] if alarm else incident.alarms
    return any(_sounds(state, name) for name in names)


def _sounds(state: State, alarm: str) -> bool:
    record = state.alarms.get(alarm)
    if record is None or record.silent:
        return False
    point = state.site.points.get(record.source)
    if point is None:  # a device that is silent: it may be the network
        area = state.areas.get(record.area)
        return SILENCE[SetState.UNKNOWN if area is None else area.state].sounder
    sign = _SIGN.get(record.condition)
    if sign is None:
        return False
    if sign is Sign.TAMPER and state.points[point.id].overdue:
        sign = Sign.SILENCE
    return processing(sensed_in(state, point), point.kind, sign).sounder


def _ended(state: State, number: int, how: OutputOff) -> Iterator[ev.AnyEvent]:
    """Nobody needs to be called to this incident any more."""
    for name, record in tuple(state.outputs.items()):
        output = state.site.outputs.get(name)
        if output is None or number not in record.incidents:
            continue
        if how is OutputOff.TAKEN and output.off is OutputOff.CLOSED:
            continue
        if record.on and record.incidents == [number]:
            yield ev.OutputSwitched(output=name, on=False, why=f"incident {number} was {how}")
        else:
            yield ev.OutputReleased(output=name, incident=number)


def _begun_anew(state: State) -> Iterator[ev.AnyEvent]:
    """A start, or another site: each output as it is due, asked of its device again."""
    for name in state.site.outputs:
        record = state.outputs.get(name, OutputRecord())
        yield ev.OutputSwitched(
            output=name,
            on=record.on,
            until_ms=state.deadlines.get(f"output:{name}"),
            why="still due" if record.on else "nothing asks for it",
        )


def _left_the_site(state: State) -> Iterator[ev.AnyEvent]:
    for name, record in tuple(state.outputs.items()):
        if name not in state.site.outputs:
            if record.failed:
                yield from _fault(state, name, wanted=False)
            yield ev.OutputForgotten(output=name)


def _by_hand(state: State, now_ms: int, fact: f.SwitchOutput) -> Iterator[ev.AnyEvent]:
    output = state.site.outputs.get(fact.output)
    refused = refusal(state, fact)
    if refused is None and output is None:
        refused = ev.CommandRefused(code="unknown", text=f"No output is called {fact.output}")
    if refused is None and fact.on and not 0 < fact.for_ms <= TEST_MS_MAX:
        text = f"A test lasts {TEST_MS_MAX // 1000} s at most"
        refused = ev.CommandRefused(code="bad-input", text=text)
    if refused is not None or output is None:
        if refused is not None:
            yield refused
        return
    until_ms = now_ms + min(fact.for_ms, output.max_on_ms) if fact.on else None
    why = "a test" if fact.on else "switched off by hand"
    yield ev.OutputSwitched(output=output.id, on=fact.on, until_ms=until_ms, why=why, by=fact.by)


def _answered(state: State, fact: f.OutputAnswered) -> Iterator[ev.AnyEvent]:
    record = state.outputs[fact.output]
    if fact.on is not record.on:
        return  # the answer to what was asked before
    if fact.error:
        if record.failed != fact.error:
            yield ev.OutputFailed(output=fact.output, on=fact.on, why=fact.error)
            yield from _fault(state, fact.output, wanted=True)
    elif not record.done or record.failed:
        yield ev.OutputProven(output=fact.output, on=fact.on)
        yield from _fault(state, fact.output, wanted=False)


def _fault(state: State, output: str, *, wanted: bool) -> Iterator[ev.AnyEvent]:
    name = alarm_id(PREFIX + output, Condition.FAULT)
    alarm = state.alarms.get(name)
    active = alarm is not None and alarm.active
    if wanted is active:
        return
    if not wanted:
        yield ev.AlarmCleared(alarm=name)
        return
    known = state.site.outputs.get(output)
    yield ev.AlarmOccurred(
        alarm=name,
        source=PREFIX + output,
        condition=Condition.FAULT,
        category=Category.TECHNICAL,
        area="" if known is None else known.area,
        priority=PRIORITY_OF_CATEGORY[Category.TECHNICAL],
        latching=False,
    )


def broken(state: State) -> Iterator[str]:
    """What must hold: whatever is on has an end, is declared, and sounds for nothing silent."""
    for name, record in state.outputs.items():
        if record.on is not (f"output:{name}" in state.deadlines):
            yield f"the output {name} is {'on' if record.on else 'off'}, and its end disagrees"
        if record.on and name not in state.site.outputs:
            yield f"the output {name} is on, and the site has none of that name"
        for number in record.incidents:
            incident = state.incidents.get(number)
            if record.on and incident is not None and incident.silent:
                yield f"the output {name} is on for the silent incident {number}"


def _on_switched(state: State, event: ev.OutputSwitched) -> None:
    record = state.outputs.setdefault(event.output, OutputRecord())
    if record.on is not event.on:
        record.since_ms = state.at_ms
    record.on, record.why, record.done = event.on, event.why, False
    if not event.on:
        record.incidents = []
    elif event.incident and event.incident not in record.incidents:
        record.incidents.append(event.incident)
    state.deadlines.pop(f"output:{event.output}", None)
    if event.on and event.until_ms is not None:
        state.deadlines[f"output:{event.output}"] = event.until_ms


def _on_held(state: State, event: ev.OutputHeld) -> None:
    state.outputs[event.output].incidents.append(event.incident)


def _on_released(state: State, event: ev.OutputReleased) -> None:
    state.outputs[event.output].incidents.remove(event.incident)


def _on_failed(state: State, event: ev.OutputFailed) -> None:
    record = state.outputs[event.output]
    record.done, record.failed = False, event.why


def _on_proven(state: State, event: ev.OutputProven) -> None:
    record = state.outputs[event.output]
    record.done, record.failed = True, ""


def _on_forgotten(state: State, event: ev.OutputForgotten) -> None:
    state.outputs.pop(event.output, None)
    state.deadlines.pop(f"output:{event.output}", None)


EVOLVE: Evolve = {
    ev.OutputSwitched: _on_switched,
    ev.OutputHeld: _on_held,
    ev.OutputReleased: _on_released,
    ev.OutputFailed: _on_failed,
    ev.OutputProven: _on_proven,
    ev.OutputForgotten: _on_forgotten,
}
