"""Events of incidents."""

from monitord.core.events.base import Event
from monitord.core.facts import TextRef
from monitord.vocabulary import Category, Confirmed, Looked, Priority


class IncidentOpened(Event, frozen=True):
    """``first_out`` is the alarm that began it, empty when it was declared by hand.

    ``bare``: opened although the step raised, so that no record of that alarm was made.
    ``silent``: nothing of it may be heard or seen in its area. ``hidden_from``: persons and
    sessions for whom it does not exist.
    """

    incident: int
    category: Category
    area: str
    priority: Priority
    first_out: str = ""
    declared_by: str = ""
    note: TextRef | None = None
    bare: bool = False
    silent: bool = False
    hidden_from: tuple[str, ...] = ()


class DuressRepeated(Event, frozen=True):
    """Who is forced gave that PIN again, maybe elsewhere: hidden there, too."""

    incident: int
    by: str
    session: str = ""


class IncidentJoined(Event, frozen=True):
    """One more alarm. ``worse`` names why the incident has worsened, empty when it has not."""

    incident: int
    alarm: str
    category: Category
    area: str
    priority: Priority
    worse: tuple[str, ...] = ()


class IncidentConfirmed(Event, frozen=True):
    """Unconfirmed to confirmed, by two sources or by a person: always a worsening."""

    incident: int
    by: tuple[str, ...] = ()
    how: Confirmed = Confirmed.SOURCES
    note: TextRef | None = None


class IncidentAcknowledged(Event, frozen=True):
    """Somebody has seen revision ``seen``. The first one owns the incident."""

    incident: int
    by: str
    seen: int
    via: str = ""
    note: TextRef | None = None


class IncidentClosed(Event, frozen=True):
    incident: int
    by: str
    cause: str
    finding: TextRef | None = None
    note: TextRef | None = None
    found_by: str = ""
    looked: Looked | None = None
    agreed_by: str = ""


class CloseAsked(Event, frozen=True):
    """``by`` would close it so; the site asks for a second person, and nothing has ended yet."""

    incident: int
    by: str
    cause: str
    finding: TextRef | None = None
    note: TextRef | None = None
    found_by: str = ""
    looked: Looked | None = None


AnyIncidentEvent = (
    IncidentOpened
    | IncidentJoined
    | IncidentConfirmed
    | IncidentAcknowledged
    | IncidentClosed
    | CloseAsked
)
