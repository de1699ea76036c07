"""What the state keeps of the site as a whole: a file that waits, texts to erase, the hours."""

import msgspec

from monitord.core.facts import TextRef
from monitord.core.site import Span


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
