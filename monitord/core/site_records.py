"""What the state keeps of the site as a whole: a file that waits, texts to erase, the hours."""

import msgspec

from monitord.core.facts import TextRef
from monitord.core.site import Span
from monitord.vocabulary import Mode


class HeldSite(msgspec.Struct):
    """A site file that waits for a second person, after ``by``; empty: a start found it."""

    number: int
    file_hash: str
    by: str = ""
    since_ms: int = 0


class ErasureRecord(msgspec.Struct):
    """Texts that are to be erased and are not gone yet. ``person``: all that is kept of them."""

    texts: tuple[TextRef, ...]
    person: str = ""
    since_ms: int = 0


class ModeRecord(msgspec.Struct):
    """Since when the site is run in its mode, who said so, and until when (UTC; 0: no end).

    ``back_to`` is the last mode that was not a loose one, with its own end; ``overstayed`` once
    the end came and nobody ended it.
    """

    since_ms: int | None = None
    by: str = ""
    reason: str = ""
    until_utc_ms: int = 0
    back_to: Mode = Mode.CLOSED
    back_until_utc_ms: int = 0
    overstayed: bool = False


class ReliefRecord(msgspec.Struct):
    """A PIN for one shift: who gave it, when, and until when it holds (UTC)."""

    by: str
    since_ms: int
    until_utc_ms: int


class HandoverRecord(msgspec.Struct):
    """The last handover of a post. ``offered_ms``: signed by ``by`` and not taken over yet.

    ``taken_utc_ms`` is 0 where nobody has taken it over, ever.
    """

    by: str = ""
    offered_ms: int | None = None
    items: tuple[str, ...] = ()
    taken_by: str = ""
    taken_of: str = ""
    taken_utc_ms: int = 0
    refused: tuple[str, ...] = ()
    reason: str = ""


class Calendar(msgspec.Struct):
    """Hours and rotas as spans, all UTC, worked out for the site with this hash.

    ``site_hash`` is empty when they are to be laid anew, ``short`` when too little lay ahead.
    """

    site_hash: str = ""
    from_ms: int = 0
    until_ms: int = 0
    areas: dict[str, tuple[Span, ...]] = {}
    posts: dict[str, tuple[Span, ...]] = {}
    missing: tuple[str, ...] = ()
    short: bool = False
    #: When each post is to be handed over.
    handovers: dict[str, tuple[Span, ...]] = {}
