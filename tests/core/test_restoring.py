"""Restoring: what was held back, reset or left out proves that it is live again (B5, B6)."""

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.records import AlarmRecord
from monitord.core.site import Site, Span
from monitord.vocabulary import (
    AlarmState,
    Category,
    Kind,
    PointState,
    Priority,
    Suppression,
    Unproven,
)
from tests.core.night import Night, only, refused
from tests.core.sites import EAST, HOUR, MIN, S, museum, point

RESTORE: int = 2 * MIN
OUT, INHIBITED = Suppression.OUT_OF_SERVICE, Suppression.INHIBITED


def scanned() -> Site:
    """The gallery, whose panel tells on ``east.pir-out`` that it leaves the detector out."""
    site = museum(east={**EAST, "pir-out": Kind.EVENT})
    points = dict(site.points)
    points["east.pir"] = msgspec.structs.replace(points["east.pir"], isolated="east.pir-out")
    points["east.pir-out"] = msgspec.structs.replace(
        point("east", "pir-out", Kind.EVENT, "gallery"), isolates=("east.pir",)
    )
    return msgspec.structs.replace(site, points=points)


def stands(night: Night, name: str = "east.pir") -> AlarmRecord | None:
    return night.state.alarms.get(f"{name}/not restored")


def test_a_detector_that_answers_is_proven_at_once_when_its_isolation_ends() -> None:
    """B5: the proof is on record."""
    night = Night(scanned())
    night.holds("east.pir", OUT, ms=HOUR)
    night.after(HOUR)
    proven = night.all(ev.RestoreProven)
    assert [event.point for event in proven] == ["east.pir"]
    assert stands(night) is None


def test_a_panel_that_leaves_it_out_past_the_end_is_an_alarm_until_it_does_not() -> None:
    """B5: isolated until an hour, and the panel keeps it out: *not restored*, to the ms."""
    night = Night(scanned())
    night.holds("east.pir", OUT, ms=HOUR)
    night.opens("east.pir-out")
    night.after(HOUR)
    night.after(RESTORE - 1)
    assert stands(night) is None
    night.after(1)
    alarm = stands(night)
    assert alarm is not None
    assert (alarm.category, alarm.priority) == (Category.PROCEDURE, Priority.HIGH)
    assert night.state.restores["east.pir"].missing is Unproven.LEFT_OUT
    assert refused(night.closes_incident()) == "active"
    night.after(24 * HOUR)
    assert stands(night) is not None, "it ends by the proof, never by time"
    night.closes("east.pir-out")
    assert night.alarm("east.pir/not restored") is AlarmState.RTN_UNACK
    assert not refused(night.closes_incident())
    assert stands(night) is None


def test_a_device_that_does_not_answer_when_the_time_is_over_proves_nothing() -> None:
    """B5, law 4: silence is no proof; its first answer with the point's state is."""
    night = Night()
    night.holds("west", OUT, ms=HOUR)
    night.after(HOUR - S).loses("west")
    night.after(S)
    night.after(RESTORE)
    assert stands(night, "west.pir") is not None
    assert night.state.restores["west.pir"].missing is Unproven.NO_ANSWER
    night.feed(f.DeviceReturned("west", (f.Sample("west.glass", PointState.NORMAL),)))
    assert "west.pir" in night.state.restores, "it has not shown its own state"
    night.returns("west")
    assert not night.state.restores


def test_a_restart_in_the_middle_keeps_the_timer_and_gives_time_to_look() -> None:
    """B5: after kill -9 the isolation ends when it was to end, and the proof is asked for."""
    night = Night(scanned())
    night.holds("east.pir", OUT, ms=HOUR)
    night.opens("east.pir-out")
    night.after(30 * MIN).restarts()
    night.returns("east", set=PointState.ACTIVE, **{"pir-out": PointState.ACTIVE})
    night.returns("west")
    night.after(30 * MIN)
    assert not night.state.suppressions
    night.sleeps_until(night.now_ms - night.begin_ms + HOUR).restarts()
    assert stands(night) is None, "nobody has looked yet"
    night.time_passes()
    assert stands(night) is None
    night.returns("east", set=PointState.ACTIVE, **{"pir-out": PointState.ACTIVE})
    night.after(RESTORE)
    assert stands(night) is not None


