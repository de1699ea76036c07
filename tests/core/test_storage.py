"""What is told of the record itself: little room, what gave way, history that is missing."""

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.state import State, encode
from monitord.core.step import apply
from tests.core.night import Night


def _own(night: Night, source: str) -> bool:
    record = night.state.alarms.get(f"{source}/fault")
    return record is not None and record.active


def test_little_room_and_a_reserve_in_use_are_alarms_that_end() -> None:
    """A10: a warning before the disk is full, and another one when it is."""
    night = Night()
    night.feed(f.DiskLooked(low=True, spent=False, free_mb=400))
    assert _own(night, "monitord.disk")
    assert not _own(night, "monitord.reserve")
    night.feed(f.DiskLooked(low=True, spent=True, free_mb=0))
    assert night.feed(f.DiskLooked(low=True, spent=True, free_mb=1)) == (), "told once"
    assert _own(night, "monitord.reserve")
    night.feed(f.DiskLooked(low=False, spent=False, free_mb=9_000))
    assert not _own(night, "monitord.disk")
    assert not _own(night, "monitord.reserve")


def test_what_gives_way_is_told_until_it_is_over_and_by_a_start() -> None:
    """Law 1: counted, never silent."""
    night = Night()
    assert night.feed(f.StatusDropped(plain=1, technical=0, over=True)) == ()
    night.feed(f.StatusDropped(plain=1, technical=0))
    assert _own(night, "monitord.memory")
    night.feed(f.StatusDropped(plain=70, technical=3, over=True))
    assert not _own(night, "monitord.memory")
    night.feed(f.StatusDropped(plain=1, technical=0))
    night.feed(f.Started(epoch=2, version="test", utc_ms=night.now_ms))
    assert not _own(night, "monitord.memory"), "what was held in memory ended with the process"


def test_a_replay_without_the_missing_entries_comes_to_the_same_state() -> None:
    """Laws 1 and 2: alarms, acknowledgements and deadlines of the missing part are all there."""
    night = Night()
    night.opens("west.pir")
    kept = night.state.seq
    night.opens("west.glass")
    night.acknowledges()
    night.after(10_000)
    night.loses("east")
    gone = night.state.seq - kept
    fact = f.HistoryFull(after_seq=kept, entries=gone, from_ms=night.journal[kept].at_ms)
    [event, *told] = night.feed(fact)
    assert isinstance(event, ev.HistoryGaveWay)
    assert any(isinstance(e, ev.AlarmOccurred) for e in told), "people are told"
    assert night.state.position == f"2.{kept + 1}"
    night.journal[-1] = ev.Entry(
        1, 2, kept + 1, night.now_ms, 0, "test", fact, night.journal[-1].events
    )
    night.after(60_000)
    night.opens("west.pir")
    state = State()
    for entry in (*night.journal[:kept], *night.journal[kept + gone :]):
        assert entry.seq == state.seq + 1
        apply(state, entry)
    assert encode(state) == encode(night.state)
    assert [i.owner for i in state.incidents.values() if i.acks] == ["anna"]
