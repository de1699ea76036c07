"""Cameras that turn at an alarm: who gets them, the second picture, and the proven way home."""

from typing import Any

import msgspec

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core import invariants
from monitord.core.aiming import (
    AGAIN_MAX_MS,
    AGAIN_MS,
    ANSWER_MS,
    HOLD_MS,
    PREFIX,
    SILENT,
    UNPROVEN,
)
from monitord.core.pictures import AGAIN_MS as ASK_AGAIN_MS
from monitord.core.site import Site
from monitord.vocabulary import Category, Condition, PictureMoment
from monitord.vocabulary.aiming import AimProof, AimStage
from tests.core.night import Events, Night, only
from tests.core.sites import S
from tests.core.test_pictures import ALARM, BEFORE, asked, came, site

ARRIVED = PictureMoment.ARRIVED
POSITION = AimProof.POSITION
FAULT = f"{PREFIX}cam-1/fault"
#: By point: the cameras that show it, and the preset of the first.
VIEWS: dict[str, tuple[list[str], str]] = {
    "east.pir": (["cam-1", "cam-2"], "door"),
    "east.case": (["cam-1", "cam-2"], ""),
    "east.door": (["cam-1"], "door"),
    "west.pir": (["cam-1", "cam-3"], "case"),
    "east.smoke": (["cam-1"], "stairs"),
}


def house(home: str = "home", views: dict[str, tuple[list[str], str]] = VIEWS) -> Site:
    """``cam-1`` turns; the store is seen by it and by ``cam-3``."""
    plain = site(4)
    devices, points = dict(plain.devices), dict(plain.points)
    for number in range(1, 5):
        setup: dict[str, Any] = {"pictures": {"every_ms": 1}}
        if number == 1:
            setup["pictures"]["home"] = home
        name = f"cam-{number}"
        devices[name] = msgspec.structs.replace(devices[name], setup=setup)
    for name, (cameras, preset) in views.items():
        own = {**points[name].setup, "cameras": cameras}
        if preset:
            own["presets"] = {"cam-1": preset}
        points[name] = msgspec.structs.replace(points[name], setup=own)
    return msgspec.structs.replace(plain, devices=devices, points=points)


def turned(events: Events) -> list[tuple[str, bool]]:
    """Where to, and whether that is home."""
    return [(e.preset, e.home) for e in only(events, ev.CameraTurned)]


def missed(events: Events) -> list[tuple[int, str, str]]:
    return [(e.incident, e.camera, e.why) for e in only(events, ev.PictureMissed)]


def aimed(
    night: Night,
    preset: str = "door",
    *,
    home: bool = False,
    proof: AimProof | None = POSITION,
    why: str = "",
) -> Events:
    """What the camera says of its turn."""
    fact = f.CameraAimed(camera="cam-1", preset=preset, home=home, proof=proof, why=why)
    events = night.feed(fact)
    assert invariants.check(night.state) == []
    return events


def closed(night: Night, *points: str, incident: int = 1) -> Events:
    """The incident, handled."""
    night.closes(*points)
    night.acknowledges(incident=incident)
    return night.closes_incident(incident=incident)


def at_the_door() -> Night:
    """An alarm, and the camera has turned there."""
    night = Night(house())
    night.opens("east.pir")
    aimed(night)
    return night


# --- there -------------------------------------------------------------------------------------


def test_i3_an_alarm_has_a_picture_at_once_and_one_of_its_preset() -> None:
    """The first is asked for before the camera is told to turn, and the second when it is there."""
    night = Night(house())
    events = night.opens("east.pir")
    assert asked(events) == [("cam-1", (ALARM, BEFORE)), ("cam-2", (ALARM, BEFORE))]
    kinds = [type(e) for e in events if isinstance(e, ev.PicturesAsked | ev.CameraTurned)]
    assert kinds == [ev.PicturesAsked, ev.CameraTurned, ev.PicturesAsked]
    assert turned(events) == [("door", False)]
    night.after(2 * S)
    events = aimed(night)
    assert asked(events) == [("cam-1", (ARRIVED,))]
    assert night.state.aims["cam-1"].stage is AimStage.THERE
    assert night.incident().looks["cam-1"].waiting == [ALARM, BEFORE, ARRIVED]
    assert night.incident().looks["cam-1"].count == 1, "it is of the same ask"
    came(night, "cam-1", ARRIVED, "aa")
    assert night.state.pictures[1].moment is ARRIVED


def test_one_that_gave_no_first_picture_is_stood_in_for_though_it_turns() -> None:
    night = at_the_door()
    assert asked(came(night, "cam-1", ALARM, why="no picture")) == [("cam-3", (ALARM, BEFORE))]


def test_a_point_without_a_preset_and_a_camera_without_a_home_turn_nothing() -> None:
    assert turned(Night(house()).opens("east.case")) == []
    assert turned(Night(house(home="")).opens("east.pir")) == []
    assert turned(Night(house(home="door")).opens("east.pir")) == [], "it looks there always"


def test_one_that_does_not_get_there_says_so_and_is_turned_home() -> None:
    night = Night(house())
    night.opens("east.pir")
    events = aimed(night, why="the head is locked")
    assert missed(events) == [(1, "cam-1", "the head is locked")]
    assert night.incident().looks["cam-1"].missed == "the head is locked"
    assert turned(events) == [("home", True)]
    assert not only(events, ev.AlarmOccurred), "it may be home already"
    assert "picture:1/cam-1" in night.state.deadlines, "a later picture is taken all the same"


