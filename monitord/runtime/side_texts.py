"""The side store at run time, whatever state its file is in.

A file that is damaged is moved aside and a new one begun; where that fails too, each call raises
``StoreError`` and the guard goes on without it (law 1). Notes are put off the event loop and
within a bound: a disk that hangs must not hold up an alarm. A text never reaches a log.
"""

import asyncio
from pathlib import Path
from typing import Final

import structlog

from monitord.core.facts import TextRef
from monitord.journal.errors import JournalNewer, StoreError, Trouble
from monitord.journal.side import SideStore

#: How long a person waits for a note to be stored.
PUT_S: Final = 2.0
ASIDE_MAX: Final = 1_000

_log = structlog.get_logger(__name__)


class SideTexts:
    """``<state>/side.db``, opened by the first call: by then the journal's lock is ours."""

    def __init__(self, state_folder: Path) -> None:
        self._folder = state_folder
        self._store: SideStore | None = None
        self._why: StoreError | None = None
        self._turn = asyncio.Lock()
        self._under_way: asyncio.Future[TextRef] | None = None

    def put(self, text_id: str, text: str, purpose: str, until_utc_ms: int | None) -> TextRef:
        """Keep a text. Raises ``StoreError``. Waits for the disk: for the start only."""
        return self._opened().put(text_id, text, purpose, until_utc_ms)

    async def put_soon(
        self, text_id: str, text: str, purpose: str, until_utc_ms: int | None
    ) -> TextRef:
        """:meth:`put` in a thread. Raises ``StoreError`` when it takes longer than ``PUT_S``.

        What took longer may be stored all the same; until it has ended no other text is taken.
        """
        async with self._turn:
            if self._under_way is not None and not self._under_way.done():
                raise StoreError(Trouble.BUSY, "it does not answer")
            ask = asyncio.to_thread(self.put, text_id, text, purpose, until_utc_ms)
            self._under_way = put = asyncio.ensure_future(ask)
            await asyncio.wait({put}, timeout=PUT_S)
            if not put.done():
                put.add_done_callback(_looked_at)
                raise StoreError(Trouble.INPUT_OUTPUT, f"no answer in {PUT_S:.0f} s")
            return put.result()

    def get(self, ref: TextRef) -> str:
        """The text, or the word ``erased``. Raises ``StoreError``."""
        return self._opened().get(ref)

    def close(self) -> None:
        """Let go of the file, unless a put still hangs in it."""
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


def _looked_at(put: "asyncio.Future[TextRef]") -> None:
    """Whoever asked has gone: what came of it interests nobody."""
    if not put.cancelled():
        put.exception()
