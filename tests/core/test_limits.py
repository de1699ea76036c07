"""Limits of measured values: deadband, delays, rates, means, what is stuck (E2, E3, E8)."""

from itertools import accumulate
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitord.core.signals import DeviceSignals, rule_of
from monitord.core.signals.windows import Extremes, Mean
from monitord.vocabulary import Kind, Limit, PointState
from tests.runtime.supervised import point_of

NORMAL, ACTIVE, FAULT = PointState.NORMAL, PointState.ACTIVE, PointState.FAULT
S: Final = 1_000
MIN: Final = 60 * S
HOUR: Final = 60 * MIN
RISE: Final = {"by": 0.2, "unit": "m", "within_ms": 10 * MIN}


def signals(kind: Kind = Kind.WATER_LEVEL, **setup: Any) -> DeviceSignals:
    return DeviceSignals([rule_of(point_of("d.p", "d", kind, **setup))])


def told(of: DeviceSignals, *answers: tuple[int, float]) -> list[tuple[int, PointState, list[str]]]:
    """When another state or limit is told, and which."""
    found = []
    for at, value in answers:
        before = of.everything()[0]
        found += [
            (at, c.sample.state, [str(limit) for limit in c.sample.crossed])
            for c in of.take([value], at)
            if (c.sample.state, c.sample.crossed) != (before.state, before.crossed)
        ]
    return found


@pytest.mark.parametrize(
    ("limits", "value", "crossed"),
    [
        ({"high": 1.2, "high_high": 1.5}, 1.19, []),
        ({"high": 1.2, "high_high": 1.5}, 1.2, ["high"]),
        ({"high": 1.2, "high_high": 1.5}, 1.5, ["high-high", "high"]),
        ({"low": 0.4, "low_low": 0.2}, 0.41, []),
        ({"low": 0.4, "low_low": 0.2}, 0.4, ["low"]),
        ({"low": 0.4, "low_low": 0.2}, 0.2, ["low-low", "low"]),
    ],
)
def test_e2_a_limit_is_crossed_where_it_is_reached(
    limits: dict[str, float], value: float, crossed: list[str]
) -> None:
    """E2: the limit itself is past it, and the value is told with what it has crossed."""
    of = signals(limits=limits)
    state = ACTIVE if crossed else NORMAL
    assert told(of, (0, value)) == [(0, state, crossed)]
    assert of.everything()[0].value == value


def test_e2_a_value_at_the_edge_alarms_once_and_ends_past_the_deadband() -> None:
    """E2: 1.2 with a deadband of 0.1 ends below 1.1, for as long as the debounce."""
    of = signals(limits={"high": 1.2, "deadband": 0.1}, deadband=0.1)
    edge = [(n * 200, 1.19 + n % 2 * 0.02) for n in range(20)]
    assert told(of, *edge) == [(0, NORMAL, []), (200, ACTIVE, ["high"])]
    assert told(of, (5_000, 1.1), (5_200, 1.09), (5_400, 1.1), (5_600, 1.09)) == []
    assert told(of, (5_999, 1.09), (6_000, 1.09)) == [(6_000, NORMAL, [])]


def test_e2_delays_to_the_millisecond() -> None:
    """E2: past the limit for the on-delay without a break, back for the off-delay; the wake is
    told, so that an unchanged value is judged in time."""
    of = signals(limits={"high": 1.2, "on_delay_ms": MIN, "off_delay_ms": 5 * MIN})
    assert told(of, (0, 1.0), (1_000, 1.3), (60_000, 1.1), (61_000, 1.3)) == [(0, NORMAL, [])]
    assert of.wake_ms == 121_000
    assert told(of, (120_999, 1.3), (121_000, 1.3)) == [(121_000, ACTIVE, ["high"])]
    assert told(of, (200_000, 1.0)) == []
    assert of.wake_ms == 500_000
    assert told(of, (499_999, 1.0), (500_000, 1.0)) == [(500_000, NORMAL, [])]


