"""Incidents: number, revision, first-out; joining, confirmation, declaring, closing."""

import msgspec
import pytest

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.state import CLOSED_INCIDENTS_KEPT
from monitord.vocabulary import (
    DECLARABLE,
    AlarmState,
    Arming,
    Category,
    Kind,
    PointState,
    Priority,
    Proof,
)
from tests.core.night import Night, only, refused
from tests.core.sites import GRACE, MIN, S, museum, without

JOIN = 10 * MIN


def test_the_first_alarm_opens_and_is_kept_as_first_out() -> None:
    night = Night()
    night.opens("west.pir", "west.glass")
    incident = night.incident()
    assert (incident.number, incident.rev, incident.first_out) == (1, 3, "west.pir/active")
    assert incident.alarms == ["west.pir/active", "west.glass/active"]
    assert not incident.owner


def test_numbers_go_on_and_are_never_used_again() -> None:
    night = Night()
    for number in range(1, CLOSED_INCIDENTS_KEPT + 6):
        night.opens("east.mains")
        night.closes("east.mains")
        night.closes_incident(incident=number)
    assert night.all(ev.IncidentOpened)[-1].incident == CLOSED_INCIDENTS_KEPT + 5
    assert len(night.state.incidents) <= CLOSED_INCIDENTS_KEPT + 1
    assert (
        refused(night.feed(f.Acknowledge(incident=1, seen=1, by="anna", proof=Proof.LINK)))
        == "unknown"
    )


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        ("east.pir", "east.door", True),  # one family, one area
        ("east.pir", "east.case", True),  # cut, open and lift are one attack
        ("east.pir", "west.pir", False),  # another area
        ("east.pir", "east.water", False),  # another family
        ("east.panic", "east.panic2", False),  # a hold-up always stands alone
        ("east.smoke", "east.smoke2", False),  # and so does a fire
        ("east.panic", "east.pir", False),
        ("east.pir", "east.panic", False),
    ],
)
def test_what_joins_and_what_opens_its_own(first: str, second: str, joined: bool) -> None:
    night = Night()
    night.opens(first)
    night.after(S).opens(second)
    assert len(night.state.incidents) == (1 if joined else 2)


@pytest.mark.parametrize(
    ("gallery", "after", "joined"),
    [
        ("unset", JOIN - 1, True),
        ("unset", JOIN, False),
        ("set", JOIN, True),  # it may still confirm: one joined attack (law 4)
        ("set", 30 * MIN - 1, True),
        ("set", 30 * MIN, False),
    ],
)
def test_an_alarm_joins_while_the_incident_is_fresh(gallery: str, after: int, joined: bool) -> None:
    night = Night(gallery=gallery)
    night.opens("east.case")
    night.after(after).says("east.door", PointState.TAMPER)
    assert len(night.state.incidents) == (1 if joined else 2)
    assert night.incident().confirmed is (joined and gallery == "set")


def test_every_join_keeps_it_fresh() -> None:
    night = Night(gallery="unset")
    night.opens("east.case")
    for _ in range(3):
        night.after(JOIN - 1).closes("east.case")
        night.opens("east.case")
    night.after(JOIN - 1).says("east.door", PointState.TAMPER)
    assert len(night.state.incidents) == 1


def test_the_same_alarm_comes_back_into_its_own_incident_however_late() -> None:
    night = Night()
    night.opens("east.panic")
    night.closes("east.panic")
    night.after(3 * JOIN).opens("east.panic")
    assert len(night.state.incidents) == 1
    assert night.incident().rev == 2


@pytest.mark.parametrize(
    ("then", "worse"),
    [
        ("east.door", ("confirmed",)),
        ("east.pir", ()),  # the same detector again
    ],
)
def test_what_has_worsened(then: str, worse: tuple[str, ...]) -> None:
    """Law 10: unconfirmed to confirmed; more of the same does not."""
    night = Night()
    night.opens("east.pir")
    night.closes("east.pir")
    night.opens(then)
    assert night.incident().worse == worse


