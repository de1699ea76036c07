"""Signals: wiring, debounce, deadband, silence (A1, T5.2, T5.3)."""

import math
import random
from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitord.core.signals import (
    TREND_MS,
    DeviceSignals,
    Momentary,
    SignalRule,
    Wiring,
    decode,
    rule_of,
    silence_limit_ms,
)
from monitord.vocabulary import Kind, PointState
from tests.runtime.supervised import point_of

OPEN = SignalRule("d.p", Wiring.NORMALLY_OPEN)
CLOSED = SignalRule("d.p", Wiring.NORMALLY_CLOSED)
LEVEL = SignalRule("d.p", measured=True, scale=0.01, deadband=0.05)
RIVER = SignalRule("d.p", measured=True, scale=0.01, valid=(0.1, 4.0))

NORMAL, ACTIVE = PointState.NORMAL, PointState.ACTIVE
TAMPER, FAULT, UNKNOWN = PointState.TAMPER, PointState.FAULT, PointState.UNKNOWN


def states(signals: DeviceSignals, *answers: tuple[int, object]) -> list[tuple[int, PointState]]:
    """What one point is believed to have changed to, and when."""
    return [
        (now_ms, change.sample.state)
        for now_ms, item in answers
        for change in signals.take([item], now_ms)
    ]


@pytest.mark.parametrize(
    ("rule", "item", "expected"),
    [
        (OPEN, True, (ACTIVE, None)),
        (OPEN, False, (NORMAL, None)),
        (CLOSED, True, (NORMAL, None)),
        (CLOSED, False, (ACTIVE, None)),
        (OPEN, 1, (ACTIVE, None)),
        (CLOSED, 0, (ACTIVE, None)),
        (OPEN, 7, (FAULT, None)),
        (OPEN, "open", (FAULT, None)),
        (OPEN, TAMPER, (TAMPER, None)),
        (LEVEL, 115, (NORMAL, 1.15)),
        (LEVEL, math.nan, (FAULT, None)),
        (LEVEL, math.inf, (FAULT, None)),
        (LEVEL, "ok", (NORMAL, "ok")),
        (LEVEL, True, (ACTIVE, None)),
        (OPEN, None, (UNKNOWN, None)),
        (LEVEL, object(), (UNKNOWN, None)),
    ],
)
def test_decode(rule: SignalRule, item: object, expected: tuple[PointState, object]) -> None:
    """A contact's number is a bit; what cannot be understood is never normal (law 4)."""
    if type(item) is object:
        assert decode(rule, item)[0] is UNKNOWN
    assert decode(rule, item) == expected


def test_a_rule_comes_from_the_compiled_point() -> None:
    """Absent keys mean defaults; a unit or a scale makes a point a measured one."""
    assert rule_of(point_of("d.p", "d")) == SignalRule("d.p")
    wired = rule_of(point_of("d.p", "d", wiring="normally-closed", debounce_ms=0, scale=1))
    assert (wired.wiring, wired.debounce_ms, wired.measured) == (Wiring.NORMALLY_CLOSED, 0, False)
    assert rule_of(point_of("d.p", "d", Kind.WATER_LEVEL)).measured
    assert rule_of(point_of("d.p", "d", Kind.BATTERY, unit="V")).measured


