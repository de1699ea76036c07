"""What is kept of the record: the replica's snapshots are told, old files go once, on record."""

from monitord.core import events as ev
from monitord.core import facts as f
from tests.core.night import Night


def _told(night: Night) -> bool:
    record = night.state.alarms.get("monitord.replica/fault")
    return record is not None and record.active


def test_a_replica_that_does_not_agree_is_an_alarm_until_one_agrees() -> None:
    night = Night()
    assert night.feed(f.SnapshotTried()) == ()
    night.feed(f.SnapshotTried(problem="it differs"))
    assert _told(night)
    assert night.feed(f.SnapshotTried(problem="it differs")) == (), "told once"
    night.feed(f.SnapshotTried())
    assert not _told(night)
    night.replayed()


def test_a_file_that_goes_by_rule_is_on_record_once_and_no_alarm() -> None:
    night = Night()
    due = f.FileExpired(file="000001.db", last_epoch=2, last_seq=9, last_hash="ab", ended_utc_ms=3)
    [dropped] = night.feed(due)
    assert isinstance(dropped, ev.FileDropped)
    assert (dropped.last_epoch, dropped.last_seq, dropped.last_hash) == (2, 9, "ab")
    assert night.state.dropped_seq == 9
    assert night.feed(due) == ()
    night.replayed()


def test_one_file_a_day_at_most() -> None:
    """A clock that is wrong by years is noticed before it has emptied the journal."""
    night = Night()
    one, two = (f.FileExpired("x.db", 1, seq, "", 0) for seq in (9, 18))
    assert night.feed(one)
    night.after(24 * 3_600_000 - 1)
    assert night.feed(two) == ()
    night.after(1)
    assert night.feed(two)
