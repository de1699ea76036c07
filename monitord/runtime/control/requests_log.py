"""The verbs of the occurrence log."""

from monitord.runtime.control.request import Command, Request


class WriteLog(Command, frozen=True, tag="log-write"):
    """What happened, ``at`` (RFC 3339 with its zone; empty: now); or the addendum to ``amends``."""

    note: str
    kind: str = ""
    at: str = ""
    area: str = ""
    amends: int = 0


class ReadLog(Request, frozen=True, tag="log"):
    """What happened between two moments (RFC 3339 with their zone), the newest last.

    ``replica``: whoever asks hides from each who looks what is hidden from them.
    """

    since: str
    until: str
    replica: bool = False


class ShowFindings(Request, frozen=True, tag="findings"):
    """What was found in an incident, and the notes that people wrote in it.

    ``replica``: whoever asks hides from each who looks what is hidden from them.
    """

    number: int
    replica: bool = False


AnyLogRequest = WriteLog | ReadLog | ShowFindings
