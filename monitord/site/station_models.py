"""What may stand under ``stations:``: the screens that guard a post."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from monitord.site.words import Duration, Id, Text

HEARING_MS = 4 * 3_600_000
IDLE_MS = 30 * 60_000
PROMPT_MS = 60_000


class Station(BaseModel):
    """One screen. It is called by `by: console` while somebody attends it."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False)

    name: Text = Field(min_length=1, description="As a guard calls it.")
    area: Id | None = Field(None, description="Where it stands: silent alarms of it stay away.")
    post: Id | None = Field(None, description="The post that sits there; without it any post.")
    hearing: Annotated[Duration, Field(ge=15 * 60_000, le=24 * 3_600_000)] = Field(
        HEARING_MS, description="Its sound is proven to be heard at least this often."
    )
    idle: Annotated[Duration, Field(ge=60_000, le=8 * 3_600_000)] = Field(
        IDLE_MS, description="Untouched for so long, it asks whether somebody is there."
    )
    prompt: Annotated[Duration, Field(ge=15_000, le=10 * 60_000)] = Field(
        PROMPT_MS, description="Unanswered for so long, it counts as unattended."
    )
