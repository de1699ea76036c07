"""Entries, rows and a small state for the journal's tests."""

from pathlib import Path

import msgspec

from monitord.core.events import CallBegan, Entry, PointStateChanged
from monitord.core.facts import PointChanged
from monitord.journal.codec import encode
from monitord.journal.records import Row
from monitord.journal.recover import Model
from monitord.journal.store import SqliteStore
from monitord.vocabulary import PointState


def entry(seq: int, epoch: int = 1, word: str = "case-7") -> Entry:
    """A point that went active, with two events."""
    return Entry(
        v=1,
        epoch=epoch,
        seq=seq,
        at_ms=seq * 10,
        utc_ms=1_795_000_000_000 + seq * 10,
        version="0.1.0",
        fact=PointChanged(point=word, state=PointState.ACTIVE),
        events=(
            PointStateChanged(point=word, state=PointState.ACTIVE, before=PointState.NORMAL),
            CallBegan(call=f"S-{epoch}-{seq}-1"),
        ),
    )


def row_of(one: Entry) -> Row:
    return Row(one.seq, one.epoch, one.at_ms, encode(one))


def rows(first: int, last: int, epoch: int = 1) -> list[Row]:
    """Entries ``first`` to ``last``, both included."""
    return [row_of(entry(seq, epoch)) for seq in range(first, last + 1)]


def filled(folder: Path, last: int = 10) -> SqliteStore:
    """An open store with ``last`` entries, three to a batch."""
    store = SqliteStore(folder)
    store.open()
    for first in range(1, last + 1, 3):
        store.append(rows(first, min(first + 2, last)))
    return store


class Tally(msgspec.Struct):
    """The smallest state: which entries were applied, in order."""

    seqs: list[int] = []


def apply(state: Tally, one: Entry) -> None:
    """Raises half way through for an entry about ``cursed``, after it has changed the state."""
    state.seqs.append(one.seq)
    for event in one.events:
        if isinstance(event, PointStateChanged) and event.point == "cursed":
            raise RuntimeError("no rule for this")


TALLY = Model(
    initial=Tally,
    encode=msgspec.json.encode,
    decode=msgspec.json.Decoder(Tally).decode,
    apply=apply,
)
