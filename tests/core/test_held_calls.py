"""Calls in a flood: held for a moment, told with the next one, never lost (E7)."""

from collections import Counter
from typing import Final

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitord.core import bare
from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.held_calls import told_with
from monitord.core.records import IncidentRecord
from monitord.core.site import Area, Device, Point, Site
from monitord.core.step import next_deadline, step
from monitord.runtime.views import view
from monitord.vocabulary import Category, Kind, Outcome, PointState
from tests.core.night import Events, Night, only
from tests.core.sites import GRACE, MIN, S, museum, point

AREAS: Final = 40
HOLD: Final = 30 * S
KINDS: Final = {
    "win": Kind.WINDOW,
    "win2": Kind.WINDOW,
    "case": Kind.CASE,
    "mains": Kind.MAINS,
    "panic": Kind.PANIC,
    "smoke": Kind.SMOKE,
}
FLOODED: Final = 12
ROOMS: Final = 24


def palace(areas: int = ROOMS, hold_ms: int = HOLD) -> Site:
    """Many rooms that are always set, each with a panel of its own."""
    points: dict[str, Point] = {}
    devices, rooms = {}, {}
    for n in range(areas):
        mine = [point(f"r{n}", name, kind, f"room-{n}") for name, kind in KINDS.items()]
        ids = tuple(p.id for p in mine)
        points |= {p.id: p for p in mine}
        devices[f"r{n}"] = Device(f"r{n}", f"Panel {n}", "modbus", (f"room-{n}",), ids, GRACE)
        rooms[f"room-{n}"] = Area(f"room-{n}", f"Room {n}", "Gate A", points=ids)
    return msgspec.structs.replace(
        museum(), areas=rooms, devices=devices, points=points, calls_in_flood_ms=hold_ms
    )


def flooded(hold_ms: int = HOLD, what: str = "win") -> Night:
    """Twelve windows open in twelve rooms, a tenth of a second apart: it is a flood."""
    night = Night(palace(ROOMS, hold_ms))
    for n in range(FLOODED):
        night.opens(f"r{n}.{what}")
        night.after(100)
    assert night.state.flood.since_ms is not None
    return night


def opened(events: Events) -> int:
    [event] = only(events, ev.IncidentOpened)
    return event.incident


def places(events: Events) -> list[tuple[int, str]]:
    return [(call.incident, call.person) for call in only(events, ev.CallPlaced)]


def test_what_is_no_more_urgent_is_held_and_told_with_the_next_call() -> None:
    """E7: its chain begins all the same; at the end of the hold the newest is called for."""
    night = flooded()
    [covering] = night.state.called["anna"]
    first, second = (night.opens(f"r{n}.win") for n in (20, 21))
    for events in (first, second):
        [held] = only(events, ev.CallHeld)
        assert (held.person, held.behind) == ("anna", covering.incident)
        assert held.until_ms == covering.at_ms + HOLD
        assert places(events) == []
        assert only(events, ev.StepStarted)
    until_ms = covering.at_ms + HOLD - night.begin_ms
    night.at(until_ms - 1)
    assert not night.incident(opened(second)).calls
    night.after(1)
    told = night.all(ev.CallsTold)[-1]
    assert (told.incident, told.person) == (opened(second), "anna")
    assert opened(first) in told.others
    assert [call[0] for call in night.called()].count(until_ms) == 1
    night.replayed()


def test_the_text_of_a_call_says_how_many_more_and_the_worst() -> None:
    """C7, T2.3: nobody can take what they were not told of, and each keeps its own number."""
    night = flooded()
    night.opens("r20.win", "r21.mains")
    panic = night.opens("r22.panic")
    number = opened(panic)
    told = only(panic, ev.CallsTold)[0]
    text = view(night.state, night.incident(number), "anna").text
    assert f"Also open, {len(told.others)} more, the worst: Room 20, Gate A, " in text
    assert "Also open" not in view(night.state, night.incident(number), "boris").text
    assert {i.number for i in told_with(night.state, number, "anna")} == set(told.others)
    night.acknowledges(incident=number)
    assert [i.acknowledged for i in told_with(night.state, number, "anna")] == [False] * len(
        told.others
    )


