"""The verbs that go on: vitals once a second, and the feed of entries.

A feed begins behind a position and goes on live without a gap: it listens first, then reads what
is stored, then sends what it heard meanwhile. Who reads too slowly is dropped, never waited for;
a replica then asks again from its own position.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Final

import msgspec

from monitord.core.events import HistoryGaveWay
from monitord.journal.codec import encode
from monitord.journal.errors import Gone, StoreError
from monitord.journal.export import rfc3339
from monitord.journal.records import BEGINNING, Position
from monitord.runtime.control import protocol as p
from monitord.runtime.control.desk import Desk
from monitord.runtime.control.live import LiveFrames
from monitord.runtime.control.protocol import Refused, Reply
from monitord.runtime.control.queries import settled
from monitord.runtime.engine import Published

#: Entries read from the journal at a time.
CHUNK: Final = 256
#: Live entries that may wait for a reader.
WAITING_MAX: Final = 10_000
#: A feed says this often that it is alive, within these bounds, also while nothing happens.
BEAT_MS_MIN: Final = 500
BEAT_MS_MAX: Final = 60_000


async def watch(desk: Desk, live: LiveFrames, request: p.Watch) -> AsyncIterator[Reply]:
    """One line a second: what every device last answered, and how old that is."""
    known = desk.engine.state.site.devices
    if request.device and request.device not in known:
        raise Refused("unknown", p.nearest_text("device", request.device, known))
    async for frame in desk.frames():
        devices = await live.devices(desk, frame, request.device, points=request.points)
        now = rfc3339(desk.engine.state.utc_ms(desk.engine.now_ms()))
        yield {"ok": True, "now": now, "devices": devices}


async def feed(desk: Desk, request: p.Feed) -> AsyncIterator[Reply]:
    """Entries behind a position, then live ones; ``{"beat"}`` once an interval.

    A position that this journal does not have is refused with ``gone`` and the position of the
    snapshot to start from.
    """
    try:
        after = Position.parse(request.after)
    except ValueError as error:
        raise Refused("bad-input", str(error)) from None
    if not BEAT_MS_MIN <= request.beat_ms <= BEAT_MS_MAX:
        raise Refused("bad-input", f"beat_ms is {BEAT_MS_MIN} to {BEAT_MS_MAX}")
    live = _Live(request.beat_ms / 1000)
    unsubscribe = desk.engine.subscribe(live.hear)
    try:
        await _find(desk, after)
        last = after.seq
        async for reply in _stored(desk, last):
            last = reply["seq"]
            yield reply
        if not request.live:
            return
        async for reply in _onward(desk, live, last):
            yield reply
    finally:
        unsubscribe()


async def _find(desk: Desk, after: Position) -> None:
    if after == BEGINNING:
        return
    await settled(desk)
    try:
        await desk.history.find(after)
    except Gone as gone:
        if _is_held(desk, after):
            return
        raise Refused("gone", str(gone), {"snapshot": desk.engine.state.position}) from None
    except StoreError as error:
        raise Refused("unavailable", f"The journal cannot be read: {error}") from None


def _is_held(desk: Desk, after: Position) -> bool:
    """A snapshot of a degraded daemon stands ahead of the disk: what follows it comes live."""
    state = desk.engine.state
    return desk.engine.degraded and after.epoch == state.epoch and after.seq <= state.seq


async def _stored(desk: Desk, last: int) -> AsyncIterator[Reply]:
    while True:
        try:
            rows = await desk.history.read(last, CHUNK)
        except StoreError as error:
            raise Refused("unavailable", f"The journal cannot be read: {error}") from None
        for row in rows:
            last = row.seq
            yield _entry(str(row.position), row.seq, msgspec.Raw(row.payload), stored=True)
        if len(rows) < CHUNK:
            return


async def _onward(desk: Desk, live: "_Live", last: int) -> AsyncIterator[Reply]:
    while True:
        published = await live.next()
        if published is None:
            yield _beat(desk)
            continue
        entry = published.entry
        gave_way = any(isinstance(event, HistoryGaveWay) for event in entry.events)
        if entry.seq <= last and not gave_way:
            continue
        if entry.seq > last + 1 or gave_way:
            # What lies between is held in memory by a degraded store, or is missing for good.
            raise Refused(
                "gone",
                "Entries before this one are not stored: start again from a snapshot",
                {"snapshot": desk.engine.state.position},
            )
        last = entry.seq
        yield _entry(entry.position, entry.seq, msgspec.Raw(encode(entry)), stored=published.stored)


def _beat(desk: Desk) -> Reply:
    """Where the daemon is, in its own time and in UTC, and whether what it says is stored."""
    state, now_ms = desk.engine.state, desk.engine.now_ms()
    return {
        "ok": True,
        "beat": state.position,
        "at_ms": now_ms,
        "utc_ms": state.utc_ms(now_ms),
        "degraded": desk.engine.degraded,
    }


def _entry(position: str, seq: int, payload: msgspec.Raw, *, stored: bool) -> Reply:
    return {"ok": True, "position": position, "seq": seq, "stored": stored, "entry": payload}


class _Live:
    """What was heard and not yet sent, bounded; and when it is time for a beat."""

    def __init__(self, beat_s: float) -> None:
        self._waiting: deque[Published] = deque()
        self._beat_s = beat_s
        self._next_beat = asyncio.get_running_loop().time() + beat_s
        self._heard = asyncio.Event()
        self._overrun = False

    def hear(self, published: Published) -> None:
        """Called by the engine: never waits."""
        if len(self._waiting) >= WAITING_MAX:
            self._overrun = True
        else:
            self._waiting.append(published)
        self._heard.set()

    async def next(self) -> Published | None:
        """The next entry; None when a beat is due, once an interval."""
        loop = asyncio.get_running_loop()
        while loop.time() < self._next_beat:
            if self._waiting:
                return self._waiting.popleft()
            if self._overrun:
                raise Refused("too-slow", "You read too slowly: ask again from your position")
            self._heard.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout_at(self._next_beat):
                    await self._heard.wait()
        self._next_beat = loop.time() + self._beat_s
        return None
