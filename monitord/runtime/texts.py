"""Personal text at run time: names, addresses and notes, always by reference.

What stands in the side store is read here and handed to those who place a call or show a page;
it never goes into a fact, an event or a log.
"""

from collections.abc import Mapping
from typing import Final, Protocol

import msgspec
import structlog

from monitord.core.facts import TextRef
from monitord.core.state import State
from monitord.journal.errors import StoreError
from monitord.journal.side import ERASED

#: What names, logins and addresses are kept for.
REACH_PEOPLE: Final = "reach people"

_log = structlog.get_logger(__name__)


class Texts(Protocol):
    """The side store, or what a simulation has in its place."""

    def put(self, text_id: str, text: str, purpose: str, until_utc_ms: int | None) -> TextRef:
        """Keep a text. Raises ``StoreError``."""

    def get(self, ref: TextRef) -> str:
        """The text, or the word ``erased``. Raises ``StoreError``."""

    def close(self) -> None:
        """Let go of the file."""


class Way(msgspec.Struct, frozen=True):
    """One way to reach a person."""

    channel: str
    address: str


class PersonText(msgspec.Struct, frozen=True):
    """What the site file says of a person, beside id and role."""

    name: str = ""
    login: str | None = None
    reach: tuple[Way, ...] = ()


class Directory:
    """Looks people up when they are called. Keeps what it read in memory: a disk that hangs in
    the middle of an alarm must not hide a telephone number."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._refs: dict[str, TextRef] = {}
        self._people: dict[str, PersonText] = {}
        self._unkept: dict[str, str] = {}

    def keep(self, text_id: str, text: str) -> TextRef:
        """Put a text of the site file into the side store; where that fails, into memory, so
        that people are called all the same. The next start finds it missing and offers it again.
        """
        try:
            return self._texts.put(text_id, text, REACH_PEOPLE, None)
        except StoreError as error:
            _log.error("text_not_kept", text=text_id, error=str(error))
            self._unkept[text_id] = text
            return TextRef(id=text_id, hash="")

    def misses_texts(self, state: State) -> bool:
        """Whether a text of the accepted site cannot be read any more."""
        return any(self._missing(ref) for ref in state.texts)

    def _missing(self, ref: TextRef) -> bool:
        try:
            return self._texts.get(ref) == ERASED
        except StoreError:
            return True

    def load(self, state: State) -> None:
        """Read the people of the accepted site."""
        self._people, self._refs = {}, {ref.id: ref for ref in state.texts}
        for person in state.site.people:
            ref = self._refs.get(f"person/{person}")
            self._people[person] = PersonText() if ref is None else self._read(ref)

    def said(self, state: State) -> dict[str, str]:
        """The texts of the accepted site by id; ``erased`` for what cannot be read."""
        return {ref.id: self._text(ref) for ref in state.texts}

    def reach(self, person: str) -> Mapping[str, str]:
        """Address by channel name."""
        found: dict[str, str] = {}
        for way in self.person(person).reach:
            found.setdefault(way.channel, way.address)
        return found

    def person(self, person: str) -> PersonText:
        """What is known of a person; empty for one that was erased."""
        return self._people.get(person, PersonText())

    def logins(self) -> Mapping[str, str]:
        """Person to local account."""
        return {p: text.login for p, text in self._people.items() if text.login}

    def names(self) -> Mapping[str, str]:
        """Person to name, where one is known."""
        return {p: text.name for p, text in self._people.items() if text.name}

    def _text(self, ref: TextRef) -> str:
        try:
            return (self._unkept.get(ref.id) if not ref.hash else self._texts.get(ref)) or ERASED
        except StoreError:
            return ERASED

    def _read(self, ref: TextRef) -> PersonText:
        try:
            text = self._unkept.get(ref.id) if not ref.hash else self._texts.get(ref)
            return msgspec.json.decode(text or ERASED, type=PersonText)
        except (StoreError, msgspec.MsgspecError) as error:
            _log.error("person_unreadable", text=ref.id, error=type(error).__name__)
            return PersonText()