class TestDebounce:
    """``normal`` must hold, everything else is believed at once."""

    def test_active_is_believed_at_the_first_sample(self) -> None:
        """One sample is enough (design 7)."""
        signals = DeviceSignals([OPEN])
        assert states(signals, (0, False), (200, True)) == [(0, NORMAL), (200, ACTIVE)]

    def test_normal_must_hold(self) -> None:
        """The contact bounces once on its way back: the hold begins anew."""
        signals = DeviceSignals([OPEN])
        answers = [(0, True), (200, False), (400, True), (600, False), (800, False), (1000, False)]
        assert states(signals, *answers) == [(0, ACTIVE), (1000, NORMAL)]

    def test_wake_is_when_the_hold_ends(self) -> None:
        """The pacer is told when an unchanged answer becomes news."""
        signals = DeviceSignals([OPEN])
        assert states(signals, (0, True), (200, False)) == [(0, ACTIVE)]
        assert signals.wake_ms == 600
        assert states(signals, (599, False)) == []
        assert states(signals, (600, False)) == [(600, NORMAL)]
        assert signals.wake_ms is None

    @pytest.mark.parametrize("state", [TAMPER, FAULT, UNKNOWN])
    def test_from_any_other_state_normal_must_hold_too(self, state: PointState) -> None:
        """Unknown does not turn normal in a blink."""
        signals = DeviceSignals([OPEN])
        answers = [(0, False), (200, state), (400, False), (600, False), (800, False)]
        assert states(signals, *answers) == [(0, NORMAL), (200, state), (800, NORMAL)]

    def test_without_debounce_normal_is_believed_at_once(self) -> None:
        """Zero means zero."""
        signals = DeviceSignals([SignalRule("d.p", debounce_ms=0)])
        assert states(signals, (0, True), (200, False)) == [(0, ACTIVE), (200, NORMAL)]

    @given(
        pulse_start_ms=st.integers(0, 5_000),
        pulse_ms=st.integers(400, 3_000),
        gaps_ms=st.lists(st.integers(1, 200), min_size=60, max_size=120),
        debounce_ms=st.sampled_from([0, 400, 2_000]),
    )
    def test_a_pulse_of_400_ms_is_never_missed(
        self, pulse_start_ms: int, pulse_ms: int, gaps_ms: list[int], debounce_ms: int
    ) -> None:
        """T5.3: at any phase, with polls up to 200 ms apart and any jitter."""
        signals = DeviceSignals([SignalRule("d.p", debounce_ms=debounce_ms)])
        pulse = range(pulse_start_ms, pulse_start_ms + pulse_ms)
        polls_ms = list(accumulate(gaps_ms, initial=0))
        if polls_ms[-1] < pulse.stop:
            polls_ms += range(polls_ms[-1] + 200, pulse.stop + 200, 200)
        found = states(signals, *((now_ms, now_ms in pulse) for now_ms in polls_ms))
        active = [now_ms for now_ms, state in found if state is ACTIVE]
        assert len(active) == 1
        assert pulse.start <= active[0] < pulse.start + 200
        for (before_ms, before), (now_ms, now) in pairwise(found):
            if before is ACTIVE and now is NORMAL:
                assert now_ms - before_ms >= debounce_ms

    def test_ten_thousand_pulses_at_random_phase(self) -> None:
        """T5.3: 400 ms each, every input looked at within 350 ms: not one is missed."""
        chance = random.Random(53)
        signals = DeviceSignals([OPEN])
        now_ms, found = 0, 0
        for _ in range(10_000):
            opens_ms = now_ms + chance.randint(1_000, 2_000)
            while now_ms < opens_ms + 1_500:
                item = opens_ms <= now_ms < opens_ms + 400
                changes = signals.take([item], now_ms)
                found += sum(change.sample.state is ACTIVE for change in changes)
                now_ms += chance.randint(150, 350)
        assert found == 10_000

    @given(st.lists(st.sampled_from([True, False, TAMPER, FAULT, UNKNOWN, None, 3]), max_size=40))
    def test_normal_only_after_normal_samples_for_the_whole_hold(self, items: list[object]) -> None:
        """Never normal out of unknown without samples that say so (law 4)."""
        signals = DeviceSignals([OPEN])
        assert signals.everything()[0].state is UNKNOWN
        normal_since_ms: int | None = None
        believed = UNKNOWN
        for turn, item in enumerate(items):
            now_ms = turn * 150
            is_normal = decode(OPEN, item)[0] is NORMAL
            if not is_normal:
                normal_since_ms = None
            elif normal_since_ms is None:
                normal_since_ms = now_ms
            signals.take([item], now_ms)
            was, believed = believed, signals.everything()[0].state
            if not is_normal:
                assert believed is decode(OPEN, item)[0]
            elif believed is NORMAL and was is not NORMAL and turn > 0:
                assert normal_since_ms is not None
                assert now_ms - normal_since_ms >= OPEN.debounce_ms


