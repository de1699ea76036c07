"""Commands over MQTT: acknowledge and declare, for programs that prove who they are (law 11).

Whatever weakens the guard is refused and on record, and so is every command that the broker kept:
a retained one may be days old. The answer goes to one topic, with the sender's ``key``. What is
sent here is hostile until proven: small, few, and never repeated in a log or in the journal.
"""

import asyncio
import hashlib
import hmac
import re
from typing import Final, Protocol, TypeVar

import msgspec
import structlog

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.state import State
from monitord.runtime.engine import Answer
from monitord.runtime.mqtt.settings import Settings, User
from monitord.runtime.rate import Rate
from monitord.vocabulary import DECLARABLE, Category, Proof

VIA: Final = "mqtt"
SUBMIT_S: Final = 3.0
PAYLOAD_MAX: Final = 4_096
#: Commands carried out per user, and refusals put on record, in a minute.
PER_USER: Final = 60
REFUSALS: Final = 30
WINDOW_S: Final = 60.0

_KEY: Final = re.compile(r"[A-Za-z0-9._-]{1,100}")
_WORD: Final = re.compile(r"[a-z-]{1,32}")

_log = structlog.get_logger(__name__)


class Ask(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Who asks. ``key`` is the sender's own: the same key within 24 h is the same command."""

    user: str
    token: str
    key: str


class AskAcknowledge(Ask, forbid_unknown_fields=True, kw_only=True):
    """``seen`` is the revision that the sender showed."""

    incident: int
    seen: int


class AskDeclare(Ask, forbid_unknown_fields=True, kw_only=True):
    """An alarm by hand."""

    category: str
    area: str


class AskSet(Ask, forbid_unknown_fields=True, kw_only=True):
    """An area to set. There is no way to force it here: that needs a PIN."""

    area: str


AnyCommand = f.Acknowledge | f.Declare | f.SetArea
AskT = TypeVar("AskT", bound=Ask)


class Reply(msgspec.Struct, frozen=True):
    """The answer. ``key`` is empty when the command could not be read."""

    key: str
    command: str
    accepted: bool
    code: str
    text: str
    incident: int | None = None
    position: str = ""


class Refused(Exception):
    """A command that this door turns away; ``text`` is ours and says what to do."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code, self.text = code, text


class Desk(Protocol):
    """What commands need of the engine."""

    @property
    def state(self) -> State:
        """What is decided now."""

    async def submit(self, fact: f.AnyFact) -> Answer:
        """Hand the fact over and wait for its commit."""

    def offer(self, fact: f.AnyFact) -> None:
        """Hand over a fact whose answer interests nobody."""


class Commands:
    """Reads, judges and hands on one command at a time."""

    def __init__(self, desk: Desk, settings: Settings) -> None:
        self._desk, self._users = desk, settings.users
        self._rate = Rate(PER_USER, WINDOW_S, len(settings.users) + 1)
        self._refusals = Rate(REFUSALS, WINDOW_S, 1)
        #: Refusals beyond ``REFUSALS`` a minute: counted, not on record one by one.
        self.unrecorded = 0

    async def carry_out(self, name: str, payload: bytes, *, retained: bool) -> Reply | None:
        """The answer to ``command/NAME``; None where so many are refused that none is given."""
        command = _word(name)
        key = ""
        try:
            if retained:
                raise Refused("retained", f"A retained {command} is never carried out: it may be "
                              "old. Publish it without retain")  # fmt: skip
            fact = self._read(name, payload)
            key = fact.key.rpartition(":")[2]
            return await self._submit(command, key, fact)
        except Refused as refused:
            again = f"mqtt-retained:{_digest(name, payload)}" if retained else ""
            if not self._put_on_record(command, refused, again):
                return None
            return Reply(key, command, accepted=False, code=refused.code, text=refused.text)

    def _read(self, name: str, payload: bytes) -> AnyCommand:
        match name:
            case "acknowledge":
                ask = _decoded(payload, AskAcknowledge)
                person = self._proven(ask)
                return f.Acknowledge(
                    by=person,
                    proof=Proof.TOKEN,
                    incident=ask.incident,
                    seen=ask.seen,
                    via=VIA,
                    key=_key(ask),
                )
            case "declare":
                wish = _decoded(payload, AskDeclare)
                person = self._proven(wish)
                return f.Declare(
                    by=person,
                    proof=Proof.TOKEN,
                    category=_category(wish.category),
                    area=self._area(wish.area),
                    key=_key(wish),
                )
            case "set":
                want = _decoded(payload, AskSet)
                person = self._proven(want)
                return f.SetArea(
                    by=person, proof=Proof.TOKEN, area=self._area(want.area), key=_key(want)
                )
            case _:
                raise Refused(
                    "forbidden",
                    "Only acknowledge, declare and set are taken over MQTT. Whatever weakens the "
                    "guard needs a person at a console or the command line, with a PIN",
                )

    def _proven(self, ask: Ask) -> str:
        """The person in whose name the sender speaks."""
        user: User | None = self._users.get(ask.user)
        token = b"" if user is None else user.token.encode()
        # Compared for strangers too: the time it takes tells nobody which users there are.
        right = hmac.compare_digest(_hashed(token), _hashed(ask.token.encode()))
        if user is None or not right:
            raise Refused(
                "unauthorized",
                "No user of that name and token: see `mqtt: users:` in the site file",
            )
        if not self._rate.allows(ask.user):
            raise Refused("too-often", f"More than {PER_USER} commands in a minute: wait")
        return user.person

    def _area(self, area: str) -> str:
        if area not in self._desk.state.site.areas:
            raise Refused("bad-input", "There is no such area: see monitord areas")
        return area

    async def _submit(self, command: str, key: str, fact: AnyCommand) -> Reply:
        try:
            async with asyncio.timeout(SUBMIT_S):
                answer = await self._desk.submit(fact)
        except TimeoutError:
            return Reply(
                key,
                command,
                accepted=False,
                code="uncertain",
                text="Not known yet whether it was taken: send it again with the same key",
            )
        return Reply(
            key,
            command,
            accepted=not answer.code,
            code=answer.code,
            text=answer.text,
            incident=_incident(fact, answer),
            position=answer.position,
        )

    def _put_on_record(self, command: str, refused: Refused, key: str) -> bool:
        """Whether there is room to record one more refusal; a flood must not fill the journal."""
        if not self._refusals.allows(""):
            self.unrecorded += 1
            if self.unrecorded == 1:
                _log.warning("mqtt_refusals_not_recorded", more_than=REFUSALS)
            return False
        more = f" ({self.unrecorded} more before it were not recorded)" if self.unrecorded else ""
        self.unrecorded = 0
        text = f"MQTT, {command}: {refused.text}{more}"
        self._desk.offer(f.TurnedAway(code=refused.code, text=text, key=key))
        return True


def _decoded(payload: bytes, kind: type[AskT]) -> AskT:
    """The command as JSON; the error never repeats what was sent, it may hold a token."""
    wanted = ", ".join(kind.__struct_fields__)
    try:
        ask = msgspec.json.decode(payload[: PAYLOAD_MAX + 1], type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Refused("bad-input", f"Not what is expected here: JSON with {wanted}") from None
    if not _KEY.fullmatch(ask.key):
        raise Refused("bad-input", "`key` is 1 to 100 letters, digits, dots and dashes of yours")
    return ask


def _key(ask: Ask) -> str:
    return f"{VIA}:{ask.user}:{ask.key}"


def _category(word: str) -> Category:
    if word not in DECLARABLE:
        listed = ", ".join(sorted(DECLARABLE))
        raise Refused("bad-input", f"That cannot be declared by hand; these can: {listed}")
    return Category(word)


def _incident(fact: AnyCommand, answer: Answer) -> int | None:
    if isinstance(fact, f.Acknowledge):
        return fact.incident
    return next((e.incident for e in answer.events if isinstance(e, ev.IncidentOpened)), None)


def _word(name: str) -> str:
    """The command's name where it is one; a stranger's text is never repeated."""
    return name if _WORD.fullmatch(name) else "unreadable command"


def _hashed(token: bytes) -> bytes:
    return hashlib.sha256(token).digest()


def _digest(name: str, payload: bytes) -> str:
    return hashlib.sha256(name.encode() + b"\0" + payload).hexdigest()[:32]
