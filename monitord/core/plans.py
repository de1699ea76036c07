"""The plan of an incident (E1): what people do, step by step, with limits and names.

A plan is taken when the incident opens and copied into it: one that is edited meanwhile keeps its
old version there. A step is done or refused by a person, once. A mandatory one is done or refused
with a reason before the incident can be closed. A limit that has passed is shown, and calls nobody:
the chain and its time to decide do that.
"""

from collections.abc import Iterator
from typing import Final

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.concern import Evolve
from monitord.core.plan_records import Plan, StepRecord
from monitord.core.records import IncidentRecord
from monitord.core.rights import refusal
from monitord.core.state import State
from monitord.vocabulary import Category

DEFAULT: Final = "default"


def decide(
    state: State, now_ms: int, fact: f.AnyFact, so_far: tuple[ev.AnyEvent, ...]
) -> Iterator[ev.AnyEvent]:
    """Take the plan with the incident; write down each step."""
    if isinstance(fact, f.DoStep):
        yield _refused(state, fact) or ev.StepDone(
            incident=fact.incident,
            step=fact.step,
            by=fact.by,
            refused=fact.refused,
            reason=fact.reason if fact.refused else "",
        )
    if state.site.plans:
        for event in so_far:
            if isinstance(event, ev.IncidentOpened):
                plan = chosen(state, event.category)
                if plan is not None:
                    yield ev.PlanTaken(incident=event.incident, plan=plan)


def chosen(state: State, category: Category) -> Plan | None:
    """The plan for a category in the mode of now: as a chain is chosen."""
    names = (f"{category.value}/{state.mode.value}", category.value, DEFAULT)
    return next((state.site.plans[name] for name in names if name in state.site.plans), None)


def missing(incident: IncidentRecord) -> list[int]:
    """The numbers (from 1) of the mandatory steps that nobody has done or refused."""
    if incident.plan is None:
        return []
    return [
        number
        for number, step in enumerate(incident.plan.steps, 1)
        if step.must and number not in incident.steps_done
    ]


def objection(incident: IncidentRecord) -> str:
    """Why it may not be closed yet; empty where every mandatory step is answered for."""
    left = missing(incident)
    if not left or incident.plan is None:
        return ""
    words = incident.plan.steps[left[0] - 1].do
    more = f" (and {len(left) - 1} more)" if len(left) > 1 else ""
    return (
        f"Step {left[0]} is open: {words}{more}. Do it and say so, or say why not: "
        f"monitord step {incident.number} {left[0]} --refuse REASON"
    )


def _refused(state: State, fact: f.DoStep) -> ev.CommandRefused | None:
    refused = refusal(state, fact)
    if refused is not None:
        return refused
    incident = state.incidents.get(fact.incident)
    if incident is None or incident.hidden_at(fact.at_area, fact.by, fact.session):
        return ev.CommandRefused(code="unknown", text=f"There is no incident {fact.incident}")
    steps = () if incident.plan is None else incident.plan.steps
    code, text = "bad-input", ""
    if not incident.open:
        code, text = "closed", f"Incident {fact.incident} is closed"
    elif not 1 <= fact.step <= len(steps):
        there = f"has steps 1 to {len(steps)}" if steps else "has no plan"
        code, text = "unknown", f"Incident {fact.incident} {there}"
    elif (done := incident.steps_done.get(fact.step)) is not None:
        how = "refused" if done.refused else "done"
        code, text = "already", f"Step {fact.step} was {how} by {done.by}"
    elif fact.refused and not fact.reason.strip():
        text = "Say why it is not done: the reason stays with the incident"
    return ev.CommandRefused(code=code, text=text) if text else None


def _taken(state: State, event: ev.PlanTaken) -> None:
    state.incidents[event.incident].plan = event.plan


def _done(state: State, event: ev.StepDone) -> None:
    state.incidents[event.incident].steps_done[event.step] = StepRecord(
        by=event.by, at_ms=state.at_ms, refused=event.refused, reason=event.reason
    )


EVOLVE: Evolve = {ev.PlanTaken: _taken, ev.StepDone: _done}
