"""The records of police references: which calls were false, and whether the police still answer.

Changed by ``evolve`` alone, in place. A field is only ever added, with a default.
"""

import msgspec


class FalseCall(msgspec.Struct):
    """An incident that was passed to the police, when (UTC), and what it was in the end."""

    incident: int
    utc_ms: int
    cause: str


class PoliceRecord(msgspec.Struct):
    """The false calls of a reference, oldest first; since when the police have withdrawn.

    ``fresh``: the last one has reached a threshold, and nobody has been told yet.
    """

    calls: list[FalseCall] = []
    withdrawn_ms: int | None = None
    fresh: bool = False
