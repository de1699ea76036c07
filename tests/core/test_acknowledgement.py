"""Law 10 and C3: acknowledged is not handled, and nobody acknowledges what they have not seen."""

import pytest

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.vocabulary import AlarmState, PointState, Proof
from tests.core.night import Night, only, refused
from tests.core.sites import MIN, S, museum


def test_an_acknowledgement_names_the_person_and_stops_the_calling() -> None:
    """T1.4: a named person, with the time; the first one owns it."""
    night = Night()
    night.opens("west.pir")
    events = night.after(10 * S).acknowledges("anna")
    assert [type(e) for e in events] == [
        ev.IncidentAcknowledged,
        ev.AlarmAcknowledged,
        ev.CallsStopped,
    ]
    incident = night.incident()
    assert (incident.owner, incident.acks[0].at_ms) == ("anna", night.now_ms)
    assert incident.acknowledged
    assert night.alarm("west.pir/active") is AlarmState.ACKED
    calls = len(night.called())
    night.after(4 * MIN)
    assert len(night.called()) == calls


def test_acknowledged_is_not_reset_and_not_handled() -> None:
    """T1.4, C3: the alarm stays latched, the incident open, and the decide timer runs."""
    night = Night()
    night.opens("west.pir")
    night.acknowledges()
    night.closes("west.pir")
    assert night.alarm("west.pir/active") is AlarmState.LATCH_ACKED
    assert night.incident().open
    assert night.deadline_in("decide:1") == 5 * MIN


def test_what_has_worsened_since_is_refused_and_says_why() -> None:
    night = Night()
    night.opens("west.pir", "west.glass")
    refusal = only(night.acknowledges(seen=1), ev.CommandRefused)[0]
    assert refusal.code == "worsened"
    assert "confirmed" in refusal.text
    assert night.incident().calling
    assert not refused(night.acknowledges(seen=3))


def test_more_of_the_same_does_not_refuse_and_stays_unacknowledged() -> None:
    """Law 10: "+1 since you acknowledged". T1.4: the occurrence nobody saw stays B."""
    night = Night(gallery="unset")  # more of the family, and nothing confirms
    night.opens("east.case")
    night.closes("east.case")
    night.opens("east.case")
    night.acknowledges(seen=1)
    assert night.incident().acknowledged
    assert night.alarm("east.case/active") is AlarmState.UNACK
    night.acknowledges("boris", seen=2)
    assert night.alarm("east.case/active") is AlarmState.ACKED


def test_a_new_occurrence_between_the_page_and_the_click_stays_unseen() -> None:
    """T1.4, the race."""
    night = Night()
    night.opens("west.pir")
    seen = night.incident().rev
    night.closes("west.pir")
    night.opens("west.pir")
    night.acknowledges(seen=seen)
    assert night.alarm("west.pir/active") is AlarmState.UNACK
    night.acknowledges()
    assert night.alarm("west.pir/active") is AlarmState.ACKED


def test_more_of_the_same_after_an_acknowledgement_calls_nobody_again() -> None:
    night = Night()
    night.opens("west.pir")
    night.acknowledges()
    night.closes("west.pir")
    calls = len(night.called())
    night.opens("west.pir")
    assert len(night.called()) == calls
    assert night.incident().acknowledged
    assert night.alarm("west.pir/active") is AlarmState.UNACK


def test_a_second_person_is_on_record_and_owns_nothing_and_stretches_nothing() -> None:
    night = Night()
    night.opens("west.pir")
    night.acknowledges("anna")
    night.after(MIN).acknowledges("boris")
    assert [a.by for a in night.incident().acks] == ["anna", "boris"]
    assert night.incident().owner == "anna"
    assert night.deadline_in("decide:1") == 4 * MIN


def test_the_same_word_again_leaves_no_trace() -> None:
    night = Night()
    night.opens("west.pir")
    night.acknowledges("anna")
    entries = len(night.journal)
    assert not night.acknowledges("anna")
    assert len(night.journal) == entries


def test_after_the_decide_timer_the_same_person_must_say_it_again() -> None:
    night = Night()
    night.opens("west.pir")
    night.acknowledges("anna")
    night.after(5 * MIN)
    assert night.incident().calling
    assert night.acknowledges("anna")
    assert night.incident().acknowledged


@pytest.mark.parametrize(
    ("incident", "seen", "by", "code"),
    [
        (2, 1, "anna", "unknown"),
        (1, 0, "anna", "bad-input"),
        (1, 2, "anna", "bad-input"),
        (1, 1, "stranger", "forbidden"),
        (1, 1, "", "forbidden"),
    ],
)
def test_what_makes_no_sense_is_refused_and_the_calling_goes_on(
    incident: int, seen: int, by: str, code: str
) -> None:
    night = Night()
    night.opens("west.pir")
    fact = f.Acknowledge(incident=incident, seen=seen, by=by, proof=Proof.LINK)
    assert refused(night.feed(fact)) == code
    assert night.incident().calling


def test_one_alarm_of_two_incidents_is_acknowledged_in_its_own_only() -> None:
    night = Night(museum())
    night.opens("west.pir", "east.pir")
    night.acknowledges(incident=1)
    assert night.alarm("west.pir/active") is AlarmState.ACKED
    assert night.alarm("east.pir/active") is AlarmState.UNACK
    assert night.incident(2).calling


def test_a_returned_alarm_is_done_when_it_is_acknowledged_unless_it_latches() -> None:
    night = Night()
    night.opens("east.mains")
    night.closes("east.mains")
    night.acknowledges(incident=1)
    assert night.alarm("east.mains/active") is AlarmState.NORMAL
    night.says("west.pir", PointState.ACTIVE, once=True)
    night.acknowledges(incident=2)
    assert night.alarm("west.pir/active") is AlarmState.LATCH_ACKED
