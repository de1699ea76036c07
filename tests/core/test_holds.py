"""T3.8: evidence that somebody holds stays beyond its end, until they or another release it."""

import pytest
from msgspec.structs import replace

from monitord.channels.words import Situation, spoken
from monitord.core import events as ev
from monitord.core import evidence, holds
from monitord.core import facts as f
from monitord.core.alarms import alarm_id
from monitord.core.site import Person, Site
from monitord.vocabulary import Category, Condition, Proof, Role
from tests.core.night import Events, Night
from tests.core.sites import HOUR
from tests.core.test_evidence import KEPT, closed, expired, kept
from tests.core.test_pictures import site

WHY = f.TextRef(id="note/dora/1-1", hash="00")
DAY = 24 * HOUR
FAULT = alarm_id("monitord.hold.1", Condition.FAULT)


def with_managers(place: Site) -> Site:
    """The site with somebody who may hold and somebody who may release."""
    people = {
        **place.people,
        "dora": Person("dora", Role.DUTY_MANAGER),
        "max": Person("max", Role.SECURITY_MANAGER),
    }
    return replace(place, people=people)


@pytest.fixture
def night() -> Night:
    """One picture of an incident that is closed."""
    night = Night(with_managers(site()))
    night.opens("east.pir")
    kept(night, 1, "aa")
    closed(night)
    return night


def hold(
    night: Night,
    ahead_ms: int = 10 * DAY,
    incident: int = 1,
    by: str = "dora",
    why: f.TextRef | None = WHY,
) -> Events:
    until_utc_ms = night.state.utc_ms(night.now_ms) + ahead_ms
    return night.feed(
        f.HoldEvidence(
            incident=incident, until_utc_ms=until_utc_ms, reason=why, by=by, proof=Proof.PIN
        )
    )


def release(night: Night, incident: int = 1, by: str = "max") -> Events:
    return night.feed(f.ReleaseEvidence(incident=incident, by=by, proof=Proof.PIN))


def code(events: Events) -> str:
    (refused,) = events
    assert isinstance(refused, ev.CommandRefused)
    return refused.code


def test_t3_8_what_is_held_stays_beyond_its_end_and_goes_with_the_release(night: Night) -> None:
    (held,) = [one for one in hold(night, 90 * DAY) if isinstance(one, ev.EvidenceHeld)]
    assert (held.incident, held.by, held.reason) == (1, "dora", WHY)
    night.at(KEPT + 60 * DAY)
    assert expired(night) == []
    release(night)
    night.after(1)
    assert expired(night) == [1]
    night.replayed()


def test_a_hold_costs_no_entry_while_it_lasts(night: Night) -> None:
    """A year of held pictures is no year of entries."""
    hold(night, 300 * DAY)
    night.at(KEPT)
    before = len(night.journal)
    night.after(200 * DAY)
    assert [e for entry in night.journal[before:] for e in entry.events] == []


def test_what_is_released_early_has_its_own_end_still(night: Night) -> None:
    hold(night)
    release(night)
    night.at(KEPT - 1)
    assert expired(night) == []
    night.at(KEPT)
    assert expired(night) == [1]


def test_a_hold_whose_date_is_over_holds_on_and_stands_as_a_fault(night: Night) -> None:
    hold(night)
    night.after(10 * DAY - 1)
    assert FAULT not in night.state.alarms
    night.after(1)
    assert night.all(ev.HoldOverdue) == [ev.HoldOverdue(incident=1)]
    assert night.state.alarms[FAULT].active
    night.after(30 * DAY)
    assert expired(night) == [], "nobody has released it"
    assert len(night.all(ev.HoldOverdue)) == 1
    night.restarts()
    assert night.state.alarms[FAULT].active
    night.replayed()


def test_a_renewal_ends_the_fault_and_a_release_too(night: Night) -> None:
    hold(night)
    night.after(10 * DAY)
    hold(night, 5 * DAY, by="max")
    assert not night.state.alarms[FAULT].active
    assert night.state.holds[1].by == "max"
    night.after(5 * DAY)
    assert night.state.alarms[FAULT].active
    release(night)
    assert not night.state.alarms.get(FAULT) or not night.state.alarms[FAULT].active
    night.after(1)
    assert expired(night) == [1]


