"""The side store at run time, whatever state its file is in.

A file that is damaged is moved aside and a new one begun; where that fails too, each call raises
``StoreError`` and the guard goes on without it (law 1). Notes are put off the event loop and
within a bound: a disk that hangs must not hold up an alarm. A text never reaches a log.
"""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

import structlog

from monitord.core.facts import TextRef
from monitord.journal.errors import JournalNewer, StoreError, Trouble
from monitord.journal.side import SideStore

#: How long a person waits for a note to be stored.
PUT_S: Final = 2.0
ASIDE_MAX: Final = 1_000

_T = TypeVar("_T")

_log = structlog.get_logger(__name__)


class SideTexts:
    """``<state>/side.db``, opened by the first call: by then the journal's lock is ours."""

    def __init__(self, state_folder: Path) -> None:
        self._folder = state_folder
        self._store: SideStore | None = None
        self._why: StoreError | None = None
        self._under_way: asyncio.Future[Any] | None = None

    def put(self, text_id: str, text: str, purpose: str, until_utc_ms: int | None) -> TextRef:
        """Keep a text. Raises ``StoreError``. Waits for the disk: for the start only."""
        return self._opened().put(text_id, text, purpose, until_utc_ms)

    async def put_soon(
        self, text_id: str, text: str, purpose: str, until_utc_ms: int | None
    ) -> TextRef:
        """:meth:`put` in a thread, see :meth:`run`."""
        return await self.run(
            lambda side: side.put(text_id, text, purpose, until_utc_ms), within_s=PUT_S
        )

    async def run(self, what: Callable[[SideStore], _T], within_s: float) -> _T:
        """Ask the store something in a thread. Raises ``StoreError`` when it takes too long.

        What took longer may be done all the same; until it has ended nothing else is begun.
        """
        loop = asyncio.get_running_loop()
        end_s = loop.time() + PUT_S
        while self._under_way is not None and not self._under_way.done():
            if loop.time() >= end_s:
                raise StoreError(Trouble.BUSY, "it does not answer")
            await asyncio.wait({self._under_way}, timeout=end_s - loop.time())
        asked = asyncio.ensure_future(asyncio.to_thread(lambda: what(self._opened())))
        self._under_way = asked
        await asyncio.wait({asked}, timeout=within_s)
        if not asked.done():
            asked.add_done_callback(_looked_at)
            raise StoreError(Trouble.INPUT_OUTPUT, f"no answer in {within_s:.0f} s")
        return asked.result()

    async def read(self, refs: Sequence[TextRef]) -> list[str]:
        """The texts in a thread; ``erased`` for those that are gone. Raises ``StoreError``."""
        return await self.run(lambda side: [side.get(ref) for ref in refs], within_s=PUT_S)

    def copies_aside(self) -> list[str]:
        """Damaged files that were kept: what they hold, no erasing reaches."""
        return sorted(path.name for path in self._folder.glob("side.db.damaged-*"))

    def get(self, ref: TextRef) -> str:
        """The text, or the word ``erased``. Raises ``StoreError``."""
        return self._opened().get(ref)

    def close(self) -> None:
        """Let go of the file, unless something still hangs in it."""
        hangs = self._under_way is not None and not self._under_way.done()
        if self._store is not None and not hangs:
            self._store.close()

    def _opened(self) -> SideStore:
        if self._why is not None:
            raise self._why
        if self._store is None:
            try:
                self._store = self._open()
            except StoreError as error:
                self._why = error
                _log.error("no_side_store", error=str(error))
                raise
        return self._store

    def _open(self) -> SideStore:
        try:
            return SideStore(self._folder)
        except JournalNewer:
            raise
        except StoreError as error:
            if error.trouble is not Trouble.DAMAGED:
                raise
            _log.error("side_store_damaged", error=str(error), kept_as=self._move_aside())
            return SideStore(self._folder)

    def _move_aside(self) -> str:
        """Keep the damaged file beside the new one; its name. Raises ``StoreError``."""
        path = self._folder / "side.db"
        for number in range(1, ASIDE_MAX):
            aside = path.with_name(f"{path.name}.damaged-{number}")
            if aside.exists():
                continue
            try:
                path.rename(aside)
            except OSError as error:
                detail = error.strerror or str(error)
                raise StoreError(Trouble.INPUT_OUTPUT, detail) from error
            return aside.name
        raise StoreError(Trouble.OTHER, "a thousand damaged side stores lie here")


def _looked_at(asked: "asyncio.Future[_T]") -> None:
    """Whoever asked has gone: what came of it interests nobody."""
    if not asked.cancelled():
        asked.exception()
