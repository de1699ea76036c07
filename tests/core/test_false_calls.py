"""False calls to the police: counted to the millisecond, warned of, and what comes instead."""

import itertools
from collections.abc import Iterable
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.causes import CAUSES
from monitord.core.false_calls import IS_FALSE, ROLLING_MS
from monitord.core.police import SERVED
from monitord.core.site import Chain, ChainStep, Channel, Person, PoliceReference, Site
from monitord.vocabulary import Category, Confirmed, Looked, Outcome, PoliceType, Proof, Role
from tests.core.night import Night, only, refused
from tests.core.sites import HOUR, MIN, PEOPLE, S, museum

DAY: Final = 24 * HOUR
YEAR: Final = 365 * DAY
CALLS: Final = (
    ChainStep(("police",), ("police-line",), 60 * S),
    ChainStep(("duty-manager",), ("voice",), 60 * S),
)
INTRUDER: Final = PoliceReference(
    "intruders", "81234", PoliceType.INTRUDER, warn_at=2, withdrawn_at=3, instead=("chloe",)
)


def house(
    reference: PoliceReference = INTRUDER, steps: tuple[ChainStep, ...] = CALLS, start_at: int = 0
) -> Site:
    """The museum, whose intruder alarms go to the police first, and whose procedures to Boris."""
    line = Channel("police-line", "webhook", outside=True, police=reference.id)
    site = museum(
        Chain("intrusion", steps, confirmed_start_at=start_at),
        Chain("hold-up", steps),
        Chain("default", (ChainStep(("boris",), ("mail",), 60 * S),)),
        people=(*PEOPLE, Person("constable", Role.POLICE, ("police-line",))),
    )
    return replace(
        site, channels={**site.channels, "police-line": line}, police={reference.id: reference}
    )


def called(night: Night, since: int = 0) -> list[str]:
    """Who was called from the entry ``since`` on."""
    events = [event for entry in night.journal[since:] for event in entry.events]
    return [e.person for e in events if isinstance(e, ev.CallPlaced)]


def call(night: Night, cause: str = "false-alarm", outcome: Outcome = Outcome.HANDED_OVER) -> int:
    """An intruder alarm in the store that the police are called for, and how it ends."""
    number = night.state.incidents_opened + 1
    night.opens("west.glass")
    for name in tuple(night.incident(number).calls):
        night.call_ends(name, outcome)
    night.acknowledges(incident=number)
    night.closes("west.glass")
    looked = Looked.NOBODY if cause == "assumed-false" else Looked.INSIDE
    assert not refused(night.closes_incident(incident=number, cause=cause, looked=looked))
    night.time_passes()
    return number


def settle(night: Night) -> None:
    """Boris reads what he was told, and closes it."""
    for incident in tuple(night.state.open_incidents()):
        night.acknowledges("boris", incident.number)
        night.closes_incident("boris", incident.number, cause="other", looked=None)


def count(night: Night) -> int:
    record = night.state.police.get("intruders")
    return 0 if record is None else len(record.calls)


@pytest.mark.parametrize("cause", CAUSES)
def test_g6_what_counts_as_a_false_call(cause: str) -> None:
    night = Night(house())
    call(night, cause)
    assert count(night) == (0 if cause == "attack" else 1)
    assert IS_FALSE[cause] is (cause != "attack")


@pytest.mark.parametrize(
    ("outcome", "counts"), [(Outcome.HEARD, 1), (Outcome.UNKNOWN, 1), (Outcome.FAILED, 0)]
)
def test_only_a_call_that_failed_for_certain_did_not_reach_the_police(
    outcome: Outcome, counts: int
) -> None:
    night = Night(house())
    call(night, outcome=outcome)
    assert count(night) == counts