def test_what_a_panel_leaves_out_and_nobody_holds_back_is_an_alarm() -> None:
    """B5: any zone left out has a person, a reason and an end, or people are told."""
    night = Night(scanned())
    night.opens("east.pir-out")
    night.after(RESTORE - 1)
    assert stands(night) is None
    night.after(1)
    assert stands(night) is not None


def test_holding_it_back_with_a_name_in_time_is_the_answer() -> None:
    night = Night(scanned())
    night.opens("east.pir-out")
    night.after(MIN).holds("east.pir", OUT, ms=HOUR)
    assert only(tuple(night.heard), ev.RestoreSetAside)
    night.after(HOUR - 1)
    assert stands(night) is None
    night.after(1 + RESTORE)
    assert stands(night) is not None, "the end of that asks again"


def test_a_close_is_refused_while_the_panel_is_set_and_one_zone_is_left_out() -> None:
    """B6: the panel reports the area set, but one detector of the incident is disabled."""
    night = Night(scanned())
    night.opens("east.pir")
    night.closes("east.pir")
    night.opens("east.pir-out")
    assert refused(night.closes_incident()) == "not-restored"
    night.closes("east.pir-out")
    assert not refused(night.closes_incident())


def test_a_detector_left_out_after_the_reset_is_a_standing_alarm() -> None:
    """B6, Dresden: closed as a false alarm, and the scanner never came back."""
    night = Night(scanned())
    night.opens("east.pir")
    night.closes("east.pir")
    night.closes_incident()
    night.opens("east.pir-out")
    night.after(RESTORE)
    assert stands(night) is not None


def test_a_reset_asks_for_the_area_to_be_set_again() -> None:
    """B6: it was set when it alarmed; unset at the reset and left so is not as it was."""
    night = Night(scanned())
    night.opens("east.pir")
    night.closes("east.pir", "east.set")
    night.closes_incident()
    night.after(RESTORE)
    assert stands(night) is not None
    assert night.state.restores["east.pir"].missing is Unproven.NOT_SET
    night.opens("east.set")
    assert not night.state.restores
    assert night.alarm("east.pir/not restored") is AlarmState.RTN_UNACK


def test_an_area_that_may_be_unset_by_its_hours_need_not_be_set_again() -> None:
    """B6: the night's incident is closed in the morning, and the museum is open."""
    hours = {"areas": {"gallery": {"open": "Mo-Su 09:00-17:00"}}}
    night = Night(msgspec.structs.replace(scanned(), setup=hours))
    night.opens("east.pir")
    night.closes("east.pir", "east.set")
    utc_ms = night.state.utc_ms(night.now_ms)
    night.feed(
        f.CalendarRead(
            site_hash=night.state.site_hash,
            from_ms=utc_ms,
            until_ms=utc_ms + 14 * 24 * HOUR,
            areas={"gallery": (Span(utc_ms, utc_ms + 8 * HOUR),)},
        )
    )
    night.closes_incident()
    assert not night.state.restores


def test_what_alarmed_in_an_unset_area_needs_no_set_area_after() -> None:
    night = Night(scanned(), gallery="unset")
    night.opens("east.case")
    night.closes("east.case")
    night.closes_incident()
    assert not night.state.restores


def test_an_incident_closed_over_what_is_held_back_asks_when_that_ends() -> None:
    night = Night(scanned())
    night.opens("east.pir")
    night.holds("east.pir", OUT, ms=HOUR)
    night.opens("east.pir-out")
    assert not refused(night.closes_incident())
    assert not night.state.restores
    night.after(HOUR)
    assert "east.pir" in night.state.restores


def test_a_point_that_leaves_the_file_is_asked_nothing_more() -> None:
    night = Night(scanned())
    night.opens("east.pir-out")
    assert night.state.restores
    night.offer(museum(east={name: kind for name, kind in EAST.items() if name != "pir"}))
    assert not night.state.restores


# --- inhibit ---------------------------------------------------------------------------------


