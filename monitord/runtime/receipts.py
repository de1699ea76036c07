"""Receipts: what the engine says of a reading whose device wants to know that it is stored.

The one way by which a device supervisor hears back from the engine. It decides nothing.
"""

import asyncio
from typing import Final, Protocol

from monitord.core import facts as f
from monitord.core.step import answer_before
from monitord.runtime.engine import Answer, Engine

Receipt = asyncio.Future[Answer]


class Receipts(Protocol):
    """What a device that speaks first needs of the engine."""

    def give(self, fact: f.AnyFact) -> Receipt | None:
        """Queue a fact; its answer once what it rests on is stored, or declared degraded.

        None where it gave way because too much waits already.
        """

    def knows(self, fact: f.AnyFact) -> bool:
        """Whether a fact with the same key has been decided on within 24 h."""


class EngineReceipts:
    """Receipts of a running engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine: Final = engine

    def give(self, fact: f.AnyFact) -> Receipt | None:
        """``Receipts``."""
        receipt: Receipt = asyncio.get_running_loop().create_future()
        return receipt if self._engine.receive(fact, receipt) else None

    def knows(self, fact: f.AnyFact) -> bool:
        """``Receipts``."""
        return answer_before(self._engine.state, self._engine.now_ms(), fact) is not None
