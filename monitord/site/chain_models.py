"""What may stand under `chains:`: whom to call, by what, for how long."""

from typing import Annotated, Final

from pydantic import Field

from monitord.site.closed import Closed
from monitord.site.words import Duration, Id, Ids, Whole

DECIDE_MS: Final = 5 * 60_000


class Step(Closed):
    """One step of a chain; ``wait`` counts from its start."""

    call: Ids
    by: Ids
    wait: Duration
    otherwise: Id | None = Field(None, alias="or")
    tries: Annotated[Whole, Field(ge=1, le=10)] = 1


class Confirmed(Closed):
    """Where a confirmed alarm begins; steps count from 1."""

    start_at: Annotated[Whole, Field(ge=1)] = Field(1, alias="start-at")


class Chain(Closed):
    """Whom to call, in order."""

    steps: tuple[Step, ...] = Field(min_length=1, max_length=50)
    decide: Duration = DECIDE_MS
    confirmed: Confirmed = Confirmed()
