"""What was seen from outside while a run went on: the checkers' other half of the evidence.

Everything here was observed at a seam (an entry published, a telephone rung, an answer given to
a person, a life begun or ended), stamped with world time. It never holds a reference into the
daemon: entries are frozen, the rest is copied.
"""

from enum import StrEnum
from typing import NamedTuple

import msgspec

from monitord.core import events as ev
from monitord.vocabulary import Category


class Seen(NamedTuple):
    """An entry that left the engine."""

    at_ms: int
    entry: ev.Entry
    stored: bool


class Dial(NamedTuple):
    """A channel was told to reach somebody."""

    at_ms: int
    life: int
    call: str
    incident: int
    rev: int
    confirmed: bool
    category: Category
    area: str
    point: str
    person: str
    channel: str
    text: str


class Asked(StrEnum):
    """What a person asked of the daemon."""

    ACKNOWLEDGE = "acknowledge"
    CLOSE = "close"
    HOLD = "hold"


class Answered(NamedTuple):
    """What a person was told; ``code`` is empty when it was accepted.

    ``asked_ms`` is when they first asked: a crash may have swallowed the answer, not the deed.
    """

    at_ms: int
    asked_ms: int
    asked: Asked
    incident: int
    seen: int
    by: str
    code: str
    stored: bool
    position: str


class Receipt(NamedTuple):
    """A panel that speaks first was told that what it said is stored; ``key`` is the engine's."""

    at_ms: int
    point: str
    active: bool
    key: str


class Life(msgspec.Struct):
    """One process: from its start over the moment it watched to its end."""

    number: int
    began_ms: int
    watched_ms: int | None = None
    ended_ms: int | None = None
    how: str = ""


class History(msgspec.Struct):
    """Everything of one run, in order."""

    lives: list[Life] = []
    seen: list[Seen] = []
    dials: list[Dial] = []
    answers: list[Answered] = []
    receipts: list[Receipt] = []
    #: When each position became durable.
    stored_ms: dict[str, int] = {}
    #: Findings of checks that need the running daemon: replay, bounds, errors of the loop.
    found: list[str] = []
    #: Most facts that ever waited to be stepped.
    waiting_max: int = 0
    healed_ms: int | None = None