def test_its_incident_is_not_closed_before_somebody_has_decided(night: Night) -> None:
    """The fault stands until the hold is renewed or released, whoever is tired of it."""
    hold(night)
    night.after(10 * DAY)
    (number,) = [one.number for one in night.state.open_incidents()]
    night.acknowledges(incident=number)
    events = night.closes_incident(incident=number)
    assert code(events) == "active"
    release(night)
    assert any(isinstance(one, ev.IncidentClosed) for one in night.closes_incident(incident=number))


def test_a_hold_is_kept_over_a_restart_and_its_date_follows_the_time_of_day(night: Night) -> None:
    hold(night)
    night.restarts()
    assert 1 in night.state.holds
    night.feed(f.WallClockRead(utc_ms=night.state.utc_ms(night.now_ms) + 9 * DAY))
    night.after(DAY - 1)
    assert not night.all(ev.HoldOverdue)
    night.after(1)
    assert night.all(ev.HoldOverdue)
    night.feed(f.WallClockRead(utc_ms=night.state.utc_ms(night.now_ms) - DAY))
    assert "hold:1" not in night.state.deadlines, "told once, whatever the clock says then"


@pytest.mark.parametrize(
    ("ahead_ms", "allowed"),
    [(0, False), (1, True), (holds.REVIEW_MS_MAX, True), (holds.REVIEW_MS_MAX + 1, False)],
)
def test_it_is_looked_at_again_within_a_year(night: Night, ahead_ms: int, allowed: bool) -> None:
    events = hold(night, ahead_ms)
    assert (1 in night.state.holds) is allowed
    assert allowed or code(events) == "bad-input"


def test_nothing_is_held_without_a_reason_or_where_there_is_nothing(night: Night) -> None:
    assert code(hold(night, why=None)) == "bad-input"
    assert code(hold(night, incident=7)) == "unknown"
    assert code(release(night)) == "unknown"
    night.at(KEPT)
    assert code(hold(night)) == "unknown", "it has reached its end, and its file is going"
    assert not night.state.holds


def test_what_is_open_may_be_held_before_it_has_a_picture(night: Night) -> None:
    night.after(HOUR)
    night.opens("east.pir")
    hold(night, incident=2)
    assert 2 in night.state.holds


def test_a_guard_holds_nothing_and_a_duty_manager_releases_nothing(night: Night) -> None:
    assert code(hold(night, by="gus")) == "forbidden"
    hold(night)
    assert code(release(night, by="dora")) == "forbidden"
    assert 1 in night.state.holds


def test_there_is_an_end_to_how_many_are_held(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holds, "HOLDS_MAX", 1)
    night.after(HOUR)
    night.opens("east.pir")
    hold(night)
    assert code(hold(night, incident=2)) == "full"
    hold(night, 11 * DAY)
    assert len(night.all(ev.EvidenceHeld)) == 2, "a renewal is none more"


def test_too_many_pictures_never_cost_what_is_held(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The oldest that may go goes in its place."""
    night.after(HOUR)
    night.opens("east.pir")
    kept(night, 2, "bb")
    closed(night, 2)
    hold(night)
    monkeypatch.setattr(evidence, "PICTURES_MAX", 2)
    night.after(HOUR)
    night.opens("east.pir")
    kept(night, 3, "cc")
    assert expired(night) == [2]


def test_a_hold_that_nobody_will_look_at_again_is_a_broken_state(night: Night) -> None:
    hold(night)
    assert list(holds.broken(night.state)) == []
    del night.state.deadlines["hold:1"]
    assert list(holds.broken(night.state))


def test_the_fault_says_what_to_decide(night: Night) -> None:
    situation = Situation(
        Category.PROCEDURE, "", source="monitord.hold.7", condition=Condition.FAULT
    )
    said = spoken(night.state.site, situation)
    assert "held of incident 7 is over" in said
    assert "renew the hold, or release it" in said
    assert "Not confirmed" not in said
