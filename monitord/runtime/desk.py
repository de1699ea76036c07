"""The desk of the acknowledge listener: what a link may see and ask of the guard.

It holds no state of its own and decides nothing.
"""

import itertools
from collections.abc import Awaitable, Callable
from typing import Final

from monitord.core.facts import Acknowledge, TextRef
from monitord.people.accounts import Accounts, PinAnswer
from monitord.runtime.acknowledge import Shown
from monitord.runtime.engine import Answer
from monitord.runtime.guard import Guard
from monitord.runtime.views import view

#: Keeps a text without holding up the event loop: id, text, purpose, end. Raises ``StoreError``.
PutSoon = Callable[[str, str, str, int], Awaitable[TextRef]]

#: Notes of people are kept as long as control-room records are by default.
NOTE_KEPT_MS: Final = 3 * 365 * 24 * 3_600_000


class LinkDesk:
    """Between the listener and the engine."""

    def __init__(self, guard: Guard, accounts: Accounts, put: PutSoon) -> None:
        self._guard, self._accounts, self._put = guard, accounts, put
        self._notes = itertools.count(1)

    def now_ms(self) -> int:
        """Engine time."""
        return self._guard.engine.now_ms()

    def look(self, incident: int) -> Shown | None:
        """An incident as a page shows it; None when there is none of this number."""
        state = self._guard.engine.state
        record = state.incidents.get(incident)
        if record is None:
            return None
        return Shown(
            view=view(state, record),
            opened_ms=record.opened_ms,
            open=record.open,
            taken_by=tuple(ack.by for ack in record.acks) if record.acknowledged else (),
        )

    async def submit(self, fact: Acknowledge) -> Answer:
        """Hand the acknowledgement to the engine and wait for its commit."""
        return await self._guard.engine.submit(fact)

    async def check_pin(self, person: str, pin: str, via: str) -> PinAnswer:
        """Whether the PIN is this person's. Raises ``PrivateFileError``."""
        return await self._accounts.check_pin(person, pin, via)

    async def keep(self, by: str, note: str) -> TextRef:
        """Put a note, personal text, into the side store, under the name of its author.

        Raises ``StoreError``.
        """
        state = self._guard.engine.state
        until_utc_ms = state.utc_ms(self.now_ms()) + NOTE_KEPT_MS
        name = f"note/{by}/{state.epoch}-{next(self._notes)}"
        return await self._put(name, note, "occurrence log", until_utc_ms)