@pytest.mark.parametrize("what", ["r20.panic", "r20.smoke", "r20.win"])
def test_what_is_more_urgent_is_called_at_once(what: str) -> None:
    """A hold-up, a fire, a higher priority."""
    night = flooded(what="mains")
    events = night.opens(what)
    assert places(events) == [(opened(events), "anna")]


@pytest.mark.parametrize("again", ["r21.panic", "r20.win2"], ids=["hold-up", "confirmed"])
def test_a_second_hold_up_and_what_is_confirmed_are_called_at_once(again: str) -> None:
    """A second one is not the first one again; two detectors are more than one."""
    night = flooded()
    night.opens("r20.panic", "r20.win")
    before = len(night.called())
    events = night.opens(again)
    assert not only(events, ev.CallHeld)
    if again.endswith("panic"):
        assert len(night.called()) == before + 1


def test_what_a_person_declares_is_called_at_once() -> None:
    night = flooded()
    night.opens("r20.panic")
    events = night.declares(Category.MEDICAL, "room-3")
    assert places(events) == [(opened(events), "anna")]


def test_a_second_fire_is_told_with_the_next_call() -> None:
    """A hall full of smoke is one call at a time, and nothing else holds a fire."""
    night = flooded()
    night.opens("r20.smoke")
    held = only(night.opens("r21.smoke"), ev.CallHeld)
    assert [h.person for h in held] == ["anna"]


def test_without_a_flood_nothing_is_held() -> None:
    night = Night(palace())
    for n in range(10):
        assert places(night.opens(f"r{n}.win"))
    assert night.all(ev.CallHeld) == []


def test_nothing_is_held_where_the_site_file_says_so() -> None:
    night = flooded(hold_ms=0)
    assert places(night.opens("r20.win"))
    assert night.all(ev.CallHeld) == []


def test_who_cannot_be_reached_holds_nothing() -> None:
    """Their call failed: what waited for it goes to the next person at once."""
    night = flooded()
    [covering] = night.state.called["anna"]
    number = opened(night.opens("r20.win"))
    [call] = night.incident(covering.incident).calls
    events = night.call_ends(call, Outcome.FAILED)
    began = {(e.incident, e.step) for e in only(events, ev.StepStarted)}
    assert {(covering.incident, 1), (number, 1)} <= began
    assert "boris" in {person for _, person in places(events)}
    assert places(night.opens("r21.win"))[0][1] == "anna"


def test_the_chain_does_not_wait_for_a_held_call() -> None:
    night = flooded()
    number = opened(night.opens("r20.win"))
    night.after(60 * S)
    assert night.incident(number).step == 1


def test_taken_before_it_was_told_nobody_is_called_for_it() -> None:
    night = flooded()
    number = opened(night.opens("r20.win"))
    night.acknowledges(incident=number)
    assert night.incident(number).held == {}
    night.after(HOLD)
    assert number not in {
        i for call in night.all(ev.CallsTold) for i in (call.incident, *call.others)
    }


def test_after_a_restart_it_is_held_no_longer_than_before() -> None:
    night = flooded()
    [covering] = night.state.called["anna"]
    number = opened(night.opens("r20.win"))
    night.restarts()
    night.at(covering.at_ms + HOLD - night.begin_ms)
    told = night.all(ev.CallsTold)[-1]
    assert number in (told.incident, *told.others)


def test_a_site_file_that_holds_nothing_any_more_lets_go_in_time() -> None:
    """What is held already ends when it was to end; from the reload on nothing else is held."""
    night = flooded()
    number = opened(night.opens("r20.win"))
    night.offer(palace(hold_ms=0), "no-hold")
    assert places(night.opens("r21.win"))
    assert night.incident(number).held["anna"].told, "that call told of it"
    night.replayed()


def test_a_fault_at_the_end_of_a_hold_calls_the_next_person() -> None:
    """Law 13: the bare path climbs that incident."""
    assert bare.climbs("held:7:anna") == 7


