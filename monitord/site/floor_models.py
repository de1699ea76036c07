"""The keys of floor plans in a site file."""

import re
from typing import Annotated, Final

from pydantic import BeforeValidator, Field, WithJsonSchema

from monitord.site.closed import Closed
from monitord.site.words import ID, Text, wrong


class Floor(Closed):
    """A storey, and the drawing of it that lies beside the site file."""

    name: Text = Field(min_length=1)
    drawing: Text = Field(min_length=1, description="SVG, PNG or JPEG, as floors/ground.svg.")


_PERCENT: Final = r"(\d{1,2}(?:\.\d)?|100)"
_AT: Final = re.compile(rf"({ID.pattern})\s+{_PERCENT}\s+{_PERCENT}")


def _at(value: object) -> object:
    if not isinstance(value, str) or not _AT.fullmatch(value.strip()):
        raise wrong(
            "it stands on a floor, so many per cent of its drawing from the left and from the top",
            "write ground 30 45",
        )
    return value.strip()


#: On which floor, and how many per cent of its drawing from the left and from the top.
At = Annotated[
    str,
    BeforeValidator(_at),
    WithJsonSchema({"type": "string", "pattern": f"^{_AT.pattern}$"}),
]
ON_A_FLOOR: Final = "Floor, and per cent of its drawing from the left and the top: ground 30 45."


def place_of(at: str) -> tuple[str, float, float]:
    """``ground 30 45`` as its three parts."""
    floor, x, y = at.split()
    return floor, float(x), float(y)
