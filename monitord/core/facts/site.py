"""Facts of the site file."""

from monitord.core.facts.base import Fact, TextRef
from monitord.core.site import Site


class SiteOffered(Fact, frozen=True):
    """A checked and compiled site, at a start. ``file_hash`` is the sha256 of its files.

    In an entry ``site`` has its id alone (:func:`on_record`); older entries have all of it.
    ``changes`` is the difference to the accepted site in words, without personal text.
    """

    file_hash: str
    site: Site
    texts: tuple[TextRef, ...] = ()
    changes: tuple[str, ...] = ()
    weakens: bool = False


class SiteRefused(Fact, frozen=True):
    """The site file that a start found has errors; the accepted site is guarded all the same."""

    findings: int
    first: str
