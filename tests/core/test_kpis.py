"""The figures of a month, out of the journal alone (T1.9, T3.4, H6)."""

import functools
import random
from pathlib import Path
from typing import Final

import msgspec
import pytest

from monitord.core.kpis import DAY_MS, Kpis, kpis
from monitord.core.site import Post
from monitord.core.state import State
from monitord.core.step import apply
from monitord.vocabulary import Category, Priority
from tests.core.night import BEGIN_MS, UTC_OFFSET_MS, Night
from tests.core.sites import MIN, S, museum
from tests.core.test_floods import bangs, flicker, storm

FROM_MS: Final = BEGIN_MS + UTC_OFFSET_MS
GOLDEN: Final = Path(__file__).parent / "golden" / "kpis-30-days.json"


def of(night: Night, days: int = 1) -> Kpis:
    return kpis(night.journal, FROM_MS, FROM_MS + days * DAY_MS)


def handled(night: Night) -> None:
    """Somebody answers all that is open, and closes what may be closed."""
    for incident in list(night.state.open_incidents()):
        night.acknowledges(incident=incident.number)
        night.closes_incident(incident=incident.number)


@functools.cache
def month(seed: int) -> Night:
    """Thirty days: detectors that flicker, storms, alarms that stand, answers at some time."""
    chance = random.Random(seed)
    night = storm()
    points = ["east.pir", "east.door", "west.pir", "west.glass", "east.w00", "east.w01"]
    for day in range(30):
        night.at(day * DAY_MS)
        for _ in range(chance.randint(0, 4)):
            night.after(chance.randint(1, 120) * MIN)
            flicker(night, chance.choice(points), chance.randint(1, 4), chance.randint(1, 90) * S)
            night.after(chance.randint(5, 100) * S)
            handled(night)
        if day % 10 == 3:
            last = 2 + chance.randint(11, 30)
            bangs(night, 2, last, 5 * S)
            night.closes(*(f"east.w{index:02}" for index in range(2, last)))  # one stands
            handled(night)
    return night


def test_t1_9_thirty_days_are_reproduced_exactly() -> None:
    """T1.9: the golden file of a month that a seed made, and the same entries once more."""
    night = month(seed=1)
    found = of(night, 30)
    assert found == of(night, 30)
    assert msgspec.json.decode(GOLDEN.read_bytes(), type=Kpis) == found


@pytest.mark.parametrize(
    ("after_ms", "within"),
    [
        (30 * S, {30: 1, 60: 1, 90: 1, 180: 1}),
        (30 * S + 1, {30: 0, 60: 1, 90: 1, 180: 1}),
        (180 * S + 1, {30: 0, 60: 0, 90: 0, 180: 0}),
    ],
)
def test_t3_4_answers_by_bucket(after_ms: int, within: dict[int, int]) -> None:
    night = Night()
    night.opens("west.glass")
    night.after(after_ms)
    night.acknowledges()
    night.after(S)
    night.acknowledges(by="boris")
    answers = of(night).answers[Category.INTRUSION]
    assert (answers.incidents, answers.answered, answers.within) == (1, 1, within)


def test_h6_percentiles_are_times_that_somebody_took() -> None:
    """H6: ten answers, by the nearest rank; the eleventh incident was answered by nobody."""
    night = storm()
    for minute in range(1, 11):
        night.opens("west.glass")
        number = next(iter(i.number for i in night.state.open_incidents()))
        night.after(minute * MIN)
        night.closes("west.glass")
        night.acknowledges(incident=number)
        night.closes_incident(incident=number)
    night.opens("west.glass")
    times = of(night).times[Priority.HIGH]
    assert (times.incidents, times.answered) == (11, 10)
    assert (times.p50_ms, times.p90_ms) == (5 * MIN, 9 * MIN)


def test_what_was_false_is_of_what_was_closed_but_for_tests() -> None:
    night = storm()
    for cause in ("false-alarm", "fault", "test"):
        night.opens("west.glass")
        night.closes("west.glass")
        number = next(iter(i.number for i in night.state.open_incidents()))
        night.acknowledges(incident=number)
        night.closes_incident(incident=number, cause=cause)
    found = of(night)
    assert (found.closed, found.false, found.causes["test"]) == (2, 1, 1)


def test_positions_are_those_of_the_posts() -> None:
    site = museum()
    posts = {"room": Post("room", minimum=2), "gate": Post("gate")}
    assert of(Night(msgspec.structs.replace(site, posts=posts))).positions == 3
    assert of(Night(msgspec.structs.replace(site, posts={}))).positions == 1


def test_figures_behind_a_kept_state_are_those_of_the_whole() -> None:
    """Where the first files were dropped, the state that is kept leads on."""
    night = month(seed=1)
    state, from_ms = State(), FROM_MS + 15 * DAY_MS
    rest = list(night.journal)
    while rest[0].utc_ms < from_ms:
        apply(state, rest.pop(0))
    until_ms = FROM_MS + 30 * DAY_MS
    assert kpis(rest, from_ms, until_ms, state) == kpis(night.journal, from_ms, until_ms)


def test_a_flood_by_hand() -> None:
    """Twenty alarms within twenty seconds, and nothing else for a day."""
    night = storm()
    bangs(night, 0, 19, S)
    night.after(DAY_MS - 20 * S - 1)
    found = of(night)
    assert (found.alarms, found.peak, found.windows, found.windows_over) == (20, 20, 144, 1)
    assert (found.hours, found.hours_over, found.floods) == (24, 0, 1)
    assert found.flood_ms == 5 * S + 10 * MIN
    assert len(found.top) == 10
    assert sum(found.priorities.values()) == 20
    assert set(found.priorities) <= set(Priority)


def test_what_is_held_back_counts_for_nothing() -> None:
    night = Night()
    night.holds("west.glass")
    night.opens("west.glass")
    assert of(night).alarms == 0


@pytest.mark.parametrize(("ms", "fleeting"), [(MIN - 1, 1), (MIN, 0)])
def test_fleeting_is_over_before_a_minute_and_unseen(ms: int, fleeting: int) -> None:
    night = Night()
    night.opens("west.glass")
    night.after(ms)
    night.closes("west.glass")
    assert of(night).fleeting == fleeting


def test_what_stands_is_counted_day_by_day() -> None:
    night = Night()
    night.opens("west.glass")
    night.after(3 * DAY_MS)
    assert of(night, 3).standing_by_day == [0, 1, 1]
