"""What people do in an incident: its plan, who comes, and calls to the police."""

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


class AttendanceRecord(msgspec.Struct):
    """Somebody who comes to an incident. ``late``: the target passed without them.

    ``missed`` counts the check calls in a row that did not come; ``warned`` has the time of the
    last warning by incident. Over when ``ended_ms`` is there, with its ``result``.
    """

    incident: int
    holder: str
    accepted_ms: int
    eta_ms: int | None = None
    late: bool = False
    plan_ms: int | None = None
    arrived_ms: int | None = None
    entered_ms: int | None = None
    companion: str = ""
    safe_ms: int | None = None
    missed: int = 0
    warned: dict[int, int] = {}
    ended_ms: int | None = None
    result: str = ""

    @property
    def running(self) -> bool:
        """On the way, there or inside."""
        return self.ended_ms is None

    @property
    def inside(self) -> bool:
        """Went in and has not come out."""
        return self.running and self.entered_ms is not None