def test_a_new_category_worsens_and_every_reason_is_named() -> None:
    night = Night(gallery="unset")  # nothing confirms in an unset area
    night.opens("east.case")
    night.says("east.pir", PointState.TAMPER)
    assert only(tuple(night.heard), ev.IncidentJoined)[0].worse == ("now also tamper",)
    assert night.incident().categories == [Category.OBJECT, Category.TAMPER]


def test_a_higher_priority_worsens_and_the_incident_takes_its_category() -> None:
    site = museum()
    site.points["east.case"] = msgspec.structs.replace(
        site.points["east.case"], priority=Priority.CRITICAL
    )
    night = Night(site, gallery="unset")
    night.says("east.pir", PointState.TAMPER)
    night.opens("east.case")
    joined = night.all(ev.IncidentJoined)[0]
    assert joined.worse == ("higher priority", "now also object")
    assert (night.incident().priority, night.incident().category) == (1, Category.OBJECT)


# --- confirmation -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("after", "confirmed"), [(30 * MIN - S, True), (30 * MIN, False), (30 * MIN + S, False)]
)
def test_a_second_detector_within_the_window_confirms(after: int, confirmed: bool) -> None:
    """T2.5: 29:59 confirms, 30:01 is a new first alarm."""
    night = Night()
    night.opens("west.pir")
    night.after(after).opens("west.glass")
    assert any(i.confirmed for i in night.state.incidents.values()) is confirmed
    if not confirmed:
        assert night.state.areas["store"].first_source == "west.glass"


def test_the_same_detector_twice_confirms_nothing() -> None:
    """T2.5, its own tamper included."""
    night = Night()
    night.opens("west.pir")
    night.closes("west.pir")
    night.opens("west.pir")
    night.says("west.pir", PointState.TAMPER)
    assert not night.incident().confirmed


def test_a_lost_panel_is_the_second_source() -> None:
    """Law 4: with a second loss or alarm there it becomes one joined attack."""
    night = Night()
    night.opens("west.pir")
    night.loses("west")
    night.after(GRACE)
    assert night.incident().confirmed
    assert night.incident().alarms == ["west.pir/active", "west/tamper"]


def test_nothing_confirms_in_an_unset_area() -> None:
    night = Night(gallery="unset")
    night.opens("east.case")
    night.says("east.pir", PointState.TAMPER)
    assert not night.incident().confirmed


def test_a_technical_incident_of_the_same_device_is_not_confirmed_with_the_attack() -> None:
    night = Night(gallery="unset")
    night.says("east.pir", PointState.FAULT)
    night.opens("east.set", "east.door")
    night.says("east.pir", PointState.TAMPER)
    technical, attack = night.incident(1), night.incident(2)
    assert (technical.category, technical.confirmed) == (Category.TECHNICAL, False)
    assert attack.confirmed


def test_a_closed_incident_takes_its_first_alarm_with_it() -> None:
    """Looked into and closed: the next detector is a first one again."""
    night = Night()
    night.opens("west.pir")
    night.closes("west.pir")
    night.closes_incident()
    night.opens("west.glass")
    assert not night.incident(2).confirmed


# --- declared by hand -------------------------------------------------------------------------


@pytest.mark.parametrize("category", list(Category))
def test_what_can_be_declared(category: Category) -> None:
    night = Night()
    code = refused(night.declares(category))
    if category not in DECLARABLE:
        assert code == "bad-input"
        assert not night.state.incidents
        return
    incident = night.incident()
    assert (incident.category, incident.declared_by) == (category, "gus")
    assert incident.confirmed, "a person who stands there is the second source"
    assert night.called()


def test_an_area_that_is_not_there_cannot_be_declared_for() -> None:
    assert refused(Night().declares(Category.THEFT, area="attic")) == "bad-input"


