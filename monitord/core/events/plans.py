"""The events of a plan."""

from monitord.core.events.base import Event
from monitord.core.plan_records import Plan


class PlanTaken(Event, frozen=True):
    """The plan is copied: an open incident keeps its steps whatever a reload brings."""

    incident: int
    plan: Plan


class StepDone(Event, frozen=True):
    """``by`` has done step ``step`` (from 1), or has ``refused`` it for this reason."""

    incident: int
    step: int
    by: str
    refused: bool = False
    reason: str = ""


AnyPlanEvent = PlanTaken | StepDone
