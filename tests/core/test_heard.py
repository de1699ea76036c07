"""Signals of a device that speaks first: one reading at a time."""

from monitord.core.heard import HeardSignals
from monitord.core.signals import TREND_MS, SignalRule, Wiring
from monitord.runtime.readings import unwrap
from monitord.vocabulary import PointState

NORMAL, ACTIVE, UNKNOWN = PointState.NORMAL, PointState.ACTIVE, PointState.UNKNOWN
RULES = (
    SignalRule("a.door", Wiring.NORMALLY_CLOSED),
    SignalRule("a.level", measured=True, deadband=1.0),
)


def test_a_point_is_unknown_until_it_is_spoken_of() -> None:
    """Whatever was said of the others."""
    signals = HeardSignals(RULES, unwrap)
    change = signals.hear(0, False, 0)
    assert change is not None
    assert (change.place, change.sample.state) == (0, ACTIVE)
    assert [sample.state for sample in signals.everything()] == [ACTIVE, UNKNOWN]
    assert [sample.state for sample in signals.live()] == [ACTIVE, UNKNOWN]


def test_a_contact_is_believed_both_ways_at_once() -> None:
    """It tells, it does not sample: and its panel waits for the answer."""
    signals = HeardSignals(RULES, unwrap)
    changes = [signals.hear(0, closed, 0) for closed in (True, False, True)]
    assert [change and change.sample.state for change in changes] == [NORMAL, ACTIVE, NORMAL]
    assert signals.hear(0, True, 5) is None


def test_a_small_move_is_told_by_a_later_sign_of_life() -> None:
    """Ten minutes after it, once."""
    signals = HeardSignals(RULES, unwrap)
    signals.hear(1, 5.0, 0)
    assert signals.hear(1, 5.2, 1_000) is None
    assert signals.settle(TREND_MS - 1) == []
    [change] = signals.settle(TREND_MS)
    assert (change.place, change.sample.value) == (1, 5.2)
    assert signals.settle(2 * TREND_MS) == []


def test_what_could_not_be_told_is_news_the_next_time() -> None:
    """The same word again."""
    signals = HeardSignals(RULES, unwrap)
    signals.hear(0, True, 0)
    assert signals.hear(0, True, 1) is None
    signals.doubt(0)
    assert signals.hear(0, True, 2) is not None


def test_a_whole_answer_may_come_before_and_after() -> None:
    """A device that can be asked: the last word counts, from wherever it came."""
    signals = HeardSignals(RULES, unwrap)
    signals.take((True, 5.0), 0)
    assert signals.hear(0, False, 1) is not None
    [change] = signals.take([True, 5.0], 2)
    assert change.sample.state is NORMAL
