"""Pictures of an incident: who is looked through, who stands in for the dead, and what is kept."""

import msgspec

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.pictures import (
    AFTER_MS,
    AGAIN_MS,
    ASKS_MAX,
    AT_ONCE,
    CAMERAS_MAX,
    FOOTAGE_AFTER_MS,
    FOOTAGE_BEFORE_MS,
    GAPS_MAX,
    OF_A_MOMENT_MAX,
    SILENT,
    cameras_for,
)
from monitord.core.site import Device, Permit, Site
from monitord.vocabulary import Category, Kind, PictureMoment, PointState
from tests.core.night import Events, Night
from tests.core.sites import GRACE, HOUR, S, museum, point

ALARM, BEFORE, AFTER = PictureMoment.ALARM, PictureMoment.BEFORE, PictureMoment.AFTER
USUAL = PictureMoment.USUAL


def site(cameras: int = 3, area: str = "gallery") -> Site:
    """The museum with cameras ``cam-1`` …; the point ``east.pir`` names the second one first."""
    house = museum()
    devices, points = dict(house.devices), dict(house.points)
    for name in (f"cam-{number}" for number in range(1, cameras + 1)):
        picture = point(name, "picture", Kind.MASK, area)
        points[picture.id] = picture
        devices[name] = Device(
            name, name, "onvif", (area,), (picture.id,), GRACE, setup={"pictures": {"every_ms": 1}}
        )
    named = {**points["east.pir"].setup, "cameras": ["cam-2", "cam-1", "west"]}
    points["east.pir"] = msgspec.structs.replace(points["east.pir"], setup=named)
    return msgspec.structs.replace(house, devices=devices, points=points)


def asked(events: Events) -> list[tuple[str, tuple[PictureMoment, ...]]]:
    """Whom, and for which moments."""
    return [(e.camera, e.moments) for e in events if isinstance(e, ev.PicturesAsked)]


def came(night: Night, camera: str, moment: PictureMoment, *shots: str, why: str = "") -> Events:
    """The camera gave these, by their sha256; or nothing, and why."""
    return night.feed(
        f.PicturesCame(
            incident=1,
            camera=camera,
            moment=moment,
            shots=tuple(f.Shot(name, 1_000, age_ms=40, device_ms=7) for name in shots),
            why=why,
        )
    )


def test_g5_an_alarm_asks_the_cameras_of_its_point_in_their_order() -> None:
    """Of now and of before; the third of the room stands by, and a panel is no camera."""
    night = Night(site())
    events = night.opens("east.pir")
    assert asked(events) == [("cam-2", (ALARM, BEFORE)), ("cam-1", (ALARM, BEFORE))]
    assert cameras_for(night.state, "east.pir", "gallery") == ["cam-2", "cam-1", "cam-3"]


def test_an_alarm_without_cameras_of_its_own_asks_those_of_its_area() -> None:
    """Nobody wrote which camera looks at the case: the room's are better than none."""
    night = Night(site())
    assert [camera for camera, _ in asked(night.opens("east.case"))] == ["cam-1", "cam-2"]
    assert asked(Night(site(area="store")).opens("east.case")) == []


def test_what_is_declared_by_hand_asks_the_cameras_of_the_area() -> None:
    """E6: somebody reports a theft; what the room looks like now is part of it."""
    night = Night(site())
    night.declares(Category.THEFT, "gallery")
    assert set(night.incident().looks) == {"cam-1", "cam-2"}


def test_a_camera_that_sees_something_else_is_asked_itself_and_for_what_it_usually_sees() -> None:
    """A8: the guard judges in one look, with both pictures side by side."""
    night = Night(site())
    events = night.feed(
        f.PointChanged("cam-3.picture", PointState.ACTIVE, raw="covered: 90 % of its edges gone")
    )
    assert asked(events)[0] == ("cam-3", (ALARM, USUAL, BEFORE))
    assert night.state.points["cam-3.picture"].said == "covered: 90 % of its edges gone"
    night.closes("cam-3.picture")
    assert not night.state.points["cam-3.picture"].said


