"""Facts of people and programs: what they ask for."""

from monitord.core.facts.base import Fact, TextRef
from monitord.core.site import Site
from monitord.vocabulary import Category, Confirmed, Looked, Mode, Proof, Suppression


class Command(Fact, frozen=True, kw_only=True):
    """What a person or a program asks for. ``by`` is a person's id, ``proof`` how we know.

    ``second``: they gave the code of their second factor, too.

    ``duress``: the PIN was the one that says that they are forced; ``session``: where it was said.
    """

    by: str
    proof: Proof = Proof.NONE
    duress: bool = False
    session: str = ""
    second: bool = False


class GiveDuressPin(Command, frozen=True):
    """The PIN of somebody who is forced, with a request that came to no other fact."""


class Acknowledge(Command, frozen=True):
    """``seen`` is the incident's revision that the person looked at.

    ``at_area``: in which area they stand while they say so; empty where that is not known.
    """

    incident: int
    seen: int
    via: str = ""
    note: TextRef | None = None
    at_area: str = ""


class Close(Command, frozen=True):
    """Handled: cause and finding are on record and the alarms are reset (law 11: needs a PIN).

    ``found_by`` is a person of the site or one of ``core.causes.FINDERS``, ``looked`` from where.
    """

    incident: int
    seen: int
    cause: str
    finding: TextRef | None = None
    note: TextRef | None = None
    at_area: str = ""
    found_by: str = ""
    looked: Looked | None = None


class AgreeClose(Command, frozen=True):
    """A second person agrees to close it as another one has asked (needs a PIN)."""

    incident: int
    seen: int
    at_area: str = ""


class Declare(Command, frozen=True):
    """An alarm declared by hand."""

    category: Category
    area: str
    note: TextRef | None = None


class ConfirmIncident(Command, frozen=True):
    """A person has seen on a picture, or on the spot, that it is real."""

    incident: int
    how: Confirmed
    at_area: str = ""
    note: TextRef | None = None


class Suppress(Command, frozen=True):
    """Hold an alarm (``source`` is a point or device id) back until ``until_utc_ms``."""

    source: str
    how: Suppression
    until_utc_ms: int
    reason: str
    one_shot: bool = False


class Unsuppress(Command, frozen=True):
    """End a suppression before its time."""

    source: str
    how: Suppression


class SetArea(Command, frozen=True):
    """Set an area that monitord keeps; with ``force`` over what speaks against it.

    ``part``: only in part. From fully set that weakens, and needs a person's PIN (law 11).
    """

    area: str
    force: bool = False
    reason: str = ""
    part: bool = False


class UnsetArea(Command, frozen=True):
    """Unset an area that monitord keeps (law 11: needs a PIN)."""

    area: str


class ExceptArea(Command, frozen=True):
    """The area may be unset outside its hours until ``until_utc_ms`` (law 11: needs a PIN)."""

    area: str
    until_utc_ms: int
    reason: str


class ChangeMode(Command, frozen=True):
    """Run the site in another mode, ``until_utc_ms`` where that is not 0 (law 11 if it weakens)."""

    mode: Mode
    reason: str = ""
    until_utc_ms: int = 0


class ReloadSite(Command, frozen=True):
    """Guard the site as its file has it now, while running (law 11 where it ``weakens``).

    ``confirms`` is the number of the waiting file to which this person is the second to say yes.
    """

    file_hash: str
    site: Site
    texts: tuple[TextRef, ...] = ()
    changes: tuple[str, ...] = ()
    weakens: bool = False
    confirms: int = 0


class ReinstatePolice(Command, frozen=True):
    """The police answer on ``reference`` again, and their count begins anew."""

    reference: str
    reason: str


class EraseTexts(Command, frozen=True):
    """Erase what is kept of ``person``, or one text (law 3). Needs the PIN and a reason.

    ``texts`` are those found under that name; ``account``: a PIN is kept of them too.
    """

    texts: tuple[TextRef, ...]
    purposes: tuple[str, ...]
    reason: str
    person: str = ""
    account: bool = False
