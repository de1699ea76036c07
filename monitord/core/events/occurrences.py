"""The event of the occurrence log."""

from monitord.core.events.base import Event
from monitord.core.facts import TextRef


class LogWritten(Event, frozen=True):
    """Entry ``number`` of the log, by hand: the time of the event, and beside it that of the entry.

    ``amends`` is the entry that it corrects or completes; 0: none.
    """

    number: int
    kind: str
    by: str
    occurred_utc_ms: int
    note: TextRef
    area: str = ""
    amends: int = 0
