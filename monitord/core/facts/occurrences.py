"""The fact of the occurrence log: what a person writes into it."""

from monitord.core.facts.base import TextRef
from monitord.core.facts.people import Command


class WriteLog(Command, frozen=True):
    """It happened at ``occurred_utc_ms``; the text is kept apart, as all that people write.

    ``kind`` is one of :data:`monitord.core.occurrences.KINDS`, ``amends`` the number of the entry
    to which this is an addendum.
    """

    kind: str
    occurred_utc_ms: int
    note: TextRef | None = None
    area: str = ""
    amends: int = 0
