"""What may stand under ``attendance:``: who comes to an alarm, how soon and how watched."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from monitord.site.words import Duration, Ids

TARGET_MS = 20 * 60_000
CHECK_CALL_MS = 5 * 60_000


class Attendance(BaseModel):
    """Whoever attends is watched by these times, named here or not."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False)

    keyholders: Ids = Field(
        (), description="Persons or roles who come when they acknowledge an alarm."
    )
    target: Annotated[Duration, Field(ge=60_000, le=4 * 3_600_000)] = Field(
        TARGET_MS, description="No arrival within this: the next one is called."
    )
    check_call: Annotated[Duration, Field(ge=30_000, le=3_600_000)] = Field(
        CHECK_CALL_MS,
        alias="check-call",
        description="Whoever went in says within this that they are safe.",
    )
