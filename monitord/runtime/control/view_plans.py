"""The plan of an incident as people see it: steps by number, limits, who has done what.

Pure; see :mod:`monitord.runtime.control.view` for what holds of every view.
"""

from datetime import UTC, datetime

from monitord.core.plan_records import PlanStep, StepRecord
from monitord.core.records import IncidentRecord
from monitord.core.state import State
from monitord.runtime.control.view import View, moment


def plan(state: State, record: IncidentRecord, now_ms: int) -> View | None:
    """The steps, numbered from 1; None where the incident has no plan."""
    taken = record.plan
    if taken is None:
        return None
    ended_ms = now_ms if record.closed_ms is None else record.closed_ms
    steps = [
        _step(state, record, number, step, ended_ms) for number, step in enumerate(taken.steps, 1)
    ]
    return {
        "name": taken.id,
        "version": taken.version,
        "owner": taken.owner,
        "review": taken.review,
        "review_overdue": is_overdue(state, taken.review, now_ms),
        "steps": steps,
        "open": sum(step["done"] is None for step in steps),
    }


def is_overdue(state: State, review: str, now_ms: int) -> bool:
    """The day on which somebody was to look at it again is over, by the clock of UTC."""
    today = datetime.fromtimestamp(state.utc_ms(now_ms) / 1000, UTC).date().isoformat()
    return review < today


def _step(state: State, record: IncidentRecord, number: int, step: PlanStep, now_ms: int) -> View:
    done = record.steps_done.get(number)
    due_ms = None if step.within_ms is None else record.opened_ms + step.within_ms
    until_ms = now_ms if done is None else done.at_ms
    return {
        "number": number,
        "do": step.do,
        "who": step.who,
        "phone": step.phone,
        "must": step.must,
        "due": None if due_ms is None else moment(state, due_ms),
        "left_s": None
        if due_ms is None or done is not None
        else max(0, -(-(due_ms - now_ms) // 1000)),
        "late": due_ms is not None and until_ms > due_ms,
        "done": None if done is None else _done(state, done),
    }


def _done(state: State, done: StepRecord) -> View:
    return {
        "by": done.by,
        "at": moment(state, done.at_ms),
        "refused": done.refused,
        "reason": done.reason,
    }
