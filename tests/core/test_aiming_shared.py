"""Cameras that turn and are wanted by two, lost, or forgotten: who gets them, and who is told."""

import pytest

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core import invariants
from monitord.core.aiming import HOLD_MS
from monitord.core.pictures import AGAIN_MS as ASK_AGAIN_MS
from monitord.vocabulary import Category, PointState
from monitord.vocabulary.aiming import AimStage
from tests.core.night import Night, only
from tests.core.sites import S
from tests.core.test_aiming import (
    ARRIVED,
    FAULT,
    VIEWS,
    aimed,
    at_the_door,
    closed,
    house,
    missed,
    turned,
)
from tests.core.test_pictures import ALARM, BEFORE, asked, came

# --- two at once -------------------------------------------------------------------------------


def test_two_alarms_of_one_priority_the_first_keeps_it_and_the_second_is_told() -> None:
    night = at_the_door()
    events = night.opens("west.pir")
    assert turned(events) == []
    assert missed(events) == [(2, "cam-1", "it looks at door for incident 1")]
    assert [(e.camera, e.instead) for e in only(events, ev.PicturesAsked)] == [
        ("cam-1", ""),
        ("cam-3", "cam-1"),
    ]
    assert "picture:2/cam-1" not in night.state.deadlines, "no picture of another place afterwards"
    assert missed(night.opens("west.glass")) == [], "told once"


def test_the_more_urgent_one_takes_it_and_the_other_has_the_next_camera() -> None:
    night = Night(house())
    night.opens("west.pir")
    assert asked(aimed(night, "case")) == [("cam-1", (ARRIVED,))]
    came(night, "cam-1", ARRIVED, "aa")
    events = night.opens("east.smoke")
    assert turned(events) == [("stairs", False)]
    why = "it was turned away for incident 2, which is more urgent"
    assert missed(events) == [(1, "cam-1", why)]
    assert ("cam-2", (ALARM, BEFORE)) in asked(events)
    assert {"cam-1", "cam-3"} <= set(night.incident().looks)
    assert "picture:1/cam-1" not in night.state.deadlines
    aim = night.state.aims["cam-1"]
    assert (aim.incident, aim.preset, aim.stage) == (2, "stairs", AimStage.TURNING)
    assert turned(closed(night, "west.pir")) == [], "it is not the first one's any more"


def test_what_is_less_urgent_does_not_get_it_back() -> None:
    night = Night(house())
    night.opens("east.smoke")
    aimed(night, "stairs")
    events = night.opens("west.pir")
    assert missed(events) == [(2, "cam-1", "it looks at stairs for incident 1")]


def test_whoever_needs_its_home_view_waits_for_its_turn_as_well() -> None:
    """A case in front of its home: its own next camera shows it, and it is said why."""
    night = at_the_door()
    night.after(ASK_AGAIN_MS)
    assert turned(night.opens("east.case")) == []
    assert night.state.aims["cam-1"].stage is AimStage.THERE
    urgent = house(views={**VIEWS, "east.smoke": (["cam-1"], "")})
    night = Night(urgent)
    night.opens("west.pir")
    aimed(night, "case")
    assert turned(night.opens("east.smoke")) == [("home", True)]
    aimed(night, "home", home=True)
    assert not night.state.aims


def test_one_that_looks_elsewhere_stands_in_for_nobody() -> None:
    views = {**VIEWS, "west.pir": (["cam-3", "cam-4", "cam-1"], "case")}
    night = Night(house(views=views))
    night.opens("east.pir")
    aimed(night)
    night.opens("west.pir")
    events = night.feed(f.PicturesCame(incident=2, camera="cam-3", moment=ALARM, why="none"))
    assert "cam-1" not in [camera for camera, _ in asked(events)]


def test_one_that_stands_in_is_turned_too() -> None:
    views = {**VIEWS, "west.pir": (["cam-3", "cam-4", "cam-1"], "case")}
    night = Night(house(views=views))
    night.opens("west.pir")
    events = came(night, "cam-3", ALARM, why="none")
    assert asked(events) == [("cam-1", (ALARM, BEFORE))]
    assert turned(events) == [("case", False)]


def test_one_that_is_lost_shows_no_home_view_and_may_be_turned_for_an_alarm() -> None:
    """Nobody knows where it looks; a preset is a way to find out."""
    night = at_the_door()
    closed(night, "east.pir")
    aimed(night, "home", home=True, why="its motor stalls")
    events = night.opens("east.case")
    assert [why for _, camera, why in missed(events) if camera == "cam-1"] == ["its motor stalls"]
    events = night.opens("west.pir")
    assert turned(events) == [("case", False)]
    assert night.state.aims["cam-1"].stage is AimStage.TURNING
    assert not [m for m in missed(events) if m[1] == "cam-1"]


def test_one_that_comes_home_may_be_turned_again_and_shows_its_home_view() -> None:
    night = at_the_door()
    closed(night, "east.pir")
    events = night.opens("east.case")
    assert not missed(events)
    assert turned(events) == []
    assert turned(night.opens("west.pir")) == [("case", False)]


