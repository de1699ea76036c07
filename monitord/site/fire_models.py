"""Keys of points that tell of a fire panel beside the fire itself (E4)."""

from typing import Annotated

from pydantic import BaseModel, Field

from monitord.site.permit_models import Points
from monitord.site.words import Duration

ENDS_AFTER_MS = 8 * 3_600_000


class FirePoint(BaseModel):
    """What any point may say of released doors and of disablements."""

    releases: Points = Field(
        (), description="The doors that stand unlocked while this point is active."
    )
    ends_after: Annotated[Duration, Field(ge=60_000, le=7 * 86_400_000)] | None = Field(
        None, alias="ends-after", description="A fire-disabled point is an alarm after so long: 8h."
    )
