"""The base of what a person writes: a key that means nothing is refused, and nothing changes."""

from pydantic import BaseModel, ConfigDict


class Closed(BaseModel):
    """A part of the site file with a closed list of keys, written as the file has them."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False)
