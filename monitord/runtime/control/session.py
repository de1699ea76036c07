"""One connection of the control socket as a session: who is there, what is hidden from them (G9).

Every request goes through here, whatever verb it is: each command carries the session's name, and
the mark of a duress PIN when that was the one given; what a session sees is the state without the
hold-ups that are hidden from it. So no verb can forget it. Whoever reads the journal's files reads
them whole: that is root and the account of the daemon.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec

from monitord.core import facts as f
from monitord.core.state import State
from monitord.journal.codec import decode, encode
from monitord.journal.records import Position, Stored
from monitord.people.accounts import PinAnswer
from monitord.people.logins import person_of
from monitord.people.sessions import seat_name
from monitord.people.tokens import Program, TokenRecord, TokenRole
from monitord.runtime.control import hiding
from monitord.runtime.control import requests_stations as q
from monitord.runtime.control.desk import Accounts, Desk, Engine, History
from monitord.runtime.control.request import Command, Request
from monitord.runtime.control.who import Caller, program_of, session_of, station_of
from monitord.runtime.engine import Answer, Published
from monitord.vocabulary import Proof


@dataclass
class Session:
    """``forced`` is who gave the duress PIN in this request; ``told`` once a fact has said so.

    ``second`` is who gave the code of their second factor in it.
    """

    desk: Desk
    name: str
    person: str | None
    area: str = ""
    forced: str = ""
    told: bool = False
    second: str = ""

    def hidden(self) -> frozenset[int]:
        """The incidents that do not exist here."""
        who = {self.name, self.person or ""} - {""}
        return hiding.hidden(self.desk.engine.state, self.area, who)

    def seen(self) -> Desk:
        """The desk as this session has it."""
        return replace(
            self.desk,
            engine=_Engine(self, self.desk.engine),
            accounts=_Accounts(self, self.desk.accounts),
            history=_History(self, self.desk.history),
        )

    async def end(self) -> None:
        """The request is carried out: a duress PIN that no fact has told is told now."""
        if self.forced and not self.told:
            fact = f.GiveDuressPin(by=self.forced, proof=Proof.PIN, duress=True, session=self.name)
            await self.desk.engine.submit(fact)


async def seat_of(desk: Desk, caller: Caller, request: Request) -> Session:
    """Where a request comes from: a page of a console, or the connection's other end.

    A console speaks for many pages, and follows the daemon for all of them: it hides for each what
    is to be hidden there. No person follows as a replica from their own account.
    """
    secret, text = getattr(request, "station", ""), getattr(request, "session", "")
    if isinstance(request, Command | q.SignOn) and (secret or text):
        return await _page(desk, secret, text)
    if isinstance(request, Command) and request.token:
        return Session(desk, (await program_of(desk, request.token)).speaks_as, None)
    person = await person_of(caller.uid, desk.logins())
    if getattr(request, "replica", False) and (person is None or caller.keeps_accounts):
        return Session(desk, "", None)
    return Session(desk, f"socket:{caller.uid}", person)


async def _page(desk: Desk, secret: str, text: str) -> Session:
    signed = await session_of(desk, text) if text else None
    place = await station_of(desk, secret) if secret else ""
    if signed is not None:
        place = place or signed.place
    station = desk.engine.state.site.stations.get(place)
    return Session(
        desk,
        seat_name(place, text),
        None if signed is None else signed.person,
        "" if station is None else station.area,
    )


class _Engine:
    """The engine's state without what is hidden, and its commands with the session's name."""

    def __init__(self, session: Session, engine: Engine) -> None:
        self._session, self._engine = session, engine

    @property
    def state(self) -> State:
        return hiding.without(self._engine.state, self._session.hidden())

    @property
    def degraded(self) -> bool:
        return self._engine.degraded

    def now_ms(self) -> int:
        return self._engine.now_ms()

    async def submit(self, fact: f.AnyFact) -> Answer:
        if not isinstance(fact, f.Command):
            return await self._engine.submit(fact)
        session = self._session
        forced = bool(session.forced) and fact.by == session.forced
        session.told = session.told or forced
        at = {"at_area": session.area} if session.area and hasattr(fact, "at_area") else {}
        second = bool(session.second) and fact.by == session.second
        fact = msgspec.structs.replace(
            fact, duress=forced, session=session.name, second=second, **at
        )
        answer = await self._engine.submit(fact)
        state, hidden = self._engine.state, session.hidden()
        events = tuple(e for e in answer.events if not hiding.about(state, e, hidden))
        return msgspec.structs.replace(answer, events=events)

    def subscribe(self, callback: Callable[[Published], None]) -> Callable[[], None]:
        def hear(published: Published) -> None:
            hidden = self._session.hidden()
            entry = hiding.screened(self._engine.state, published.entry, hidden)
            callback(Published(entry, published.stored))

        return self._engine.subscribe(hear)


class _Accounts:
    """The accounts; it remembers who gave the duress PIN and tells the verbs nothing of it."""

    def __init__(self, session: Session, accounts: Accounts) -> None:
        self._session, self._accounts = session, accounts

    async def check_pin(self, person: str, pin: str, via: str) -> PinAnswer:
        answer = await self._accounts.check_pin(person, pin, via)
        if answer.ok and answer.duress:
            self._session.forced, self._session.told = person, False
        return PinAnswer(answer.verdict, answer.wait_ms, ends_ms=answer.ends_ms)

    async def set_pin(
        self, person: str, pin: str, *, duress: bool = False, ends_ms: int | None = None
    ) -> None:
        await self._accounts.set_pin(person, pin, duress=duress, ends_ms=ends_ms)

    async def check_code(self, person: str, code: str, via: str) -> PinAnswer:
        answer = await self._accounts.check_code(person, code, via)
        if answer.ok:
            self._session.second = person
        return answer

    async def set_totp(self, person: str, secret: str) -> None:
        await self._accounts.set_totp(person, secret)

    async def has_own_pin(self, person: str) -> bool:
        return await self._accounts.has_own_pin(person)

    async def forget(self, person: str) -> None:
        await self._accounts.forget(person)

    async def check_token(self, text: str) -> Program | None:
        return await self._accounts.check_token(text)

    async def add_token(self, name: str, role: TokenRole, ends_ms: int | None = None) -> str:
        return await self._accounts.add_token(name, role, ends_ms)

    async def revoke_token(self, name: str) -> None:
        await self._accounts.revoke_token(name)

    async def enrol_station(self, name: str) -> str:
        return await self._accounts.enrol_station(name)

    async def check_station(self, text: str) -> str | None:
        return await self._accounts.check_station(text)

    async def tokens(self) -> Mapping[str, TokenRecord]:
        return await self._accounts.tokens()


class _History:
    """The stored journal; entries about what is hidden say nothing here."""

    def __init__(self, session: Session, history: History) -> None:
        self._session, self._history = session, history

    async def find(self, position: Position) -> None:
        await self._history.find(position)

    async def read(self, after_seq: int, limit: int) -> Sequence[Stored]:
        rows = await self._history.read(after_seq, limit)
        if not self._session.hidden():
            return rows
        return [row._replace(payload=self._screened(row.payload)) for row in rows]

    def _screened(self, payload: bytes) -> bytes:
        state = self._session.desk.engine.state
        return encode(hiding.screened(state, decode(payload).entry, self._session.hidden()))
