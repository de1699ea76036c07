"""One connection of the control socket as a session: who is there, what is hidden from them (G9).

Every request goes through here, whatever verb it is: each command carries the session's name, and
the mark of a duress PIN when that was the one given; what a session sees is the state without the
hold-ups that are hidden from it. So no verb can forget it. Whoever reads the journal's files reads
them whole: that is root and the account of the daemon.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec

from monitord.core import calls
from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.state import State
from monitord.journal.codec import decode, encode
from monitord.journal.records import Position, Stored
from monitord.people.accounts import PinAnswer
from monitord.people.logins import person_of
from monitord.people.tokens import Program, TokenRecord, TokenRole
from monitord.runtime.control.desk import Accounts, Desk, Engine, History
from monitord.runtime.control.who import Caller
from monitord.runtime.engine import Answer, Published
from monitord.vocabulary import Proof


@dataclass
class Session:
    """``forced`` is who gave the duress PIN in this request; ``told`` once a fact has said so."""

    desk: Desk
    name: str
    person: str | None
    forced: str = ""
    told: bool = False

    def hidden(self) -> frozenset[int]:
        """The incidents that do not exist here."""
        me = {self.name, self.person}
        state = self.desk.engine.state
        return frozenset(
            i.number for i in state.open_incidents() if not me.isdisjoint(i.hidden_from)
        )

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


async def session_of(desk: Desk, caller: Caller) -> Session:
    """The session of a connection's other end."""
    person = await person_of(caller.uid, desk.logins())
    return Session(desk, f"socket:{caller.uid}", person)


class _Engine:
    """The engine's state without what is hidden, and its commands with the session's name."""

    def __init__(self, session: Session, engine: Engine) -> None:
        self._session, self._engine = session, engine

    @property
    def state(self) -> State:
        state, hidden = self._engine.state, self._session.hidden()
        return _without(state, hidden) if hidden else state

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
        fact = msgspec.structs.replace(fact, duress=forced, session=session.name)
        answer = await self._engine.submit(fact)
        events = tuple(e for e in answer.events if not _about(self._engine.state, e, session))
        return msgspec.structs.replace(answer, events=events)

    def subscribe(self, callback: Callable[[Published], None]) -> Callable[[], None]:
        def hear(published: Published) -> None:
            entry = _screened(self._engine.state, published.entry, self._session)
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
        return PinAnswer(answer.verdict, answer.wait_ms)

    async def set_pin(self, person: str, pin: str, *, duress: bool = False) -> None:
        await self._accounts.set_pin(person, pin, duress=duress)

    async def check_token(self, text: str) -> Program | None:
        return await self._accounts.check_token(text)

    async def add_token(self, name: str, role: TokenRole) -> str:
        return await self._accounts.add_token(name, role)

    async def revoke_token(self, name: str) -> None:
        await self._accounts.revoke_token(name)

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
        return encode(_screened(state, decode(payload).entry, self._session))


def _without(state: State, hidden: frozenset[int]) -> State:
    ids = {str(number) for number in hidden}
    return msgspec.structs.replace(
        state,
        incidents={n: i for n, i in state.incidents.items() if n not in hidden},
        deadlines={k: ms for k, ms in state.deadlines.items() if not _of(k, ids)},
        duress_opened=0,
    )


def _of(deadline: str, ids: set[str]) -> bool:
    concern, _, name = deadline.partition(":")
    number = name.rpartition("-")[0].rpartition("-")[2] if concern == "retry" else name
    return number in ids and concern in ("chain", "decide", "retry", "outside")


def _screened(state: State, entry: ev.Entry, session: Session) -> ev.Entry:
    """An entry without what is hidden; of one that is about nothing else only its time is left."""
    if not session.hidden():
        return entry
    fact = entry.fact
    if isinstance(fact, f.GiveDuressPin) or _about(state, fact, session):
        fact = f.TimePassed()
    elif isinstance(fact, f.Command) and fact.duress:
        fact = msgspec.structs.replace(fact, duress=False)
    events = tuple(e for e in entry.events if not _about(state, e, session))
    return msgspec.structs.replace(entry, fact=fact, events=events)


def _about(state: State, said: object, session: Session) -> bool:
    """Whether a fact or event is about an incident that is hidden from this session."""
    hidden = session.hidden()
    call = calls.incident_of(state, getattr(said, "call", ""))
    return getattr(said, "incident", 0) in hidden or (call is not None and call.number in hidden)
