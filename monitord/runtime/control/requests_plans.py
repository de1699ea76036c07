"""The request about a step of a plan: see :mod:`monitord.runtime.control.planning`."""

from typing import Annotated

import msgspec

from monitord.runtime.control.request import Command


class DoStep(Command, frozen=True, tag="step"):
    """Step ``step`` (from 1) of an incident is done; or ``refused``, for this reason.

    ``opened`` as it was shown: a number may mean another incident by now.
    """

    number: int
    step: Annotated[int, msgspec.Meta(ge=0, le=1_000)]
    refused: bool = False
    reason: Annotated[str, msgspec.Meta(max_length=500)] = ""
    opened: str = ""


class TellPolice(Command, frozen=True, tag="police-told"):
    """The police were rung about an incident: by who says so, or by the receiving centre."""

    number: int
    how: str
    opened: str = ""


AnyPlanRequest = DoStep | TellPolice
