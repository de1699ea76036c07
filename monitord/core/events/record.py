"""Events of the record itself: where it is stored, what gave way, what was erased."""

from monitord.core.events.base import Event
from monitord.core.facts import TextRef


class StoreDegraded(Event, frozen=True):
    """Events are held in memory because the journal does not take them."""

    reason: str


class StoreRestored(Event, frozen=True):
    """The journal takes events again; ``held`` had been waiting and are written."""

    held: int


class DiskRoomChanged(Event, frozen=True):
    """The journal's disk has little room (``low``); its reserve file is used up (``spent``)."""

    low: bool
    spent: bool
    free_mb: int


class StatusGaveWay(Event, frozen=True):
    """Readings that nobody decided on: points may stand as they were. No alarm is among them.

    ``over``: none gives way any more, and every device tells again what it reads.
    """

    plain: int
    technical: int
    over: bool = False


class HistoryGaveWay(Event, frozen=True):
    """``entries`` entries since ``from_ms`` are missing; ``state`` is what they had led to.

    It is the first of ``epoch``, behind ``after_seq``: what was told in between was never stored.
    """

    epoch: int
    after_seq: int
    entries: int
    from_ms: int
    state: str


class SnapshotFailed(Event, frozen=True):
    """The replica could not make a snapshot, or what it came to is not what is guarded."""

    reason: str


class SnapshotAgreed(Event, frozen=True):
    """A snapshot was made again, and agrees."""


class FileDropped(Event, frozen=True):
    """A journal file went by rule: all up to ``last_seq``, whose hash is ``last_hash`` (hex)."""

    file: str
    last_epoch: int
    last_seq: int
    last_hash: str
    ended_utc_ms: int


class ErasureOrdered(Event, frozen=True):
    """These texts are to be erased: of ``person``, by their end (``by`` is empty), or one."""

    order: int
    texts: tuple[TextRef, ...]
    purposes: tuple[str, ...]
    person: str = ""
    by: str = ""
    reason: str = ""


class TextsErased(Event, frozen=True):
    """What was ordered is gone from the disk; ``then`` is next under the same order."""

    order: int
    then: tuple[TextRef, ...] = ()


AnyRecordEvent = (
    StoreDegraded
    | StoreRestored
    | DiskRoomChanged
    | StatusGaveWay
    | HistoryGaveWay
    | SnapshotFailed
    | SnapshotAgreed
    | FileDropped
)
