"""The words and the weight of a kind, and how a point names its kind.

Beside :mod:`monitord.site.models`; the same holds of these models.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from monitord.site.rationale import OWN_KIND, Loss
from monitord.site.words import ID, Duration, Flag, Text, Whole
from monitord.vocabulary import Kind

#: One of the table, or one of one's own, which stands under ``kinds:``.
PointKind = Annotated[
    Kind,
    WithJsonSchema(
        {
            "anyOf": [
                {"enum": [kind.value for kind in Kind]},
                {"type": "string", "pattern": f"^{OWN_KIND}{ID.pattern}$"},
            ]
        }
    ),
]
PriorityNumber = Annotated[Whole, Field(ge=1, le=4)]


class KindWords(BaseModel):
    """The words and the weight of a kind; what is left out stays as it was."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False)

    like: Kind | None = Field(
        None, description="For a kind of one's own: the kind whose place in the table it takes."
    )
    what: Text | None = None
    cause: Text | None = None
    consequence: Text | None = None
    loss: Loss | None = Field(None, description="How grave it is if nobody comes.")
    verify: Text | None = Field(None, description="How a guard makes sure.")
    action: Text | None = None
    time_to_respond: Duration | None = Field(None, alias="time-to-respond")
    priority: PriorityNumber | None = None
    latching: Flag | None = None
