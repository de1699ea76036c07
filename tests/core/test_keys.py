"""Keys: the same key within 24 h is the same fact and gets the same answer, restarts included."""

import pytest

from monitord.core import daemon, keys
from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.records import Answered
from monitord.core.state import KEY_KEPT_MS
from monitord.core.step import answer_before, step
from monitord.vocabulary import PointState, Proof
from tests.core.night import Night, only, refused

KEYED = f.Acknowledge(incident=1, seen=1, by="anna", proof=Proof.LINK, key="k")


def _answer(night: Night, key: str = "k") -> Answered | None:
    return answer_before(night.state, night.now_ms, f.TimePassed(key=key))


def test_a_fact_with_a_key_is_answered_and_its_repeat_gets_the_same() -> None:
    night = Night()
    night.opens("west.pir")
    assert only(night.feed(KEYED), ev.KeyAnswered)[0].code == ""
    entries = len(night.journal)
    assert not night.feed(KEYED)
    assert night.answer == Answered(at_ms=night.now_ms, code="", text="")
    assert len(night.journal) == entries


def test_a_refusal_is_an_answer_too_and_stays_one() -> None:
    """Asked again when it would be accepted: the same fact, so the same answer."""
    night = Night()
    assert refused(night.feed(KEYED)) == "unknown"
    night.opens("west.pir")
    assert not night.feed(KEYED)
    assert night.answer is not None
    assert (night.answer.code, night.answer.text) == ("unknown", "There is no incident 1")
    assert night.incident().calling


def test_the_answer_outlives_a_restart() -> None:
    night = Night()
    night.opens("west.pir")
    night.feed(KEYED)
    before = _answer(night)
    assert before is not None
    night.sleeps_until(3_600_000).restarts()
    assert _answer(night) == before


@pytest.mark.parametrize(("after", "kept"), [(KEY_KEPT_MS - 1, True), (KEY_KEPT_MS, False)])
def test_a_key_is_kept_for_24_hours(after: int, kept: bool) -> None:
    night = Night()
    night.feed(KEYED)
    night.now_ms += after
    assert (_answer(night) is not None) is kept


def test_old_keys_are_pruned_by_the_next_one_and_fresh_ones_are_not() -> None:
    night = Night()
    night.feed(f.TimePassed(key="old"))
    night.now_ms += KEY_KEPT_MS - 1
    night.feed(f.TimePassed(key="fresh"))
    night.now_ms += 1
    night.feed(f.TimePassed(key="now"))
    assert list(night.state.answered) == ["fresh", "now"]


def test_a_key_used_again_after_its_time_counts_as_the_youngest() -> None:
    """Otherwise what follows it would never be pruned."""
    night = Night()
    night.feed(f.TimePassed(key="a"))
    night.feed(f.TimePassed(key="b"))
    night.now_ms += KEY_KEPT_MS
    night.feed(f.TimePassed(key="a"))
    assert list(night.state.answered) == ["a"]


def test_the_number_of_keys_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daemon, "KEYS_KEPT_MAX", 3)
    night = Night()
    for name in "abcde":
        night.feed(f.TimePassed(key=name))
    assert list(night.state.answered) == ["c", "d", "e"]


def test_a_reading_with_a_key_is_one_reading() -> None:
    """A panel that was not answered repeats its event; that must not alarm twice."""
    night = Night()
    reading = f.PointChanged("west.pir", PointState.ACTIVE, once=True, key="west-000123")
    night.feed(reading)
    night.feed(reading)
    assert night.state.alarms["west.pir/active"].count == 1


def test_a_device_that_floods_forgets_its_own_keys_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Law 12: not those of another device, and not those of people's commands."""
    monkeypatch.setattr(keys, "KEYS_OF_DEVICE_MAX", 3)
    night = Night()
    night.feed(f.TimePassed(key="person"))
    night.feed(f.PointChanged("east.pir", PointState.NORMAL, key="east.pir/1"))
    for number in range(10):
        night.feed(f.PointChanged("west.pir", PointState.NORMAL, key=f"west.pir/{number}"))
    assert list(night.state.answered) == ["person"]
    assert list(night.state.heard["east"]) == ["east.pir/1"]
    assert list(night.state.heard["west"]) == ["west.pir/7", "west.pir/8", "west.pir/9"]


def test_a_devices_keys_outlive_a_restart_and_end_after_a_day() -> None:
    """Of every device by itself; the next one prunes what is too old."""
    night = Night()
    reading = f.PointChanged("west.pir", PointState.ACTIVE, once=True, key="west.pir/1")
    night.feed(reading)
    night.sleeps_until(3_600_000).restarts()
    assert answer_before(night.state, night.now_ms, reading) is not None
    night.now_ms += KEY_KEPT_MS
    assert answer_before(night.state, night.now_ms, reading) is None
    night.feed(f.PointChanged("west.pir", PointState.NORMAL, key="west.pir/2"))
    assert list(night.state.heard["west"]) == ["west.pir/2"]


def test_what_changes_nothing_and_has_no_key_leaves_no_trace() -> None:
    night = Night()
    at_ms = night.state.at_ms
    assert step(night.state, night.now_ms + 500, f.TimePassed()) == ()
    assert night.state.at_ms == at_ms


def test_engine_time_never_goes_back() -> None:
    night = Night()
    with pytest.raises(AssertionError, match="forward"):
        step(night.state, night.state.at_ms - 1, f.TimePassed())
