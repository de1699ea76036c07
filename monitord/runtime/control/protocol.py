"""The language of the control socket: what a request looks like and what may be answered.

One JSON object per line each way. A request is ``{"do": VERB, ...}``; an answer is
``{"ok": true, ...}`` or ``{"ok": false, "code", "text"}``. ``code`` is for programs, ``text`` for
people. An unknown verb or key is refused with the nearest one that exists.
"""

import difflib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, Literal, TypeVar, get_args

import msgspec

from monitord.runtime.control.request import Command, Request
from monitord.runtime.control.requests_floors import ShowDrawing
from monitord.runtime.control.requests_gauges import Gauges
from monitord.runtime.control.requests_handover import AnyHandoverRequest
from monitord.runtime.control.requests_log import AnyLogRequest
from monitord.runtime.control.requests_maintenance import AnyMaintenanceRequest
from monitord.runtime.control.requests_modes import AnyModeRequest
from monitord.runtime.control.requests_outputs import AnyOutputRequest
from monitord.runtime.control.requests_people import AnyPeopleRequest
from monitord.runtime.control.requests_pictures import AnyPictureRequest
from monitord.runtime.control.requests_plans import AnyPlanRequest
from monitord.runtime.control.requests_relief import AnyReliefRequest
from monitord.runtime.control.requests_stations import AnyStationRequest
from monitord.runtime.control.requests_times import AnswerTimes

SOCKET_NAME: Final = "monitord.sock"
#: A Unix socket's path with its closing zero (``sockaddr_un`` of Linux).
PATH_BYTES_MAX: Final = 107
REQUEST_BYTES_MAX: Final = 64 * 1024
NOTE_CHARS_MAX: Final = 2_000
KEY_CHARS_MAX: Final = 200

Reply = dict[str, Any]


class Refused(Exception):
    """A request that is not carried out; ``more`` is added to the answer."""

    def __init__(self, code: str, text: str, more: Reply | None = None) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.more = more or {}

    def reply(self) -> Reply:
        """The line that tells the client."""
        return {"ok": False, "code": self.code, "text": self.text, **self.more}


class PathTooLong(ValueError):
    """The state folder lies too deep for a socket."""


class Status(Request, frozen=True, tag="status"):
    """The one screen."""


class Site(Request, frozen=True, tag="site"):
    """What is guarded: areas, devices, people, chains; no addresses, no secrets."""


class Points(Request, frozen=True, tag="points"):
    """Every point and what it says."""


class Devices(Request, frozen=True, tag="devices"):
    """Every device and whether it answers."""


class Areas(Request, frozen=True, tag="areas"):
    """Every area: set or not, by what, and what is open or held back there."""


class Suppressions(Request, frozen=True, tag="suppressions"):
    """The ledger of what is held back."""


class People(Request, frozen=True, tag="people"):
    """Whom the site file names: id, name and role; no addresses."""


class Incidents(Request, frozen=True, tag="incidents"):
    """The open incidents; with ``closed`` the recent closed ones too."""

    closed: bool = False


class Incident(Request, frozen=True, tag="incident"):
    """One incident whole."""

    number: int


class Acknowledge(Command, frozen=True, tag="acknowledge"):
    """Take an incident at the revision that was ``seen``.

    ``opened`` is its opening time as it was shown: a number that means another incident by now
    is refused.
    """

    number: int
    seen: int
    opened: str = ""
    note: str = ""


class Close(Command, frozen=True, tag="close"):
    """Close an incident: its reset. Needs the PIN.

    ``found_by`` is who found the cause, ``looked`` from where: inside, picture, outside, nobody.
    """

    number: int
    seen: int
    cause: str
    opened: str = ""
    finding: str = ""
    note: str = ""
    found_by: str = ""
    looked: Literal["", "inside", "picture", "outside", "nobody"] = ""


class Agree(Command, frozen=True, tag="agree"):
    """Close an incident as another person has asked, where the site asks for two. Needs the PIN."""

    number: int
    seen: int
    opened: str = ""


