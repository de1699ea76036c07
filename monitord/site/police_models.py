"""What may stand under ``police:``: the references that the police have given this house."""

import re
from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from monitord.site.words import Duration, Flag, Ids, Text, Whole, wrong
from monitord.vocabulary import PoliceType

#: So many false calls within 365 days warn, and so many end it; None: monitord never assumes it.
PROFILES: Final[Mapping[str, Mapping[PoliceType, tuple[int, int | None]]]] = {
    "generic": {PoliceType.INTRUDER: (2, None), PoliceType.HOLD_UP: (1, None)},
    # NPCC: a letter after two false calls, withdrawn at three; of a hold-up reference at two.
    "GB": {PoliceType.INTRUDER: (2, 3), PoliceType.HOLD_UP: (1, 2)},
}
_NUMBER: Final = re.compile(r"[A-Za-z0-9/-]{1,40}")


def _number(value: object) -> str:
    if not isinstance(value, str) or not _NUMBER.fullmatch(value):
        raise wrong(
            "a reference is letters and digits without a space: machines compare it",
            "write it as the police do, with all spaces taken out",
        )
    return value


class Reference(BaseModel):
    """One registration: its number, what the police come to on it, and what they forgive."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False)

    number: Annotated[str, BeforeValidator(_number)]
    type: PoliceType
    areas: Ids = Field((), description="Where it holds; everywhere where left out.")
    confirmed: Flag = Field(False, description="The police come to confirmed alarms alone.")
    profile: Literal["generic", "GB"] | None = Field(
        None, description="Whose rules count; GB where that is the site's country, else generic."
    )
    warn_at: Annotated[Whole, Field(ge=1, le=100)] | None = Field(
        None, alias="warn-at", description="So many false calls within 365 days warn."
    )
    withdrawn_at: Annotated[Whole, Field(ge=1, le=100)] | None = Field(
        None, alias="withdrawn-at", description="At so many the police are called no more."
    )
    contact: Text = Field("", description="Whom to ask for, as on the card; no private names.")
    phone: Text = Field("", description="Their number, shown to people.")
    call_within: Duration | None = Field(
        None,
        alias="call-within",
        description="Nobody has said so long after a confirmation that the police know: an alarm.",
    )
    instead: Ids = Field(
        (), description="Persons or roles who are called in their place; else the keyholders."
    )
