"""What the control socket needs of the daemon, as protocols; ``app`` brings the real ones."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from monitord.core.facts import TextRef
from monitord.journal.records import Position, Stored
from monitord.journal.side import ERASED
from monitord.people.accounts import PinAnswer
from monitord.people.sessions import Sessions
from monitord.people.stations import Codes
from monitord.people.tokens import Program, TokenRecord, TokenRole
from monitord.runtime.answer_times import TimesKeeper
from monitord.runtime.engine import Published
from monitord.runtime.erasing import Deciding, Eraser
from monitord.runtime.live_pictures import Live
from monitord.runtime.reload import Reloader
from monitord.runtime.stations import StationWatch
from monitord.runtime.vitals import VitalsFrame
from monitord.runtime.workers.frames import Want


class Engine(Deciding, Protocol):
    """The part of the engine that the socket may use; its state is read only here."""

    def subscribe(self, callback: Callable[[Published], None]) -> Callable[[], None]:
        """Hear every entry that leaves the engine; returns how to stop."""


class Accounts(Protocol):
    """Whose PIN it is."""

    async def check_pin(self, person: str, pin: str, via: str) -> PinAnswer:
        """Whether ``pin`` is the one of ``person``."""

    async def set_pin(
        self, person: str, pin: str, *, duress: bool = False, ends_ms: int | None = None
    ) -> None:
        """Give a PIN, or the one for ``duress``, or one for a shift. Raises ``PinRefused``."""

    async def check_code(self, person: str, code: str, via: str) -> PinAnswer:
        """Whether ``code`` is the one of their second factor just now."""

    async def set_totp(self, person: str, secret: str) -> None:
        """Their second factor; empty takes it away. Raises ``PinRefused``."""

    async def has_own_pin(self, person: str) -> bool:
        """Whether they have one that is not for one shift. Raises ``PrivateFileError``."""

    async def forget(self, person: str) -> None:
        """Keep nothing of them. Raises ``PrivateFileError``."""

    async def check_token(self, text: str) -> Program | None:
        """The program whose token this is; None where it does not hold."""

    async def add_token(self, name: str, role: TokenRole, ends_ms: int | None = None) -> str:
        """A new token as text. Raises ``TokenRefused``."""

    async def revoke_token(self, name: str) -> None:
        """End a token. Raises ``TokenRefused``."""

    async def enrol_station(self, name: str) -> str:
        """A new secret for a station."""

    async def check_station(self, text: str) -> str | None:
        """The station whose secret this is."""

    async def tokens(self) -> Mapping[str, TokenRecord]:
        """What is kept of every token, by name."""


class History(Protocol):
    """The stored journal, read beside the writer."""

    async def find(self, position: Position) -> None:
        """Do nothing when the journal has ``position``; else raise ``Gone``."""

    async def read(self, after_seq: int, limit: int) -> Sequence[Stored]:
        """Up to ``limit`` entries behind ``after_seq``. Raises ``StoreError``."""


async def _no_texts(refs: Sequence[TextRef]) -> list[str]:
    """Without a side store every text is as if erased."""
    return [ERASED] * len(refs)


@dataclass(frozen=True)
class Desk:
    """Everything together.

    ``logins`` gives person to local login, ``names`` person to name, ``reach`` the
    addresses of one by channel, ``keep`` stores a note
    (personal text) by its author and gives its reference, ``texts`` reads such notes,
    ``frame`` and ``frames`` are the vitals of now and one a second, ``depths`` is how much waits
    in each queue, ``drawing`` reads a floor plan by its sha256 and ``picture`` a
    picture of the evidence store (both block), ``live`` gives what a camera sees now. Without
    ``reloader`` the site file is read at a start only, without ``sessions`` nobody signs on at
    a console, without ``stations`` no screen counts as attended, without ``times`` nothing is
    counted.
    """

    engine: Engine
    accounts: Accounts
    history: History
    logins: Callable[[], Mapping[str, str]]
    names: Callable[[], Mapping[str, str]]
    keep: Callable[[str, str], Awaitable[TextRef]]
    frame: Callable[[], VitalsFrame]
    frames: Callable[[], AsyncIterator[VitalsFrame]]
    reloader: Reloader | None = None
    eraser: Eraser | None = None
    sessions: Sessions | None = None
    stations: StationWatch | None = None
    times: TimesKeeper | None = None
    codes: Codes | None = None
    reach: Callable[[str], Mapping[str, str]] = lambda _: {}
    texts: Callable[[Sequence[TextRef]], Awaitable[list[str]]] = _no_texts
    depths: Callable[[], Mapping[str, int]] = dict
    drawing: Callable[[str], bytes | None] = lambda _: None
    picture: Callable[[str], bytes | None] = lambda _: None
    live: Callable[[str, Want, int], Awaitable[Live]] | None = None