class Confirm(Command, frozen=True, tag="confirm"):
    """A person has ``seen`` it on a picture, or is ``on-scene``: it is real."""

    number: int
    how: Literal["seen", "on-scene"]
    opened: str = ""
    note: str = ""


class Declare(Command, frozen=True, tag="declare"):
    """An alarm without a detector."""

    category: str
    area: str
    note: str = ""


class Attend(Command, frozen=True, tag="attend"):
    """What is told of a person who comes: ``on-the-way``, ``plan``, ``arrived``, ``entered``,
    ``safe`` or ``result``; of the one who speaks where ``holder`` is empty."""

    number: int
    says: str
    eta_s: int | None = None
    holder: str = ""
    companion: str = ""
    result: str = ""
    note: str = ""


class Suppress(Command, frozen=True, tag="suppress"):
    """Hold back a point or device, or all that alarms in incident ``number``. Needs the PIN.

    ``how`` is ``shelved`` or ``out-of-service``, ``until`` RFC 3339 with its zone.
    """

    how: str
    until: str
    reason: str
    source: str = ""
    number: int = 0
    one_shot: bool = False


class Unsuppress(Command, frozen=True, tag="unsuppress"):
    """Give back a point or device before its time."""

    source: str


class SetArea(Command, frozen=True, tag="set"):
    """Set an area that monitord keeps; ``force`` over what speaks against it needs the PIN.

    ``part``: only in part; needs the PIN where it was fully set.
    """

    area: str
    force: bool = False
    reason: str = ""
    part: bool = False


class UnsetArea(Command, frozen=True, tag="unset"):
    """Unset an area that monitord keeps. Needs the PIN."""

    area: str


class ExceptArea(Command, frozen=True, tag="exception"):
    """The area may be unset outside its hours ``until`` (RFC 3339 with its zone). Needs the PIN."""

    area: str
    until: str
    reason: str


class WalkStart(Command, frozen=True, tag="walk-start"):
    """Begin a walk test of an area ``until`` (RFC 3339 with its zone). Needs the PIN."""

    area: str
    until: str
    reason: str


class WalkEnd(Command, frozen=True, tag="walk-end"):
    """End it before its time."""

    area: str


class WalkTests(Request, frozen=True, tag="walk-tests"):
    """The walk tests that run, and of each area the last one that is over."""


class Police(Request, frozen=True, tag="police"):
    """The police references and the false calls on each."""


class PoliceReinstate(Command, frozen=True, tag="police-reinstate"):
    """The police answer on this reference again. Needs the PIN."""

    reference: str
    reason: str


class Reload(Command, frozen=True, tag="reload"):
    """Read the site file again; with ``dry_run`` only to say what it would change.

    ``seen`` is the hash that a dry run told: another file is refused. ``confirm`` is the number
    of the file to which this is the second person's yes. ``unless_weaker`` takes the file in
    nobody's name, and only if it weakens nothing.
    """

    dry_run: bool = False
    unless_weaker: bool = False
    seen: str = ""
    confirm: int = 0


class Erase(Command, frozen=True, tag="erase"):
    """Erase all that is kept of a person, by id, or one note, by the id of its text. Needs the PIN.

    Nothing else is taken for ``what``: it stands in the journal.
    """

    what: str
    reason: str


class Watch(Request, frozen=True, tag="watch"):
    """A vitals frame at once and one a second, of everything or of one device.

    Without ``points`` only how each device does.
    """

    device: str = ""
    points: bool = True


class Feed(Request, frozen=True, tag="feed"):
    """Entries behind position ``after``, and with ``live`` every one from then on.

    ``beat_ms``: so often it says that it is alive, 500 to 60,000. ``replica``: whoever asks hides
    from each who looks what is hidden from them; nobody's own account is believed that.
    """

    after: str = "0.0"
    live: bool = True
    beat_ms: int = 5_000
    replica: bool = False


