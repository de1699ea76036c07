"""A night in files of five entries, for what reads them beside the daemon."""

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.state import encode
from monitord.journal.codec import encode as encode_entry
from monitord.journal.reader import JournalReader
from monitord.journal.records import Position, Row, Snapshot
from monitord.journal.store import SqliteStore
from tests.core.night import Night

FILE_MAX = 5


def a_night() -> Night:
    night = Night()
    for number in range(12):
        night.feed(f.DoorFailed(door=f"door {number}", reason="in use"))
        night.after(1_000)
    return night


def stored(folder: Path, entries: Iterable[ev.Entry]) -> None:
    """The entries of a night in files of five; then the store is closed."""
    store = SqliteStore(folder, file_entries_max=FILE_MAX)
    store.open()
    for one in entries:
        store.append([Row(one.seq, one.epoch, one.at_ms, encode_entry(one))])
    store.close()


def digest_of(night: Night) -> str:
    return sha256(encode(night.state)).hexdigest()


def kept(folder: Path) -> list[Snapshot]:
    with JournalReader(folder) as reader:
        return [one for one in reader.snapshots() if isinstance(one, Snapshot)]


def end_of(night: Night) -> Position:
    return Position(night.state.epoch, night.state.seq)
