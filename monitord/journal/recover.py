"""From the journal to a state: the newest good snapshot and every entry behind it.

Nothing that is wrong with an entry stops it (law 13): one that cannot be read, is no entry, or
cannot be applied is set aside whole and told, and all others are applied. The state itself is
the core's; this module only knows the four functions in :class:`Model`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

import msgspec

from monitord.core.events import Entry
from monitord.journal.chain import link
from monitord.journal.codec import Decoded, NotAnEntry, Skipped, decode
from monitord.journal.errors import Gone, StoreError, Trouble
from monitord.journal.records import BEGINNING, Head, Lost, Position, Snapshot, Stored
from monitord.journal.snapshots import Unusable
from monitord.journal.source import Source

S = TypeVar("S")

NOTES_KEPT: Final = 100
#: More entries that cannot be applied than this, and the journal counts as unreadable.
SET_ASIDE_MAX: Final = 200


@dataclass(frozen=True)
class Model(Generic[S]):
    """A state and how it changes. ``apply`` changes it in place and may raise anything."""

    initial: Callable[[], S]
    encode: Callable[[S], bytes]
    decode: Callable[[bytes], S]
    apply: Callable[[S, Entry], None]


class Note(msgspec.Struct, frozen=True):
    """Something that people must be told about the entry at ``position``."""

    position: str
    text: str


@dataclass(frozen=True)
class Loaded(Generic[S]):
    """The state at ``head``. The next entry is ``head.seq + 1``, whatever the state says.

    ``base`` is the snapshot it began with. Of ``damage`` and ``skipped`` (what only a newer
    version knows) the first 100 are kept; the counts are whole.
    """

    state: S
    head: Head
    base: Position | None
    applied: int
    damage: tuple[Note, ...]
    damaged: int
    skipped: tuple[Note, ...]
    skipped_count: int


def load(
    source: Source,
    model: Model[S],
    *,
    until: Position | None = None,
    from_snapshot: bool = True,
    progress: Callable[[int], None] | None = None,
) -> Loaded[S]:
    """The state at the last entry, or at ``until``.

    Where ``head`` comes out ahead of the journal's own (a snapshot outlived the entries before
    it), tell the Store with ``resume_after``. Raises ``Gone`` for an ``until`` that the journal
    does not have, ``StoreError`` when it is too damaged or the disk fails.
    """
    replay = _Replay(source, model)
    if from_snapshot:
        replay.begin_with_snapshot(until)
    replay.run(until, progress)
    if until is not None and replay.head.position != until and until != BEGINNING:
        raise Gone(until, replay.base)
    return replay.loaded()


class _Replay(Generic[S]):
    """``_restart`` is a state known to be good, as bytes, and the entry it stands at."""

    def __init__(self, source: Source, model: Model[S]) -> None:
        self._source = source
        self._model = model
        self._state = model.initial()
        self._restart: tuple[bytes | None, int] = (None, source.opening().seq)
        self.head = source.opening()
        self.base: Position | None = None
        self._applied = 0
        self._set_aside = 0
        self._damage = _Notes()
        self._skipped = _Notes()

    def begin_with_snapshot(self, until: Position | None) -> None:
        """Take the newest snapshot that is whole, of this journal and not behind ``until``."""
        for found in self._source.snapshots():
            if isinstance(found, Unusable):
                self._damage.add(found.name, f"unusable: {found.reason}")
            elif (until is None or found.head.seq <= until.seq) and self._belongs(found):
                try:
                    self._state = self._model.decode(found.body)
                except (ValueError, TypeError, msgspec.MsgspecError) as error:
                    self._damage.add(str(found.head.position), f"unusable snapshot: {error}")
                    continue
                self._restart = (found.body, found.head.seq)
                self.head = found.head
                self.base = found.head.position
                return

    def run(self, until: Position | None, progress: Callable[[int], None] | None) -> None:
        """Apply what follows."""
        if self.base is None and self.head.seq > 0:
            words = f"entries up to {self.head.seq} are not here, and no snapshot leads to them"
            self._damage.add(str(self.head.position), words)
        for item in self._source.scan(self.head.seq):
            if isinstance(item, Lost):
                self._lose(item)
                continue
            if until is not None and item.seq > until.seq:
                return
            self._take(item)
            if progress is not None and self._applied % 10_000 == 0:
                progress(self._applied)

    def loaded(self) -> Loaded[S]:
        """What came out."""
        return Loaded(
            state=self._state,
            head=self.head,
            base=self.base,
            applied=self._applied,
            damage=tuple(self._damage.kept),
            damaged=self._damage.count,
            skipped=tuple(self._skipped.kept),
            skipped_count=self._skipped.count,
        )

    def _belongs(self, snapshot: Snapshot) -> bool:
        head = snapshot.head
        try:
            stored = self._source.read(head.seq - 1, 1)
        except StoreError:
            return True
        if stored and stored[0].seq == head.seq and stored[0].hash != head.hash:
            self._damage.add(str(head.position), "the snapshot is of another journal")
            return False
        if not stored and head.seq > self._source.head().seq:
            self._damage.add(str(head.position), "the journal ends before this snapshot")
        return True

    def _lose(self, item: Lost) -> None:
        last = "the end" if item.last is None else str(item.last)
        self._damage.add(
            str(Position(self.head.epoch, item.first)), f"unreadable up to {last}: {item.reason}"
        )

    def _take(self, item: Stored) -> None:
        if item.seq != self.head.seq + 1:
            self._damage.add(str(item.position), f"does not follow {self.head.position}")
        elif link(self.head.hash, item.seq, item.payload) != item.hash:
            self._damage.add(str(item.position), "its hash is wrong: it was changed")
        self.head = Head(item.epoch, item.seq, item.at_ms, item.hash)
        decoded = self._decoded(item)
        if decoded is None:
            return
        for skipped in decoded.skipped:
            self._skipped.add(str(item.position), _words(skipped))
        try:
            self._model.apply(self._state, decoded.entry)
        except Exception as error:  # noqa: BLE001 - law 13: set aside and told, never a stop
            self._damage.add(
                str(item.position), f"cannot be applied: {type(error).__name__}: {error}"
            )
            self._rebuild(before=item.seq)
        else:
            self._applied += 1

    def _decoded(self, item: Stored) -> Decoded | None:
        try:
            return decode(item.payload)
        except NotAnEntry as error:
            self._damage.add(str(item.position), f"is not an entry: {error}")
            return None

    def _rebuild(self, before: int) -> None:
        """Undo what a failed ``apply`` has half done: an entry is applied whole or not at all.

        The next rebuild begins here, so all of them together read the journal once more.
        """
        self._set_aside += 1
        if self._set_aside > SET_ASIDE_MAX:
            raise StoreError(
                Trouble.DAMAGED, f"more than {SET_ASIDE_MAX} entries cannot be applied"
            )
        body, seq = self._restart
        state = self._model.initial() if body is None else self._model.decode(body)
        for item in self._source.scan(seq):
            if isinstance(item, Lost):
                continue
            if item.seq >= before:
                break
            self._apply_again(state, item)
        self._state = state
        self._restart = (self._model.encode(state), before)

    def _apply_again(self, state: S, item: Stored) -> None:
        try:
            entry = decode(item.payload).entry
        except NotAnEntry:
            return
        self._model.apply(state, entry)


class _Notes:
    """The first notes, and how many there were."""

    def __init__(self) -> None:
        self.kept: list[Note] = []
        self.count = 0

    def add(self, position: str, text: str) -> None:
        self.count += 1
        if len(self.kept) < NOTES_KEPT:
            self.kept.append(Note(position, text))


def _words(skipped: Skipped) -> str:
    return f"{skipped.type}: only a newer version knows this ({skipped.reason})"
