"""Coming back: from the journal to the state that was guarded, and to the engine's time.

A journal that cannot be read is moved aside and the guard begins anew, from the newest good
snapshot or from nothing, and says so; where the disk does not even allow that, the store stays
closed and the guard goes on in memory. A journal that a newer version wrote, or that another
daemon holds, ends the start with words.
"""

from collections.abc import Sequence
from typing import Final, Protocol

import msgspec
import structlog

from monitord.core import invariants
from monitord.core import state as core_state
from monitord.core.events import Entry
from monitord.core.state import State
from monitord.core.step import apply
from monitord.journal.codec import decode
from monitord.journal.errors import JournalBusy, JournalNewer, StoreError, Trouble
from monitord.journal.records import Head, Row, Snapshot
from monitord.journal.recover import Loaded, Model, load
from monitord.journal.source import Source
from monitord.journal.spill import SpillFile
from monitord.journal.store import Store

#: A wall clock this far ahead of the last entry is wrong, not late.
AWAY_MS_MAX: Final = 10 * 365 * 24 * 3_600_000

MODEL: Final = Model(State, core_state.encode, core_state.decode, apply)

_log = structlog.get_logger(__name__)


class JournalStore(Store, Source, Protocol):
    """A store that can be read back and, when it is unreadable, put aside."""

    def set_aside(self) -> object:
        """Move what cannot be read out of the way, kept as evidence."""


class Resumed(msgspec.Struct, frozen=True):
    """``head`` is the last stored entry; ``damaged`` is empty when all of it was read."""

    state: State
    head: Head
    damaged: str
    #: What people were told and the journal does not have yet: to be stored before all else.
    carried: tuple[Row, ...] = ()


def resume(store: JournalStore, distrust: str = "", spill: SpillFile | None = None) -> Resumed:
    """Open the journal and load the state. Raises ``JournalBusy`` and ``JournalNewer``.

    ``distrust`` says why a journal that opens is to be treated as one that does not.
    """
    resumed = _from_store(store, distrust)
    rows = [] if spill is None else spill.rows()
    taken = take_spilled(resumed, rows)
    if spill is not None and rows and not taken.carried:
        spill.set_aside()  # the journal has them by now, or they are of another one
    return taken


def _from_store(store: JournalStore, distrust: str) -> Resumed:
    try:
        store.open()
        if distrust:
            raise StoreError(Trouble.DAMAGED, distrust)
        loaded = load(store, MODEL)
    except (JournalBusy, JournalNewer):
        raise
    except StoreError as error:
        return _begin_anew(store, str(error))
    for note in (*loaded.damage, *loaded.skipped):
        _log.error("journal_entry", position=note.position, wrong=note.text)
    if loaded.head.seq > store.head().seq:
        store.resume_after(loaded.head)
    damage = [words for words in (_damage_in_words(loaded), _broken(loaded.state)) if words]
    return _resumed(loaded.state, loaded.head, "; ".join(damage))


def _begin_anew(store: JournalStore, why: str) -> Resumed:
    _log.error("journal_unreadable", why=why)
    store.close()
    try:
        aside = store.set_aside()
        store.open()
        loaded = load(store, MODEL)
        if loaded.head.seq > store.head().seq:
            store.resume_after(loaded.head)
    except (JournalBusy, JournalNewer):
        raise
    except StoreError as error:
        return _in_memory(store, f"{why}; {error}")
    words = f"the journal could not be read ({why}); it is kept as {aside}"
    return _resumed(loaded.state, loaded.head, words)


def _in_memory(store: JournalStore, why: str) -> Resumed:
    """The newest good snapshot, else nothing; the closed store refuses what it is offered."""
    _log.error("no_journal", why=why)
    store.close()
    state, head = _newest_snapshot(store)
    return _resumed(state, head, f"there is no journal, nothing is stored ({why})")


def _newest_snapshot(store: JournalStore) -> tuple[State, Head]:
    try:
        for found in store.snapshots():
            if isinstance(found, Snapshot):
                return core_state.decode(found.body), found.head
    except (OSError, StoreError, ValueError, TypeError, msgspec.MsgspecError) as error:
        _log.error("no_snapshot", error=str(error))
    return State(), Head()


def _resumed(state: State, head: Head, damaged: str) -> Resumed:
    state.seq = head.seq
    state.epoch = max(state.epoch, head.epoch)
    state.at_ms = max(state.at_ms, head.at_ms)
    return Resumed(state, head, damaged)


def _broken(state: State) -> str:
    """What a journal that could be read and applied says, and cannot be."""
    try:
        broken = invariants.check(state)
    except Exception as error:  # noqa: BLE001 - law 13: a state so broken that no one can look
        broken = [f"{type(error).__name__}: {error}"]
    if not broken:
        return ""
    _log.error("state_broken", broken=broken[:10])
    return f"what it says contradicts itself in {len(broken)} places, first: {broken[0][:200]}"


def take_spilled(resumed: Resumed, rows: Sequence[Row]) -> Resumed:
    """Go on behind what was told to people while the journal took nothing (law 1).

    Rows that the journal has by now are skipped; those that do not follow it are told. One that
    cannot be applied is set aside as at any start, and stored all the same.
    """
    state, head = resumed.state, resumed.head
    base, kept, taken = core_state.encode(state), list[Entry](), list[Row]()
    wrong = []
    for row in rows:
        if row.seq <= head.seq and not taken:
            continue
        last = taken[-1].seq if taken else head.seq
        if row.seq != last + 1 or row.epoch < state.epoch:
            wrong.append(f"{row.epoch}.{row.seq} does not follow")
            break
        taken.append(row)
        try:
            entry = decode(row.payload).entry
            apply(state, entry)
            kept.append(entry)
        except Exception as error:  # noqa: BLE001 - law 13
            wrong.append(f"{row.epoch}.{row.seq} cannot be applied: {type(error).__name__}")
            state = core_state.decode(base)
            for entry in kept:
                apply(state, entry)
            state.epoch, state.seq = max(state.epoch, row.epoch), row.seq
    if taken:
        _log.warning("spill_file_taken", entries=len(taken), first=taken[0].seq)
    words = f"the spill file: {wrong[0]}" if wrong else ""
    damaged = "; ".join(part for part in (resumed.damaged, words) if part)
    return Resumed(state, head, damaged, tuple(taken))


def _damage_in_words(loaded: Loaded[State]) -> str:
    """What could not be read, or only a newer version knows: kept, skipped and told (law 2)."""
    said = []
    if loaded.damaged:
        first = loaded.damage[0]
        said.append(f"{loaded.damaged} places of the journal are damaged, first {first.position}")
    if loaded.skipped_count:
        first = loaded.skipped[0]
        said.append(
            f"{loaded.skipped_count} things in it only a newer version knows, "
            f"first {first.position}"
        )
    return "; ".join(said)


def engine_time_ms(state: State, wall_ms: int) -> int:
    """Where engine time goes on: from the last entry by the difference in wall time, if sane."""
    if not state.epoch:
        return wall_ms
    away_ms = wall_ms - state.utc_ms(state.at_ms)
    return state.at_ms + (away_ms if 0 <= away_ms <= AWAY_MS_MAX else 0)
