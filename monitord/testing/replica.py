"""A replica beside the run: the state as the stored bytes alone make it.

It follows what is durable by ``apply`` only, so that at any moment "replay equals live" can be
asked without reading the journal again.
"""

from collections.abc import Sequence

import monitord
from monitord.core.events import Entry
from monitord.core.state import State, encode
from monitord.core.step import apply
from monitord.journal.codec import decode
from monitord.journal.records import Head, Snapshot, Stored


class Replica:
    """The state after the last entry that it took, and all ``entries`` that it took."""

    def __init__(self) -> None:
        self.state = State()
        self.entries: list[Entry] = []

    def take(self, payload: bytes) -> None:
        """Apply one stored entry."""
        entry = decode(payload).entry
        apply(self.state, entry)
        self.entries.append(entry)

    def catch_up(self, rows: Sequence[Stored]) -> None:
        """Take what the disk has and this has not: a torn batch may have left some."""
        for row in rows[self.state.seq :]:
            self.take(row.payload)

    def snapshot(self, at: Stored) -> Snapshot:
        """The state as a snapshot behind the entry ``at``."""
        head = Head(at.epoch, at.seq, at.at_ms, at.hash)
        return Snapshot(head, monitord.__version__, encode(self.state))

    def differs(self, live: State) -> str:
        """How a live state at the same position differs, in words; empty when it does not, or
        when it stands somewhere else."""
        if live.position != self.state.position:
            return ""
        mine, theirs = encode(self.state), encode(live)
        if mine == theirs:
            return ""
        at = next(
            (i for i, (a, b) in enumerate(zip(mine, theirs, strict=False)) if a != b),
            min(len(mine), len(theirs)),
        )
        around = slice(max(0, at - 60), at + 60)
        return f"replay differs from live at {live.position}: {mine[around]!r} / {theirs[around]!r}"
