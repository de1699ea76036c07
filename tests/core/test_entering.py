"""Entry and exit of an area that monitord keeps: what people on the route may do, and how long."""

import itertools

import msgspec
import pytest

from monitord.core import events as ev
from monitord.core.entering import EXCUSES, MOVES, Excuse, Given
from monitord.vocabulary import AlarmState, AreaPhase, PointState, SetState
from tests.core.houses import ENTRY, EXIT, house, outside_calls, sets, unsets
from tests.core.night import Night, only
from tests.core.sites import MIN, S


def phase(night: Night) -> AreaPhase:
    return night.state.areas["store"].phase


def unset_house(**times: int) -> Night:
    night = Night(house(**times))
    unsets(night)
    return night


def test_the_tables_are_whole() -> None:
    """T2.4: every phase knows every event, and every detector in it."""
    assert set(MOVES) == set(itertools.product(AreaPhase, Given))
    assert set(EXCUSES) == set(itertools.product(AreaPhase, (True, False)))
    moves = {key: after for key, after in MOVES.items() if after is not key[0]}
    assert moves == {
        (AreaPhase.STEADY, Given.LEFT): AreaPhase.EXIT,
        (AreaPhase.STEADY, Given.CAME_IN): AreaPhase.ENTRY,
        (AreaPhase.EXIT, Given.DUE): AreaPhase.STEADY,
        (AreaPhase.EXIT, Given.UNSET): AreaPhase.STEADY,
        (AreaPhase.ENTRY, Given.DUE): AreaPhase.STEADY,
        (AreaPhase.ENTRY, Given.UNSET): AreaPhase.STEADY,
    }
    told = {key: what for key, what in EXCUSES.items() if what is not Excuse.NONE}
    assert told == {
        (AreaPhase.EXIT, True): Excuse.EXCUSED,
        (AreaPhase.ENTRY, True): Excuse.EXCUSED,
        (AreaPhase.ENTRY, False): Excuse.INSIDE_FIRST,
    }


# --- entry ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("ms", "alarms"), [(44_900, False), (44_999, False), (45_100, True)])
def test_t2_4_an_entry_that_is_not_unset_is_an_alarm(ms: int, alarms: bool) -> None:
    """T2.4: 45 s at the most; nothing at 44.9 s, an alarm at 45.1 s, although the door is shut."""
    night = Night(house(entry_ms=45_000))
    night.opens("west.door")
    night.closes("west.door")
    night.at(ms)
    assert bool(night.state.incidents) is alarms
    assert phase(night) is (AreaPhase.STEADY if alarms else AreaPhase.ENTRY)
    if alarms:
        assert night.incident().first_out == "west.door/active"
        assert night.alarm("west.door/active") is AlarmState.LATCH_UNACK


def test_unset_in_time_is_no_alarm_and_on_record() -> None:
    """T2.4: who came in, by which door, and who unset it."""
    night = Night(house())
    (_, began) = night.opens("west.door")
    assert began == ev.EntryBegan(area="store", point="west.door", until_ms=night.now_ms + ENTRY)
    night.after(10 * S).opens("west.hall")
    night.closes("west.door")
    night.after(ENTRY - 10 * S - 1)
    (changed,) = only(unsets(night), ev.AreaChanged)
    assert (changed.state, changed.by) == (SetState.UNSET, "gus")
    night.after(MIN)
    assert phase(night) is AreaPhase.STEADY
    assert not night.all(ev.AlarmOccurred)


def test_what_is_active_on_the_route_when_the_entry_is_over_alarms_too() -> None:
    night = Night(house())
    night.opens("west.door", "west.hall")
    night.at(ENTRY)
    assert {a.alarm for a in night.all(ev.AlarmOccurred)} == {
        "west.door/active",
        "west.hall/active",
    }
    assert len(night.state.incidents) == 1


