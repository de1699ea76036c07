"""The figures of answering (H6), counted beside the daemon: a year of entries takes a minute.

A child of low priority with bounded memory and time opens the journal for reading only: this
module, run with the state folder and the time that is asked for; the answer is JSON on standard
output. One child at a time; what it found is kept for some minutes and says as of when it is.
Nobody waits for it: who asks is told what there is, and that it is being counted.
"""

import asyncio
import os
import resource
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import Final

import msgspec

from monitord.core.answer_times import AnswerTimes, answer_times
from monitord.core.events import Entry
from monitord.core.state import State
from monitord.core.state import decode as decode_state
from monitord.journal.codec import NotAnEntry, decode
from monitord.journal.errors import StoreError
from monitord.journal.reader import JournalReader
from monitord.journal.records import Snapshot, Stored
from monitord.runtime.child import ask_child

HOUR_MS: Final = 3_600_000
DAY_MS: Final = 24 * HOUR_MS
#: What may be asked for: how long until now, and in bars of how long.
PERIODS: Final[Mapping[str, tuple[int, int]]] = MappingProxyType(
    {
        "24h": (DAY_MS, HOUR_MS),
        "7d": (7 * DAY_MS, 6 * HOUR_MS),
        "30d": (30 * DAY_MS, DAY_MS),
        "12m": (52 * 7 * DAY_MS, 14 * DAY_MS),
    }
)
COUNT_S: Final = 180.0
MEMORY_BYTES: Final = 1024 * 1024 * 1024
NICE: Final = 10
#: So long an answer is given again; a failure is tried again sooner.
KEPT_MS: Final = 5 * 60_000
TRIED_AGAIN_MS: Final = 30_000


class Counted(msgspec.Struct, frozen=True):
    """What a child came to: figures, or the ``problem``. ``lost`` entries could not be read."""

    figures: AnswerTimes | None = None
    lost: int = 0
    problem: str = ""


class Told(msgspec.Struct, frozen=True):
    """What there is; ``counting``: newer figures, or the first, are on their way."""

    counted: Counted | None
    counting: bool


#: ``count(period, until_utc_ms)``. Raises nothing but its cancelling.
Count = Callable[[str, int], Awaitable[Counted]]


class TimesKeeper:
    """One for a daemon. ``count`` has it counted."""

    def __init__(self, count: Count) -> None:
        self._count = count
        self._kept: dict[str, tuple[Counted, int]] = {}
        self._wanted: dict[str, int] = {}
        self._task: asyncio.Task[None] | None = None

    def told(self, period: str, now_ms: int, utc_ms: int) -> Told:
        """What there is now, never waited for. ``now_ms`` is the engine's time, ``utc_ms`` as a
        date. Raises ``KeyError`` for a period that is none."""
        PERIODS[period]
        counted, since_ms = self._kept.get(period, (None, 0))
        if counted is None or now_ms - since_ms >= _good_for(counted):
            self._wanted.setdefault(period, utc_ms)
            if self._task is None or self._task.done():
                running = self._run(now_ms)
                self._task = asyncio.get_running_loop().create_task(running, name="answer-times")
        return Told(counted, period in self._wanted)

    async def close(self) -> None:
        """Stop; a child that counts is killed."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    async def _run(self, now_ms: int) -> None:
        while self._wanted:
            period, utc_ms = next(iter(self._wanted.items()))
            self._kept[period] = await self._count(period, utc_ms), now_ms
            del self._wanted[period]


def _good_for(counted: Counted) -> int:
    return TRIED_AGAIN_MS if counted.problem else KEPT_MS


async def count_by_child(state_folder: Path, period: str, utc_ms: int) -> Counted:
    """Have a child do it, and kill it when it is late. Raises nothing but its cancelling."""
    asked = (str(state_folder), period, str(utc_ms))
    try:
        return _DECODER.decode(await ask_child(__name__, *asked, within_s=COUNT_S))
    except TimeoutError:
        return Counted(problem=f"the journal was not counted within {COUNT_S:.0f} s")
    except msgspec.MsgspecError:
        return Counted(problem="the child that counts gave no answer")
    except OSError as error:
        return Counted(problem=f"the child that counts could not be started: {error.strerror}")


def count_here(state_folder: Path, period: str, utc_ms: int) -> Counted:
    """Read the journal and count. Never raises for what is wrong with it."""
    lasts_ms, bar_ms = PERIODS[period]
    from_ms = utc_ms - lasts_ms
    try:
        with JournalReader(state_folder) as reader:
            begin, after = _beginning(reader, from_ms)
            entries = _Entries(reader, after)
            figures = answer_times(entries, from_ms, utc_ms, bar_ms, begin)
    except StoreError as error:
        return Counted(problem=f"the journal cannot be read: {error}")
    except (KeyError, AttributeError) as error:
        return Counted(problem=f"an entry is missing that others build on ({error})")
    return Counted(figures, entries.lost)


def _beginning(reader: JournalReader, from_ms: int) -> tuple[State | None, int]:
    """The newest state that is kept from before; else the first entry, or the oldest state that
    is kept where the files before it were dropped."""
    kept = [s for s in reader.snapshots() if isinstance(s, Snapshot)]
    states = ((decode_state(s.body), s.head.seq) for s in kept)
    oldest: tuple[State, int] | None = None
    for state, seq in states:
        oldest = state, seq
        if state.utc_ms(state.at_ms) <= from_ms:
            return oldest
    if oldest is None or reader.opening().seq == 0:
        return None, 0
    return oldest


class _Entries:
    """What can be read, in order; ``lost`` counts what cannot."""

    def __init__(self, reader: JournalReader, after: int) -> None:
        self._reader, self._after = reader, after
        self.lost = 0

    def __iter__(self) -> Iterator[Entry]:
        for item in self._reader.scan(self._after):
            try:
                entry = decode(item.payload).entry if isinstance(item, Stored) else None
            except NotAnEntry:
                entry = None
            if entry is None:
                self.lost += 1
            else:
                yield entry


def main() -> None:
    """The child: it gives way to everything that guards."""
    state_folder, period, utc_ms = sys.argv[1:]
    with suppress(OSError):  # a hardened service may not even make itself less important
        os.nice(NICE)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    counted = count_here(Path(state_folder), period, int(utc_ms))
    sys.stdout.buffer.write(msgspec.json.encode(counted))


_DECODER: Final = msgspec.json.Decoder(Counted)

if __name__ == "__main__":
    main()