Doing = st.tuples(
    st.integers(0, 20 * S), st.integers(0, ROOMS - 1), st.sampled_from([*KINDS, "take", "fail"])
)


@settings(max_examples=40)
@given(st.lists(Doing, max_size=40))
def test_every_held_call_ends_in_time_and_no_incident_is_without_one(doings: list[Doing]) -> None:
    """Whatever happens: told, called, taken or climbed within the bound, and nothing else."""
    night = flooded()
    for gap_ms, n, what in doings:
        night.after(gap_ms)
        incidents = [i for i in night.state.open_incidents() if i.calling]
        if what == "take" and incidents:
            taken = incidents[n % len(incidents)]
            others = {i.number: i.acks for i in night.state.open_incidents() if i is not taken}
            night.acknowledges(incident=taken.number)
            assert {k: night.incident(k).acks for k in others} == others
        elif what == "fail":
            calls = [c for i in incidents for c, call in i.calls.items() if call.outcome is None]
            for call in calls[n % len(calls) :][:1] if calls else ():
                night.call_ends(call, Outcome.FAILED)
        elif what in KINDS:
            night.opens(f"r{n}.{what}")
    night.after(7 * MIN)  # what was taken last climbs again meanwhile
    waiting: dict[tuple[int, str], int] = {}
    for entry in night.journal:
        for event in entry.events:
            match event:
                case ev.CallHeld():
                    waiting[event.incident, event.person] = event.until_ms
                    assert event.until_ms <= entry.at_ms + HOLD
                    assert event.behind != event.incident
                case ev.CallsTold():
                    for number in (event.incident, *event.others):
                        waiting.pop((number, event.person), None)
                case ev.StepStarted() | ev.ChainLooped() | ev.CallsStopped():
                    for key in [key for key in waiting if key[0] == event.incident]:
                        waiting.pop(key)
                case ev.CallSkipped():
                    waiting.pop((event.incident, event.person), None)
                case _:
                    pass
        assert all(until_ms >= entry.at_ms for until_ms in waiting.values())
    assert all(until_ms > night.now_ms for until_ms in waiting.values())
    for incident in night.state.open_incidents():
        assert not incident.calling or reached(night, incident)
    night.replayed()


def reached(night: Night, incident: IncidentRecord) -> bool:
    """Somebody was called for it, or told of it with another call."""
    return any(
        incident.number in (event.incident, *getattr(event, "others", ()))
        for event in night.heard
        if isinstance(event, ev.CallPlaced | ev.CallsTold)
    )


def storm(hold_ms: int, minutes: int) -> Counter[str]:
    """2,000 events a minute over forty rooms; calls by person. A panic is in the middle."""
    night = Night(palace(AREAS, hold_ms))
    state, now_ms, made = night.state, night.now_ms, Counter[str]()
    names = [f"r{n}.{name}" for name in ("win", "case", "mains") for n in range(AREAS)]
    for index in range(2_000 * minutes):
        now_ms += 30
        while (due_ms := next_deadline(state)) is not None and due_ms <= now_ms:
            events = step(state, max(due_ms, state.at_ms), f.TimePassed())
            made.update(call.person for call in only(events, ev.CallPlaced))
        name = "r7.panic" if index == 1_000 * minutes else names[index * 7919 % len(names)]
        now = state.points[name].state
        after = PointState.NORMAL if now is PointState.ACTIVE else PointState.ACTIVE
        events = step(state, now_ms, f.PointChanged(name, after))
        made.update(call.person for call in only(events, ev.CallPlaced))
        if name == "r7.panic":
            assert [p for i, p in places(events) if i == opened(events)] == ["anna"]
    return made


def test_e7_a_flood_calls_as_often_as_a_person_can_answer() -> None:
    """Counted with and without the hold: two calls a minute for each sort of urgency."""
    held, all_ = storm(HOLD, 1), storm(0, 1)
    assert max(held.values()) <= 20
    assert sum(all_.values()) > 4 * sum(held.values())
