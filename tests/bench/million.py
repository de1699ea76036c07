"""A journal of a million entries: of the real core, by the real encoder and store."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.state import State, encode
from monitord.core.step import step
from monitord.journal.codec import encode as encode_entry
from monitord.journal.records import Head, Row, Snapshot
from monitord.journal.recover import load
from monitord.journal.store import SqliteStore
from monitord.runtime.keeping import EVERY_ENTRIES
from monitord.runtime.resume import MODEL
from monitord.vocabulary import PointState

MILLION: Final = 1_000_000
BATCH: Final = 5_000


def fill(folder: Path, points: Sequence[str], first: Sequence[f.AnyFact] = ()) -> Head:
    """Behind what ``folder`` holds: contacts that open and close, up to a million entries.

    Engine time stands still meanwhile. A snapshot is kept as far from the end as they are apart.
    """
    store = SqliteStore(folder)
    store.open()
    state = load(store, MODEL).state
    facts, rows = _traffic(points, first), list[Row]()
    snapshot_seq = MILLION - EVERY_ENTRIES
    while state.seq < MILLION:
        fact = next(facts)
        events = step(state, state.at_ms, fact)
        if events:
            rows.append(_row(state, fact, events))
        if len(rows) == BATCH or state.seq == snapshot_seq:
            store.append(rows)
            rows.clear()
        if state.seq == snapshot_seq:
            store.save_snapshot(Snapshot(store.head(), state.version, encode(state)))
    store.append(rows)
    head = store.head()
    store.close()
    return head


def _row(state: State, fact: f.AnyFact, events: tuple[ev.AnyEvent, ...]) -> Row:
    state.seq += 1
    at_ms = state.at_ms
    entry = ev.Entry(1, state.epoch, state.seq, at_ms, state.utc_ms(at_ms), "bench", fact, events)
    return Row(entry.seq, entry.epoch, at_ms, encode_entry(entry))


def _traffic(points: Sequence[str], first: Sequence[f.AnyFact]) -> Iterator[f.AnyFact]:
    yield from first
    while True:
        for state in (PointState.ACTIVE, PointState.NORMAL):
            for point in points:
                yield f.PointChanged(point, state)