def test_a_camera_that_fell_silent_is_shown_by_its_neighbours() -> None:
    """Its own loss is an alarm of a set area; the room is still looked at."""
    night = Night(site())
    night.loses("cam-1")
    night.after(GRACE)
    looks = night.incident().looks
    assert looks["cam-1"].missed == SILENT
    assert not looks["cam-1"].waiting
    assert [look.waiting for name, look in looks.items() if name != "cam-1"] == [
        [ALARM, BEFORE]
    ] * 2


def test_a_dead_camera_is_passed_over_in_words_and_the_next_one_asked() -> None:
    """G5: the dead one says so, and the neighbour's picture is there."""
    night = Night(site())
    night.loses("cam-2")
    events = night.opens("east.pir")
    missed = [e for e in events if isinstance(e, ev.PictureMissed)]
    assert [(e.camera, e.why) for e in missed] == [("cam-2", SILENT)]
    seeing = [e for e in events if isinstance(e, ev.PicturesAsked) and e.camera != "cam-2"]
    assert [(e.camera, e.instead) for e in seeing] == [("cam-1", "cam-2"), ("cam-3", "")]
    assert not [e for e in night.opens("east.case") if isinstance(e, ev.PictureMissed)], "told once"
    assert "picture:1/cam-2" not in night.state.deadlines, "none is taken of it afterwards"


def test_one_that_gives_nothing_when_asked_is_stood_in_for_once() -> None:
    """It answers, and has no picture: known only by asking."""
    night = Night(site())
    night.opens("east.pir")
    events = came(night, "cam-2", ALARM, why="no picture within 5 s")
    assert asked(events) == [("cam-3", (ALARM, BEFORE))]
    assert night.incident().looks["cam-2"].missed == "no picture within 5 s"
    assert not asked(came(night, "cam-1", BEFORE, why="there is no earlier picture"))
    assert not asked(came(night, "cam-3", ALARM, why="no picture")), "nobody is left"


def test_a_blind_one_stands_in_for_nobody() -> None:
    """The third camera is dead too: nothing is asked of it."""
    night = Night(site())
    night.loses("cam-3")
    night.opens("east.pir")
    assert not asked(came(night, "cam-2", ALARM, why="no picture within 5 s"))


def test_pictures_are_kept_with_both_clocks() -> None:
    """I1: when it was taken by our clock, and what the camera's own clock said."""
    night = Night(site())
    night.opens("east.pir")
    kept = [e for e in came(night, "cam-2", ALARM, "aa") if isinstance(e, ev.PictureKept)]
    assert [e.taken_utc_ms for e in kept] == [night.state.utc_ms(night.now_ms - 40)]
    picture = night.state.pictures[1]
    assert (picture.sha256, picture.device_ms, picture.incident) == ("aa", 7, 1)
    assert night.incident().looks["cam-2"].pictures == [1]
    came(night, "cam-2", BEFORE, "bb", "cc")
    assert night.incident().looks["cam-2"].pictures == [1, 2, 3]
    assert night.state.pictures_kept == 3


def test_what_nobody_asked_for_is_no_evidence() -> None:
    """A repeat, another camera, another moment, another incident: none of it is taken."""
    night = Night(site())
    night.opens("east.pir")
    came(night, "cam-2", ALARM, "aa")
    assert came(night, "cam-2", ALARM, "bb") == ()
    assert came(night, "cam-3", ALARM, "bb") == ()
    assert came(night, "cam-1", AFTER, "bb") == ()
    assert night.feed(f.PicturesCame(incident=9, camera="cam-1", moment=ALARM)) == ()
    assert len(night.state.pictures) == 1


