"""Facts of the evidence store: what people order about it, and what became of its files."""

from monitord.core.facts.base import Fact, TextRef
from monitord.core.facts.people import Command


class HoldEvidence(Command, frozen=True):
    """The pictures of an incident are kept beyond their end; ``until_utc_ms`` somebody looks at
    that again. Given once more it is a new date, and a new reason."""

    incident: int
    until_utc_ms: int
    reason: TextRef | None = None


class ReleaseEvidence(Command, frozen=True):
    """They are held no longer, and go when their own end comes, or has come."""

    incident: int


class PictureRemoved(Fact, frozen=True):
    """Its file was taken away, or ``error`` says why it is still there."""

    picture: int
    error: str = ""
