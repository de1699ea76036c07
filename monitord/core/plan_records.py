"""Plans and calls to the police: what a site file says of them, and what the state keeps."""

import msgspec


class PlanStep(msgspec.Struct, frozen=True):
    """One thing to do, by a person, role or post; ``within_ms`` from the opening of the incident.

    ``must``: it is done, or refused with a reason, before the incident is closed.
    """

    do: str
    who: str = ""
    within_ms: int | None = None
    phone: str = ""
    must: bool = False


class Plan(msgspec.Struct, frozen=True):
    """What people do in an incident. ``review``: the day (ISO) by which it is looked at again."""

    id: str
    version: int
    owner: str
    review: str
    steps: tuple[PlanStep, ...]


class StepRecord(msgspec.Struct, frozen=True):
    """Who has done a step of a plan and when, or has ``refused`` it for this reason."""

    by: str
    at_ms: int
    refused: bool = False
    reason: str = ""


class PoliceTold(msgspec.Struct, frozen=True):
    """Somebody has said that the police were rung, by themselves or the receiving centre."""

    by: str
    at_ms: int
    how: str
