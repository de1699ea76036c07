"""What may stand under an area's ``unset-by:``: who may unset it, when, and in which modes.

Like every model here these know their own keys only. The short form is the person alone.
"""

from typing import Annotated, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from monitord.site.words import Date, Id, Text
from monitord.vocabulary import Mode


class MayUnset(BaseModel):
    """A person on the list; from the first day to the last, in these modes or in every one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    person: Id
    first: Date | None = Field(None, alias="from")
    until: Date | None = Field(None, description="The last day on which it holds.")
    modes: Annotated[tuple[Mode, ...], Field(max_length=len(Mode))] = ()


def _entry(value: object) -> object:
    return {"person": value} if isinstance(value, str) else value


_WHOLE: Final = {
    "type": "object",
    "properties": {
        "person": {"type": "string"},
        "from": {"type": "string", "format": "date"},
        "until": {"type": "string", "format": "date"},
        "modes": {"type": "array", "items": {"enum": [mode.value for mode in Mode]}},
    },
    "required": ["person"],
    "additionalProperties": False,
}
Listed = Annotated[
    MayUnset,
    BeforeValidator(_entry),
    WithJsonSchema({"anyOf": [{"type": "string"}, _WHOLE]}),
]
#: Only they may unset the area; everybody where it is left out.
ListOfPeople = Annotated[tuple[Listed, ...], Field(max_length=200)]
#: What panels call a person: ``USER`` or ``DEVICE/USER``.
PanelUsers = Annotated[
    tuple[Annotated[Text, Field(min_length=1, max_length=64)], ...], Field(max_length=20)
]
