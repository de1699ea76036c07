"""Facts of attendance: what is told of a person who comes to an alarm."""

from monitord.core.facts.base import TextRef
from monitord.core.facts.people import Command
from monitord.vocabulary import Attending


class Attend(Command, frozen=True):
    """``says`` is told of ``holder``; empty: of the person who tells it.

    ``eta_ms``: on the way, there in so long. ``companion``: who goes in with them. ``result``: one
    of :data:`monitord.core.attendance.RESULTS`.
    """

    incident: int
    says: Attending
    holder: str = ""
    eta_ms: int | None = None
    companion: str = ""
    result: str = ""
    note: TextRef | None = None
    at_area: str = ""
