"""End-of-line resistors and input pairs (T5.1, T5.2)."""

from itertools import pairwise
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitord.core.signals import DeviceSignals, Pair, SignalRule, Wiring, loop_of
from monitord.core.signals.loops import CUT, DRIFT, MASKED, SHORT, Loop, band_of
from monitord.vocabulary import PointState

NORMAL, ACTIVE = PointState.NORMAL, PointState.ACTIVE
TAMPER, FAULT, UNKNOWN = PointState.TAMPER, PointState.FAULT, PointState.UNKNOWN

FULL: Final = 10_000
LOOPS: Final[dict[str, Loop]] = {
    "eol1": loop_of("eol1", {"end": 5600, "full": FULL}),
    "eol1 that closes": loop_of("eol1", {"end": 5600, "full": FULL, "closes": True}),
    "eol2": loop_of("eol2", {"end": 4700, "alarm": 4700, "full": FULL}),
    "eol2 unlike": loop_of("eol2", {"end": 2200, "alarm": 4700, "pull_up": 10_000, "full": FULL}),
    "eol3": loop_of("eol3", {"end": 2200, "alarm": 4700, "mask": 2200, "full": FULL}),
    "eol3 fault": loop_of("eol3", {"end": 2200, "alarm": 4700, "fault": 2200, "full": FULL}),
}
EVERY: Final = range(FULL + 1)


def reading(ohm: float, pull_up: float = 4700) -> float:
    return FULL * ohm / (ohm + pull_up)


@pytest.mark.parametrize(
    ("name", "ohm", "expected"),
    [
        ("eol1", 0, (TAMPER, SHORT)),
        ("eol1", 5600, (NORMAL, "")),
        ("eol1", 1e9, (ACTIVE, "")),
        ("eol1 that closes", 0, (ACTIVE, "")),
        ("eol1 that closes", 5600, (NORMAL, "")),
        ("eol1 that closes", 1e9, (TAMPER, CUT)),
        ("eol2", 0, (TAMPER, SHORT)),
        ("eol2", 4700, (NORMAL, "")),
        ("eol2", 9400, (ACTIVE, "")),
        ("eol2", 1e9, (TAMPER, CUT)),
        ("eol2", 3300, (FAULT, DRIFT)),
        ("eol2", 6500, (FAULT, DRIFT)),
        ("eol3", 4400, (TAMPER, MASKED)),
        ("eol3", 6900, (ACTIVE, "")),
        ("eol3", 9100, (TAMPER, MASKED)),
        ("eol3", 1e9, (TAMPER, CUT)),
        ("eol3 fault", 4400, (FAULT, "detector fault")),
        ("eol3 fault", 9100, (TAMPER, MASKED)),
    ],
)
def test_t51_a_resistance_is_a_state(
    name: str, ohm: float, expected: tuple[PointState, str]
) -> None:
    """T5.1: as standards.md 5.1 has it; pull-up as the resistor at the end."""
    loop = LOOPS[name]
    pull_up = {"eol1": 5600, "eol2": 4700, "eol3": 2200}[name.split()[0]]
    band = band_of(loop, reading(ohm, pull_up))
    assert (band.state, band.words) == expected


@pytest.mark.parametrize("name", LOOPS)
def test_t51_every_ratio_is_in_exactly_one_state(name: str) -> None:
    """T5.1: going up, the states follow each other once each, with a fault between two of them."""
    loop = LOOPS[name]
    seen = [band_of(loop, raw) for raw in EVERY]
    runs = [seen[0]] + [now for before, now in pairwise(seen) if now is not before]
    assert [band for band in runs if band.words != DRIFT] == list(loop.bands)
    assert all(DRIFT in (one.words, other.words) for one, other in pairwise(runs))
    assert seen[0].state is not NORMAL
    assert seen[-1].state is not NORMAL


@pytest.mark.parametrize("name", LOOPS)
@given(edge=st.integers(0, FULL), noise=st.lists(st.integers(-30, 30), min_size=5, max_size=40))
def test_t51_nothing_flutters_at_an_edge(name: str, edge: int, noise: list[int]) -> None:
    """T5.1: noise of 0.6 % around any place changes a state once at the most, not to and fro."""
    loop, held, changes = LOOPS[name], None, 0
    for far in noise:
        band = band_of(loop, min(FULL, max(0, edge + far)), held)
        changes += held is not None and band is not held
        held = band
    assert changes <= 1


@pytest.mark.parametrize("raw", [-500, 10_500, float("nan"), float("inf")])
def test_past_the_scale_is_a_fault(raw: float) -> None:
    """A wrong `full`, or a module that reports that its input is broken."""
    assert band_of(LOOPS["eol2"], raw).state is FAULT


def states(rule: SignalRule, *answers: tuple[int, Any]) -> list[tuple[int, PointState]]:
    signals = DeviceSignals([rule])
    return [(at, c.sample.state) for at, item in answers for c in signals.take([item], at)]


def test_a_resistance_on_the_way_is_no_fault_and_one_that_stays_is() -> None:
    """A slow module passes through what nothing in order has; alarm and tamper wait for nothing."""
    rule = SignalRule("d.p", Wiring.EOL2, loop=LOOPS["eol2"])
    way = ((0, 5_000), (200, 5_800), (400, 6_660), (600, 5_800), (800, 5_000), (1000, 5_000))
    assert states(rule, *way, (1200, 5_000)) == [(0, NORMAL), (400, ACTIVE), (1200, NORMAL)]
    stays = ((0, 5_000), (200, 5_800), (400, 5_801), (600, 5_800), (800, 0))
    assert states(rule, *stays) == [(0, NORMAL), (600, FAULT), (800, TAMPER)]


def test_short_and_cut_are_told_apart() -> None:
    """The guard's question is which of the two."""
    signals = DeviceSignals([SignalRule("d.p", Wiring.EOL2, loop=LOOPS["eol2"])])
    values = [c.sample.value for at, raw in ((0, 0), (200, FULL)) for c in signals.take([raw], at)]
    assert values == [SHORT, CUT]


def test_t52_two_inputs_that_agree_are_a_tamper_once_they_have_held() -> None:
    """T5.2: a changeover contact passes through both alike; a cable that was cut stays there."""
    rule = SignalRule("d.p")
    quiet, alarm, dead, shorted = (
        Pair(contact=False, opposite=True),
        Pair(contact=True, opposite=False),
        Pair(contact=False, opposite=False),
        Pair(contact=True, opposite=True),
    )
    passing = ((0, quiet), (200, dead), (400, alarm), (600, dead), (800, quiet), (1200, quiet))
    assert states(rule, *passing) == [(0, NORMAL), (400, ACTIVE), (1200, NORMAL)]
    for held in (dead, shorted):
        cut = ((0, quiet), (200, held), (599, held), (600, held))
        assert states(rule, *cut) == [(0, NORMAL), (600, TAMPER)]
    assert states(rule, (0, Pair(contact=True, opposite=None))) == []


def test_t52_a_pair_is_woken_when_the_discrepancy_has_lasted() -> None:
    """Nothing changes in the answer any more: time alone makes it a tamper."""
    signals = DeviceSignals([SignalRule("d.p")])
    signals.take([Pair(contact=False, opposite=True)], 0)
    signals.take([Pair(contact=False, opposite=False)], 100)
    assert signals.wake_ms == 500