def test_alarms_do_not_join_what_a_person_declared() -> None:
    night = Night()
    night.declares(Category.INTRUSION)
    night.opens("east.pir")
    assert len(night.state.incidents) == 2


# --- closing ----------------------------------------------------------------------------------


def test_closing_is_the_reset_and_a_closed_incident_is_never_opened_again() -> None:
    night = Night()
    night.opens("west.pir")
    night.closes("west.pir")
    events = night.closes_incident(by="boris", cause="mistake")
    assert only(events, ev.AlarmReset)
    closed = night.incident()
    assert (closed.open, closed.closed_by, closed.cause) == (False, "boris", "mistake")
    assert night.alarm("west.pir/active") is AlarmState.NORMAL
    assert not night.state.deadlines
    night.opens("west.pir")
    assert night.incident(2).first_out == "west.pir/active"
    assert not closed.open
    assert refused(night.acknowledges(incident=1, seen=1)) == "ended"
    assert refused(night.closes_incident(incident=1, seen=1)) == "ended"


def test_an_incident_is_not_closed_while_a_point_is_active_or_unknown() -> None:
    night = Night()
    night.opens("west.pir")
    assert refused(night.closes_incident()) == "active"
    night.says("west.pir", PointState.UNKNOWN)
    assert refused(night.closes_incident()) == "active"
    assert night.incident().open


@pytest.mark.parametrize("proof", [p for p in Proof if p is not Proof.PIN])
def test_closing_needs_the_pin(proof: Proof) -> None:
    """Law 11."""
    night = Night()
    night.opens("west.pir")
    night.closes("west.pir")
    assert refused(night.closes_incident(proof=proof)) == "needs-pin"


def test_closing_needs_a_known_person_a_cause_and_to_have_seen_everything() -> None:
    night = Night()
    night.opens("east.mains")
    night.closes("east.mains")
    night.opens("east.mains")
    night.closes("east.mains")
    assert refused(night.closes_incident(cause="because")) == "bad-input"
    assert refused(night.closes_incident(by="stranger")) == "forbidden"
    assert refused(night.closes_incident(seen=1)) == "changed"
    assert refused(night.closes_incident(seen=9)) == "bad-input"
    assert (
        refused(night.feed(f.Close(incident=7, seen=1, cause="test", by="anna", proof=Proof.PIN)))
        == "unknown"
    )
    assert night.incident().open


def test_closing_what_has_worsened_unseen_is_refused() -> None:
    night = Night()
    night.opens("west.pir", "west.glass")
    night.closes("west.pir", "west.glass")
    assert refused(night.closes_incident(seen=1)) == "worsened"


def test_an_alarm_whose_point_left_the_site_is_retired_until_a_person_closes_it() -> None:
    """design.md 3, ``was``: nothing else could ever clear it."""
    night = Night()
    night.opens("west.pir")
    night.after(S).offer(without(museum(), "west.pir"))
    assert night.alarm("west.pir/active") is AlarmState.UNACK
    assert not refused(night.closes_incident())
    assert "west.pir/active" not in night.state.alarms


def test_a_kind_that_no_longer_alarms_does_not_hold_its_incident_open_for_ever() -> None:
    night = Night()
    night.opens("west.pir")
    site = museum()
    site.points["west.pir"] = msgspec.structs.replace(
        site.points["west.pir"], kind=Kind.EVENT, category=Category.NONE, arming=Arming.NEVER
    )
    night.after(S).offer(site)
    night.returns("west")
    assert not refused(night.closes_incident())


def test_each_area_of_an_incident_is_named_once() -> None:
    """Also as one that was set: only that is demanded back."""
    night = Night()
    night.opens("west.pir", "west.glass")
    incident = night.incident()
    assert len(incident.alarms) == 2
    assert incident.areas == incident.set_areas == ["store"]
    night.replayed()
