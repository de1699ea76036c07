"""People and their telephones: whom a call reaches, and what they do then.

People act at their own time, through whichever life of the daemon is up; what a crash swallowed
they do again. Chance comes from the seed and the call, so that it does not depend on the order
in which calls are made.
"""

import asyncio
import heapq
from collections.abc import Callable, Mapping
from hashlib import sha256
from random import Random
from typing import Any, Final, NamedTuple

from monitord.channels.contract import Delivery, Message
from monitord.core import facts as f
from monitord.core.calls import TERMINAL
from monitord.core.site import Site
from monitord.core.state import State
from monitord.runtime.engine import Engine
from monitord.runtime.links import Links
from monitord.testing.closing import Closing
from monitord.testing.history import Answered, Asked, Dial, History
from monitord.testing.script import CrashAt, Manners
from monitord.vocabulary import Outcome, Proof, Suppression

#: A person who was told no, or nothing, tries again this much later.
AGAIN_MS: Final = 45_000
TRIES_MAX: Final = 60
#: How often somebody walks through the building and deals with what is still open.
ROUND_MS: Final = 10 * 60_000
GOOD: Final = Manners()
USUAL: Final = Closing()


class Holding(NamedTuple):
    """What somebody holds back: which point or device, how, for how long and why."""

    source: str
    how: Suppression
    for_ms: int
    reason: str


class Act(NamedTuple):
    """What somebody means to do. ``order`` keeps acts of one moment in the order of meaning."""

    at_ms: int
    order: int
    asked: Asked
    incident: int
    seen: int
    by: str
    token: str = ""
    tries: int = 0
    closing: Closing = USUAL
    holding: Holding | None = None


class People:
    """Everybody who may be called. ``healed`` makes them all reliable, for the second phase."""

    def __init__(self, seed: str, manners: Manners, history: History, first_round_ms: int) -> None:
        self.manners = manners
        self.links = Links(sha256(seed.encode()).digest(), "http://sim.invalid")
        self._seed, self._history = seed, history
        self._acts: list[Act] = []
        self._order = 0
        self._first_told: dict[int, tuple[int, str]] = {}
        self._dials: dict[str, int] = {}
        self._asked_ms: dict[int, int] = {}
        self._news: asyncio.Event | None = None
        self._closing: set[int] = set()
        self._next_round_ms = first_round_ms

    def chance(self, what: str, call: str) -> Random:
        """A stream of its own for this dial of this call."""
        return Random(f"{self._seed}/{what}/{call}/{self._dials.get(call, 0)}")  # noqa: S311

    def rung(self, message: Message, at_ms: int) -> None:
        """Somebody's telephone showed this message."""
        incident, call = message.incident, message.call_id
        told = (incident.rev, (message.acknowledge_url or "").rpartition("/")[2])
        first = self._first_told.setdefault(incident.number, told)
        chance, manners = self.chance("people", call), self.manners
        self._dials[call] = self._dials.get(call, 0) + 1
        draw = chance.random()
        if draw < manners.ignores:
            return
        slow = draw < manners.ignores + manners.late
        after_ms = chance.randint(120_000, 400_000) if slow else chance.randint(4_000, 40_000)
        stale = chance.random() < manners.stale
        seen, token = first if stale else told
        who = message.person
        self._mean(at_ms + after_ms, Asked.ACKNOWLEDGE, incident.number, seen, who, token)
        if chance.random() < manners.twice:
            again_ms = at_ms + after_ms + chance.randint(0, 3_000)
            self._mean(again_ms, Asked.ACKNOWLEDGE, incident.number, seen, who, token)

    def plan(self, at_ms: int, asked: Asked, incident: int, by: str, closing: Closing) -> None:
        """A scenario's act: ``by`` deals with ``incident`` (0: the newest) as it is then."""
        self._mean(at_ms, asked, incident, 0, by, closing=closing)

    def plan_holding(self, at_ms: int, by: str, holding: Holding) -> None:
        """A scenario's act: ``by`` holds something back, with their PIN."""
        self._order += 1
        act = Act(at_ms, self._order, Asked.HOLD, 0, 0, by, holding=holding)
        heapq.heappush(self._acts, act)

    def heal(self, manners: Manners, now_ms: int) -> None:
        """From here on everybody answers, and somebody walks round at once."""
        self.manners = manners
        self._closing.clear()
        self._next_round_ms = now_ms
        if self._news is not None:
            self._news.set()

    async def act(self, engine: Engine, now_ms: Callable[[], int]) -> None:
        """Do what is due, for as long as this life lasts."""
        self._news = asyncio.Event()
        self._next_round_ms = max(self._next_round_ms, now_ms())
        while True:
            self._news.clear()
            due_ms = min(self._acts[0].at_ms if self._acts else 2**60, self._next_round_ms)
            wait_ms = due_ms - now_ms()
            if wait_ms > 0:
                handle = asyncio.get_running_loop().call_later(wait_ms / 1000, self._news.set)
                await self._news.wait()
                handle.cancel()
            elif self._acts and self._acts[0].at_ms <= now_ms():
                await self._do(self._acts[0], engine, now_ms)
            else:
                self._walk_round(engine, now_ms())

    # --- what they do ------------------------------------------------------------------------

    def _mean(
        self,
        at_ms: int,
        asked: Asked,
        incident: int,
        seen: int,
        by: str,
        token: str = "",
        closing: Closing = USUAL,
    ) -> None:
        self._order += 1
        act = Act(at_ms, self._order, asked, incident, seen, by, token, closing=closing)
        heapq.heappush(self._acts, act)
        if self._news is not None:
            self._news.set()

    async def _do(self, act: Act, engine: Engine, now_ms: Callable[[], int]) -> None:
        """Ask and remember the answer; the act is done only once there is one."""
        state = engine.state
        if act.token and self.links.read(act.token, _opened_ms(state)) is None:
            self._done(act)  # the page says that it means nothing any more
            return
        number = act.incident or max(state.incidents, default=0)
        incident = state.incidents.get(number)
        seen = act.seen or (1 if incident is None else incident.rev)
        if act.holding is not None:
            fact: f.AnyFact = f.Suppress(
                by=act.by,
                proof=Proof.PIN,
                source=act.holding.source,
                how=act.holding.how,
                until_utc_ms=state.utc_ms(engine.now_ms()) + act.holding.for_ms,
                reason=act.holding.reason,
            )
        elif act.asked is Asked.ACKNOWLEDGE:
            fact = f.Acknowledge(
                by=act.by, proof=Proof.LINK, incident=number, seen=seen, via="voice"
            )
        else:
            seen = 1 if incident is None else incident.rev
            said = act.closing
            fact = f.Close(
                by=act.by,
                proof=Proof.PIN,
                incident=number,
                seen=seen,
                cause=said.cause,
                finding=f.TextRef(id=f"note/{act.by}/{act.order}", hash=said.finding),
                found_by=said.finder(act.by),
                looked=said.how,
            )
        asked_ms = self._asked_ms.setdefault(act.order, now_ms())
        answer = await engine.submit(fact)
        self._done(act)
        told = Answered(
            at_ms=now_ms(),
            asked_ms=asked_ms,
            asked=act.asked,
            incident=number,
            seen=seen,
            by=act.by,
            code=answer.code,
            stored=answer.stored,
            position=answer.position,
        )
        self._history.answers.append(told)
        self._go_on(act._replace(incident=number), told)

    def _done(self, act: Act) -> None:
        self._acts.remove(act)
        heapq.heapify(self._acts)

    def _go_on(self, act: Act, told: Answered) -> None:
        chance = Random(f"{self._seed}/after/{told.incident}/{act.order}")  # noqa: S311
        if act.asked is Asked.ACKNOWLEDGE and not told.code:
            forgets = chance.random() < self.manners.forgets_to_close
            if not forgets and told.incident not in self._closing:
                self._closing.add(told.incident)
                at_ms = told.at_ms + chance.randint(40_000, 420_000)
                self._mean(at_ms, Asked.CLOSE, told.incident, 0, told.by)
        elif act.asked is Asked.ACKNOWLEDGE and told.code == "worsened":
            self._mean(told.at_ms + 5_000, Asked.ACKNOWLEDGE, told.incident, 0, told.by)
        elif act.asked is Asked.CLOSE and told.code in ("active", "changed", "worsened"):
            if act.tries < TRIES_MAX:
                self._order += 1
                again = act._replace(
                    at_ms=told.at_ms + AGAIN_MS, order=self._order, tries=act.tries + 1
                )
                heapq.heappush(self._acts, again)
            else:
                self._closing.discard(told.incident)

    def _walk_round(self, engine: Engine, now_ms: int) -> None:
        """Somebody looks at what is still open and deals with it."""
        self._next_round_ms = now_ms + ROUND_MS
        for incident in engine.state.open_incidents():
            if incident.owner and incident.number not in self._closing:
                self._closing.add(incident.number)
                self._mean(now_ms + 1_000, Asked.CLOSE, incident.number, 0, incident.owner)