def test_e2_the_first_value_after_a_start_waits_for_no_delay() -> None:
    """E2: a restart in the middle of a flood does not tell of a dry cellar for a minute."""
    of = signals(limits={"high": 1.2, "on_delay_ms": MIN})
    assert told(of, (0, 1.3)) == [(0, ACTIVE, ["high"])]
    of.forget()
    assert told(of, (200, 1.3)) == [(200, ACTIVE, ["high"])]


def test_e2_a_fault_in_between_ends_no_alarm() -> None:
    """E2: nobody knows the level then; what was crossed is crossed when it is read again."""
    of = signals(limits={"high": 1.2, "deadband": 0.2, "valid": [0, 4]})
    assert told(of, (0, 1.3), (200, 9.9), (400, 1.1)) == [
        (0, ACTIVE, ["high"]),
        (200, FAULT, []),
        (400, ACTIVE, ["high"]),
    ]


def test_e2_a_slow_ramp_never_rises_fast_and_a_fast_one_does() -> None:
    """E2: 0.2 m in 10 min; 1 m in 100 min is not, 0.2 m in 5 min is, and it ends."""
    of = signals(limits={"rise": RISE})
    slow = [(n * 6 * S, round(n * 0.001, 3)) for n in range(1_000)]
    assert {state for _, state, _ in told(of, *slow)} == {NORMAL}
    at_ms, level = slow[-1]
    fast = [(at_ms + n * 6 * S, round(level + n * 0.004, 3)) for n in range(1, 51)]
    rising = [at for at, state, limits in told(of, *fast) if limits == ["rise"]]
    assert at_ms + 2 * MIN < rising[0] <= fast[-1][0]
    at_ms, level = fast[-1]
    assert [state for _, state, _ in told(of, (at_ms + 9 * MIN, level))] == []
    after = told(of, *((at_ms + MIN * n, level) for n in range(10, 13)))
    assert [state for _, state, _ in after] == [NORMAL]


def test_e2_a_jump_after_long_rest_is_a_rise() -> None:
    """E2: what held until now counts, however long ago it was told."""
    of = signals(limits={"rise": RISE, "fall": RISE})
    assert told(of, (0, 1.0), (5 * HOUR, 1.2)) == [(0, NORMAL, []), (5 * HOUR, ACTIVE, ["rise"])]
    assert told(of, (5 * HOUR + S, 1.0)) == [(5 * HOUR + S, ACTIVE, ["rise", "fall"])]


@given(
    moves=st.lists(st.tuples(st.integers(1, 90 * S), st.integers(-40, 40)), min_size=2, max_size=40)
)
def test_e2_no_rise_is_missed_and_none_is_told_of_much_less(
    moves: list[tuple[int, int]],
) -> None:
    """E2: against the whole history; the window is at most one part of sixty longer."""
    window_ms = 5 * MIN
    seen = Extremes(window_ms)
    times = list(accumulate(ms for ms, _ in moves))
    values = list(accumulate(step for _, step in moves))
    for last, (now_ms, value) in enumerate(zip(times, values, strict=True)):
        seen.add(value, now_ms)
        within = [
            v for t, v in zip(times, values, strict=True) if now_ms - window_ms <= t <= now_ms
        ]
        around_ms = window_ms + 2 * seen.step_ms
        around = [
            v for t, v in zip(times, values, strict=True) if now_ms - around_ms <= t <= now_ms
        ]
        assert min(around[: last + 1]) <= seen.low <= min(within)
        assert max(within) <= seen.high <= max(around)


def test_e3_a_gust_is_not_wind_and_wind_is() -> None:
    """E3: a mean of 10 min stays below its limit in a gust, and passes it in sustained wind."""
    wind = signals(Kind.WIND, mean_ms=10 * MIN, limits={"high": 17.0, "deadband": 2.0})
    gust = signals(Kind.GUST, limits={"high": 24.0, "deadband": 4.0})
    calm = [(n * S, 10.0 + n % 3) for n in range(600)]
    blow = [(600 * S + n * S, 30.0) for n in range(20)]
    rest = [(620 * S + n * S, 10.0 + n % 3) for n in range(600)]
    assert {state for _, state, _ in told(wind, *calm, *blow, *rest)} == {NORMAL}
    assert [state for _, state, _ in told(gust, *calm, *blow, *rest)].count(ACTIVE) == 1
    storm = [(1_220 * S + n * S, 20.0 + n % 3) for n in range(600)]
    found = [at for at, state, _ in told(wind, *storm) if state is ACTIVE]
    assert 1_220 * S + 5 * MIN < found[0] < 1_220 * S + 9 * MIN