def test_two_incidents_at_one_preset_share_it() -> None:
    views = {**VIEWS, "west.pir": (["cam-1"], "door")}
    night = Night(house(views=views))
    night.opens("east.pir")
    events = night.opens("west.pir")
    assert turned(events) == [("door", False)]
    assert not missed(events)
    assert night.state.aims["cam-1"].incident == 2


def test_g9_no_head_turns_for_a_silent_alarm() -> None:
    """Whoever holds a gun to somebody sees it turn."""
    views = {
        **VIEWS,
        "east.panic": (["cam-1", "cam-2"], "door"),
        "east.panic2": (["cam-3", "cam-4", "cam-1"], "door"),
    }
    night = Night(house(views=views))
    events = night.opens("east.panic")
    assert night.incident().silent
    assert asked(events)[0] == ("cam-1", (ALARM, BEFORE)), "it is looked through as it stands"
    assert turned(events) == []
    night = Night(house(views=views))
    night.opens("west.pir")
    aimed(night, "case")
    events = night.opens("east.panic")
    assert turned(events) == []
    assert missed(events) == [(2, "cam-1", "it looks at case for incident 1")]
    night = Night(house(views=views))
    night.opens("east.panic2")
    events = came(night, "cam-3", ALARM, why="none")
    assert asked(events) == [("cam-1", (ALARM, BEFORE))]
    assert turned(events) == []


def test_g9_for_a_silent_alarm_one_that_looks_elsewhere_stands_in_for_nobody() -> None:
    """However urgent it is: no head turns for it. For a fire that stands in, it does."""
    views = {
        **VIEWS,
        "east.panic2": (["cam-3", "cam-4", "cam-1"], "door"),
        "east.smoke": (["cam-3", "cam-4", "cam-1"], "stairs"),
    }
    for point, stands_in in (("east.panic2", "cam-2"), ("east.smoke", "cam-1")):
        night = Night(house(views=views))
        night.opens("west.pir")
        aimed(night, "case")
        night.opens(point)
        events = night.feed(f.PicturesCame(incident=2, camera="cam-3", moment=ALARM, why="none"))
        assert asked(events)[0][0] == stands_in


# --- losses and starts -------------------------------------------------------------------------


@pytest.mark.parametrize(("home", "wanted"), [(False, ("door", False)), (True, ("home", True))])
def test_one_that_was_lost_meanwhile_is_told_again_where_to_look(
    home: bool, wanted: tuple[str, bool]
) -> None:
    """Its worker is a new one and takes it to be at home: what it sees would count as turned."""
    night = at_the_door()
    if home:
        closed(night, "east.pir")
    night.loses("cam-1")
    assert turned(night.returns("cam-1")) == [wanted]
    assert turned(night.returns("cam-2")) == []


def test_one_that_is_lost_again_and_again_is_held_no_longer_and_fills_no_store() -> None:
    night = at_the_door()
    night.after(HOLD_MS - S)
    night.loses("cam-1")
    night.returns("cam-1")
    assert asked(aimed(night)) == [("cam-1", (ARRIVED,))], "the first one never came"
    came(night, "cam-1", ARRIVED, "aa")
    night.loses("cam-1")
    night.returns("cam-1")
    assert asked(aimed(night)) == []
    night.after(S)
    assert night.state.aims["cam-1"].stage is AimStage.RETURNING
    late = at_the_door()
    late.after(HOLD_MS - S)
    late.loses("cam-1")
    late.returns("cam-1")
    late.after(2 * S)
    aimed(late)
    late.after(0)
    assert late.state.aims["cam-1"].stage is AimStage.RETURNING, "its time was over on the way"


def test_a_start_still_knows_that_it_looks_away() -> None:
    night = at_the_door()
    night.after(S)
    night.restarts()
    assert night.state.aims["cam-1"].preset == "door"
    assert invariants.check(night.state) == []


def test_one_that_leaves_the_file_or_turns_no_more_is_forgotten_with_its_fault() -> None:
    night = at_the_door()
    closed(night, "east.pir")
    aimed(night, "home", home=True, why="its motor stalls")
    night.offer(house(home="other"))
    assert "cam-1" in night.state.aims
    night.offer(house(home=""))
    assert not night.state.aims
    assert not night.state.alarms[FAULT].active
    assert "aim:cam-1" not in night.state.deadlines


def test_a_camera_that_looks_away_for_ever_is_noticed() -> None:
    night = at_the_door()
    del night.state.deadlines["aim:cam-1"]
    assert "the camera cam-1 looks away, and nothing will turn it home" in invariants.check(
        night.state
    )


def test_turned_by_hand_is_a_tamper_as_ever() -> None:
    """Nobody here turned it: nothing of this holds it back."""
    night = Night(house())
    night.feed(f.PointChanged("cam-1.picture", PointState.ACTIVE, raw="turned: another view"))
    assert Category.TAMPER in night.incident().categories
    assert not night.state.aims
