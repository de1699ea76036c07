"""Events of the accepted site."""

from monitord.core.events.base import Event
from monitord.core.facts import TextRef
from monitord.core.site import Site


class SiteAccepted(Event, frozen=True):
    """From here on this site is guarded. ``by`` and ``confirmed_by`` are empty for a start."""

    file_hash: str
    site: Site
    texts: tuple[TextRef, ...] = ()
    changes: tuple[str, ...] = ()
    weakens: bool = False
    by: str = ""
    confirmed_by: str = ""


class SiteHeld(Event, frozen=True):
    """A file that weakens the guard waits for a second person; the accepted site is guarded."""

    number: int
    file_hash: str
    by: str = ""
    changes: tuple[str, ...] = ()


class PointRenamed(Event, frozen=True):
    """A point has another id from now on (``was:``): all that is known of it goes with it."""

    point: str
    was: str


class PointRetired(Event, frozen=True):
    """A point leaves the site file while something about it is open: unknown, shown, not polled."""

    point: str


class PointReleased(Event, frozen=True):
    """Nothing about a retired point is open any more: it is shown no longer."""

    point: str


class SiteRejected(Event, frozen=True):
    """A site file with errors was not taken; ``first`` is where, FILE:LINE."""

    findings: int
    first: str
