"""What may be written of cameras: how often they are looked through, and which show a point."""

from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field, WithJsonSchema

from monitord.site.closed import Closed
from monitord.site.words import Duration, Flag, Id, Number, Text

PRESET_MAX: Final = 64
CAMERAS_MAX: Final = 50

Preset = Annotated[Text, Field(max_length=PRESET_MAX)]


class PictureLimits(Closed):
    """From where on a picture is no picture of the place; what is left out is as for any camera."""

    kept: Annotated[Number, Field(gt=0, lt=1)] | None = Field(
        None, description="Less of the place than this is covered or turned (0.45)."
    )
    sharp: Annotated[Number, Field(gt=0, lt=1)] | None = Field(
        None, description="Less of its usual sharpness than this is out of focus (0.7)."
    )
    dark: Annotated[Number, Field(ge=0, le=100)] | None = Field(
        None, description="A picture darker than this of 255 is black (16)."
    )
    bright: Annotated[Number, Field(ge=150, le=255)] | None = Field(
        None, description="A picture brighter than this of 255 is white (238)."
    )
    shift: Annotated[Number, Field(ge=4, le=320)] | None = Field(
        None, description="Moved by more than this, of a width of 640, it is turned (24)."
    )
    noise: Annotated[Number, Field(gt=1, le=50)] | None = Field(
        None, description="So many times its usual noise hides the place (4)."
    )
    persist: Annotated[Duration, Field(ge=5_000, le=600_000)] | None = Field(
        None, description="How long it lasts before it is a fault (15s)."
    )
    frozen: Flag | None = Field(
        None, description="No: its live picture does not change, so that none is frozen."
    )


class Pictures(Closed):
    """How often a camera is looked at, where it looks when nothing happens, and what is a fault."""

    every: Duration
    limits: PictureLimits | None = None
    home: Preset = Field(
        "", description="The preset where it always looks, of one that is turned at alarms."
    )


class LooksAt(Closed):
    """A camera that shows a point, and the preset where it does; none: its home."""

    camera: Id
    preset: Preset = ""


def _views(value: object) -> object:
    """An id is short for a camera that shows it from home."""
    entries = value if isinstance(value, list | tuple) else [value]
    return tuple({"camera": one} if not isinstance(one, dict) else one for one in entries)


_ONE: Final[dict[str, Any]] = {
    "anyOf": [
        {"type": "string"},
        {
            "type": "object",
            "properties": {"camera": {"type": "string"}, "preset": {"type": "string"}},
            "required": ["camera"],
            "additionalProperties": False,
        },
    ]
}
Views = Annotated[
    tuple[LooksAt, ...],
    BeforeValidator(_views),
    Field(min_length=1, max_length=CAMERAS_MAX),
    WithJsonSchema({"anyOf": [*_ONE["anyOf"], {"type": "array", "items": _ONE, "minItems": 1}]}),
]
