"""What may be written of cameras: how often they are looked through, and which show a point."""

from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field, WithJsonSchema

from monitord.site.closed import Closed
from monitord.site.words import Duration, Id, Text

PRESET_MAX: Final = 64
CAMERAS_MAX: Final = 50

Preset = Annotated[Text, Field(max_length=PRESET_MAX)]


class Pictures(Closed):
    """How often a camera is looked at, and where it looks when nothing happens."""

    every: Duration
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
