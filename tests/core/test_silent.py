"""Hold-ups are silent where they happen, and fire comes before everything else."""

from typing import Final

import msgspec
import pytest

from monitord.core import bare
from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.facts import Signal
from monitord.core.site import Chain, ChainStep
from monitord.runtime import views
from monitord.runtime.control.view_incidents import incidents
from monitord.runtime.mqtt.topics import incident_changes
from monitord.vocabulary import Category, Condition, Kind, Looked, PointState, Priority, Proof
from tests.core.night import Night, only, refused
from tests.core.sites import MIN, S, museum


def test_g9_a_hold_up_is_silent_in_every_view_and_text() -> None:
    """G9, T2.2: the flag goes from the matrix through the incident to texts and screens."""
    night = Night()
    night.opens("east.panic", "east.door")
    hold_up, other = night.incident(1), night.incident(2)
    assert (hold_up.silent, other.silent) == (True, False)
    shown = {i["number"]: i["silent"] for i in incidents(night.state, night.now_ms)["incidents"]}
    assert shown == {1: True, 2: False}
    assert "do not call that place back" in views.view(night.state, hold_up).text
    assert "do not call that place back" not in views.view(night.state, other).text
    told = incident_changes(night.state, night.journal[-2], stored=True)[0]
    assert msgspec.json.decode(told.payload)["incident"]["silent"] is True
    night.replayed()


def test_g9_whoever_stands_there_can_neither_take_nor_close_it() -> None:
    """G9: at a station of its own area it does not exist; elsewhere it can be taken and closed."""
    night = Night()
    night.opens("east.panic")
    night.closes("east.panic")

    def takes(at_area: str) -> str:
        fact = f.Acknowledge(incident=1, seen=1, by="gus", proof=Proof.PIN, at_area=at_area)
        return refused(night.feed(fact))

    def ends(at_area: str) -> str:
        return refused(
            night.feed(
                f.Close(
                    incident=1,
                    seen=1,
                    cause="test",
                    by="gus",
                    proof=Proof.PIN,
                    at_area=at_area,
                    finding=f.TextRef(id="note/gus/1-1", hash="h"),
                    found_by="gus",
                    looked=Looked.INSIDE,
                )
            )
        )

    missing = night.feed(f.Acknowledge(incident=9, seen=1, by="gus", proof=Proof.PIN))
    assert takes("gallery") == ends("gallery") == refused(missing) == "unknown"
    assert night.incident().calling
    assert takes("store") == ends("store") == ""
    assert not night.incident().open


def test_what_is_not_silent_may_be_taken_where_it_is() -> None:
    night = Night()
    night.opens("east.door")
    taken = night.feed(
        f.Acknowledge(incident=1, seen=1, by="gus", proof=Proof.PIN, at_area="gallery")
    )
    assert only(taken, ev.IncidentAcknowledged)


def test_a_hold_up_that_was_declared_or_could_not_be_decided_is_silent_too() -> None:
    night = Night()
    night.declares(Category.HOLD_UP)
    night.declares(Category.THEFT)
    assert [night.incident(n).silent for n in (1, 2)] == [True, False]
    signal = Signal("east.panic", Condition.ACTIVE, "gallery", Category.HOLD_UP, Priority.CRITICAL)

    state = Night().state
    bare.step(
        state, state.at_ms + S, f.StepFailed(fact_type="X", error="KeyError", signals=(signal,))
    )
    assert state.incidents[1].silent


DOORS: Final = {f"door-{n}": Kind.DOOR for n in range(40)}


@pytest.mark.parametrize("taken", [False, True])
def test_e4_fire_is_first_among_forty_alarms(taken: bool) -> None:
    """E4: fire + 40 intruder alarms in 3 s: fire first in every order, taken or not."""
    night = Night(museum(east=DOORS | {"smoke": Kind.SMOKE}))
    for n in range(40):
        night.opens(f"east.door-{n}")
        night.after(70)
    night.opens("east.smoke")
    fire = next(i for i in night.state.open_incidents() if i.category is Category.FIRE)
    if taken:
        night.acknowledges(incident=fire.number)
    listed = incidents(night.state, night.now_ms)["incidents"]
    assert listed[0]["number"] == fire.number
    assert len(listed) == 2


def test_e4_what_a_panel_tells_at_once_calls_for_the_fire_first() -> None:
    """E4: one message with a hold-up, a break-in and a fire: people are called for the fire first,
    and MQTT tells it first."""
    chain = Chain("default", (ChainStep(("anna",), ("voice",), MIN),))
    night = Night(museum(chain))
    night.loses("east")
    told = night.returns(
        "east",
        set=PointState.ACTIVE,
        door=PointState.ACTIVE,
        panic=PointState.ACTIVE,
        smoke=PointState.ACTIVE,
    )
    called = [night.incident(c.incident).category for c in only(told, ev.CallPlaced)]
    assert called == [Category.FIRE, Category.HOLD_UP, Category.INTRUSION]
    changes = incident_changes(night.state, night.journal[-1], stored=True)
    first = msgspec.json.decode(changes[0].payload)["incident"]["category"]
    assert first == "fire"