def test_one_look_brings_no_more_than_it_may() -> None:
    """A worker that hands over without end fills no journal."""
    night = Night(site())
    night.opens("east.pir")
    came(night, "cam-2", BEFORE, *(f"{number}" for number in range(9)))
    assert len(night.state.pictures) == OF_A_MOMENT_MAX


def test_a_picture_is_taken_afterwards_too() -> None:
    """Before, at and after: what came of it ten seconds on."""
    night = Night(site())
    night.opens("east.pir")
    night.after(AFTER_MS - 1)
    assert AFTER not in night.incident().looks["cam-2"].waiting
    night.after(1)
    assert AFTER in night.incident().looks["cam-2"].waiting
    came(night, "cam-2", AFTER, "dd")
    assert night.state.pictures[1].moment is AFTER
    assert night.incident().looks["cam-2"].waiting == [ALARM, BEFORE]


def test_nothing_is_taken_afterwards_of_what_is_over() -> None:
    """Closed at once, or a camera that left the file: no deadline stays behind."""
    night = Night(site())
    night.opens("east.pir")
    night.closes("east.pir")
    night.acknowledges()
    assert any(name.startswith("picture:") for name in night.state.deadlines)
    night.closes_incident()
    assert not any(name.startswith("picture:") for name in night.state.deadlines)
    gone = Night(site())
    gone.opens("east.pir")
    gone.offer(site(0))
    gone.after(AFTER_MS)
    assert AFTER not in gone.incident().looks["cam-2"].waiting
    assert not any(name.startswith("picture:") for name in gone.state.deadlines)


def test_the_same_camera_is_asked_again_only_after_a_while_and_not_for_ever() -> None:
    """A detector that flickers all night fills no disk."""
    night = Night(site())
    night.opens("east.pir")
    assert not asked(night.opens("east.door"))
    night.at(AGAIN_MS)  # the picture afterwards is an ask as well
    night.after(AGAIN_MS)
    assert asked(night.opens("east.case")) == [("cam-1", (ALARM,)), ("cam-2", (ALARM,))]
    for _ in range(3 * ASKS_MAX):
        night.after(AGAIN_MS)
        night.closes("east.case")
        night.opens("east.case")
    assert {look.count for look in night.incident().looks.values()} == {ASKS_MAX}


def test_an_incident_has_so_many_cameras_and_no_more() -> None:
    """A fire that goes through the house."""
    night = Night(site(3 * CAMERAS_MAX))
    for number in range(1, 2 * CAMERAS_MAX):
        night.loses(f"cam-{number}")
    night.opens("east.case")
    assert len(night.incident().looks) == CAMERAS_MAX
    for camera in list(night.incident().looks):
        came(night, camera, ALARM, why="no picture")
    assert len(night.incident().looks) == CAMERAS_MAX


def test_a_start_still_waits_for_what_never_came() -> None:
    """kill -9 between the question and the picture: the runtime finds it in the state."""
    night = Night(site())
    night.opens("east.pir")
    came(night, "cam-2", ALARM, "aa")
    night.after(S)
    night.restarts()
    looks = night.incident().looks
    assert (looks["cam-1"].waiting, looks["cam-2"].waiting) == ([ALARM, BEFORE], [BEFORE])
    came(night, "cam-1", ALARM, "bb")
    assert len(night.state.pictures) == 2


def test_no_more_than_are_needed_are_asked_at_once() -> None:
    """Forty cameras in a hall: two look, the others stand by."""
    night = Night(site(9))
    assert len(asked(night.opens("east.case"))) == AT_ONCE


FOOTAGE = PictureMoment.FOOTAGE


def recording(cameras: int = 3) -> Site:
    """The second of them records by itself."""
    house = site(cameras)
    rung = point("cam-2", "recording", Kind.EVENT, "gallery")
    cam = msgspec.structs.replace(
        house.devices["cam-2"], points=(*house.devices["cam-2"].points, rung.id)
    )
    return msgspec.structs.replace(
        house,
        devices={**house.devices, "cam-2": cam},
        points={**house.points, rung.id: rung},
    )