class Snapshot(Request, frozen=True, tag="snapshot"):
    """The whole state at a position: where a replica starts."""

    replica: bool = False


AnyRequest = (
    Status
    | Site
    | Points
    | Devices
    | Areas
    | Suppressions
    | People
    | Incidents
    | Incident
    | Acknowledge
    | Close
    | Agree
    | Confirm
    | Declare
    | Attend
    | AnyLogRequest
    | AnyPlanRequest
    | AnyReliefRequest
    | AnyHandoverRequest
    | Suppress
    | Unsuppress
    | WalkStart
    | WalkEnd
    | WalkTests
    | Police
    | PoliceReinstate
    | SetArea
    | UnsetArea
    | ExceptArea
    | AnyModeRequest
    | ShowDrawing
    | AnyPictureRequest
    | AnyMaintenanceRequest
    | Reload
    | Erase
    | Watch
    | Feed
    | Snapshot
    | AnyPeopleRequest
    | Gauges
    | AnswerTimes
    | AnyOutputRequest
    | AnyStationRequest
)

_TYPES: Final[dict[str, type[AnyRequest]]] = {
    str(kind.__struct_config__.tag): kind for kind in get_args(AnyRequest)
}


def socket_path(state_folder: Path) -> Path:
    """Where the socket of a state folder lies. Raises :class:`PathTooLong`."""
    path = state_folder.absolute() / SOCKET_NAME
    if len(bytes(path)) > PATH_BYTES_MAX:
        raise PathTooLong(
            f"{path} is too long for a socket ({len(bytes(path))} bytes, {PATH_BYTES_MAX} at "
            "most): choose a state folder with a shorter path"
        )
    return path


def read_request(line: bytes) -> AnyRequest:
    """One line as a request. Raises :class:`Refused` that names what is wrong."""
    try:
        raw = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Refused("bad-input", 'Not JSON: send one object per line, {"do": VERB}') from None
    if not isinstance(raw, dict) or not isinstance(raw.get("do"), str):
        raise Refused("bad-input", 'A request is an object with a verb: {"do": VERB}')
    kind = _TYPES.get(raw["do"])
    if kind is None:
        raise Refused("unknown-verb", nearest_text("verb", raw["do"], _TYPES))
    unknown = [key for key in raw if key not in ("do", *kind.__struct_fields__)]
    if unknown:
        text = nearest_text(f"key of {raw['do']}", unknown[0], kind.__struct_fields__)
        raise Refused("bad-input", text)
    return _bounded(_converted(raw, kind))


_KindT = TypeVar("_KindT", bound=AnyRequest)


def _converted(raw: dict[str, Any], kind: type[_KindT]) -> _KindT:
    try:
        return msgspec.convert(raw, kind)
    except (msgspec.ValidationError, RecursionError) as error:
        # The error names the key and the expected type; never what was sent, it may be a PIN.
        raise Refused("bad-input", f"{raw['do']}: {error}") from None


def _bounded(request: AnyRequest) -> AnyRequest:
    for what in ("note", "finding", "reason"):
        if len(getattr(request, what, "")) > NOTE_CHARS_MAX:
            raise Refused("bad-input", f"A {what} has at most {NOTE_CHARS_MAX} characters")
    if len(getattr(request, "key", "")) > KEY_CHARS_MAX:
        raise Refused("bad-input", f"A key has at most {KEY_CHARS_MAX} characters")
    return request


def nearest_text(what: str, given: str, known: Iterable[str]) -> str:
    """``There is no verb statsu: did you mean status?``, or all there are when few."""
    words = list(known)
    near = difflib.get_close_matches(given[:100], words, n=1, cutoff=0.6)
    if near:
        return f"There is no {what} {given[:60]}: did you mean {near[0]}?"
    shown = ", ".join(words[:20]) + ", …" * (len(words) > 20)
    return f"There is no {what} {given[:60]}; there are: {shown or 'none'}"
