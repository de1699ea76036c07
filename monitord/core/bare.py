"""The bare path: call people although the code that should decide it raises (law 13).

It makes an incident from the site alone, puts it on the default chain and places the calls of
its first step; where a chain cannot climb, it takes the next step. It uses nothing of the
concerns, not even their handlers: its own make the same records, so that a replay, which knows
only the concerns, comes to the same state. It must never import one of them, and it raises
nothing for a site that lacks a chain, a person or a channel.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.records import CallRecord, IncidentRecord
from monitord.core.site import Chain, ChainStep, Site
from monitord.core.state import CLOSED_INCIDENTS_KEPT, HIDDEN_FROM, State
from monitord.vocabulary import SILENT, Arming, Category, Condition, PointState, Priority

#: What an incident of the bare path begins with where no signal was lost.
OWN: Final = f.Signal("monitord.step", Condition.FAULT, "", Category.TECHNICAL, Priority.MEDIUM)
TERMINAL: Final = "terminal"
#: Whose deadlines, when they fail, keep people from being called.
_CALLS_WAIT: Final = frozenset({"chain", "decide", "held", "outside"})
WAIT_MS: Final = 60_000

_RAISED: Final = {PointState.ACTIVE: Condition.ACTIVE, PointState.TAMPER: Condition.TAMPER}


def signals_of(state: State, fact: f.AnyFact) -> tuple[f.Signal, ...]:
    """The signals that go active with this fact, whether their area is set or not."""
    match fact:
        case f.Command() if fact.duress:
            return (_forced(fact),)
        case f.PointChanged():
            samples: tuple[f.Sample, ...] = (f.Sample(fact.point, fact.state),)
        case f.DeviceReturned():
            samples = fact.samples
        case _:
            return ()
    found = []
    for sample in samples:
        condition = _RAISED.get(sample.state)
        point = state.site.points.get(sample.point)
        if condition is None or point is None or state.suppressed(point.id, condition):
            continue
        if condition is Condition.TAMPER:
            signal = f.Signal(
                point.id, condition, point.area, Category.TAMPER, min(point.priority, Priority.HIGH)
            )
        elif point.arming is Arming.NEVER:
            continue
        else:
            signal = f.Signal(point.id, condition, point.area, point.category, point.priority)
        found.append(signal)
    return tuple(found)


def _forced(fact: f.Command) -> f.Signal:
    """Somebody is forced, and the step that should have called help raised (G9)."""
    hidden_from = tuple(name for name in (fact.by, fact.session) if name)
    return f.Signal(
        "monitord.duress",
        Condition.ACTIVE,
        "",
        Category.HOLD_UP,
        Priority.CRITICAL,
        hidden_from=hidden_from,
    )


def overdue(state: State, deadline: str) -> tuple[f.Signal, ...]:
    """What becomes an alarm with this deadline, and would not by its failing.

    Whoever came in and did not unset; a device that has been silent for too long. Nothing where
    people have been told of it already: such a deadline is tried again and again.
    """
    concern, _, name = deadline.partition(":")
    match concern:
        case "entering" if (area := state.areas.get(name)) is not None and area.way_in:
            point = state.site.points.get(area.way_in)
            if point is None:
                return ()
            found = f.Signal(point.id, Condition.ACTIVE, name, point.category, point.priority)
        case "device" if (device := state.site.devices.get(name)) is not None:
            place = next(iter(device.areas), "")
            found = f.Signal(name, Condition.TAMPER, place, Category.TAMPER, Priority.HIGH)
        case _:
            return ()
    told = any(incident.first_out == _alarm(found) for incident in state.open_incidents())
    return () if told else (found,)


def climbs(deadline: str) -> int:
    """The incident whose people are not called when this deadline fails; 0 for none."""
    concern, _, name = deadline.partition(":")
    return int(name.partition(":")[0]) if concern in _CALLS_WAIT else 0


def step(state: State, now_ms: int, fact: f.AnyFact) -> tuple[ev.AnyEvent, ...]:
    """Decide what people must be told, and change the state accordingly."""
    assert isinstance(fact, f.StepFailed)
    state.at_ms = now_ms
    events: list[ev.AnyEvent] = []
    for event in _decide(state, now_ms, fact):
        _EVOLVE[type(event)](state, event)
        events.append(event)
    return tuple(events)


def _decide(state: State, now_ms: int, fact: f.StepFailed) -> Iterator[ev.AnyEvent]:
    yield ev.FactFailed(
        fact_type=fact.fact_type,
        error=fact.error,
        point=fact.went_active,
        points=tuple(signal.point for signal in fact.signals),
        count=fact.count,
    )
    climbs = state.incidents.get(fact.incident)
    if climbs is not None and climbs.open:
        yield from _climb(state, now_ms, climbs)
        return
    groups: dict[tuple[str, Category], f.Signal] = {}
    for signal in sorted(fact.signals or (OWN,), key=lambda signal: signal.priority):
        groups.setdefault((signal.area, signal.category), signal)
    for signal in groups.values():
        if not _called_for(state, signal):
            yield from _open(state, now_ms, signal)


def _called_for(state: State, signal: f.Signal) -> bool:
    """People are being called for this very signal: no more can be done, and floods end here."""
    return any(
        incident.calling and incident.first_out == _alarm(signal)
        for incident in state.open_incidents()
    )


def _alarm(signal: f.Signal) -> str:
    return f"{signal.point}/{signal.condition}"


def _open(state: State, now_ms: int, signal: f.Signal) -> Iterator[ev.AnyEvent]:
    hidden = bool(signal.hidden_from)
    number = (HIDDEN_FROM + state.duress_opened if hidden else state.incidents_opened) + 1
    yield ev.IncidentOpened(
        incident=number,
        category=signal.category,
        area=signal.area,
        priority=signal.priority,
        first_out=_alarm(signal),
        bare=True,
        silent=signal.category in SILENT,
        hidden_from=signal.hidden_from,
    )
    site = state.site
    chain = site.chains.get("default") or next(iter(site.chains.values()), None)
    if chain is None or not any(_ways(site, one) for one in chain.steps):
        chain = _everybody(site)
    why = "monitord failed to decide this: called all the same"
    yield ev.ChainStarted(incident=number, chain=chain, why=why)
    yield from _begin(state, now_ms, state.incidents[number], 0, why)


def _climb(state: State, now_ms: int, incident: IncidentRecord) -> Iterator[ev.AnyEvent]:
    why = "monitord failed to decide the next step: called all the same"
    if not any(_ways(state.site, one) for one in incident.chain.steps):
        yield ev.ChainStarted(incident=incident.number, chain=_everybody(state.site), why=why)
    yield from _begin(state, now_ms, incident, incident.step + 1, why)


def _begin(
    state: State, now_ms: int, incident: IncidentRecord, first: int, why: str
) -> Iterator[ev.AnyEvent]:
    """The next step in which somebody can be called; behind the last one stands the first."""
    steps = incident.chain.steps
    ways: list[tuple[str, str, str]] = []
    index, around = 0, incident.round
    for place in range(first, first + len(steps)):
        index, around = place % len(steps), incident.round + place // len(steps)
        ways = _ways(state.site, steps[index])
        if incident.hidden_from:  # told outside only, and not to the one who is forced
            ways = [w for w in ways if w[1] not in incident.hidden_from and w[2] != TERMINAL]
        if ways:
            break
    yield ev.StepStarted(
        incident=incident.number,
        step=index,
        round=around,
        until_ms=now_ms + max(steps[index].wait_ms, 1_000),
        why=why,
    )
    for target, person, channel in ways:
        count = incident.calls_placed + 1
        yield ev.CallPlaced(
            call=f"{state.site.id}-{state.epoch}-{incident.number}-{count}",
            incident=incident.number,
            step=index,
            target=target,
            person=person,
            channel=channel,
            attempt=1,
            rev=incident.rev,
            loud=around > 1,
        )


def _everybody(site: Site) -> Chain:
    """Everybody on everything, and the terminal: what is left where no chain reaches anybody."""
    people = tuple(site.people) or ("anybody",)
    every = ChainStep(call=people, by=(*site.channels, TERMINAL), wait_ms=WAIT_MS)
    return Chain(id="bare", steps=(every,))


def _ways(site: Site, chain_step: ChainStep) -> list[tuple[str, str, str]]:
    """Target, person and channel of every call that a step can make."""
    found: dict[tuple[str, str], str] = {}
    for target in chain_step.call:
        if target in site.people:
            people = [target]
        elif target in site.posts or not site.people:
            people = [""]
        else:
            people = [p.id for p in site.people.values() if p.role == target]
        for person in people:
            ways = [channel for channel in chain_step.by if _reaches(site, person, channel)]
            if not ways and chain_step.otherwise and _reaches(site, person, chain_step.otherwise):
                ways = [chain_step.otherwise]
            for channel in ways:
                found.setdefault((person, channel), target)
    return [(target, person, channel) for (person, channel), target in found.items()]


def _reaches(site: Site, person: str, channel: str) -> bool:
    if channel == TERMINAL:
        return True
    known = site.people.get(person)
    return known is not None and channel in known.channels and channel in site.channels


# --- handlers of its own: each does what the concern's does with such an event -------------------


def _failed(state: State, event: ev.FactFailed) -> None:
    """For the record."""


def _opened(state: State, event: ev.IncidentOpened) -> None:
    if event.hidden_from:
        state.duress_opened += 1
    else:
        state.incidents_opened = event.incident
    state.incidents[event.incident] = IncidentRecord(
        number=event.incident,
        category=event.category,
        area=event.area,
        priority=event.priority,
        opened_ms=state.at_ms,
        last_alarm_ms=state.at_ms,
        first_out=event.first_out,
        areas=[event.area],
        categories=[event.category],
        silent=event.silent,
        hidden_from=event.hidden_from,
        opened_after=state.position,
    )
    closed = [i.number for i in state.incidents.values() if not i.open]
    for number in closed[: max(0, len(closed) - CLOSED_INCIDENTS_KEPT)]:
        del state.incidents[number]


def _started(state: State, event: ev.ChainStarted) -> None:
    incident = state.incidents[event.incident]
    incident.chain, incident.step, incident.calling = event.chain, -1, True
    incident.round, incident.round_ms = 1, state.at_ms


def _stepped(state: State, event: ev.StepStarted) -> None:
    incident = state.incidents[event.incident]
    for call in incident.calls:
        state.deadlines.pop(f"retry:{call}", None)
    for who in incident.held:
        state.deadlines.pop(f"held:{event.incident}:{who}", None)
    incident.calls, incident.held = {}, {}
    if event.step == 0 or incident.step < 0:
        incident.round_ms = state.at_ms
    incident.step, incident.round, incident.calling = event.step, event.round, True
    state.deadlines[f"chain:{event.incident}"] = event.until_ms
    state.deadlines.pop(f"decide:{event.incident}", None)


def _placed(state: State, event: ev.CallPlaced) -> None:
    incident = state.incidents[event.incident]
    incident.calls_placed += 1
    incident.calls[event.call] = CallRecord(
        step=event.step,
        target=event.target,
        person=event.person,
        channel=event.channel,
        attempt=event.attempt,
        placed_ms=state.at_ms,
    )
    known = state.site.channels.get(event.channel)
    way = (event.target, event.person, event.channel)
    if known is not None and known.outside and way not in incident.told_outside:
        incident.told_outside.append(way)


_EVOLVE: Final[dict[type[Any], Callable[[State, Any], None]]] = {
    ev.FactFailed: _failed,
    ev.IncidentOpened: _opened,
    ev.ChainStarted: _started,
    ev.StepStarted: _stepped,
    ev.CallPlaced: _placed,
}
