"""The shapes that travel between the journal and whoever writes or reads it; data only."""

from typing import Final, NamedTuple

from monitord.journal.chain import GENESIS

POSITION_LENGTH_MAX: Final = 38


class Position(NamedTuple):
    """Where an entry stands. ``seq`` counts from 1 and goes on over epochs.

    ``EPOCH.SEQ`` in text; ``0.0`` is the place before the first entry.
    """

    epoch: int
    seq: int

    def __str__(self) -> str:
        return f"{self.epoch}.{self.seq}"

    @classmethod
    def parse(cls, text: str) -> "Position":
        """From ``EPOCH.SEQ``; raises ``ValueError`` that says how it is written."""
        epoch, dot, seq = text.partition(".")
        digits = epoch.isdecimal() and seq.isdecimal() and (epoch + seq).isascii()
        if not dot or not digits or len(text) > POSITION_LENGTH_MAX:
            shown = text[:POSITION_LENGTH_MAX]
            raise ValueError(f"not a position: {shown!r}; write EPOCH.SEQ, as in 3.1207")
        return cls(int(epoch), int(seq))


BEGINNING: Final = Position(0, 0)


class Row(NamedTuple):
    """One entry to be stored: its place, its engine time and its bytes."""

    seq: int
    epoch: int
    at_ms: int
    payload: bytes


class Stored(NamedTuple):
    """One entry as it stands on the disk, with its chain hash."""

    seq: int
    epoch: int
    at_ms: int
    payload: bytes
    hash: bytes

    @property
    def position(self) -> Position:
        """``EPOCH.SEQ``."""
        return Position(self.epoch, self.seq)


class Lost(NamedTuple):
    """Entries that the disk does not give back. ``last`` is None when the end is unknown."""

    first: int
    last: int | None
    reason: str


class Head(NamedTuple):
    """The last entry that is stored, or the place before the first."""

    epoch: int = 0
    seq: int = 0
    at_ms: int = 0
    hash: bytes = GENESIS

    @property
    def position(self) -> Position:
        """``EPOCH.SEQ``."""
        return Position(self.epoch, self.seq)


class Segment(NamedTuple):
    """What one journal file says of itself: the entry before its first one and, once it is
    sealed, its last one."""

    name: str
    opening: Head
    seal: Head | None


class Snapshot(NamedTuple):
    """The state after the entry at ``head``. ``version`` is the program that wrote it."""

    head: Head
    version: str
    body: bytes
