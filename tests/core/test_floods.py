"""Floods and chattering points: told, bounded, nothing held back by them (T1.7, T1.8, E7)."""

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitord.core import events as ev
from monitord.core.floods import FLOOD, SETTLED_MS, WINDOW_MS
from monitord.vocabulary import Kind
from tests.core.night import Night, only
from tests.core.sites import EAST, MIN, S, museum

WINDOWS: Final = {f"w{i:02}": Kind.WINDOW for i in range(40)}


def storm() -> Night:
    """A gallery with forty windows, set."""
    return Night(museum(east={**EAST, **WINDOWS}))


def bangs(night: Night, first: int, last: int, every_ms: int) -> None:
    """The windows ``first`` to ``last`` open, one after the other."""
    for index in range(first, last + 1):
        night.after(every_ms)
        night.opens(f"east.w{index:02}")


def test_t1_7_eleven_in_ten_minutes_are_a_flood_and_four_in_the_next_end_it() -> None:
    """T1.7: on and off are on record, and every alarm is."""
    night = storm()
    bangs(night, 0, 9, 59_999)
    assert night.all(ev.FloodBegan) == []
    bangs(night, 10, 10, 59_999)
    [began] = night.all(ev.FloodBegan)
    assert began.count == FLOOD + 1
    since = night.now_ms
    bangs(night, 11, 14, 60_000)
    night.at(since - night.begin_ms + WINDOW_MS - 1)
    assert night.all(ev.FloodEnded) == []
    night.after(1)
    [ended] = night.all(ev.FloodEnded)
    assert ended.count == 15
    assert len(night.all(ev.AlarmOccurred)) == 15
    night.replayed()


def test_t1_7_eleven_in_ten_minutes_and_a_bit_are_none() -> None:
    """The first has left the window when the eleventh comes."""
    night = storm()
    bangs(night, 0, 10, MIN)
    assert night.all(ev.FloodBegan) == []


def test_t1_7_five_in_ten_minutes_keep_it() -> None:
    night = storm()
    bangs(night, 0, 10, S)
    since = night.now_ms - night.begin_ms
    bangs(night, 11, 15, 60_000)
    night.at(since + WINDOW_MS)
    assert night.all(ev.FloodEnded) == []
    night.at(since + 60_000 + WINDOW_MS)
    assert len(night.all(ev.FloodEnded)) == 1


def test_what_nobody_sees_is_no_flood() -> None:
    """Shelved alarms are on record and count for nothing that people look at."""
    night = storm()
    for index in range(20):
        night.holds(f"east.w{index:02}")
    bangs(night, 0, 19, S)
    assert len(night.all(ev.AlarmOccurred)) == 20
    assert night.all(ev.FloodBegan) == []


def test_a_panic_in_a_flood_is_called_at_once_and_stands_first() -> None:
    """E7: an incident of its own, called in the same step, before everything else that is open."""
    night = storm()
    bangs(night, 0, 20, S)
    events = night.opens("east.panic")
    [opened] = only(events, ev.IncidentOpened)
    assert {call.incident for call in only(events, ev.CallPlaced)} == {opened.incident}
    first = min(night.state.open_incidents(), key=lambda incident: incident.rank)
    assert first.number == opened.incident


def flicker(night: Night, point: str, times: int, every_ms: int) -> None:
    for _ in range(times):
        night.opens(point)
        night.after(every_ms // 2)
        night.closes(point)
        night.after(every_ms - every_ms // 2)


def test_t1_8_three_in_a_minute_chatter_and_are_proposed_for_shelving() -> None:
    """T1.8: first and count are kept (E7), it stays live, and nothing is held back."""
    night = storm()
    flicker(night, "east.w00", 3, 30 * S)
    [chattered] = night.all(ev.PointChattered)
    assert (chattered.point, chattered.count, chattered.may_shelve) == ("east.w00", 3, True)
    assert chattered.from_ms == night.begin_ms
    assert night.state.suppressions == {}
    flicker(night, "east.w00", 40, 5 * S)
    assert len(night.all(ev.PointChattered)) == 1
    assert night.state.chattering["east.w00"].count == 43
    assert len(night.all(ev.AlarmOccurred)) == 43
    night.after(SETTLED_MS)
    [settled] = night.all(ev.PointSettled)
    assert settled.count == 43
    assert night.state.chattering == {}
    night.replayed()


def test_t1_8_a_point_that_a_new_site_file_leaves_out_chatters_no_more() -> None:
    """And one that stays chatters on."""
    night = storm()
    for point in ("east.w00", "east.w01"):
        flicker(night, point, 3, S)
    assert set(night.state.chattering) == {"east.w00", "east.w01"}
    night.offer(museum(east={**EAST, **{k: v for k, v in WINDOWS.items() if k != "w00"}}))
    assert set(night.state.chattering) == {"east.w01"}
    assert [e.point for e in night.all(ev.PointSettled)] == ["east.w00"]


def test_t1_8_three_in_a_minute_and_a_bit_do_not() -> None:
    night = storm()
    flicker(night, "east.w00", 3, 30 * S + 1)
    assert night.all(ev.PointChattered) == []


@pytest.mark.parametrize("point", ["east.panic", "east.smoke"])
def test_t1_8_a_hold_up_and_a_fire_are_never_proposed(point: str) -> None:
    night = storm()
    flicker(night, point, 3, S)
    [chattered] = night.all(ev.PointChattered)
    assert not chattered.may_shelve
    assert night.state.suppressions == {}


def test_one_that_leaves_the_site_chatters_no_longer() -> None:
    night = storm()
    flicker(night, "east.w00", 3, S)
    night.offer(museum(), "without-windows")
    assert night.state.chattering == {}


@given(st.lists(st.integers(0, 3 * MIN), min_size=1, max_size=39))
def test_t1_7_as_counted_by_hand(gaps: list[int]) -> None:
    """At each alarm: a flood exactly when the window says so, over the whole of what comes."""
    night = storm()
    times: list[int] = []
    on = False
    for index, gap in enumerate(gaps):
        night.after(gap)
        if on:  # fewer than five: when the fifth from the end has left
            on = night.now_ms < sorted(times)[-5] + WINDOW_MS
        night.opens(f"east.w{index:02}")
        times.append(night.now_ms)
        on = on or sum(night.now_ms - ms < WINDOW_MS for ms in times) > FLOOD
        assert (night.state.flood.since_ms is not None) is on
        assert len(night.state.flood.recent) <= FLOOD + 1
