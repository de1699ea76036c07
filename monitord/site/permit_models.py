"""What may stand under ``permits:`` and ``bookings:``, and when a freeze holds.

A permit lets named people move an object at its date; a booking expects a vehicle or a person.
Like every model here these know their own keys only.
"""

import datetime
import re
from typing import Annotated, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from monitord.site.findings import quoted
from monitord.site.words import Id, Ids, PointId, Text, wrong
from monitord.vocabulary import Mode

Why = Literal["movement", "loan", "conservation", "photography", "works"]

_WHEN: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")
_WHEN_CURE: Final = "write day and time of the site's clock, as in 2026-11-24T22:00"


def _when(value: object) -> str:
    if not isinstance(value, str):
        raise wrong("a date with a time belongs here", _WHEN_CURE)
    try:
        if not _WHEN.fullmatch(value.strip()):
            raise ValueError
        when = datetime.datetime.fromisoformat(value.strip())
    except ValueError:
        raise wrong(f"{quoted(value)} is no date with a time", _WHEN_CURE) from None
    return when.isoformat(timespec="minutes")


def _freeze(value: object) -> tuple[Mode, ...]:
    modes = tuple(mode.value for mode in Mode)
    cure = "write true, false, or the modes: [lockdown, heightened]"
    listed = value if isinstance(value, list) else [value]
    words = [word for word in listed if isinstance(word, str)]
    if len(words) < len(listed):
        raise wrong("modes belong here", cure)
    if words in (["true"], ["yes"], ["on"]):
        return tuple(Mode)
    if words in (["false"], ["no"], ["off"]):
        return ()
    for word in words:
        if word not in modes:
            raise wrong(f"{quoted(word)} is no mode", cure)
    return tuple(Mode(word) for word in words)


When = Annotated[
    str,
    BeforeValidator(_when),
    WithJsonSchema({"type": "string", "examples": ["2026-11-24T22:00"]}),
]
Freeze = Annotated[
    tuple[Mode, ...],
    BeforeValidator(_freeze),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "boolean"},
                {"enum": [mode.value for mode in Mode]},
                {"type": "array", "items": {"enum": [mode.value for mode in Mode]}},
            ]
        }
    ),
]
Points = Annotated[
    tuple[PointId, ...],
    BeforeValidator(lambda value: [value] if isinstance(value, str) else value),
    Field(min_length=1, max_length=200),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]


class _Dated(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False)

    points: Points
    approver: Id
    first: When = Field(alias="from")
    until: When


class Permit(_Dated):
    """Objects that may be moved: their contacts are held back from one moment to another."""

    object: Text = Field(min_length=1)
    people: Ids
    why: Why = "movement"


class Booking(_Dated):
    """A vehicle or a person that is expected; still there at the end, it is an early warning."""

    what: Text = Field(min_length=1)
