"""What the state keeps of the end of an incident that two people close."""

import msgspec

from monitord.core.facts import TextRef
from monitord.vocabulary import Looked


class CloseAskedRecord(msgspec.Struct, frozen=True):
    """Who asked to close it, and as what. Void once the incident has a later revision."""

    by: str
    at_ms: int
    rev: int
    cause: str
    finding: TextRef | None = None
    note: TextRef | None = None
    found_by: str = ""
    looked: Looked | None = None
