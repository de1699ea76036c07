"""Whether the journal is whole: walks the chain, names the first bad entry, and goes on.

Damage is evidence, never a stop: each finding says where and what, and the walk goes on behind
it. What a chain alone cannot show is named in ``chain``; a snapshot ahead of the last entry
does show that the end was cut off.
"""

from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from hashlib import sha256
from itertools import pairwise
from typing import Final, NamedTuple

import msgspec

from monitord.core.events import FileDropped
from monitord.journal.codec import NotAnEntry, decode, place_of
from monitord.journal.errors import StoreError
from monitord.journal.records import Head, Lost, Position, Segment, Snapshot, Stored
from monitord.journal.snapshots import Unusable
from monitord.journal.source import Source

FINDINGS_KEPT: Final = 100
_DROPPED: Final = b'"FileDropped"'
PROGRESS_EVERY: Final = 10_000


class Problem(StrEnum):
    """What kind of damage it is."""

    HASH = "hash"  # the entry, or the one before it, is not the one that was stored
    GAP = "gap"  # numbers are missing
    UNREADABLE = "unreadable"  # the disk does not give them back
    NOT_AN_ENTRY = "not-an-entry"
    PLACE = "place"  # number, epoch or time of the row are not those of the entry
    ORDER = "order"  # engine time or epoch went back
    FILE = "file"  # a file does not begin or end where it says, or the last one is missing
    SNAPSHOT = "snapshot"
    START = "start"  # the first entries are not here, and no rule dropped them
    END = "end"  # entries were stored once and are gone


class Finding(msgspec.Struct, frozen=True):
    """One piece of damage. ``position`` is ``EPOCH.SEQ`` as far as it is known."""

    position: str
    problem: Problem
    text: str


class Report(msgspec.Struct, frozen=True):
    """``damaged`` counts all findings, ``findings`` holds the first ones, in order.

    ``files`` counts the journal's files, ``sealed`` those that are never written again. What was
    dropped by rule, up to the position ``dropped``, is no damage: an entry here says so.
    ``hash`` is the last entry's, in hex: what a second party may keep. ``newer`` counts entries
    with parts that only a newer version knows (when decoding was asked for): no damage.
    """

    entries: int
    snapshots: int
    head: str
    hash: str
    damaged: int
    findings: tuple[Finding, ...]
    newer: int = 0
    files: int = 1
    sealed: int = 0
    dropped: str = ""

    @property
    def first(self) -> Finding | None:
        """The first bad entry."""
        return self.findings[0] if self.findings else None


def verify(
    source: Source, *, decoding: bool = False, progress: Callable[[int], None] | None = None
) -> Report:
    """Check every entry and every snapshot. Raises ``StoreError`` for trouble other than damage.

    ``decoding`` also decodes every entry (about half as fast). ``progress`` is told the number
    of entries checked so far, every 10,000.
    """
    files = list(source.files())
    walk = _Walk(source.opening(), decoding, [*_marks(files)])
    for item in source.scan(walk.last.seq):
        if isinstance(item, Lost):
            walk.lost(item)
        else:
            walk.step(item)
            if progress is not None and walk.entries % PROGRESS_EVERY == 0:
                progress(walk.entries)
    walk.end(files)
    dropped = walk.begin()
    snapshots = [walk.snapshot(found, source) for found in source.snapshots()]
    return Report(
        entries=walk.entries,
        snapshots=sum(snapshots),
        head=str(walk.last.position),
        hash=walk.last.hash.hex(),
        damaged=walk.damaged,
        findings=tuple(walk.findings),
        newer=walk.newer,
        files=max(1, len(files)),
        sealed=sum(file.seal is not None for file in files),
        dropped=dropped,
    )


class _Mark(NamedTuple):
    """The last entry before a new file begins, in the words of one of the two."""

    head: Head
    words: str


def _marks(files: Sequence[Segment]) -> Iterator[_Mark]:
    for before, file in pairwise(files):
        if before.seal is not None:
            yield _Mark(before.seal, f"{before.name} was sealed with another entry")
        yield _Mark(file.opening, f"{file.name} was opened behind another entry")


