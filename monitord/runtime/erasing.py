"""Erasing personal text: by a person's order, or because its end was reached (law 3).

The order is journaled first, then the bytes go, then that is journaled; each part may be repeated.
So whatever a kill or a disk leaves open is finished at the next start, or at the next hourly look.
A text that the accepted site needs is never touched, nor is anything while the wall clock has just
been stepped: a clock that stands wrong for a moment must not end what has years to go. A text
never reaches a log, and no alarm waits for any of this.
"""

import asyncio
from collections.abc import Sequence
from typing import Final, Protocol

import msgspec
import structlog

from monitord.core import facts as f
from monitord.core.facts import TextRef
from monitord.core.site_records import ErasureRecord
from monitord.core.state import State
from monitord.journal.errors import StoreError
from monitord.journal.side import Kept, SideStore
from monitord.people.private import PrivateFileError
from monitord.runtime.engine import Answer
from monitord.runtime.side_texts import SideTexts
from monitord.runtime.texts import REACH_PEOPLE, PersonText
from monitord.vocabulary import Proof

#: Texts in one entry; what is more is found and erased under the same order.
TEXTS_MAX: Final = 500
COUNTED_MAX: Final = 100_000
#: How long the file may take to be written anew, and to be asked.
ERASE_S: Final = 30.0
ASK_S: Final = 5.0
LOOK_S: Final = 3_600.0
#: The clock counts as stepped when it has moved by more than this since the last look.
CLOCK_MS: Final = 60_000
#: Names and numbers of those who left the site file, and numbers that were changed.
LEFT_KEPT_MS: Final = 31 * 24 * 3_600_000

_log = structlog.get_logger(__name__)


class Deciding(Protocol):
    """The engine, to whom takes its answers."""

    @property
    def state(self) -> State:
        """Read only; another object after a step that failed."""

    @property
    def degraded(self) -> bool:
        """The journal does not take what happens."""

    def now_ms(self) -> int:
        """Engine time."""

    async def submit(self, fact: f.AnyFact) -> Answer:
        """Queue a fact and wait for its commit."""


class Accounts(Protocol):
    """Where PINs are kept."""

    async def has_pin(self, person: str) -> bool:
        """Whether anything is kept of them."""

    async def forget(self, person: str) -> None:
        """Keep nothing of them."""


class Sessions(Protocol):
    """Who is signed on."""

    async def close_all(self, person: str) -> int:
        """End all of them; how many there were."""


class Names(Exception):
    """The reason names the person who is to be forgotten, and would stand in the journal."""


class Erased(msgspec.Struct, frozen=True):
    """What came of an order. ``done`` is False while the disk does not take it."""

    answer: Answer
    texts: int
    purposes: tuple[str, ...]
    done: bool
    elsewhere: tuple[str, ...]


