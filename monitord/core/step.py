"""One fact in, its events out: the concerns in one fixed order, in one pass.

``step`` decides and evolves; ``apply`` replays an entry with ``evolve`` alone, so a newer version
never rewrites an old night. Both change the state in place. A step that raises leaves the state
half changed: the engine then rebuilds it (law 13).
"""

from collections.abc import Callable
from typing import Any, Final

from monitord.core import (
    accepted_site,
    aiming,
    alarms,
    areas,
    attendance,
    blackout,
    calendar,
    chain,
    closing,
    confirmation,
    daemon,
    duress,
    entering,
    erasure,
    evidence,
    false_calls,
    fire,
    floods,
    handover,
    history,
    holds,
    incidents,
    keys,
    maintenance,
    modes,
    occurrences,
    outputs,
    outward,
    paths,
    permits,
    pictures,
    plans,
    police_calls,
    reattending,
    relief,
    restoring,
    retired,
    schedule,
    setting,
    stations,
    storage,
    supervision,
    suppression,
    viewing,
    walking,
    warming,
)
from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.concern import Decide
from monitord.core.heeding import wakes
from monitord.core.records import Answered
from monitord.core.state import KEY_KEPT_MS, State

_ORDER: Final[tuple[Decide, ...]] = (
    daemon.decide,
    storage.decide,
    history.decide,
    evidence.decide_before_alarms,
    accepted_site.decide,
    calendar.decide,
    erasure.decide,
    occurrences.decide,
    handover.decide,
    relief.decide,
    holds.decide,
    modes.decide,
    supervision.decide,
    setting.decide,
    areas.decide,
    warming.decide,
    entering.decide,
    permits.decide,
    maintenance.decide,
    suppression.decide,
    walking.decide,
    restoring.decide,
    fire.decide,
    alarms.decide,
    blackout.decide,
    paths.decide,
    schedule.decide,
    false_calls.decide,
    stations.decide,
    attendance.decide,
    outputs.decide,
    aiming.decide,
    police_calls.decide,
    floods.decide,
    confirmation.decide,
    incidents.decide,
    plans.decide,
    closing.decide,
    police_calls.decide_after_incidents,
    false_calls.decide_after_closing,
    restoring.decide_after_closing,
    duress.decide,
    attendance.decide_after_incidents,
    outward.decide,
    outputs.decide_after_incidents,
    aiming.decide_after_incidents,
    pictures.decide,
    evidence.decide,
    viewing.decide,
    chain.decide,
    reattending.decide,
    retired.decide,
)

#: By type of fact or event the concerns that it wakes, a bit for each place; others wake all.
_WAKES: Final = wakes(_ORDER)
_ALL: Final = (1 << len(_ORDER)) - 1

_EVOLVE: Final[dict[type[Any], Callable[[State, Any], None]]] = {
    **daemon.EVOLVE,
    **storage.EVOLVE,
    **history.EVOLVE,
    **accepted_site.EVOLVE,
    **calendar.EVOLVE,
    **erasure.EVOLVE,
    **occurrences.EVOLVE,
    **handover.EVOLVE,
    **relief.EVOLVE,
    **holds.EVOLVE,
    **modes.EVOLVE,
    **supervision.EVOLVE,
    **areas.EVOLVE,
    **warming.EVOLVE,
    **entering.EVOLVE,
    **permits.EVOLVE,
    **maintenance.EVOLVE,
    **suppression.EVOLVE,
    **walking.EVOLVE,
    **restoring.EVOLVE,
    **fire.EVOLVE,
    **alarms.EVOLVE,
    **blackout.EVOLVE,
    **paths.EVOLVE,
    **false_calls.EVOLVE,
    **stations.EVOLVE,
    **attendance.EVOLVE,
    **floods.EVOLVE,
    **confirmation.EVOLVE,
    **incidents.EVOLVE,
    **plans.EVOLVE,
    **police_calls.EVOLVE,
    **closing.EVOLVE,
    **outward.EVOLVE,
    **outputs.EVOLVE,
    **aiming.EVOLVE,
    **pictures.EVOLVE,
    **evidence.EVOLVE,
    **viewing.EVOLVE,
    **duress.EVOLVE,
    **chain.EVOLVE,
    **reattending.EVOLVE,
    **retired.EVOLVE,
    **schedule.EVOLVE,
}


def step(state: State, at_ms: int, fact: f.AnyFact) -> tuple[ev.AnyEvent, ...]:
    """Decide what ``fact`` changes at engine time ``at_ms``, and change it.

    No events: nothing changed, and the fact leaves no trace. The caller asks
    :func:`answer_before` first when the fact carries a key.
    """
    assert at_ms >= state.at_ms, "engine time moves forward"
    before_ms = state.at_ms
    state.at_ms = at_ms
    events: list[ev.AnyEvent] = []
    so_far: tuple[ev.AnyEvent, ...] = ()
    spoke, woken = False, _WAKES.get(type(fact), _ALL)
    while woken:
        turn = woken & -woken  # whose place is first
        woken ^= turn
        for event in _ORDER[turn.bit_length() - 1](state, at_ms, fact, so_far):
            kind = type(event)
            _EVOLVE[kind](state, event)
            events.append(event)
            woken |= _WAKES.get(kind, _ALL) & -(turn << 1)  # of those that come later
            spoke = True
        if spoke:
            so_far, spoke = tuple(events), False
    if fact.key:
        answered = _answer(fact.key, keys.speaker(state, fact), events)
        evolve(state, answered)
        events.append(answered)
    if not events:
        state.at_ms = before_ms  # the time of the last entry, as a replay has it
    return tuple(events)


def _answer(key: str, device: str, events: list[ev.AnyEvent]) -> ev.KeyAnswered:
    for event in events:
        if isinstance(event, ev.CommandRefused):
            return ev.KeyAnswered(key=key, code=event.code, text=event.text)
    return ev.KeyAnswered(key=key, device=device)


def answer_before(state: State, at_ms: int, fact: f.AnyFact) -> Answered | None:
    """The answer that the same key was given within 24 h; None for a new fact."""
    if not fact.key:
        return None
    if device := keys.speaker(state, fact):
        return keys.heard_before(state, at_ms, device, fact.key)
    answered = state.answered.get(fact.key)
    if answered is None or answered.at_ms <= at_ms - KEY_KEPT_MS:
        return None
    return answered


def evolve(state: State, event: ev.AnyEvent) -> None:
    """Apply one event."""
    _EVOLVE[type(event)](state, event)


def apply(state: State, entry: ev.Entry) -> None:
    """Replay one entry: its events, in order, at its time."""
    state.at_ms = entry.at_ms
    for event in entry.events:
        _EVOLVE[type(event)](state, event)
    state.epoch, state.seq = entry.epoch, entry.seq


def next_deadline(state: State) -> int | None:
    """The engine time at which ``TimePassed`` is due; None when nothing waits."""
    return min(state.deadlines.values(), default=None)


def handled_types() -> frozenset[type[Any]]:
    """Every event type that has a handler (for the test that none is missing)."""
    return frozenset(_EVOLVE)
