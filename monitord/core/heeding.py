"""Who looks at what happens all the time, so that a busy night does not ask all for each change.

A night is made of few types of facts and events, and most concerns have nothing to say to most of
them. ``HEEDED_BY`` names those that may. A type that is not here wakes every concern, so a new one
is never missed; a concern that begins to look at a type that is here must be named in its line.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from monitord.core import (
    alarms,
    areas,
    blackout,
    chain,
    confirmation,
    entering,
    fire,
    floods,
    incidents,
    outputs,
    outward,
    pictures,
    plans,
    police_calls,
    reattending,
    restoring,
    supervision,
    suppression,
    walking,
    warming,
)
from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.concern import Decide

_POINTS: Final = (areas, warming, entering, suppression, walking, restoring, fire, alarms, blackout)
_ALARMS: Final = (blackout, floods, confirmation, incidents)
_AFTER_INCIDENTS: Final = frozenset(
    {outward.decide, outputs.decide_after_incidents, pictures.decide, chain.decide}
)

HEEDED_BY: Final[Mapping[type[Any], frozenset[Decide]]] = {
    f.PointChanged: frozenset({supervision.decide}),
    f.CallStarted: frozenset({chain.decide}),
    f.CallEnded: frozenset({chain.decide}),
    ev.PointStateChanged: frozenset(concern.decide for concern in _POINTS),
    ev.AlarmOccurred: frozenset(concern.decide for concern in _ALARMS),
    ev.AlarmCleared: frozenset({confirmation.decide}),
    ev.AreaAlerted: frozenset(),
    ev.AreaConfirmed: frozenset({incidents.decide}),
    ev.PointChattered: frozenset(),
    ev.SectorDarkened: frozenset(),
    ev.IncidentOpened: _AFTER_INCIDENTS | {reattending.decide, plans.decide},
    ev.IncidentJoined: _AFTER_INCIDENTS | {reattending.decide},
    ev.IncidentConfirmed: _AFTER_INCIDENTS | {police_calls.decide_after_incidents},
    ev.ChainStarted: frozenset(),
    ev.PlanTaken: frozenset(),
    ev.StepStarted: frozenset(),
    ev.CallPlaced: frozenset(),
    ev.CallHeld: frozenset(),
    ev.CallsTold: frozenset(),
    ev.CallSkipped: frozenset(),
    ev.CallBegan: frozenset(),
    ev.CallResulted: frozenset(),
}


def wakes(order: Sequence[Decide]) -> dict[type[Any], int]:
    """``HEEDED_BY`` with one bit for each place in the order."""
    return {
        kind: sum(1 << place for place, decide in enumerate(order) if decide in heeding)
        for kind, heeding in HEEDED_BY.items()
    }
