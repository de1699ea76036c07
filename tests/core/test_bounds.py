"""The state does not grow with time alone: hours of calls in vain, one who takes it for days."""

from itertools import pairwise

from monitord.core.bounds import broken
from monitord.core.incidents import ACKS_KEPT
from monitord.core.police import CALLS_KEPT_MAX
from monitord.core.records import AlarmRecord
from monitord.core.state import State, encode
from monitord.vocabulary import Category, Condition, Outcome, Priority
from tests.core.night import Night
from tests.core.sites import HOUR, MIN
from tests.core.test_false_calls import house


def test_a_chain_that_goes_round_for_hours_keeps_no_more_than_at_first() -> None:
    """Nobody takes it, and the police are called in each round."""
    night = Night(house())
    night.opens("west.glass")
    sizes = []
    for hours in (6, 7, 8):
        night.at(hours * HOUR)
        sizes.append(len(encode(night.state)))
    incident = night.incident(1)
    assert incident.round > 200
    assert len(incident.police) == CALLS_KEPT_MAX
    assert all(later - before < 100 for before, later in pairwise(sizes))
    first_ms = min(utc_ms for _, utc_ms in incident.police.values())
    assert first_ms == night.state.utc_ms(night.begin_ms)


def test_a_police_call_that_failed_makes_room_for_the_next() -> None:
    """The bound never hides that one got through."""
    night = Night(house())
    night.opens("west.glass")
    night.call_ends("museum-1-1-1", Outcome.FAILED)
    night.after(3 * MIN)
    assert "museum-1-1-1" not in night.incident(1).police
    assert night.incident(1).police


def test_who_takes_it_again_and_again_is_kept_once_for_what_they_saw() -> None:
    """Each that says something no later one does is kept, whoever else spoke since."""
    night = Night()
    night.opens("west.glass")
    night.acknowledges("boris")
    for _ in range(2 * ACKS_KEPT):
        night.after(HOUR)  # no outcome: it climbs again
        night.acknowledges("anna")
    acks = night.incident(1).acks
    assert len(acks) == ACKS_KEPT
    assert [acks[0].by, acks[-1].at_ms] == ["boris", night.now_ms]


def test_what_is_over_and_kept_is_found() -> None:
    """The invariant that every simulated week is held to, broken by hand."""
    state = State()
    assert not list(broken(state))
    state.alarms["east.pir/active"] = AlarmRecord(
        "east.pir", Condition.ACTIVE, Category.INTRUSION, "gallery", Priority.HIGH, latching=False
    )
    state.flood.recent = [1] * 12
    assert len(list(broken(state))) == 2
