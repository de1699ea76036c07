"""What people must do by when, as plain dicts: handovers, proofs of hearing, check calls, steps.

Pure; see :mod:`monitord.runtime.control.view` for what holds of every view. The limits are those
of the state: what is told here climbs when it is missed, by whichever concern it belongs to.
"""

from collections.abc import Iterator
from typing import Final

from monitord.core.state import State
from monitord.runtime.control.view import View, head, moment

#: By the concern of a deadline: what is to be done, and what proves that it was.
_DUTIES: Final = {
    "handover": ("handover", "signed by who comes"),
    "hearing": ("hearing", "the beeps that were heard, typed at the station"),
    "attend": ("check-call", "who comes or is inside says so"),
    "police-call": ("police-call", "somebody says that the police were rung"),
}
_OF_STEP: Final = "a guard says that it was done, or why not"


def duties(state: State, now_ms: int) -> View:
    """Each with its limit, the next one first. ``of`` is a post, a station, a person or a step."""
    found = sorted((*_by_deadline(state), *_steps(state)))
    return {
        **head(state, now_ms),
        "duties": [
            {
                "duty": duty,
                "of": of,
                "incident": incident,
                "due": moment(state, due_ms),
                "due_in_s": max(0, -(-(due_ms - now_ms) // 1000)),
                "late": due_ms < now_ms,
                "proof": proof,
            }
            for due_ms, duty, of, incident, proof in found
        ],
    }


_Duty = tuple[int, str, str, int, str]


def _by_deadline(state: State) -> Iterator[_Duty]:
    for key, due_ms in state.deadlines.items():
        concern, _, of = key.partition(":")
        if concern in _DUTIES:
            duty, proof = _DUTIES[concern]
            number, slash, holder = of.partition("/")
            incident = int(number) if number.isdecimal() else 0
            yield due_ms, duty, holder if slash else "" if incident else of, incident, proof


def _steps(state: State) -> Iterator[_Duty]:
    """Steps of the plans of open incidents that have a limit and are not done."""
    for incident in state.open_incidents():
        steps = () if incident.plan is None else incident.plan.steps
        for number, step in enumerate(steps, 1):
            if step.within_ms and number not in incident.steps_done:
                due_ms = incident.opened_ms + step.within_ms
                yield due_ms, "step", f"{number}. {step.do}", incident.number, _OF_STEP
