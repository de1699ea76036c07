"""Suppression: T1.1 to T1.3, T1.6, law 8 (every suppression ends) and law 11 (a PIN)."""

import itertools

import pytest

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.vocabulary import AlarmState, PointState, Proof, Suppression
from tests.core.night import Night, only, refused
from tests.core.sites import HOUR, MIN, S, museum, without

SHELVED, BY_DESIGN, OUT = Suppression.SHELVED, Suppression.BY_DESIGN, Suppression.OUT_OF_SERVICE


@pytest.mark.parametrize("how", list(Suppression))
@pytest.mark.parametrize("acknowledged", [False, True])
def test_leaving_a_suppression_while_active_lands_in_b(
    how: Suppression, acknowledged: bool
) -> None:
    """T1.1, also for one that had been acknowledged before."""
    night = Night()
    night.opens("west.pir")
    if acknowledged:
        night.acknowledges()
        assert night.alarm("west.pir/active") is AlarmState.ACKED
    night.holds("west.pir", how)
    night.releases("west.pir", how)
    assert night.alarm("west.pir/active") is AlarmState.UNACK
    assert night.incident().rev == 2


def test_a_held_back_alarm_keeps_being_evaluated_and_calls_nobody() -> None:
    """T1.1."""
    night = Night()
    night.holds("west.pir")
    assert only(night.opens("west.pir"), ev.AlarmOccurred)
    assert night.alarm("west.pir/active") is AlarmState.UNACK
    assert not night.state.incidents
    assert only(night.closes("west.pir"), ev.AlarmCleared)
    night.releases("west.pir")
    assert night.alarm("west.pir/active") is AlarmState.NORMAL
    assert not night.state.incidents


def test_what_went_active_while_held_back_opens_an_incident_when_the_time_is_over() -> None:
    """Law 8: every suppression ends, by itself."""
    night = Night()
    night.holds("west.pir", ms=HOUR)
    night.opens("west.pir")
    night.after(HOUR - 1)
    assert not night.state.incidents
    night.after(1)
    assert night.incident().first_out == "west.pir/active"
    assert not night.state.suppressions


def test_holding_a_device_back_holds_its_points() -> None:
    night = Night()
    night.holds("west", OUT)
    night.opens("west.pir")
    night.loses("west")
    night.after(MIN)
    assert not night.state.incidents
    night.releases("west", OUT)
    assert {night.state.alarms[a].source for a in night.incident().alarms} == {"west", "west.pir"}


def test_the_kinds_are_independent() -> None:
    """T1.3: the alarm comes back only when the last of them is gone, in whatever order."""
    for order in itertools.permutations(Suppression):
        night = Night()
        for how in Suppression:
            night.holds("west.pir", how)
        night.opens("west.pir")
        for how in order[:-1]:
            night.releases("west.pir", how)
            assert not night.state.incidents
        night.releases("west.pir", order[-1])
        assert night.incident().first_out == "west.pir/active"


def test_each_is_listed_with_who_why_and_until() -> None:
    """T1.3."""
    night = Night()
    night.holds("west.pir", ms=HOUR, reason="ladder in front of it")
    held = night.state.suppressions["west.pir:shelved"]
    assert (held.by, held.reason) == ("boris", "ladder in front of it")
    assert held.until_utc_ms == night.state.utc_ms(night.now_ms) + HOUR


def test_a_one_shot_ends_at_the_first_return_to_normal() -> None:
    """T1.2."""
    night = Night()
    night.opens("west.pir")
    night.holds("west.pir", one_shot=True)
    night.feed(f.PointChanged("west.pir", PointState.ACTIVE, value=2.0))
    assert night.state.suppressions
    night.closes("west.pir")
    assert not night.state.suppressions


def test_a_one_shot_is_not_ended_by_a_value_or_a_restart_of_what_was_normal() -> None:
    night = Night()
    night.holds("west.pir", one_shot=True, ms=HOUR)
    night.feed(f.PointChanged("west.pir", PointState.NORMAL, value=2.0))
    night.restarts()
    night.returns("west")
    assert night.state.suppressions
    night.after(HOUR)
    assert not night.state.suppressions, "its end holds all the same"


def test_a_one_shot_that_meets_a_reading_without_an_end_calls_nobody() -> None:
    """The reading came while it was held back, and its return to normal ended that."""
    night = Night()
    night.holds("west.pir", one_shot=True)
    night.says("west.pir", PointState.ACTIVE, once=True)
    assert not night.state.incidents
    assert not night.state.suppressions
    night.says("west.pir", PointState.ACTIVE, once=True)
    assert night.incident().first_out == "west.pir/active"


