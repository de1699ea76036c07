"""The record's own trouble: room on the disk, what gave way, and history that is missing (law 1).

What is held in memory while the disk takes nothing is bounded. The runtime counts what gives way
and says so here; where even the entries that were held have to go, one event takes their place and
carries the state they led to, so that no alarm and no acknowledgement is lost, and a replay comes
to where the daemon was. It opens an epoch: positions that were told and never stored are gone.
"""

from collections.abc import Iterator

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.concern import Evolve
from monitord.core.state import State, decode, encode


def decide(
    state: State, now_ms: int, fact: f.AnyFact, so_far: tuple[ev.AnyEvent, ...]
) -> Iterator[ev.AnyEvent]:
    """Room, what gave way, and what is missing."""
    match fact:
        case f.DiskLooked() if (fact.low, fact.spent) != (state.disk_low, state.reserve_spent):
            yield ev.DiskRoomChanged(low=fact.low, spent=fact.spent, free_mb=fact.free_mb)
        case f.StatusDropped() if not (fact.over and not state.giving_way):
            yield ev.StatusGaveWay(plain=fact.plain, technical=fact.technical, over=fact.over)
        case f.HistoryFull():
            yield ev.HistoryGaveWay(
                epoch=state.epoch + 1,
                after_seq=fact.after_seq,
                entries=fact.entries,
                from_ms=fact.from_ms,
                state=encode(state).decode(),
            )
        case _:
            pass


def _room_changed(state: State, event: ev.DiskRoomChanged) -> None:
    state.disk_low, state.reserve_spent = event.low, event.spent


def _status_gave_way(state: State, event: ev.StatusGaveWay) -> None:
    state.giving_way = not event.over


def _history_gave_way(state: State, event: ev.HistoryGaveWay) -> None:
    """Everything as it was then, whatever this state came to without the missing entries."""
    was = decode(event.state.encode())
    for name in State.__struct_fields__:
        setattr(state, name, getattr(was, name))
    state.epoch, state.seq = event.epoch, event.after_seq


EVOLVE: Evolve = {
    ev.DiskRoomChanged: _room_changed,
    ev.StatusGaveWay: _status_gave_way,
    ev.HistoryGaveWay: _history_gave_way,
}