def test_t2_6_three_false_calls_over_365_days_and_the_drop_is_exact() -> None:
    """T2.6, G6: over a leap day too; each counts from the call, until it is a year old."""
    night = Night(house())
    for day in (0, 100, 364):
        night.at(day * DAY)
        call(night)
        settle(night)
    assert count(night) == 3
    night.at(YEAR - 1)
    assert count(night) == 3
    night.at(YEAR)
    assert count(night) == 2
    night.at(100 * DAY + YEAR - 1)
    assert count(night) == 2
    night.at(100 * DAY + YEAR)
    assert count(night) == 1
    night.at(364 * DAY + YEAR)
    assert count(night) == 0
    assert "police:intruders" not in night.state.deadlines
    lapsed = [e.incidents for e in night.all(ev.FalseCallsLapsed) if e.incidents]
    assert [len(incidents) for incidents in lapsed] == [1, 1, 1]


def test_t2_6_the_third_on_day_366_is_the_second_of_its_year() -> None:
    night = Night(house())
    for day in (0, 200, 366):
        night.at(day * DAY)
        call(night)
        settle(night)
    assert count(night) == 2
    assert not night.all(ev.PoliceWithdrawn)
    assert [e.count for e in night.all(ev.PoliceWarned)] == [2, 2]


def test_t2_6_a_warning_before_the_threshold_and_then_the_keyholder_instead() -> None:
    night = Night(house())
    call(night)
    assert not night.all(ev.PoliceWarned)
    night.after(DAY)
    call(night)
    (warned,) = night.all(ev.PoliceWarned)
    assert warned.count == 2
    assert called(night)[-1] == "boris", "the security manager is told"
    settle(night)
    night.after(DAY)
    call(night)
    assert [e.count for e in night.all(ev.PoliceWithdrawn)] == [3]
    notice = night.incident(night.state.incidents_opened)
    assert (notice.category, notice.area) == (Category.PROCEDURE, "")
    settle(night)
    night.after(DAY)
    since = len(night.journal)
    night.opens("west.glass")
    assert called(night, since) == ["chloe"]
    (skipped,) = [e for e in night.all(ev.CallSkipped) if e.channel == "police-line"]
    assert skipped.why == "the police have withdrawn intruders"
    night.after(60 * S)
    assert called(night, since) == ["chloe", "anna"], "the chain goes on as it would have"


def test_t2_6_it_stays_withdrawn_until_a_person_with_a_pin_says_that_they_answer_again() -> None:
    night = Night(house())
    for _ in range(3):
        call(night)
        settle(night)
    night.at(2 * YEAR)
    night.restarts()
    assert count(night) == 0
    since = len(night.journal)
    night.returns("west")
    night.opens("west.glass")
    assert called(night, since) == ["chloe"], "a year without false calls reinstates nobody"
    again: dict[str, Any] = {"reference": "intruders", "reason": "their letter of 3 May"}

    def says(**more: Any) -> str:
        said = {**again, "by": "boris", "proof": Proof.PIN, **more}
        return refused(night.feed(f.ReinstatePolice(**said)))

    assert says(proof=Proof.LOGIN) == "needs-pin"
    assert says(by="gus") == "forbidden"
    assert says(reference="others") == "unknown"
    assert says(reason=" ") == "bad-input"
    assert says() == ""
    assert says() == "bad-input", "they answer already"
    night.closes("west.glass")
    night.acknowledges(incident=night.state.incidents_opened)
    night.closes_incident(incident=night.state.incidents_opened)
    since = len(night.journal)
    night.opens("west.glass")
    assert called(night, since) == ["constable"]


def test_the_generic_profile_warns_and_takes_nothing_for_withdrawn() -> None:
    night = Night(house(replace(INTRUDER, withdrawn_at=None)))
    for _ in range(5):
        call(night)
        settle(night)
    assert [e.count for e in night.all(ev.PoliceWarned)] == [2, 3, 4, 5]
    assert called(night).count("constable") == 5