class TestAnswers:
    """What ``take`` does with whole answers."""

    def test_only_changes_come_out(self) -> None:
        """The place of each change is its index in the answer."""
        rules = [SignalRule(f"d.p{n}") for n in range(4)]
        signals = DeviceSignals(rules)
        assert len(signals.take([False] * 4, 0)) == 4
        changes = signals.take([False, True, False, True], 200)
        assert [(c.place, c.sample.point) for c in changes] == [(1, "d.p1"), (3, "d.p3")]
        assert signals.take([False, True, False, True], 400) == []

    def test_a_driver_may_use_its_list_again(self) -> None:
        """The last answer is a copy, or a driver that fills one list would never change."""
        signals = DeviceSignals([OPEN])
        answer = [False]
        signals.take(answer, 0)
        answer[0] = True
        assert [c.sample.state for c in signals.take(answer, 200)] == [ACTIVE]

    def test_a_return_believes_the_first_answer(self) -> None:
        """What was before the silence says nothing about now."""
        signals = DeviceSignals([OPEN])
        signals.take([True], 0)
        signals.forget()
        assert signals.everything()[0].state is UNKNOWN
        signals.take([False], 50)
        assert signals.everything()[0].state is NORMAL

    def test_the_wrong_number_of_values_changes_nothing(self) -> None:
        """The caller's mistake is refused whole."""
        signals = DeviceSignals([OPEN])
        signals.take([False], 0)
        with pytest.raises(ValueError, match="2 values for 1 points"):
            signals.take([True, True], 200)
        assert signals.everything()[0].state is NORMAL

    def test_what_happens_once_leaves_no_state(self) -> None:
        """A line crossed is told once per mark, and rests at normal."""
        signals = DeviceSignals([OPEN])
        first = signals.take([Momentary("a")], 0)
        assert [(c.once, c.sample.state) for c in first] == [(True, ACTIVE)]
        assert signals.everything()[0].state is NORMAL
        assert signals.take([Momentary("a")], 200) == []
        assert [c.once for c in signals.take([Momentary("b")], 400)] == [True]

    def test_live_is_the_answer_before_debounce(self) -> None:
        """For whoever watches a detector being walked by."""
        signals = DeviceSignals([OPEN])
        signals.take([True], 0)
        signals.take([False], 200)
        assert signals.live()[0].state is NORMAL
        assert signals.everything()[0].state is ACTIVE


class TestMeasured:
    """Values: the deadband and the trend."""

    def test_a_small_move_waits_for_the_trend(self) -> None:
        """A flickering last digit is not news; after ten minutes it is."""
        signals = DeviceSignals([LEVEL])
        signals.take([100], 0)
        assert signals.take([101], 200) == []
        assert signals.wake_ms == TREND_MS
        assert [c.sample.value for c in signals.take([102], TREND_MS)] == [1.02]

    def test_the_deadband_is_news_at_once(self) -> None:
        """Counted from the last value that was told, so that a slow rise is seen."""
        signals = DeviceSignals([LEVEL])
        signals.take([100], 0)
        told = [c.sample.value for n in range(1, 11) for c in signals.take([100 + n], n * 200)]
        assert told == [1.05, 1.1]

    def test_a_value_that_goes_back_is_no_trend(self) -> None:
        """Nothing is left to tell."""
        signals = DeviceSignals([LEVEL])
        signals.take([100], 0)
        signals.take([101], 200)
        signals.take([100], 400)
        assert signals.wake_ms is None

    def test_a_text_is_news_whenever_it_differs(self) -> None:
        """Texts have no deadband."""
        signals = DeviceSignals([LEVEL])
        signals.take(["idle"], 0)
        assert [c.sample.value for c in signals.take(["busy"], 200)] == ["busy"]


@pytest.mark.parametrize(
    ("poll_ms", "timeout_ms", "limit_ms"),
    [(200, 1000, 2000), (500, 1000, 2000), (1000, 1000, 4000), (10_000, 1000, 31_000)],
)
def test_the_silence_limit(poll_ms: int, timeout_ms: int, limit_ms: int) -> None:
    """3 missed polls or 2 s, the later; the third is missed when its bound has passed."""
    assert silence_limit_ms(poll_ms, timeout_ms) == limit_ms


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (9, (FAULT, None)),
        (10, (NORMAL, 0.1)),
        (400, (NORMAL, 4.0)),
        (401, (FAULT, None)),
        (0, (FAULT, None)),
        (-32768, (FAULT, None)),
        (math.nan, (FAULT, None)),
    ],
)
def test_e2_a_sensor_out_of_its_valid_range_is_at_fault_and_never_zero(
    number: float, expected: tuple[PointState, float | None]
) -> None:
    """E2: both ends are valid; beyond them no number is handed on."""
    assert decode(RIVER, number) == expected


def test_e2_a_sensor_that_burns_out_is_a_fault_at_once_and_a_level_when_it_holds() -> None:
    """E2: the fault is believed at the first sample, the return after the debounce."""
    answers = ((0, 120), (200, -32768), (400, 121), (600, 121), (799, 121), (800, 121))
    assert states(DeviceSignals([RIVER]), *answers) == [(0, NORMAL), (200, FAULT), (800, NORMAL)]


def test_e2_the_valid_range_comes_from_the_limits_of_the_point() -> None:
    """E2: a point without one hands on every number, as before."""
    river = point_of("d.river", "d", Kind.WATER_LEVEL, limits={"valid": [0, 4], "high": 2.0})
    assert rule_of(river).valid == (0.0, 4.0)
    assert rule_of(point_of("d.damp", "d", Kind.HUMIDITY)).valid is None
