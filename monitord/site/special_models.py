"""Keys that only some points have: those of a fire panel (E4) and of a back-up supply (A5)."""

from typing import Annotated

from pydantic import BaseModel, Field

from monitord.site.floor_models import ON_A_FLOOR, At
from monitord.site.permit_models import Points
from monitord.site.words import Duration

ENDS_AFTER_MS = 8 * 3_600_000


class SpecialPoint(BaseModel):
    """Where it is; of released doors, of disablements, and how long a supply must last."""

    at: At | None = Field(None, description=ON_A_FLOOR)
    releases: Points = Field(
        (), description="The doors that stand unlocked while this point is active."
    )
    ends_after: Annotated[Duration, Field(ge=60_000, le=7 * 86_400_000)] | None = Field(
        None, alias="ends-after", description="A fire-disabled point is an alarm after so long: 8h."
    )
    need: Annotated[Duration, Field(ge=60_000, le=7 * 86_400_000)] | None = Field(
        None, description="A ups point that tells the time left: less than this is an alarm."
    )