def test_e3_a_wind_that_stays_as_it_is_passes_its_limit_by_time_alone() -> None:
    """E3: an anemometer whose register does not change for a while is averaged all the same."""
    wind = signals(Kind.WIND, mean_ms=10 * MIN, limits={"high": 17.0})
    assert told(wind, (0, 10.0), (10 * MIN, 20.0)) == [(0, NORMAL, [])]
    now_ms, changes = 10 * MIN, []
    while not changes and (wake_ms := wind.wake_ms) is not None:
        now_ms = wake_ms
        changes = told(wind, (now_ms, 20.0))
    assert (changes[0][1], changes[0][2]) == (ACTIVE, ["high"])
    assert 16 * MIN < now_ms < 18 * MIN


@given(
    spans=st.lists(st.tuples(st.integers(1, 50 * S), st.integers(0, 40)), min_size=1, max_size=60)
)
def test_e3_the_mean_is_that_of_the_last_window(spans: list[tuple[int, int]]) -> None:
    """E3: weighed by time, against adding it all up."""
    window_ms = 3 * MIN
    mean, now_ms, history = Mean(window_ms), 0, []
    for ms, value in spans:
        mean.add(value, now_ms, now_ms + ms)
        history += [(now_ms, now_ms + ms, value)]
        now_ms += ms
    begin_ms = max(0, now_ms - window_ms)
    area = sum(
        v * (until - max(since, begin_ms)) for since, until, v in history if until > begin_ms
    )
    # The part that the window's edge cuts is taken at its own mean.
    slack = 40 * mean.step_ms / (now_ms - begin_ms)
    assert mean.of(0) == pytest.approx(area / (now_ms - begin_ms), abs=slack + 1e-6)


def test_e8_a_value_that_does_not_move_any_more_is_a_fault() -> None:
    """E8: six hours to the millisecond, woken in time; a move makes it a value again."""
    of = signals(Kind.HUMIDITY, stuck_ms=6 * HOUR, limits={"high": 60.0})
    assert told(of, (0, 50.0), (MIN, 51.0), (6 * HOUR, 51.0)) == [(0, NORMAL, [])]
    assert of.wake_ms is not None
    assert of.wake_ms <= 6 * HOUR + MIN
    stuck = told(of, (6 * HOUR + MIN - 1, 51.0), (6 * HOUR + MIN, 51.0))
    assert stuck == [(6 * HOUR + MIN, FAULT, [])]
    assert of.everything()[0].value == "stuck"
    assert told(of, (7 * HOUR, 51.2), (7 * HOUR + 399, 51.2), (7 * HOUR + 400, 51.2)) == [
        (7 * HOUR + 400, NORMAL, [])
    ]


def test_an_alarm_that_goes_on_does_not_fill_the_record() -> None:
    """A level that flickers past its limit is told by its deadband and trend, not at each poll."""
    of = signals(limits={"high": 1.2, "deadband": 0.1}, deadband=0.1)
    flicker = [(n * 200, 1.3 + n % 2 * 0.01) for n in range(1, 500)]
    assert [len(of.take([v], at)) for at, v in [(0, 1.3), *flicker]] == [1] + [0] * len(flicker)


def test_crossing_one_limit_more_is_told_at_once() -> None:
    """The level is active already; that it is past the second limit is another thing."""
    of = signals(limits={"high": 1.2, "high_high": 1.5, "deadband": 0.05})
    assert told(of, (0, 1.3), (200, 1.5), (400, 1.3), (800, 1.3)) == [
        (0, ACTIVE, ["high"]),
        (200, ACTIVE, ["high-high", "high"]),
        (800, ACTIVE, ["high"]),
    ]
    assert Limit.HIGH_HIGH not in of.everything()[0].crossed