class _Walk:
    """Where the walk stands. ``last`` is the entry before; its hash is taken as it stands."""

    def __init__(self, opening: Head, decoding: bool, marks: Sequence[_Mark]) -> None:
        self.last = opening
        self.entries = 0
        self.damaged = 0
        self.newer = 0
        self.findings: list[Finding] = []
        self._decoding = decoding
        self._lost_to: int | None = None
        self._opening = opening
        self._dropped_by_rule = opening.seq == 0
        self._marks: dict[int, list[_Mark]] = {}
        for mark in marks:
            self._marks.setdefault(mark.head.seq, []).append(mark)

    def step(self, item: Stored) -> None:
        """One entry; the usual case first, since there may be millions."""
        last = self.last
        inner = item.seq.to_bytes(8, "big") + sha256(item.payload).digest()
        follows = item.seq == last.seq + 1
        if not follows:
            self._gap(item)
        elif sha256(last.hash + inner).digest() != item.hash:
            self._note(item.position, Problem.HASH, self._hash_words(item))
        if item.at_ms < last.at_ms or item.epoch < last.epoch:
            self._note(item.position, Problem.ORDER, f"it is dated before {last.position}")
        self._content(item)
        self.last = Head(item.epoch, item.seq, item.at_ms, item.hash)
        self.entries += 1
        if not self._dropped_by_rule and _DROPPED in item.payload:
            self._dropped_by_rule = _says_dropped(item, self._opening)
        if item.seq in self._marks:
            for mark in self._marks[item.seq]:
                if mark.head != self.last:
                    self._note(item.position, Problem.FILE, mark.words)

    def lost(self, item: Lost) -> None:
        """Entries that the disk does not give back."""
        end = "the end" if item.last is None else str(item.last)
        words = f"entries {item.first} to {end} cannot be read: {item.reason}"
        self._note(Position(self.last.epoch, item.first), Problem.UNREADABLE, words)
        self._lost_to = item.last

    def begin(self) -> str:
        """Up to where entries were dropped by rule; empty when the first one is here."""
        if self._opening.seq == 0:
            return ""
        if self._dropped_by_rule:
            return str(self._opening.position)
        words = f"entries up to {self._opening.seq} are not here, and no rule dropped them"
        self._note(self._opening.position, Problem.START, words)
        return ""

    def end(self, files: Sequence[Segment]) -> None:
        """Whether the last file is the one that was written last."""
        if files and files[-1].seal is not None:
            words = f"the file behind {files[-1].name} is missing: this one is sealed"
            self._note(self.last.position, Problem.END, words)

    def snapshot(self, found: Snapshot | Unusable, source: Source) -> bool:
        """Whether the snapshot is whole and belongs to this chain."""
        if isinstance(found, Unusable):
            position = found.name.removeprefix("snapshot-")
            self._note(position, Problem.SNAPSHOT, f"the snapshot is unusable: {found.reason}")
            return False
        head = found.head
        if head.seq > self.last.seq:
            words = (
                f"a snapshot at {head.position} shows that entries behind {self.last.seq} are gone"
            )
            self._note(self.last.position, Problem.END, words)
            return True
        stored = _at(source, head.seq)
        if stored is not None and stored.hash != head.hash:
            words = "the snapshot does not belong to the entry with its number"
            self._note(head.position, Problem.SNAPSHOT, words)
            return False
        return True

    def _gap(self, item: Stored) -> None:
        first, last = self.last.seq + 1, item.seq - 1
        if self._lost_to == last:
            return
        words = (
            f"entry {first} is missing"
            if first == last
            else f"entries {first} to {last} are missing"
        )
        self._note(Position(self.last.epoch, first), Problem.GAP, words)

    def _content(self, item: Stored) -> None:
        try:
            place = place_of(item.payload)
            if self._decoding and decode(item.payload).skipped:
                self.newer += 1
        except NotAnEntry as error:
            self._note(item.position, Problem.NOT_AN_ENTRY, f"it is not an entry: {error}")
            return
        if (place.seq, place.epoch, place.at_ms) != (item.seq, item.epoch, item.at_ms):
            words = f"the entry says that it is {place.epoch}.{place.seq} at {place.at_ms} ms"
            self._note(item.position, Problem.PLACE, words)

    def _hash_words(self, item: Stored) -> str:
        return (
            f"its hash does not follow from its content and from {self.last.position}: "
            "one of the two was changed after it was stored"
        )

    def _note(self, position: Position | str, problem: Problem, text: str) -> None:
        self.damaged += 1
        if len(self.findings) < FINDINGS_KEPT:
            self.findings.append(Finding(str(position), problem, text))


def _says_dropped(item: Stored, opening: Head) -> bool:
    """Whether this entry says that all up to ``opening`` was dropped by rule."""
    try:
        events = decode(item.payload).entry.events
    except NotAnEntry:
        return False
    end = (opening.epoch, opening.seq, opening.hash.hex())
    return any(
        isinstance(event, FileDropped)
        and (event.last_epoch, event.last_seq, event.last_hash) == end
        for event in events
    )


def _at(source: Source, seq: int) -> Stored | None:
    """The entry with this number, where it can be read."""
    try:
        found = source.read(seq - 1, 1)
    except StoreError:
        return None
    return found[0] if found and found[0].seq == seq else None
