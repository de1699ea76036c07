"""C8: that the police know of a confirmed attack is said by a person, or people are called."""

import pytest
from msgspec.structs import replace

from monitord.channels.words import Situation, spoken
from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.police_calls import PREFIX
from monitord.core.site import PoliceReference, Site
from monitord.vocabulary import Category, Condition, Confirmed, Looked, PoliceType, Proof
from tests.core.night import Events, Night, only
from tests.core.sites import MIN, museum

REFERENCE = PoliceReference(
    "gb-1", "RM4471", PoliceType.INTRUDER, instead=("anna",), call_within_ms=5 * MIN
)
LATE = f"{PREFIX}1/{Condition.FAULT}"


def house(reference: PoliceReference = REFERENCE) -> Site:
    return replace(museum(), police={reference.id: reference})


def confirmed(site: Site | None = None) -> Night:
    night = Night(site or house())
    night.opens("west.glass")
    night.feed(f.ConfirmIncident(incident=1, how=Confirmed.SEEN, by="anna", proof=Proof.SESSION))
    return night


def tells(night: Night, how: str = "self", number: int = 1) -> Events:
    return night.feed(f.TellPolice(incident=number, how=how, by="anna", proof=Proof.SESSION))


def test_c8_two_detectors_are_a_confirmation_as_a_person_is() -> None:
    night = Night(house())
    night.opens("west.glass")
    night.opens("west.pir")
    if not night.incident().confirmed:
        night.opens("east.pir", "east.door")
    assert any(incident.confirmed for incident in night.state.open_incidents())
    assert any(key.startswith("police-call:") for key in night.state.deadlines)


def stands(night: Night) -> bool:
    record = night.state.alarms.get(LATE)
    return record is not None and record.active


def test_c8_confirmed_and_nobody_says_that_they_know_people_are_called() -> None:
    night = confirmed()
    night.after(5 * MIN - 1)
    assert not stands(night)
    before = len(list(night.heard))
    night.after(1)
    assert stands(night)
    opened = only(tuple(night.heard)[before:], ev.IncidentOpened)
    assert [each.category for each in opened] == [Category.PROCEDURE]
    tells(night)
    assert not stands(night)
    night.replayed()


@pytest.mark.parametrize("how", ["self", "receiving-centre"])
def test_c8_once_it_is_said_with_a_name_nobody_is_called(how: str) -> None:
    night = confirmed()
    (told,) = tells(night, how)
    assert told == ev.PoliceWereTold(incident=1, by="anna", how=how)
    night.after(10 * MIN)
    assert not stands(night)
    assert [(each.by, each.how) for each in night.incident().police_told] == [("anna", how)]


def test_c8_nothing_is_awaited_of_what_is_not_confirmed_or_not_theirs() -> None:
    night = Night(house())
    night.opens("west.glass")
    night.after(10 * MIN)
    assert not stands(night)
    for other in (
        replace(REFERENCE, call_within_ms=None),
        replace(REFERENCE, type=PoliceType.HOLD_UP),
        replace(REFERENCE, areas=("gallery",)),
    ):
        night = confirmed(house(other))
        night.after(10 * MIN)
        assert not stands(night), other


def test_g9_a_silent_alarm_is_never_asked_about() -> None:
    """The question would be seen where the button is."""
    night = Night(house(replace(REFERENCE, type=PoliceType.HOLD_UP)))
    night.opens("east.panic")
    assert night.incident().silent
    night.feed(f.ConfirmIncident(incident=1, how=Confirmed.SEEN, by="anna", proof=Proof.SESSION))
    night.after(10 * MIN)
    assert not any(key.startswith("police-call:") for key in night.state.deadlines)
    assert not stands(night)


def test_c8_the_end_of_the_incident_is_the_end_of_the_question() -> None:
    night = confirmed()
    night.closes("west.glass")
    night.feed(f.Acknowledge(incident=1, seen=night.incident().rev, by="anna", proof=Proof.PIN))
    closed = night.feed(
        f.Close(
            incident=1,
            seen=night.incident().rev,
            cause="test",
            finding=f.TextRef("note/anna/1-1", "00"),
            found_by="anna",
            looked=Looked.INSIDE,
            by="anna",
            proof=Proof.PIN,
        )
    )
    assert only(closed, ev.IncidentClosed), closed
    night.after(10 * MIN)
    assert not stands(night)
    (refused,) = tells(night)
    assert isinstance(refused, ev.CommandRefused)
    assert refused.code == "closed"


@pytest.mark.parametrize(
    ("how", "number", "code"), [("pigeon", 1, "bad-input"), ("self", 7, "unknown")]
)
def test_c8_what_is_no_word_about_the_police_is_refused(how: str, number: int, code: str) -> None:
    (refused,) = tells(confirmed(), how, number)
    assert isinstance(refused, ev.CommandRefused)
    assert refused.code == code


def test_c8_whoever_is_called_hears_of_which_incident() -> None:
    situation = Situation(
        category=Category.PROCEDURE, area="store", source=f"{PREFIX}7", condition=Condition.FAULT
    )
    assert "the police know of incident 7" in spoken(museum(), situation)