def test_a_detector_off_the_route_is_an_alarm_at_once() -> None:
    """T2.4: and so is everything that is always live, and a tamper on the route itself."""
    for point, says in (
        ("pir", PointState.ACTIVE),
        ("case", PointState.ACTIVE),
        ("smoke", PointState.ACTIVE),
        ("panic", PointState.ACTIVE),
        ("hall", PointState.TAMPER),
        ("door", PointState.TAMPER),
    ):
        night = Night(house())
        night.opens("west.door")
        night.after(S).says(f"west.{point}", says)
        assert night.incident().opened_ms == night.now_ms, point


def test_only_a_way_in_begins_an_entry() -> None:
    """Somebody in the hall who came by no door did not come by the route."""
    night = Night(house())
    night.opens("west.hall")
    assert not night.all(ev.EntryBegan)
    assert night.incident().first_out == "west.hall/active"


def test_where_no_time_is_given_there_is_none() -> None:
    """And in an area that a panel sets, or on a door that is not on the route."""
    for site in (house(entry_ms=0), house(route=())):
        night = Night(site)
        night.opens("west.door")
        assert night.incident().first_out == "west.door/active"


def test_no_entry_for_what_was_found_open_after_nobody_looked() -> None:
    night = Night(house())
    night.loses("west")
    night.after(S).returns("west", door=PointState.ACTIVE)
    assert not night.all(ev.EntryBegan)
    assert night.alarm("west.door/active") is AlarmState.UNACK


def test_no_entry_by_a_door_that_somebody_holds_back() -> None:
    night = Night(house())
    night.holds("west.door")
    night.opens("west.door", "west.hall")
    assert not night.all(ev.EntryBegan)
    assert night.incident().first_out == "west.hall/active"


def test_no_entry_while_people_are_called_for_an_attack_there() -> None:
    """Glass, then the door: a second detector, at once. Once taken, help may come in."""
    night = Night(house())
    night.opens("west.glass")
    night.after(5 * S).opens("west.door")
    assert night.incident().confirmed
    night = Night(house())
    night.opens("west.glass")
    night.acknowledges()
    night.after(5 * S).opens("west.door")
    assert phase(night) is AreaPhase.ENTRY
    assert not night.incident().confirmed


def test_an_entry_lives_through_kill_and_start_and_is_never_longer() -> None:
    """Law 4, law 6: what came due while nobody ran is told at the start."""
    night = Night(house())
    night.opens("west.door")
    night.after(10 * S).restarts()
    night.returns("east", set=PointState.ACTIVE)
    night.returns("west", door=PointState.ACTIVE, hall=PointState.ACTIVE)
    assert (phase(night), night.state.incidents) == (AreaPhase.ENTRY, {})
    night.sleeps_until(ENTRY).restarts()
    night.time_passes()
    assert night.incident().first_out == "west.door/active"


def test_a_reload_that_gives_the_area_to_a_panel_ends_the_entry_as_an_alarm() -> None:
    night = Night(house())
    night.opens("west.door")
    site = night.state.site
    follows = msgspec.structs.replace(site.areas["store"], set_by="east.set", entry_ms=0)
    night.offer(msgspec.structs.replace(site, areas={**site.areas, "store": follows}))
    assert phase(night) is AreaPhase.STEADY
    assert night.incident().first_out == "west.door/active"


def test_a_door_with_another_id_is_still_the_way_in() -> None:
    night = Night(house())
    night.opens("west.door")
    site = night.state.site
    points = {("west.gate" if n == "west.door" else n): p for n, p in site.points.items()}
    gate = msgspec.structs.replace(points["west.gate"], id="west.gate", setup={"was": "west.door"})
    names = tuple(n if n != "west.door" else "west.gate" for n in site.areas["store"].points)
    night.offer(
        msgspec.structs.replace(
            site,
            points={**points, "west.gate": gate},
            areas={
                **site.areas, "store": msgspec.structs.replace(site.areas["store"], points=names)
            },
            devices={
                **site.devices, "west": msgspec.structs.replace(site.devices["west"], points=names)
            },
        )
    )  # fmt: skip
    night.returns("west")
    assert night.state.areas["store"].way_in == "west.gate"
    night.at(ENTRY)
    assert night.incident().first_out == "west.gate/active"


