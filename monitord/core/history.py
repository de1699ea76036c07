"""What is kept of the record: the replica's snapshots, and old files that go by rule.

A replica beside the daemon reads the journal and comes to a state of its own; that it is the one
that is guarded is the proof that the record can be trusted. An old file goes only after the entry
that says so is stored: whoever reads the journal later can tell a rule from a thief.
"""

from collections.abc import Iterator
from typing import Final

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.concern import Evolve
from monitord.core.state import State

#: One file at most in so long, by engine time: a clock that is wrong by years is noticed before
#: it has emptied the journal.
BETWEEN_FILES_MS: Final = 24 * 3_600_000
#: How long the journal is kept where the site file does not say: three years of 366 days.
KEEP_MS: Final = 3 * 366 * 24 * 3_600_000


def decide(
    state: State, now_ms: int, fact: f.AnyFact, so_far: tuple[ev.AnyEvent, ...]
) -> Iterator[ev.AnyEvent]:
    """A snapshot that could not be made or does not agree, and a file whose time is over."""
    match fact:
        case f.SnapshotTried() if fact.problem and fact.problem != state.snapshot_problem:
            yield ev.SnapshotFailed(reason=fact.problem)
        case f.SnapshotTried() if state.snapshot_problem and not fact.problem:
            yield ev.SnapshotAgreed()
        case f.FileExpired() if fact.last_seq > state.dropped_seq and _may_drop(state, now_ms):
            yield ev.FileDropped(
                file=fact.file,
                last_epoch=fact.last_epoch,
                last_seq=fact.last_seq,
                last_hash=fact.last_hash,
                ended_utc_ms=fact.ended_utc_ms,
            )
        case _:
            pass


def _may_drop(state: State, now_ms: int) -> bool:
    return state.dropped_ms is None or now_ms >= state.dropped_ms + BETWEEN_FILES_MS


def _failed(state: State, event: ev.SnapshotFailed) -> None:
    state.snapshot_problem = event.reason


def _agreed(state: State, event: ev.SnapshotAgreed) -> None:
    state.snapshot_problem = ""


def _dropped(state: State, event: ev.FileDropped) -> None:
    state.dropped_seq, state.dropped_ms = event.last_seq, state.at_ms


EVOLVE: Evolve = {
    ev.SnapshotFailed: _failed,
    ev.SnapshotAgreed: _agreed,
    ev.FileDropped: _dropped,
}