class Eraser:
    """Carries orders out, one at a time."""

    def __init__(
        self, engine: Deciding, texts: SideTexts, accounts: Accounts, sessions: Sessions
    ) -> None:
        self._engine, self._texts, self._accounts = engine, texts, accounts
        self._sessions = sessions
        self._one = asyncio.Lock()
        self._offset_ms: int | None = None
        self._task: asyncio.Task[None] | None = None

    async def order(self, by: str, proof: Proof, what: str, reason: str) -> Erased:
        """Erase all that is kept of a person, or the text of that id.

        Raises ``StoreError``, ``PrivateFileError`` before anything was ordered, and ``Names``.
        """
        person = "" if "/" in what else what
        found = await self._texts.run(lambda side: _named(side, what, COUNTED_MAX), ASK_S)
        named: bool = await self._texts.run(lambda side: _is_named(side, found, reason), ASK_S)
        if named:
            raise Names
        answer = await self._engine.submit(
            f.EraseTexts(
                by=by,
                proof=proof,
                texts=_refs(found[:TEXTS_MAX]),
                purposes=_purposes(found),
                reason=reason,
                person=person,
                account=bool(person) and await self._accounts.has_pin(person),
            )
        )
        done = not answer.code and answer.stored and await self.finish()
        elsewhere = tuple(self._texts.copies_aside())
        return Erased(answer, len(found), _purposes(found), done, elsewhere)

    async def finish(self) -> bool:
        """Carry out every order that is open; False when one has to wait for the disk."""
        async with self._one:
            try:
                for order in tuple(self._engine.state.erasures):
                    await self._carry_out(order)
            except (StoreError, PrivateFileError) as error:
                _log.error("erasure_waits", error=str(error))
                return False
        return not self._engine.state.erasures

    def start(self) -> None:
        """Finish what is open, then look once an hour."""
        self._task = asyncio.get_running_loop().create_task(self._run(), name="eraser")

    async def close(self) -> None:
        """Stop looking; what is open is finished by the next start."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    async def _run(self) -> None:
        while True:
            await self.look()
            await asyncio.sleep(LOOK_S)

    async def look(self) -> None:
        """Order what has reached its end, and carry out what is open."""
        state, before_ms = self._engine.state, self._offset_ms
        self._offset_ms = state.offset_ms
        if before_ms is not None and abs(state.offset_ms - before_ms) <= CLOCK_MS:
            try:
                await self._order_ended()
            except StoreError as error:
                _log.error("texts_not_looked_at", error=str(error))
        if state.erasures:
            await self.finish()

    async def _order_ended(self) -> None:
        state = self._engine.state
        now_utc_ms = state.utc_ms(self._engine.now_ms())
        needed = frozenset(state.texts)

        def ended(side: SideStore) -> list[Kept]:
            side.end_others(REACH_PEOPLE, needed, now_utc_ms + LEFT_KEPT_MS)
            return side.expired(now_utc_ms, TEXTS_MAX)

        ordered = {ref for order in state.erasures.values() for ref in order.texts}
        found = await self._texts.run(ended, ASK_S)
        fresh = [kept for kept in found if kept.ref not in needed and kept.ref not in ordered]
        if fresh:
            await self._engine.submit(f.TextsExpired(texts=_refs(fresh), purposes=_purposes(fresh)))

    async def _carry_out(self, order: int) -> None:
        while (record := self._engine.state.erasures.get(order)) is not None:
            if self._engine.degraded:
                return
            then = await self._erase(record)
            if (await self._engine.submit(f.TextsGone(order=order, then=then))).code:
                return

    async def _erase(self, record: ErasureRecord) -> tuple[TextRef, ...]:
        """Make them gone; what there is besides of the person who left."""
        state = self._engine.state
        refs = [ref for ref in record.texts if ref not in state.texts]
        await self._texts.run(lambda side: side.erase(refs), ERASE_S)
        if not record.person or record.person in state.site.people:
            return ()
        await self._accounts.forget(record.person)
        await self._sessions.close_all(record.person)
        left = await self._texts.run(lambda side: _named(side, record.person, TEXTS_MAX), ASK_S)
        return tuple(ref for ref in _refs(left) if ref not in state.texts)


def _named(side: SideStore, what: str, limit: int) -> list[Kept]:
    return side.of_text(what, limit) if "/" in what else side.of_person(what, limit)


def _is_named(side: SideStore, found: Sequence[Kept], reason: str) -> bool:
    for kept in found:
        if kept.purpose == REACH_PEOPLE:
            try:
                name = msgspec.json.decode(side.get(kept.ref), type=PersonText).name
            except msgspec.MsgspecError:
                continue
            if name and name.casefold() in reason.casefold():
                return True
    return False


def _refs(found: Sequence[Kept]) -> tuple[TextRef, ...]:
    return tuple(kept.ref for kept in found)


def _purposes(found: Sequence[Kept]) -> tuple[str, ...]:
    return tuple(sorted({kept.purpose for kept in found}))