def _opened_ms(state: State) -> Callable[[int], int | None]:
    """When an incident was opened, as the acknowledge listener asks for it."""

    def opened_ms(number: int) -> int | None:
        incident = state.incidents.get(number)
        return None if incident is None else incident.opened_ms

    return opened_ms


class Phone(NamedTuple):
    """What a channel needs of the world."""

    people: People
    history: History
    pass_by: Callable[[CrashAt], None]
    now_ms: Callable[[], int]
    life: int


class SimChannel:
    """The channel driver ``sim``: hands over, fails, hangs, does not know, or raises."""

    def __init__(self, name: str, phone: Phone) -> None:
        self._name, self._phone = name, phone

    async def open(self) -> None:
        """Nothing to get ready."""

    async def deliver(self, message: Message) -> Delivery:
        """One call, on record before anything can go wrong with it."""
        phone, manners, incident = self._phone, self._phone.people.manners, message.incident
        phone.pass_by(CrashAt.DIALLING)
        phone.history.dials.append(
            Dial(
                phone.now_ms(),
                phone.life,
                message.call_id,
                incident.number,
                incident.rev,
                incident.confirmed,
                incident.category,
                incident.area,
                incident.point,
                message.person,
                self._name,
                incident.text,
            )
        )
        chance = phone.people.chance("phone", message.call_id)
        draw = chance.random()
        await asyncio.sleep(chance.randint(300, 2_000) / 1000)
        if draw < manners.call_fails:
            return Delivery(Outcome.FAILED, "engaged")
        if draw < manners.call_fails + manners.channel_raises:
            raise RuntimeError("the modem is gone")
        phone.people.rung(message, phone.now_ms())
        phone.pass_by(CrashAt.DIALLED)
        rest = draw - manners.call_fails - manners.channel_raises
        if rest < manners.call_hangs:
            await asyncio.sleep(100)
        if rest < manners.call_hangs + manners.call_unknown:
            return Delivery(Outcome.UNKNOWN, "the line broke")
        return Delivery(Outcome.HANDED_OVER, "ringing")

    async def close(self) -> None:
        """Nothing to let go of."""


def channels_of(phone: Phone) -> Callable[[Site], Mapping[str, Any]]:
    """A channel for each that the site declares, and the terminal."""
    return lambda site: {name: SimChannel(name, phone) for name in (TERMINAL, *site.channels)}
