"""A listener with a daemon of one incident behind it, for the tests of links over real HTTP."""

import asyncio
from typing import Any

import aiohttp
import msgspec

from monitord.core.facts import Acknowledge, TextRef
from monitord.journal.errors import StoreError, Trouble
from monitord.people.accounts import PinAnswer, PinVerdict
from monitord.runtime.acknowledge import Shown
from monitord.runtime.links import Grant
from tests.channels.samples import VIEW

OPENED_MS = 500
GRANT = Grant(12, 3, "anna", 10_000)
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}


class Answer(msgspec.Struct):
    code: str = ""
    text: str = ""
    position: str = "3.41"
    stored: bool = True


class Desk:
    """A daemon with one incident, which says what it is told to say."""

    def __init__(self) -> None:
        self.time_ms = 1_000
        self.shown: Shown | None = Shown(VIEW, OPENED_MS, open=True)
        self.facts: list[Acknowledge] = []
        self.answer = Answer()
        self.hangs = False
        self.pins: list[tuple[str, str, str]] = []
        self.pin = PinAnswer(PinVerdict.OK)
        self.notes: list[str] = []
        self.side_store_fails = False

    def now_ms(self) -> int:
        return self.time_ms

    def look(self, incident: int) -> Shown | None:
        return self.shown if incident == 12 else None

    async def submit(self, fact: Acknowledge) -> Answer:
        self.facts.append(fact)
        if self.hangs:
            await asyncio.Event().wait()
        return self.answer

    async def check_pin(self, person: str, pin: str, via: str) -> PinAnswer:
        self.pins.append((person, pin, via))
        return self.pin

    async def keep(self, by: str, note: str) -> TextRef:
        if self.side_store_fails:
            raise StoreError(Trouble.DAMAGED)
        self.notes.append(note)
        return TextRef("note-1", "hash")


async def post(
    client: aiohttp.ClientSession, url: str, body: bytes = b"{}", headers: Any = JSON
) -> tuple[int, str]:
    async with client.post(url, data=body, headers=headers) as response:
        return response.status, await response.text()


async def get(client: aiohttp.ClientSession, url: str) -> tuple[int, str]:
    async with client.get(url) as response:
        return response.status, await response.text()