@pytest.mark.parametrize(
    ("how", "longest"),
    [
        (SHELVED, 8 * HOUR),
        (Suppression.INHIBITED, 24 * HOUR),
        (Suppression.TEST, 8 * HOUR),
        (BY_DESIGN, 744 * HOUR),
        (OUT, 744 * HOUR),
    ],
)
def test_no_end_no_suppression(how: Suppression, longest: int) -> None:
    """T1.2, law 8: the end lies ahead and within its limit."""
    night = Night()
    assert refused(night.holds("west.pir", how, ms=longest + 1)) == "bad-input"
    assert refused(night.holds("west.pir", how, ms=0)) == "bad-input"
    assert refused(night.holds("west.pir", how, ms=-1)) == "bad-input"
    assert not refused(night.holds("west.pir", how, ms=longest))


@pytest.mark.parametrize("proof", [p for p in Proof if p is not Proof.PIN])
def test_nothing_but_a_pin_holds_an_alarm_back(proof: Proof) -> None:
    """Law 11."""
    assert refused(Night().holds("west.pir", proof=proof)) == "needs-pin"


def test_a_suppression_has_a_person_a_reason_and_a_source() -> None:
    night = Night()
    assert refused(night.holds("west.pir", by="stranger")) == "forbidden"
    assert refused(night.holds("west.pir", reason="  ")) == "bad-input"
    assert refused(night.holds("west.nothing")) == "unknown"
    assert refused(night.releases("west.pir")) == "unknown"
    assert not night.state.suppressions


@pytest.mark.parametrize("source", ["east.panic", "east.smoke", "east"])
@pytest.mark.parametrize("by", ["gus", "anna", "chloe"])
def test_highly_managed_alarms_are_not_for_everybody_to_hold_back(source: str, by: str) -> None:
    """T1.6: hold-up, fire and tamper; a device is a tamper when it is lost."""
    night = Night()
    assert refused(night.holds(source, by=by)) == "forbidden"
    assert not refused(night.holds(source, by="boris"))
    assert not refused(night.holds("west.pir", by=by))


def test_holding_it_back_again_moves_the_end() -> None:
    night = Night()
    night.holds("west.pir", ms=MIN)
    night.holds("west.pir", ms=HOUR)
    night.after(MIN)
    assert night.state.suppressions
    night.after(HOUR)
    assert not night.state.suppressions


def test_an_incident_may_be_closed_over_what_is_held_back_and_it_comes_anew_after() -> None:
    """T1.1: then as another incident; the closed one is never opened again."""
    night = Night()
    night.opens("west.pir")
    night.holds("west.pir", ms=HOUR)
    assert not refused(night.closes_incident())
    night.after(HOUR)
    assert night.alarm("west.pir/active") is AlarmState.UNACK
    assert night.state.alarms["west.pir/active"].incident == 2


def test_a_reload_that_takes_a_held_back_point_away_shows_its_alarm() -> None:
    night = Night()
    night.holds("west", OUT)
    night.opens("west.pir")
    night.after(S).offer(without(museum(), "west.pir"))
    assert night.incident().first_out == "west.pir/active"


def test_a_guard_who_shelves_a_detector_has_not_shelved_its_cover() -> None:
    """T1.6: tamper is highly managed, whoever held back what the point senses."""
    night = Night()
    night.holds("west.pir", by="gus")
    night.opens("west.pir")
    assert not night.state.incidents
    night.says("west.pir", PointState.TAMPER)
    assert night.incident().first_out == "west.pir/tamper"


def test_what_a_security_manager_takes_out_of_service_is_out_whole() -> None:
    """T1.6: builders take the cover off, and the one who may say so has said so."""
    night = Night()
    night.holds("west.pir", OUT, by="boris")
    night.says("west.pir", PointState.TAMPER)
    assert not night.state.incidents


def test_the_end_of_a_suppression_is_a_date_and_follows_the_clock() -> None:
    """Law 6: what a person wrote compares through the offset; nothing else moves."""
    night = Night()
    night.holds("west.pir", ms=HOUR)
    night.feed(f.WallClockRead(utc_ms=night.state.utc_ms(night.now_ms) + HOUR - MIN))
    night.after(MIN)
    assert not night.state.suppressions
