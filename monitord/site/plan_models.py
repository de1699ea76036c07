"""The keys of plans in a site file: what people do when something happens."""

from typing import Annotated

from pydantic import Field

from monitord.site.closed import Closed
from monitord.site.words import Date, Duration, Flag, Id, Text, Whole


class PlanStep(Closed):
    """One thing to do; ``within`` counts from the opening of the incident."""

    do: Text = Field(min_length=1)
    who: Id | None = Field(None, description="A person, a role or a post.")
    within: Duration | None = None
    phone: Text = Field("", description="Of a service, not of a private person.")
    must: Flag = Field(False, description="Done, or refused with a reason, before it is closed.")


class Plan(Closed):
    """The numbered steps for one category, or for one in one mode."""

    version: Annotated[Whole, Field(ge=1)] = 1
    owner: Id = Field(description="Whose plan it is: a person or a role.")
    review: Date = Field(description="Until when it is to be looked at again.")
    steps: tuple[PlanStep, ...] = Field(min_length=1, max_length=30)
