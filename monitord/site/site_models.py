"""What may stand under ``site:``: the house, and what holds in all of it."""

from typing import Annotated, Final

from pydantic import Field

from monitord.core.site import (
    CALLS_IN_FLOOD_MS,
    CALLS_IN_FLOOD_MS_MAX,
    JOIN_MS,
    PICTURES_BYTES,
    PICTURES_KEPT_MS,
    PICTURES_KEPT_MS_MAX,
)
from monitord.site.closed import Closed
from monitord.site.permit_models import Freeze
from monitord.site.words import Country, Duration, Flag, Id, Room, Text, TimeZone
from monitord.vocabulary import Category, SecondFactor

PATH_LOST_MS: Final = 30_000
BLACKOUT_MS: Final = 5 * 60_000
CONFIRM_HOLD_UP_MS: Final = 20 * 3_600_000
RESTORED_MS: Final = 2 * 60_000


class SiteInfo(Closed):
    """The site itself."""

    id: Id
    name: Text
    address: Text = ""
    timezone: TimeZone = "UTC"
    country: Country | None = None
    second_person: Flag = Field(False, alias="second-person")
    second_factor: tuple[SecondFactor, ...] = Field(
        (), alias="second-factor", description="What takes the code of a second factor, too."
    )
    close_by_two: tuple[Category, ...] = Field(
        (), alias="close-by-two", description="Categories that two people close together."
    )
    confirm_hold_up: Duration = Field(
        CONFIRM_HOLD_UP_MS,
        alias="confirm-hold-up",
        description="A second hold-up device within this confirms the first.",
    )
    join: Duration = Field(
        JOIN_MS, description="An alarm joins an incident whose last alarm is younger than this."
    )
    path_lost_after: Duration = Field(
        PATH_LOST_MS,
        alias="path-lost-after",
        description="A channel that leaves the site is lost, or back, after so long.",
    )
    blackout: Duration = Field(
        BLACKOUT_MS, description="What goes dark in one sector within this is one blackout."
    )
    calls_in_flood: Annotated[Duration, Field(ge=0, le=CALLS_IN_FLOOD_MS_MAX)] = Field(
        CALLS_IN_FLOOD_MS,
        alias="calls-in-flood",
        description="In a flood, nobody is called anew within this for what is no more urgent.",
    )
    pictures_kept: Annotated[Duration, Field(ge=3_600_000, le=PICTURES_KEPT_MS_MAX)] = Field(
        PICTURES_KEPT_MS,
        alias="pictures-kept",
        description="How long a picture is kept, and longer while its incident is open.",
    )
    pictures_room: Room = Field(
        PICTURES_BYTES,
        alias="pictures-room",
        description="What all pictures take at most: the oldest go first, none that is needed.",
    )
    restored_within: Annotated[Duration, Field(ge=10_000, le=3_600_000)] = Field(
        RESTORED_MS,
        alias="restored-within",
        description="A detector that was held back or reset shows within this that it is live.",
    )
    freeze: Freeze = Field(
        (), description="No object may be moved: true, or the modes in which that holds."
    )
