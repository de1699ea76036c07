"""The record of a maintenance grant. Changed by ``evolve`` alone; fields only with defaults."""

import msgspec


class GrantRecord(msgspec.Struct):
    """``by`` lets ``person`` hold back in ``areas``, until a date that a person wrote.

    ``ended_ms``: it is over, and ``why``.
    """

    number: int
    person: str
    areas: tuple[str, ...]
    since_ms: int
    until_utc_ms: int
    by: str
    reason: str
    ended_ms: int | None = None
    why: str = ""

    @property
    def runs(self) -> bool:
        """Not over yet."""
        return self.ended_ms is None