def test_an_inhibit_lasts_one_set_period_and_an_isolation_stays_and_is_announced() -> None:
    """T2.1: both are in the journal with who did it; after unset the one is gone."""
    night = Night()
    night.holds("east.pir", INHIBITED, ms=12 * HOUR)
    night.holds("east.door", OUT, ms=48 * HOUR)
    night.closes("east.set")
    assert list(night.state.suppressions) == ["east.door:out-of-service"]
    assert only(tuple(night.heard), ev.IsolationsRemained)[0].sources == ("east.door",)
    assert [event.by for event in night.all(ev.AlarmSuppressed)] == ["boris", "boris"]
    night.opens("east.set")
    assert list(night.state.suppressions) == ["east.door:out-of-service"]


def test_an_inhibit_made_before_setting_holds_through_the_set_period() -> None:
    """T2.1: and unsetting another area does not end it."""
    night = Night(gallery="unset")
    night.holds("east.pir", INHIBITED, ms=12 * HOUR)
    night.holds("west.pir", INHIBITED, ms=12 * HOUR)
    night.opens("east.set")
    night.opens("east.pir")
    assert not night.state.incidents
    night.closes("east.pir", "east.set")
    assert list(night.state.suppressions) == ["west.pir:inhibited"]


def test_an_inhibit_has_an_end_all_the_same() -> None:
    """Law 8: an area that is never unset."""
    night = Night()
    night.holds("west.pir", INHIBITED, ms=12 * HOUR)
    night.opens("west.pir")
    night.after(12 * HOUR)
    assert night.incident().first_out == "west.pir/active"


# --- every way at once -----------------------------------------------------------------------


class Ledger(RuleBasedStateMachine):
    """T1.1, law 8: whatever is held back and given back, in whatever order.

    All invariants run after every step (``Night.feed``); here stands what only the end shows.
    """

    def __init__(self) -> None:
        super().__init__()
        self.night = Night(scanned())

    points = st.sampled_from(["east.pir", "east.door", "west.pir"])
    hows = st.sampled_from(list(Suppression))

    @rule(point=points, how=hows, ms=st.integers(1, 8 * HOUR))
    def hold(self, point: str, how: Suppression, ms: int) -> None:
        self.night.holds(point, how, ms=ms)

    @rule(point=points, how=hows)
    def give_back(self, point: str, how: Suppression) -> None:
        self.night.releases(point, how)

    @rule(point=points, active=st.booleans())
    def senses(self, point: str, active: bool) -> None:
        self.night.opens(point) if active else self.night.closes(point)

    @rule(active=st.booleans())
    def the_panel_leaves_it_out(self, active: bool) -> None:
        self.night.opens("east.pir-out") if active else self.night.closes("east.pir-out")

    @rule(is_set=st.booleans())
    def sets(self, is_set: bool) -> None:
        self.night.opens("east.set") if is_set else self.night.closes("east.set")

    @rule(ms=st.integers(1, HOUR))
    def waits(self, ms: int) -> None:
        self.night.after(ms)

    @rule()
    def acknowledges_all(self) -> None:
        for incident in tuple(self.night.state.open_incidents()):
            self.night.acknowledges(incident=incident.number)

    @rule()
    def restarts(self) -> None:
        out = self.night.state.points["east.pir-out"].known
        is_set = self.night.state.points["east.set"].known
        known = {"set": is_set, "pir-out": out}
        self.night.restarts()
        self.night.returns("east", **known)
        self.night.returns("west")

    def teardown(self) -> None:
        """Every line ends; whatever is active then is unacknowledged and in an incident."""
        night = self.night
        held = {line.source for line in night.state.suppressions.values()}
        night.after(32 * 24 * HOUR)
        assert not night.state.suppressions
        for name in held:
            alarm = night.state.alarms.get(f"{name}/active")
            if alarm is not None and alarm.active:
                assert alarm.state is AlarmState.UNACK
                assert night.state.incidents[alarm.incident].open
        night.replayed()


TestLedger = Ledger.TestCase
TestLedger.settings = settings(max_examples=12, stateful_step_count=25, deadline=None)
