"""Events of the evidence store: what is held, what has reached its end, and what is gone."""

from monitord.core.events.base import Event
from monitord.core.facts.base import TextRef


class EvidenceHeld(Event, frozen=True):
    """The pictures of the incident stay, whatever their end; to be looked at again then (UTC)."""

    incident: int
    by: str
    until_utc_ms: int
    reason: TextRef


class EvidenceReleased(Event, frozen=True):
    """They are held no longer."""

    incident: int
    by: str


class HoldOverdue(Event, frozen=True):
    """Its date has come, and nobody has renewed or released it: they stay all the same."""

    incident: int


class EvidenceDue(Event, frozen=True):
    """When the next picture reaches its end (engine time); None: there is none."""

    due_ms: int | None = None


class PictureExpired(Event, frozen=True):
    """It has reached its end: its file is to be taken away. ``evicted``: it makes room before its
    time."""

    picture: int
    sha256: str
    evicted: bool = False


class PictureDeleted(Event, frozen=True):
    """Its file is gone, which was looked at."""

    picture: int


class PictureStays(Event, frozen=True):
    """Its file could not be taken away; that is tried again."""

    picture: int
    why: str


AnyEvidenceEvent = (
    EvidenceHeld
    | EvidenceReleased
    | HoldOverdue
    | EvidenceDue
    | PictureExpired
    | PictureDeleted
    | PictureStays
)