def test_a_turn_of_which_nothing_is_heard_is_one_that_did_not_end() -> None:
    night = Night(house())
    night.opens("east.pir")
    night.after(ANSWER_MS - 1)
    assert night.state.aims["cam-1"].stage is AimStage.TURNING
    night.after(1)
    aim = night.state.aims["cam-1"]
    assert (aim.stage, aim.why, aim.home) == (AimStage.RETURNING, SILENT, True)
    assert night.incident().looks["cam-1"].missed == SILENT
    night.after(ANSWER_MS)
    assert night.state.aims["cam-1"].stage is AimStage.LOST
    assert night.state.alarms[FAULT].active


def test_only_the_answer_to_the_last_turn_counts_and_once() -> None:
    night = Night(house())
    assert aimed(night) == (), "nobody asked"
    night.opens("east.pir")
    assert aimed(night, "case") == ()
    assert aimed(night, "door", home=True) == ()
    assert aimed(night) != ()
    assert aimed(night) == ()
    assert aimed(night, why="late") == ()


def test_a_picture_of_the_preset_is_of_an_incident_that_is_open() -> None:
    night = Night(house())
    night.opens("east.pir")
    closed(night, "east.pir")
    assert turned(tuple(night.heard))[-1] == ("home", True)
    assert asked(aimed(night)) == []


# --- home --------------------------------------------------------------------------------------


def test_i3_it_is_turned_home_when_its_incident_is_closed_and_that_is_proven() -> None:
    night = at_the_door()
    assert turned(closed(night, "east.pir")) == [("home", True)]
    assert night.state.aims["cam-1"].stage is AimStage.RETURNING
    events = aimed(night, "home", home=True)
    assert [e.proof for e in only(events, ev.CameraReturned)] == [POSITION]
    assert not night.state.aims
    assert "aim:cam-1" not in night.state.deadlines
    assert FAULT not in night.state.alarms


def test_it_is_turned_home_after_a_while_although_nobody_closes() -> None:
    """Its usual place is not watched meanwhile."""
    night = at_the_door()
    night.after(HOLD_MS - 1)
    assert night.state.aims["cam-1"].stage is AimStage.THERE
    night.after(1)
    assert night.state.aims["cam-1"].stage is AimStage.RETURNING
    aimed(night, "home", home=True)
    assert turned(night.opens("east.door")) == [("door", False)], "the next alarm turns it again"


def test_each_further_alarm_keeps_it_for_longer() -> None:
    night = at_the_door()
    night.after(HOLD_MS - S)
    assert turned(night.opens("east.door")) == [("door", False)]
    aimed(night)
    night.after(HOLD_MS - 1)
    assert night.state.aims["cam-1"].stage is AimStage.THERE


def test_an_alarm_that_flickers_turns_it_no_oftener_than_it_is_looked_through() -> None:
    night = at_the_door()
    night.at(ASK_AGAIN_MS - 1)
    assert turned(night.opens("east.door")) == []


def test_a_return_that_is_refused_is_a_fault_until_it_is_proven() -> None:
    """I3: it stands, with words, and is tried again, less and less often."""
    night = at_the_door()
    closed(night, "east.pir")
    aimed(night, "home", home=True, why="it is not at 'home' after 10 s")
    fault = night.state.alarms[FAULT]
    assert (fault.active, fault.category, fault.area) == (True, Category.TECHNICAL, "gallery")
    assert fault.condition is Condition.FAULT
    since = night.state.aims["cam-1"].since_ms
    for wait_ms in (AGAIN_MS, 2 * AGAIN_MS, 4 * AGAIN_MS):
        night.after(wait_ms - 1)
        assert night.state.aims["cam-1"].stage is AimStage.LOST
        assert turned(night.after(1).journal[-1].events) == [("home", True)]
        assert night.state.aims["cam-1"].why == "it is not at 'home' after 10 s"
        events = aimed(night, "home", home=True, why="it is not at 'home' after 10 s")
        assert not only(events, ev.AlarmOccurred), "one fault"
    assert night.state.aims["cam-1"].since_ms == since
    for _ in range(12):
        night.after(night.deadline_in("aim:cam-1") or 0)
        aimed(night, "home", home=True, why="still not")
    assert night.deadline_in("aim:cam-1") == AGAIN_MAX_MS
    night.after(AGAIN_MAX_MS)
    aimed(night, "home", home=True, proof=AimProof.PICTURE)
    assert not night.state.alarms[FAULT].active
    assert not night.state.aims


def test_a_return_that_nothing_proves_is_none() -> None:
    night = at_the_door()
    closed(night, "east.pir")
    events = aimed(night, "home", home=True, proof=None)
    assert [(e.home, e.why) for e in only(events, ev.CameraNotTurned)] == [(True, UNPROVEN)]
    assert night.state.alarms[FAULT].active


def test_one_that_is_on_its_way_home_is_not_turned_home_again() -> None:
    night = at_the_door()
    night.after(HOLD_MS)
    assert turned(closed(night, "east.pir")) == []
