"""The journal as the daemon feeds it, for one asker: bounded in number, screened, never in doubt.

A stream ends with a word that says why. What it may not show is decided on a state that is at the
entry or after it: before, a hold-up would be told that is hidden from the next moment on.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager
from typing import Final

import msgspec

from monitord.console.api.answers import Position
from monitord.console.api.asking import Asker
from monitord.console.api.refusing import Problem, Refused, of_daemon
from monitord.console.link import DaemonGone, DaemonLink
from monitord.console.replica import Replica
from monitord.core.events import Entry
from monitord.core.state import State
from monitord.journal import codec
from monitord.runtime.control import hiding

#: Of all askers and of one. Each is a connection of its own to the daemon, which has 32 places.
STREAMS_MAX: Final = 8
PER_ASKER_MAX: Final = 4
BEAT_MS: Final = 1_000
SILENCE_S: Final = 3.0
#: The replica is behind the feed by a moment; by more than this it has lost the daemon.
BEHIND_S: Final = 2.0
_LOOK_S: Final = 0.01


class FeedLine(msgspec.Struct):
    """One line of the feed: an entry, a beat, the end, or a refusal."""

    ok: bool
    code: str = ""
    text: str = ""
    snapshot: str = ""
    position: Position = ""
    seq: int = 0
    stored: bool = True
    entry: msgspec.Raw = msgspec.Raw(b"")
    beat: Position = ""
    end: Position = ""
    utc_ms: int = 0
    degraded: bool = False


class Places:
    """Who follows, and that they are not too many. One for a console process."""

    def __init__(self) -> None:
        self._taken: list[str] = []

    all: Final = STREAMS_MAX

    @property
    def free(self) -> int:
        """How many more may follow."""
        return self.all - len(self._taken)

    @contextmanager
    def taken(self, asker: str) -> Iterator[None]:
        """A place while it lasts. Raises ``Refused``."""
        if not self.free or self._taken.count(asker) >= PER_ASKER_MAX:
            said = f"{PER_ASKER_MAX} streams of one asker, {STREAMS_MAX} of all: end one"
            raise Refused(429, Problem(code="too-often", text=said, wait_s=5))
        self._taken.append(asker)
        try:
            yield
        finally:
            self._taken.remove(asker)


async def follow(
    link: DaemonLink, places: Places, asker: str, after: str, *, live: bool
) -> AsyncGenerator[FeedLine, None]:
    """Line after line. Raises ``Refused`` where the feed refuses, ``DaemonGone``."""
    with places.taken(asker):
        feed = link.stream("feed", SILENCE_S, after=after, live=live, beat_ms=BEAT_MS, replica=True)
        async with aclosing(feed):  # type: ignore[type-var]
            async for raw in feed:
                try:
                    line = _LINE.decode(raw)
                except msgspec.MsgspecError:
                    raise DaemonGone("the daemon says what is not understood") from None
                if not line.ok:
                    gone = {"snapshot": line.snapshot or None}
                    raise of_daemon({"code": line.code, "text": line.text, **gone})
                yield line
                if line.end:
                    return


async def begun(lines: AsyncGenerator[FeedLine, None]) -> AsyncGenerator[FeedLine, None]:
    """The same lines, once the first has come: a refusal is an answer, not the end of a stream."""
    first = await anext(lines)

    async def all_of_them() -> AsyncGenerator[FeedLine, None]:
        async with aclosing(lines):
            yield first
            async for line in lines:
                yield line

    return all_of_them()


async def state_at(replica: Replica, seq: int) -> State:
    """The replica's state, once it is at entry ``seq`` or after. Raises ``DaemonGone``."""
    until = asyncio.get_running_loop().time() + BEHIND_S
    while replica.state is None or replica.state.seq < seq:
        if asyncio.get_running_loop().time() > until:
            raise DaemonGone("this console has lost the daemon")
        await asyncio.sleep(_LOOK_S)
    return replica.state


async def whole(replica: Replica, asker: Asker, line: FeedLine) -> msgspec.Raw:
    """The entry as it stands, without what is hidden from this asker. Raises ``DaemonGone``."""
    if asker.is_hub:
        return line.entry
    state = await state_at(replica, line.seq)
    hidden = asker.hidden(state)
    if not hidden:
        return line.entry
    return msgspec.Raw(codec.encode(hiding.screened(state, read(line), hidden)))


def read(line: FeedLine) -> Entry:
    """The entry of a line. Raises ``DaemonGone``."""
    try:
        return codec.decode(line.entry).entry
    except codec.NotAnEntry:
        raise DaemonGone("the daemon says what is not understood") from None


_LINE: Final = msgspec.json.Decoder(FeedLine)
