"""G2, D1, OXFORD: areas that are unset when or by whom they may not be, and those that are late."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.schedule import unset_wrongly
from monitord.core.site import MayUnset, Site, Span
from monitord.runtime.calendar import Hours, Wanted, lay
from monitord.vocabulary import Attending, Category, Condition, Mode, PointState, Priority, Proof
from tests.core.night import Events, Night, only, refused
from tests.core.sites import HOUR, MIN, museum

DAY = 24 * HOUR
LATE = 30 * MIN


def hours(*, late_open: int | None = None, listed: tuple[MayUnset, ...] = (), **more: Any) -> Site:
    """The gallery has hours, the store has none; anna is user 5 of the panel."""
    site = museum()
    gallery = replace(site.areas["gallery"], late_to_open_ms=late_open, unset_by=listed, **more)
    people = site.people | {"anna": replace(site.people["anna"], panel_users=("5", "east/6"))}
    setup = {"areas": {"gallery": {"open": "x", "late_to_set_ms": LATE}, "store": {}}}
    return replace(site, areas=site.areas | {"gallery": gallery}, people=people, setup=setup)


def night(site: Site | None = None, *spans: tuple[int, int], gallery: str = "set") -> Night:
    """``spans`` are the hours of the gallery, after the beginning."""
    made = Night(site or hours(), gallery=gallery)
    lays(made, *spans)
    return made


def lays(made: Night, *spans: tuple[int, int]) -> Events:
    begin_ms = made.state.utc_ms(made.begin_ms)
    return made.feed(
        f.CalendarRead(
            site_hash=made.state.site_hash,
            from_ms=begin_ms - DAY,
            until_ms=begin_ms + 14 * DAY,
            areas={"gallery": tuple(Span(begin_ms + a, begin_ms + b) for a, b in spans)},
        )
    )


def unset(made: Night, by: str = "") -> Events:
    return made.feed(f.PointChanged("east.set", PointState.NORMAL, by=by))


def told(events: Events) -> list[str]:
    return [e.condition for e in only(events, ev.AlarmOccurred)]


def late(made: Night, area: str = "gallery") -> Condition | None:
    for condition in (Condition.LATE_TO_SET, Condition.LATE_TO_OPEN):
        record = made.state.alarms.get(f"monitord.schedule.{area}/{condition}")
        if record is not None and record.active:
            return condition
    return None


@pytest.mark.parametrize(
    ("at", "early"),
    [(HOUR - 1, True), (HOUR, False), (2 * HOUR - 1, False), (2 * HOUR, True)],
)
def test_g2_unset_outside_its_hours_is_an_intrusion_that_calls(at: int, early: bool) -> None:
    made = night(None, (HOUR, 2 * HOUR)).at(at)
    events = unset(made)
    assert told(events) == (["unset early"] if early else [])
    assert bool(only(events, ev.CallPlaced)) is early
    if early:
        assert made.incident().category is Category.INTRUSION
        assert made.incident().areas == ["gallery"]


def test_g2_an_area_without_hours_is_always_to_be_set() -> None:
    made = night(None, (0, DAY))
    events = made.feed(f.UnsetArea(area="store", by="anna", proof=Proof.PIN))
    assert told(events) == ["unset early"]


def test_g2_what_was_found_unset_is_late_and_not_early() -> None:
    """A first start at night: nobody saw it unset, and it must not stay so."""
    made = night(None, gallery="unset")
    assert not made.all(ev.AlarmOccurred)
    made.after(LATE)
    assert late(made) is Condition.LATE_TO_SET


def test_g2_an_unsetting_while_nobody_could_look_is_early_all_the_same() -> None:
    made = night()
    made.loses("east")
    made.after(20 * MIN)
    events = made.returns("east", set=PointState.NORMAL)
    assert "unset early" in told(events)


@pytest.mark.parametrize("by_ms", [0, 1])
def test_g2_late_to_set_is_told_at_its_time_and_ends_when_it_is_set(by_ms: int) -> None:
    made = night(None, (0, HOUR))
    unset(made)
    made.at(HOUR + LATE - 1 + by_ms)
    assert late(made) is (Condition.LATE_TO_SET if by_ms else None)
    made.opens("east.set")
    made.after(1)
    assert late(made) is None
    assert made.replayed()


def test_g2_late_to_open_ends_when_it_is_opened_or_its_hours_end() -> None:
    made = night(hours(late_open=10 * MIN), (HOUR, 3 * HOUR), (DAY, DAY + HOUR))
    made.at(HOUR + 10 * MIN - 1)
    assert late(made) is None
    made.after(1)
    assert late(made) is Condition.LATE_TO_OPEN
    unset(made)
    made.after(0)
    assert late(made) is None
    made.opens("east.set")
    assert late(made.after(1)) is Condition.LATE_TO_OPEN
    assert late(made.at(3 * HOUR)) is None


def test_g2_late_to_open_may_wait_behind_late_to_set() -> None:
    """An area that stays open is less guarded than it should be; one that stays set is more."""
    made = night(hours(late_open=10 * MIN), (HOUR, 3 * HOUR))
    made.at(HOUR + 10 * MIN)
    unset(made)
    made.at(3 * HOUR + LATE)
    assert {e.condition: e.priority for e in made.all(ev.AlarmOccurred)} == {
        Condition.LATE_TO_OPEN: Priority.MEDIUM,
        Condition.LATE_TO_SET: Priority.HIGH,
    }


def test_g2_a_start_after_both_ends_of_a_wait_tells_nothing_that_is_over() -> None:
    """Down from before it was late until after it might be unset again: no spinning, no alarm."""
    made = night(None, (0, HOUR), (DAY, 2 * DAY))
    unset(made)
    made.sleeps_until(DAY + HOUR)
    made.restarts()
    made.time_passes()
    assert late(made) is None


@pytest.mark.parametrize(
    ("day", "guards_longer"),
    [
        ("2026-03-28", ["2026-03-29T00:30:00+00:00"]),  # its end, 01:30, is missing that night
        ("2026-10-24", ["2026-10-25T01:00:00+00:00"]),  # 01:00 is there twice, the end is the first
        ("2026-06-30", []),
    ],
)
def test_g2_clock_sweep_across_midnight_and_both_changes(
    day: str, guards_longer: list[str]
) -> None:
    """By the real calendar, each five minutes of a day and a half: unset then, is it early?"""
    made, zone = Night(hours()), ZoneInfo("Europe/London")
    noon_ms = int(datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=zone).timestamp()) * 1000
    made.feed(f.WallClockRead(utc_ms=noon_ms))
    reach = (noon_ms - DAY, noon_ms + 14 * DAY)
    daily = {"gallery": Hours("Mo-Su 20:00-01:30,09:00-11:00")}
    laid = lay(Wanted("Europe/London", "GB", *reach, daily))
    made.feed(f.CalendarRead(made.state.site_hash, *reach, laid.areas))
    differ = []
    for five in range(36 * 12):
        at_ms = made.now_ms + five * 5 * MIN
        wall = datetime.fromtimestamp(made.state.utc_ms(at_ms) / 1000, zone)
        minutes = wall.hour * 60 + wall.minute
        is_open = minutes >= 20 * 60 or minutes < 90 or 9 * 60 <= minutes < 11 * 60
        early = Condition.UNSET_EARLY in unset_wrongly(made.state, at_ms, "gallery", "")
        assert early or is_open, f"{wall} is outside its hours"
        if early and is_open:
            differ.append(wall.astimezone(UTC).isoformat())
    assert differ[:1] == guards_longer
    assert len(differ) <= 12, "never longer than the hour that is changed"


def test_g2_an_exception_ends_by_itself_and_leaves_every_other_area_guarded() -> None:
    made = night()
    until = made.state.utc_ms(made.now_ms) + HOUR
    fact = f.ExceptArea(
        area="gallery", until_utc_ms=until, reason="a concert", by="anna", proof=Proof.PIN
    )
    assert refused(made.feed(replace(fact, proof=Proof.LOGIN))) == "needs-pin"
    assert refused(made.feed(replace(fact, by="gus"))) == "forbidden"
    assert refused(made.feed(replace(fact, by="token/x", proof=Proof.TOKEN))) == "forbidden"
    assert refused(made.feed(replace(fact, reason=" "))) == "bad-input"
    assert refused(made.feed(replace(fact, until_utc_ms=until + 15 * DAY))) == "bad-input"
    assert not refused(made.feed(fact))
    assert told(unset(made)) == []
    store = made.feed(f.UnsetArea(area="store", by="anna", proof=Proof.PIN))
    assert told(store) == ["unset early"]
    assert late(made.at(HOUR + LATE - 1)) is None
    assert late(made.after(1)) is Condition.LATE_TO_SET
    made.opens("east.set")
    assert told(unset(made)) == ["unset early"]


@pytest.mark.parametrize(
    ("by", "mode", "at", "alarm"),
    [
        ("5", Mode.CLOSED, 0, False),
        ("6", Mode.CLOSED, 0, False),
        ("7", Mode.CLOSED, 0, True),
        ("", Mode.CLOSED, 0, True),
        ("5", Mode.LOCKDOWN, 0, True),
        ("5", Mode.CLOSED, 2 * HOUR - 1, False),
        ("5", Mode.CLOSED, 2 * HOUR, True),
    ],
)
def test_d1_unset_by_somebody_who_is_not_listed(by: str, mode: Mode, at: int, alarm: bool) -> None:
    """A user of the panel is a person by the site file; unknown, too late, in another mode: not."""
    until = Night().state.utc_ms(Night().begin_ms) + 2 * HOUR
    listed = (MayUnset("anna", until_ms=until, modes=(Mode.CLOSED, Mode.OPEN)),)
    made = night(hours(listed=listed), (0, DAY))
    if mode is not Mode.CLOSED:
        made.feed(f.ChangeMode(mode=mode, reason="r", by="anna", proof=Proof.PIN))
    events = unset(made.at(at), by)
    assert told(events) == (["unset by somebody not listed"] if alarm else [])
    changed = only(events, ev.AreaChanged)[0]
    assert changed.by == {"5": "anna", "6": "anna", "7": "user/7", "": ""}[by]
    assert bool(only(events, ev.CallPlaced)) is alarm


def test_d1_a_register_beside_the_set_contact_names_the_user() -> None:
    """A panel on Modbus: user 7 unsets, and is on no list."""
    made = night(hours(listed=(MayUnset("anna"),), user_by="east.mains"), (0, DAY))
    made.feed(f.PointChanged("east.mains", PointState.NORMAL, value=5.0))
    assert told(unset(made)) == []
    made.opens("east.set")
    made.feed(f.PointChanged("east.mains", PointState.NORMAL, value=7.0))
    events = unset(made)
    assert only(events, ev.AreaChanged)[0].by == "user/7"
    assert told(events) == ["unset by somebody not listed"]


def under_attack() -> Night:
    made = night(None, (0, DAY))
    made.opens("east.door")
    made.closes("east.door")
    made.acknowledges("anna")
    return made


def test_oxford_unset_before_the_arrival_plan_is_agreed_makes_the_incident_worse() -> None:
    made = under_attack().at(4 * MIN)
    assert not made.incident().calling
    seen = made.incident().rev
    events = unset(made, "5")
    assert told(events) == ["unset during an alarm"]
    assert only(events, ev.IncidentJoined)[0].worse == ("gallery was unset during an alarm",)
    assert len(made.state.incidents) == 1
    assert only(events, ev.CallPlaced), "people are called anew"
    assert refused(made.acknowledges("anna", seen=seen)) == "worsened"


def test_oxford_however_old_the_attack_it_is_the_same_incident() -> None:
    made = under_attack().at(5 * HOUR)
    unset(made, "5")
    assert len(made.state.incidents) == 1
    assert made.incident().worse == ("gallery was unset during an alarm",)


def test_oxford_unset_after_the_plan_is_agreed_is_an_opening() -> None:
    made = under_attack()
    for says in (Attending.ON_THE_WAY, Attending.PLAN):
        fact = f.Attend(incident=1, says=says, by="anna", proof=Proof.LOGIN)
        assert not refused(made.feed(fact))
    assert told(unset(made, "5")) == []


def test_oxford_another_area_is_no_part_of_it() -> None:
    made = night(None, (0, DAY))
    made.opens("west.pir")
    assert told(unset(made)) == []


def test_what_is_late_can_be_closed_when_its_area_has_left_the_site() -> None:
    made = night(None, gallery="unset").after(LATE)
    assert late(made) is Condition.LATE_TO_SET
    site = made.state.site
    made.offer(
        replace(
            site,
            areas={"store": site.areas["store"]},
            points={k: p for k, p in site.points.items() if p.area == "store"},
            devices={"west": site.devices["west"]},
        )
    )
    assert not refused(made.closes_incident(cause="test"))
    made.replayed()
