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


class PoliceAwaited(Event, frozen=True):
    """Somebody is to say by this moment of engine time that the police know."""

    incident: int
    until_ms: int


class PoliceWereTold(Event, frozen=True):
    """``by`` has said that the police were rung: by themselves, or by the receiving centre."""

    incident: int
    by: str
    how: str


class PoliceOverdue(Event, frozen=True):
    """Nobody has said so in time."""

    incident: int


AnyPlanEvent = PlanTaken | StepDone | PoliceAwaited | PoliceWereTold | PoliceOverdue
