"""Facts of the record: the disk, the journal's files, the texts beside it."""

from monitord.core.facts.base import Fact, TextRef


class StoreFailed(Fact, frozen=True):
    """A commit failed or hangs: the daemon goes on in memory and says so."""

    reason: str


class StoreRecovered(Fact, frozen=True):
    """What was held in memory has been written, in order."""

    held: int


class DiskLooked(Fact, frozen=True):
    """How much room the journal's disk has: less than its bound, the reserve file used up."""

    low: bool
    spent: bool
    free_mb: int


class StatusDropped(Fact, frozen=True):
    """So many readings gave way because memory or disk are full; ``over``: none does any more."""

    plain: int
    technical: int
    over: bool = False


class HistoryFull(Fact, frozen=True):
    """The entries behind ``after_seq`` cannot be held any longer; the first is of ``from_ms``."""

    after_seq: int
    entries: int
    from_ms: int


class SnapshotTried(Fact, frozen=True):
    """The replica made a snapshot that agrees with what is guarded; ``problem`` when it did not."""

    problem: str = ""


class FileExpired(Fact, frozen=True):
    """The oldest journal file is older than the site keeps them. It ended at ``ended_utc_ms``."""

    file: str
    last_epoch: int
    last_seq: int
    last_hash: str
    ended_utc_ms: int


class TextsExpired(Fact, frozen=True):
    """Texts in the side store whose end is reached."""

    texts: tuple[TextRef, ...]
    purposes: tuple[str, ...]


class TextsGone(Fact, frozen=True):
    """What an order named is gone from the disk. ``then`` were found after it, and are next."""

    order: int
    then: tuple[TextRef, ...] = ()