@pytest.mark.parametrize(
    ("reference", "alarm", "why"),
    [
        (replace(INTRUDER, areas=("gallery",)), "west.glass", "intruders does not serve store"),
        (replace(INTRUDER, type=PoliceType.HOLD_UP), "west.glass", "for hold-up alarms"),
        (INTRUDER, "east.panic", "for intruder alarms"),
        (replace(INTRUDER, confirmed=True), "west.glass", "only confirmed alarms"),
    ],
)
def test_t2_7_the_police_are_not_called_to_what_they_do_not_come_to(
    reference: PoliceReference, alarm: str, why: str
) -> None:
    night = Night(house(reference))
    night.opens(alarm)
    (skipped,) = [e for e in night.all(ev.CallSkipped) if e.channel == "police-line"]
    assert why in skipped.why
    assert called(night) == ["chloe"]


@pytest.mark.parametrize("after_ms", [S, 61 * S], ids=["in their step", "a step later"])
def test_t2_7_the_police_hear_of_it_as_soon_as_it_is_confirmed(after_ms: int) -> None:
    night = Night(house(replace(INTRUDER, confirmed=True)))
    night.opens("west.glass")
    night.after(after_ms)
    since = len(night.journal)
    night.confirms(how=Confirmed.SEEN)
    assert called(night, since) == ["constable"]


def test_t2_7_what_the_police_come_to_is_in_one_type_alone() -> None:
    for one, other in itertools.combinations(SERVED.values(), 2):
        assert not one & other
    assert set(SERVED) == set(PoliceType)


def test_a_reference_that_leaves_the_file_and_comes_back_has_its_count() -> None:
    night = Night(house())
    call(night)
    night.offer(museum(people=PEOPLE), "without")
    night.offer(house(), "with")
    assert count(night) == 1


def test_a_clock_that_stands_wrong_forgets_no_false_call() -> None:
    """The end of the year follows the wall clock, there and back."""
    night = Night(house())
    call(night)
    due = night.deadline_in("police:intruders")
    utc_ms = night.state.utc_ms(night.now_ms)
    night.feed(f.WallClockRead(utc_ms=utc_ms + HOUR))
    assert night.deadline_in("police:intruders") == YEAR - HOUR
    night.feed(f.WallClockRead(utc_ms=utc_ms))
    assert night.deadline_in("police:intruders") == due == YEAR


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(min_value=1, max_value=300 * 24), min_size=1, max_size=9))
def test_t2_6_the_count_is_that_of_the_last_365_days(gaps_h: Iterable[int]) -> None:
    """Against a count by hand, at every call and a moment before and after."""
    night = Night(house(replace(INTRUDER, withdrawn_at=None)))
    at_ms, times = 0, []
    for gap_h in gaps_h:
        at_ms += gap_h * HOUR
        night.at(at_ms - 1)
        assert count(night) == sum(ms + YEAR > at_ms - 1 for ms in times)
        night.at(at_ms)
        call(night)
        settle(night)
        times.append(at_ms)
        assert count(night) == sum(ms + YEAR > at_ms for ms in times)
    assert ROLLING_MS == YEAR
    night.after(MIN)


def test_who_is_called_in_place_of_the_police_is_called_once() -> None:
    """Named in the same step besides: one call, not two."""
    both = ChainStep(("police", "chloe"), ("police-line", "voice"), 60 * S)
    night = Night(house(replace(INTRUDER, confirmed=True), (both,)))
    night.opens("west.glass")
    assert [p for p in called(night) if p == "chloe"] == ["chloe"]
    assert only(tuple(night.heard), ev.StepStarted)


def test_t2_7_what_the_police_come_to_is_what_their_reference_is_for() -> None:
    """Every category on purpose: none slips in, and none falls out."""
    assert {
        PoliceType.INTRUDER: {
            Category.INTRUSION, Category.OBJECT, Category.TAMPER, Category.THEFT, Category.DAMAGE,
        },
        PoliceType.HOLD_UP: {Category.HOLD_UP},
    } == SERVED  # fmt: skip
