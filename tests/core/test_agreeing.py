"""Where the site asks, an incident is closed by two people: one asks, another one agrees."""

import pytest
from msgspec.structs import replace

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.vocabulary import Category, Looked, Outcome, PointState, Proof
from tests.core.night import Events, Night, only
from tests.core.sites import MIN, museum
from tests.core.test_false_calls import house

TWO = replace(museum(), close_by_two=(Category.INTRUSION,))


@pytest.fixture
def night() -> Night:
    made = Night(TWO)
    made.opens("west.glass")
    made.says("west.glass", PointState.NORMAL)
    return made


def asks(night: Night, by: str = "anna", cause: str = "test") -> Events:
    return night.feed(
        f.Close(
            incident=1,
            seen=night.incident().rev,
            cause=cause,
            finding=f.TextRef("note/anna/1-1", "00"),
            found_by="anna",
            looked=Looked.INSIDE,
            by=by,
            proof=Proof.PIN,
        )
    )


def agrees(
    night: Night, by: str = "boris", seen: int | None = None, proof: Proof = Proof.PIN
) -> Events:
    seen = night.incident().rev if seen is None else seen
    return night.feed(f.AgreeClose(incident=1, seen=seen, by=by, proof=proof))


def code(events: Events) -> str:
    (refused,) = events
    assert isinstance(refused, ev.CommandRefused)
    return refused.code


def test_the_first_asks_and_nothing_has_ended(night: Night) -> None:
    (asked,) = asks(night)
    assert isinstance(asked, ev.CloseAsked)
    assert night.incident().open
    assert night.incident().calling
    assert asked.by == "anna"
    night.replayed()


def test_the_second_closes_it_as_it_was_asked(night: Night) -> None:
    asks(night, cause="mistake")
    closed = only(agrees(night), ev.IncidentClosed)[0]
    assert (closed.by, closed.agreed_by, closed.cause) == ("anna", "boris", "mistake")
    assert (closed.found_by, closed.looked) == ("anna", Looked.INSIDE)
    assert closed.finding == f.TextRef("note/anna/1-1", "00")
    record = night.incident()
    assert (record.closed_by, record.agreed_by, record.open) == ("anna", "boris", False)
    assert record.close_asked is None
    night.replayed()


def test_nobody_agrees_with_themselves_nor_without_a_pin(night: Night) -> None:
    asks(night)
    assert code(agrees(night, by="anna")) == "second-person"
    assert code(agrees(night, proof=Proof.SESSION)) == "needs-pin"
    assert night.incident().open


def test_there_is_nothing_to_agree_to_before_somebody_has_asked(night: Night) -> None:
    assert code(agrees(night)) == "unknown"


def test_a_second_close_is_another_asking_and_ends_nothing(night: Night) -> None:
    asks(night)
    (asked,) = asks(night, by="boris", cause="weather")
    assert isinstance(asked, ev.CloseAsked)
    assert code(agrees(night, by="boris")) == "second-person"
    closed = only(agrees(night, by="anna"), ev.IncidentClosed)[0]
    assert (closed.by, closed.agreed_by, closed.cause) == ("boris", "anna", "weather")


def test_what_has_changed_since_is_closed_anew(night: Night) -> None:
    asks(night)
    seen = night.incident().rev
    night.opens("west.glass")
    assert night.incident().rev > seen
    assert code(agrees(night, seen=seen)) in {"changed", "worsened"}
    assert code(agrees(night)) == "changed"
    night.says("west.glass", PointState.NORMAL)
    asks(night)
    assert only(agrees(night), ev.IncidentClosed)


def test_what_speaks_against_closing_speaks_against_agreeing(night: Night) -> None:
    """Somebody went in between the two."""
    asks(night)
    for says in ("accepted", "entered"):
        night.feed(f.Attend(incident=1, holder="boris", says=says, by="boris", proof=Proof.PIN))
    assert code(agrees(night)) == "attended"
    assert night.incident().open


def test_the_calling_goes_on_until_the_second_has_agreed(night: Night) -> None:
    asks(night)
    calls = len(night.all(ev.CallPlaced))
    night.after(30 * MIN)
    assert len(night.all(ev.CallPlaced)) > calls


def test_what_the_site_does_not_name_is_closed_by_one() -> None:
    night = Night(replace(museum(), close_by_two=(Category.FIRE,)))
    night.opens("west.glass")
    night.says("west.glass", PointState.NORMAL)
    assert only(asks(night), ev.IncidentClosed)[0].agreed_by == ""


def test_a_false_call_is_counted_and_detectors_are_asked_once_both_have_closed_it() -> None:
    night = Night(replace(house(), close_by_two=(Category.INTRUSION,)))
    night.opens("west.glass")
    for name in tuple(night.incident().calls):
        night.call_ends(name, Outcome.HANDED_OVER)
    night.says("west.glass", PointState.NORMAL)
    asks(night, cause="false-alarm")
    assert not night.all(ev.FalseCallCounted)
    assert not night.all(ev.RestoreProven)
    agrees(night)
    assert [e.incident for e in night.all(ev.FalseCallCounted)] == [1]
    assert [e.point for e in night.all(ev.RestoreProven)] == ["west.glass"]


def test_g9_whoever_may_not_release_may_not_agree_to_it() -> None:
    night = Night(replace(museum(), close_by_two=(Category.HOLD_UP,)))
    night.feed(f.GiveDuressPin(by="anna", proof=Proof.PIN, duress=True))
    number = next(iter(night.state.incidents))
    assert night.incident(number).hidden_from
    close = f.Close(
        incident=number,
        seen=night.incident(number).rev,
        cause="attack",
        finding=f.TextRef("note/chloe/1-1", "00"),
        found_by="chloe",
        looked=Looked.INSIDE,
        by="chloe",
        proof=Proof.PIN,
    )
    (asked,) = night.feed(close)
    assert isinstance(asked, ev.CloseAsked)
    for person, why in (("anna", "unknown"), ("gus", "forbidden")):
        agreed = f.AgreeClose(
            incident=number, seen=night.incident(number).rev, by=person, proof=Proof.PIN
        )
        assert code(night.feed(agreed)) == why, person
    assert night.incident(number).open