# --- exit -----------------------------------------------------------------------------------------


def test_who_sets_an_area_may_leave_by_its_route() -> None:
    """G1: the open door prevents nothing; shut in time, nothing is said."""
    night = unset_house()
    night.opens("west.door", "west.hall")
    changed, began = sets(night)
    assert isinstance(changed, ev.AreaChanged)
    assert (changed.state, changed.overridden) == (SetState.SET, ())
    assert began == ev.ExitBegan(area="store", until_ms=night.now_ms + EXIT)
    night.after(EXIT - 1).closes("west.door", "west.hall")
    night.after(MIN)
    assert not night.all(ev.AlarmOccurred)
    assert phase(night) is AreaPhase.STEADY
    night.opens("west.hall")
    assert night.alarm("west.hall/active") is AlarmState.UNACK


def test_off_the_route_the_exit_excuses_nothing() -> None:
    """Never less armed: who sets the area leaves by the way that is marked."""
    night = unset_house()
    sets(night)
    night.after(S).opens("west.pir")
    assert night.incident().opened_ms == night.now_ms
    night = unset_house()
    night.opens("west.pir")
    (refused,) = sets(night)
    assert isinstance(refused, ev.CommandRefused)
    assert "west.pir open" in refused.text


@pytest.mark.parametrize(("ms", "alarms"), [(EXIT - 1, False), (EXIT, True)])
def test_g1_what_still_stands_open_when_the_exit_is_over_failed_to_set(
    ms: int, alarms: bool
) -> None:
    """G1: an alarm of its own until it is shut; all the rest of the area is set."""
    night = unset_house()
    night.opens("west.door")
    sets(night)
    night.after(ms)
    failed = AlarmState.UNACK if alarms else AlarmState.NORMAL
    assert night.alarm("west.door/failed to set") is failed
    assert night.state.areas["store"].state is SetState.SET
    if alarms:
        assert [e.open for e in night.all(ev.ExitEnded)] == [("west.door",)]
        assert [i.category for i in night.state.incidents.values()] == ["procedure"]
        night.after(S).opens("west.hall")
        assert night.alarm("west.hall/active") is AlarmState.UNACK


def test_what_failed_to_set_is_live_once_it_is_shut() -> None:
    night = unset_house(entry_ms=0)
    night.opens("west.door")
    sets(night)
    night.after(EXIT).after(MIN)
    assert night.alarm("west.door/active") is AlarmState.NORMAL
    night.closes("west.door")
    assert night.alarm("west.door/failed to set") is AlarmState.RTN_UNACK
    night.after(S).opens("west.door")
    assert night.alarm("west.door/active") is AlarmState.UNACK


def test_unsetting_ends_what_failed_to_set() -> None:
    night = unset_house()
    night.opens("west.door")
    sets(night)
    night.after(EXIT)
    unsets(night)
    assert night.alarm("west.door/failed to set") is AlarmState.RTN_UNACK


def test_what_cannot_be_read_at_the_end_counts_as_it_was_known_last() -> None:
    """Law 4: nobody knows that it is shut."""
    night = unset_house()
    night.opens("west.door")
    sets(night)
    night.after(EXIT - S).loses("west")
    night.after(S)
    assert night.alarm("west.door/failed to set") is AlarmState.UNACK
    night.returns("west")
    assert night.alarm("west.door/failed to set") is AlarmState.RTN_UNACK


def test_unset_again_while_leaving() -> None:
    """Somebody forgot a key: the exit is over, and the next one is a new one."""
    night = unset_house()
    sets(night)
    night.after(10 * S)
    unsets(night)
    assert night.deadline_in("entering:store") is None
    sets(night)
    assert night.deadline_in("entering:store") == EXIT


def test_nobody_is_excused_in_an_area_that_follows_a_panel() -> None:
    """The panel counts entry and exit; nothing waits here."""
    night = Night(house())
    night.opens("east.door")
    assert night.incident().area == "gallery"
    assert not outside_calls(night)
