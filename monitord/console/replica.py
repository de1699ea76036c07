"""The replica: the state as the daemon has it, by the same core, from a snapshot and the journal.

Nothing is decided here: entries are applied as they come. Whoever shows something asks first
whether it is still true (:attr:`Replica.fresh`): a link that has been silent for longer than three
beats is lost, and what was true then is not what is true now.
"""

import asyncio
from collections.abc import Callable
from contextlib import aclosing, suppress
from typing import Final

import msgspec
import structlog

from monitord.console.link import DaemonGone, DaemonLink
from monitord.core import events as ev
from monitord.core.state import State, decode
from monitord.core.step import apply
from monitord.journal import codec
from monitord.journal.records import Position
from monitord.runtime.control.view import View
from monitord.runtime.control.view_status import status

BEAT_MS: Final = 500
#: Without a line for so long the link is lost: the page must say so within 3 s.
SILENCE_S: Final = 1.6
AGAIN_S: Final = 0.5
REACHED_S: Final = 1.0
WHOLE_MS: Final = 500

Changed = Callable[[ev.Entry | None], None]

_log = structlog.get_logger(__name__)


class Line(msgspec.Struct):
    """One line of the feed: an entry, a beat, the end, or a refusal."""

    ok: bool
    code: str = ""
    text: str = ""
    entry: msgspec.Raw = msgspec.Raw(b"")
    stored: bool = True
    beat: str = ""
    end: str = ""
    at_ms: int = 0
    utc_ms: int = 0
    degraded: bool = False


class Replica:
    """One for a console process. ``changed`` hears each entry, and None when the link changes."""

    def __init__(self, link: DaemonLink, changed: Changed = lambda _: None) -> None:
        self.state: State | None = None
        self.degraded = False
        #: Why there is no link; empty while there is.
        self.lost = "not connected yet"
        #: The daemon's time in UTC when it was heard last; None: never.
        self.last_true_utc_ms: int | None = None
        self._link = link
        self._changed = changed
        self._heard = 0.0
        self._at_ms = 0
        self._moved = asyncio.Event()
        self._whole: tuple[str, bool, int, View] | None = None

    @property
    def fresh(self) -> bool:
        """What :attr:`state` says is what the daemon says now."""
        return self.state is not None and not self.lost

    def now_ms(self) -> int:
        """The daemon's engine time, carried on since it was heard last."""
        passed_s = asyncio.get_running_loop().time() - self._heard
        return self._at_ms + round(min(passed_s, SILENCE_S) * 1000)

    def utc_ms(self) -> int:
        """The daemon's own clock, never this computer's."""
        return 0 if self.state is None else self.state.utc_ms(self.now_ms())

    def whole(self, seen: State) -> View:
        """How ``seen`` stands, which is the state or what somebody may see of it.

        For all who may see all of it, it is made once until the next entry, and anew after half a
        second without one.
        """
        state, now_ms = self.state, self.now_ms()
        if seen is not state:
            return status(seen, now_ms, None, degraded=self.degraded)
        made = self._whole
        if (
            made is None
            or made[:2] != (state.position, self.degraded)
            or not 0 <= now_ms - made[2] < WHOLE_MS
        ):
            shown = status(state, now_ms, None, degraded=self.degraded)
            made = self._whole = state.position, self.degraded, now_ms, shown
        return made[3]

    async def reach(self, position: str) -> None:
        """Return when the state is as far as ``position``, or after a second: a page that follows
        a command shows what came of it."""
        with suppress(TimeoutError):
            async with asyncio.timeout(REACHED_S):
                while self.state is None or Position.parse(self.state.position) < Position.parse(
                    position
                ):
                    await self._moved.wait()

    async def run(self) -> None:
        """Follow the daemon until cancelled; a link that is lost is sought again."""
        while True:
            try:
                await self._follow()
            except DaemonGone as gone:
                self._lose(str(gone))
            await asyncio.sleep(AGAIN_S)

    async def _follow(self) -> None:
        if self.state is None:
            await self._snapshot()
        assert self.state is not None
        after = self.state.position
        feed = self._link.stream(
            "feed", SILENCE_S, after=after, live=True, beat_ms=BEAT_MS, replica=True
        )
        async with aclosing(feed):  # type: ignore[type-var]
            async for raw in feed:
                line = read_line(raw)
                if not line.ok:
                    # Its journal does not have our position any more: begin again.
                    self.state = None
                    self._lose(line.text)
                    return
                self._take(line)

    async def _snapshot(self) -> None:
        snapshot = await self._link.snapshot()
        if not snapshot.ok:
            raise DaemonGone(snapshot.text)
        try:
            self.state = decode(snapshot.state)
        except msgspec.ValidationError:
            raise DaemonGone("the daemon is of another version: restart the console") from None

    def _take(self, line: Line) -> None:
        assert self.state is not None
        loop = asyncio.get_running_loop()
        if line.beat:
            self._heard, self._at_ms = loop.time(), line.at_ms
            self.last_true_utc_ms = line.utc_ms
            new = bool(self.lost) or self.degraded != line.degraded
            self.lost, self.degraded = "", line.degraded
            if new:
                self._changed(None)
            return
        try:
            entry = codec.decode(line.entry).entry
            apply(self.state, entry)
        except codec.NotAnEntry:
            raise DaemonGone("the daemon says something that is not understood") from None
        self._moved.set()
        self._moved = asyncio.Event()
        self._changed(entry)

    def _lose(self, why: str) -> None:
        if not self.lost:
            _log.warning("link_lost", why=why)
        self.lost = why
        self._changed(None)


def read_line(raw: bytes) -> Line:
    """One line of a feed. Raises ``DaemonGone``."""
    with suppress(msgspec.MsgspecError):
        return _LINE.decode(raw)
    raise DaemonGone("the daemon says something that is not understood")


_LINE: Final = msgspec.json.Decoder(Line)