def afterwards(night: Night) -> list[ev.PicturesAsked]:
    night.after(AFTER_MS)
    return [one for one in night.all(ev.PicturesAsked) if AFTER in one.moments]


def test_i1_whoever_records_is_asked_afterwards_for_footage_of_the_alarm() -> None:
    """So that a clip that is missing is known before it is asked for; the others are not asked."""
    night = Night(recording())
    night.opens("east.pir")
    assert night.incident().looks["cam-2"].footage is None, "it is not there yet, nobody asked"
    at_utc_ms = night.state.utc_ms(night.now_ms)
    second, first = sorted(afterwards(night), key=lambda one: one.camera, reverse=True)
    assert (first.camera, first.moments) == ("cam-1", (AFTER,))
    assert (second.camera, second.moments) == ("cam-2", (AFTER, FOOTAGE))
    span = second.from_utc_ms - at_utc_ms, second.until_utc_ms - at_utc_ms
    assert span == (-FOOTAGE_BEFORE_MS, FOOTAGE_AFTER_MS)
    look = night.incident().looks["cam-2"]
    assert look.footage is not None
    assert not look.footage.told
    assert night.incident().looks["cam-1"].footage is None


def test_i1_what_is_missing_stands_with_the_incident() -> None:
    night = Night(recording())
    night.opens("east.pir")
    afterwards(night)
    gaps = tuple((k, k + 1) for k in range(GAPS_MAX + 1))
    fact = f.PicturesCame(incident=1, camera="cam-2", moment=FOOTAGE, missing=gaps)
    (told,) = night.feed(fact)
    assert isinstance(told, ev.FootageChecked)
    look = night.incident().looks["cam-2"]
    assert look.footage is not None
    assert (look.footage.told, look.footage.missing) == (True, gaps[:GAPS_MAX])
    assert FOOTAGE not in look.waiting
    assert night.feed(fact) == (), "once"
    assert night.state == night.replayed()


def test_footage_that_nobody_knows_of_is_no_picture_that_is_missing() -> None:
    night = Night(recording())
    night.opens("east.pir")
    afterwards(night)
    night.feed(f.PicturesCame(incident=1, camera="cam-2", moment=FOOTAGE, why="no answer"))
    look = night.incident().looks["cam-2"]
    assert look.footage is not None
    assert (look.footage.why, look.missed) == ("no answer", "")


def quay() -> Site:
    """A camera at the facade that recognises vehicles, and a booking of an hour, in an hour."""
    house = site(1)
    vehicle = point("cam-1", "vehicle", Kind.VEHICLE, "gallery")
    camera = msgspec.structs.replace(
        house.devices["cam-1"], points=(*house.devices["cam-1"].points, vehicle.id)
    )
    now_ms = Night().state.utc_ms(Night().now_ms)
    crane = Permit("crane", (vehicle.id,), "boris", now_ms + HOUR, now_ms + 2 * HOUR, why="booking")
    return msgspec.structs.replace(
        house,
        devices={**house.devices, camera.id: camera},
        points={**house.points, vehicle.id: vehicle},
        permits={crane.id: crane},
    )


def test_d4_a_vehicle_that_a_camera_recognises_warns_with_its_picture() -> None:
    """Outside its booking: an early warning, and that very camera is looked through at once."""
    night = Night(quay())
    events = night.opens("cam-1.vehicle")
    assert night.incident().category is Category.EARLY_WARNING
    (look,) = asked(events)
    assert (look[0], ALARM in look[1], BEFORE in look[1]) == ("cam-1", True, True)


def test_d4_a_vehicle_that_is_booked_is_on_record_and_nobody_looks() -> None:
    night = Night(quay())
    night.after(HOUR + 1).time_passes()
    events = night.opens("cam-1.vehicle")
    assert [type(e) for e in events if isinstance(e, ev.PointStateChanged)]
    assert (asked(events), night.state.incidents) == ([], {})
