"""T6.1: reads are coalesced, limits are kept, declared gaps are never read."""

from itertools import pairwise
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitord_drivers.modbus.address import Gap, Spot, Table
from monitord_drivers.modbus.planner import (
    BITS_MAX,
    BITS_SLACK,
    REGISTERS_MAX,
    REGISTERS_SLACK,
    PlanError,
    Request,
    plan,
)

LIMITS = {True: (BITS_MAX, BITS_SLACK), False: (REGISTERS_MAX, REGISTERS_SLACK)}


class Run(NamedTuple):
    """``length`` points, each ``step`` addresses after the one before."""

    table: Table
    start: int
    length: int
    step: int

    @property
    def spots(self) -> list[Spot]:
        ends = self.start + self.length * self.step
        return [Spot(self.table, a) for a in range(self.start, ends, self.step) if a <= 65_535]


#: Runs that meet the limit for registers, both slacks from both sides, and the table's ends.
RUNS = st.builds(
    Run,
    table=st.sampled_from(Table),
    start=st.sampled_from([0, 20, 110, 65_400]) | st.integers(0, 65_535),
    length=st.integers(1, 20) | st.sampled_from([124, 125, 126, 250]),
    step=st.sampled_from([1, 1, 2, 8, 9, 10, 16, 17, 18]),
)
GAPS = st.builds(
    lambda table, first, length: Gap(table, first, min(65_535, first + length)),
    st.sampled_from(Table),
    st.integers(0, 300) | st.integers(0, 65_535),
    st.integers(0, 5),
)


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[Run], list[Gap]]:
    """Runs in any order, and gaps in which none of their points stands."""
    runs = draw(st.lists(RUNS, min_size=1, max_size=5))
    spots = {spot for run in runs for spot in run.spots}
    gaps = draw(st.lists(GAPS, max_size=6))
    return runs, [gap for gap in gaps if not any(_stands_in(spot, gap) for spot in spots)]


def _stands_in(spot: Spot, gap: Gap) -> bool:
    return spot.table is gap.table and gap.first <= spot.address <= gap.last


@settings(max_examples=80, deadline=None)
@given(cases())
def test_a_plan_reads_every_point_and_nothing_that_could_hurt(
    case: tuple[list[Run], list[Gap]],
) -> None:
    """T6.1."""
    runs, gaps = case
    spots = [spot for run in runs for spot in run.spots]
    requests = plan(spots, gaps)
    covered = [Spot(r.table, a) for r in requests for a in range(r.address, r.last + 1)]
    assert len(covered) == len(set(covered))
    assert set(spots) <= set(covered)
    for request in requests:
        limit, slack = LIMITS[request.table.is_bits]
        wanted = [s.address for s in spots if s.table is request.table]
        inside = sorted(a for a in wanted if request.address <= a <= request.last)
        assert 1 <= request.count <= limit
        assert (inside[0], inside[-1]) == (request.address, request.last), (
            "starts and ends on points"
        )
        assert all(b - a - 1 <= slack for a, b in pairwise(inside))
    for gap in gaps:
        assert not any(_stands_in(spot, gap) for spot in covered)


@settings(max_examples=80, deadline=None)
@given(cases())
def test_no_plan_has_fewer_requests(case: tuple[list[Run], list[Gap]]) -> None:
    """T6.1: compared with the best that trying every way to cut finds."""
    runs, gaps = case
    spots = [spot for run in runs for spot in run.spots]
    for table in {spot.table for spot in spots}:
        wanted = sorted({spot.address for spot in spots if spot.table is table})
        shut = [gap for gap in gaps if gap.table is table]
        planned = [request for request in plan(spots, gaps) if request.table is table]
        assert len(planned) == _fewest(wanted, shut, *LIMITS[table.is_bits])


def _fewest(wanted: list[int], gaps: list[Gap], limit: int, slack: int) -> int:
    """Dynamic programme: best[i] is the fewest requests for the first i addresses."""
    best = [0] + [len(wanted)] * len(wanted)
    for end in range(1, len(wanted) + 1):
        for start in range(end - 1, -1, -1):
            if start < end - 1 and not _joins(wanted[start], wanted[start + 1], gaps, slack):
                break
            if wanted[end - 1] - wanted[start] >= limit:
                break
            best[end] = min(best[end], best[start] + 1)
    return best[-1]


def _joins(low: int, high: int, gaps: list[Gap], slack: int) -> bool:
    holes = range(low + 1, high)
    return len(holes) <= slack and not any(g.first in holes or g.last in holes for g in gaps)


def test_64_inputs_are_one_request_that_ends_at_the_last() -> None:
    spots = [Spot(Table.DISCRETE, i) for i in reversed(range(64))]
    assert plan(spots) == (Request(Table.DISCRETE, 0, 64),)


def test_limits_are_reached_and_not_passed() -> None:
    bits = [Spot(Table.COIL, i) for i in range(2_001)]
    assert plan(bits) == (Request(Table.COIL, 0, 2_000), Request(Table.COIL, 2_000, 1))
    registers = [Spot(Table.INPUT, i) for i in range(126)]
    assert plan(registers) == (Request(Table.INPUT, 0, 125), Request(Table.INPUT, 125, 1))


def test_a_declared_gap_cuts_a_run() -> None:
    spots = [Spot(Table.DISCRETE, i) for i in (18, 19, 24, 25)]
    assert len(plan(spots)) == 1
    assert plan(spots, [Gap(Table.DISCRETE, 20, 23)]) == (
        Request(Table.DISCRETE, 18, 2),
        Request(Table.DISCRETE, 24, 2),
    )
    assert len(plan(spots, [Gap(Table.COIL, 20, 23)])) == 1, "a gap of another table"


def test_a_point_inside_a_gap_is_refused_with_both_addresses() -> None:
    with pytest.raises(PlanError, match=r"discrete/21 \(manual 10022\).*gap discrete/20-23"):
        plan([Spot(Table.DISCRETE, 21)], [Gap(Table.DISCRETE, 20, 23)])
