"""G5: the picture stands beside the alarm; where there is none, which camera is dead and why."""

import re
from pathlib import Path

import httpx
import pytest
from msgspec.structs import replace

from monitord.console.render import render
from monitord.console.shown import cameras
from monitord.console.shown.finding import Asked
from monitord.console.shown.standings import Stands
from monitord.core import facts as f
from monitord.core.aiming import AGAIN_MS, HOLD_MS
from monitord.core.site import Site
from monitord.core.state import State
from monitord.people.sessions import Sessions
from monitord.pictures.store import PictureStore
from monitord.runtime.control import hiding
from monitord.runtime.control.view import View
from monitord.runtime.control.view_incidents import incident
from monitord.runtime.control.view_pictures import CAMERAS_MAX
from monitord.runtime.vitals import VitalsFeed
from monitord.vocabulary import PictureMoment, PointState
from monitord.vocabulary.aiming import AimProof
from tests.core.night import Night
from tests.core.sites import museum
from tests.core.test_aiming import house as turning
from tests.core.test_pictures import AFTER_MS, came, recording, site
from tests.runtime.control.house import UTC_MS, House

ALARM, BEFORE, AFTER = PictureMoment.ALARM, PictureMoment.BEFORE, PictureMoment.AFTER


def watched(*devices: str) -> Site:
    """The museum, with these devices named as the cameras of the detector in the gallery."""
    house = museum()
    point = house.points["east.pir"]
    setup = {**point.setup, "cameras": list(devices)}
    return replace(house, points={**house.points, point.id: replace(point, setup=setup)})


def looks(night: Night) -> list[View]:
    state = night.state
    found: list[View] = incident(state, night.incident(), night.now_ms)["cameras"]
    return found


def shown(night: Night, template: str = "_picture.html") -> str:
    """The words beside the alarm, without their marks."""
    page = render(template, cameras=looks(night), site={"timezone": "UTC"}, clock_off_ms=2_000)
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_g5_a_place_without_a_camera_says_so() -> None:
    night = Night(museum())
    night.opens("east.pir")
    assert looks(night) == []
    assert "No camera looks at this place" in shown(night)


def test_g5_a_dead_camera_says_so_and_the_one_beside_it_stands_first() -> None:
    """G5, law 4: it is never shown like one that sees."""
    night = Night(watched("west", "east"))
    night.opens("east.pir")
    assert [(c["name"], c["answers"]) for c in looks(night)] == [
        ("West panel", True),
        ("East panel", True),
    ]
    night.loses("west")
    assert [(c["name"], c["answers"]) for c in looks(night)] == [
        ("East panel", True),
        ("West panel", False),
    ]
    said = r"▶ East panel ✕ West panel has not answered since \d\d:\d\d"
    assert re.search(said, shown(night))


def test_g5_no_more_cameras_than_somebody_looks_through() -> None:
    """And one that left the site file is not named."""
    night = Night(watched("gone", *(["east", "west"] * CAMERAS_MAX)))
    night.opens("east.pir")
    assert len(looks(night)) <= CAMERAS_MAX


def test_g5_the_picture_stands_there_with_its_camera_and_its_time() -> None:
    """First that it is on its way, then the picture; the one that failed says why."""
    night = Night(site())
    night.opens("east.pir")
    assert "A picture is on its way" in shown(night)
    came(night, "cam-1", ALARM, "aa")
    came(night, "cam-2", ALARM, why="no picture within 5 s")
    page = render("_picture.html", cameras=looks(night), site={"timezone": "UTC"})
    assert 'src="/pictures/1"' in page
    assert re.search(r"cam-1 , at the alarm \d\d:\d\d:\d\d", shown(night))
    assert "✕ cam-2 gave no picture: no picture within 5 s" in shown(night)


def test_the_page_of_the_incident_lays_out_before_at_and_after() -> None:
    """In the order of time, each with its moment; a camera's wrong clock is said beside it."""
    night = Night(site())
    night.opens("east.pir")
    came(night, "cam-2", ALARM, "aa")
    shots = (f.Shot("bb", 9, age_ms=20_000), f.Shot("cc", 9, age_ms=10_000, smaller=True))
    night.feed(f.PicturesCame(incident=1, camera="cam-2", moment=BEFORE, shots=shots))
    page = render(
        "_pictures.html", cameras=looks(night), site={"timezone": "UTC"}, clock_off_ms=2_000
    )
    assert re.findall(r'src="/pictures/(\d)"', page) == ["2", "3", "1"]
    assert shown(night, "_pictures.html").count("before the alarm") == 2
    assert "its own clock was" in page
    assert "made smaller" in page


def test_i1_missing_footage_stands_on_the_page_of_the_incident() -> None:
    """Asked, there, missing and not known are four things."""
    night = Night(recording())
    night.opens("east.pir")
    night.after(AFTER_MS).time_passes()
    assert "cam-2: its recording is being asked" in shown(night, "_pictures.html")
    utc_ms = night.state.utc_ms(night.now_ms)
    fact = f.PicturesCame(incident=1, camera="cam-2", moment=PictureMoment.FOOTAGE)
    for told, said in (
        (fact, r"· cam-2 has recorded it, from [\d:]+ to [\d:]+"),
        (replace(fact, missing=((utc_ms, utc_ms + 9_000),)), "✕ cam-2 has no footage from"),
        (replace(fact, why="no answer"), "recorded the alarm is not known: no answer"),
    ):
        again = Night(recording())
        again.opens("east.pir")
        again.after(AFTER_MS).time_passes()
        again.feed(told)
        assert re.search(said, shown(again, "_pictures.html"))


def test_g9_pictures_of_what_does_not_exist_for_somebody_do_not_either() -> None:
    """A hold-up asks the cameras too, and nobody beside the button may find that out."""
    night = Night(site())
    before = hiding.without(night.state, frozenset())
    assert before.pictures_kept == 0
    night.opens("east.panic")
    came(night, "cam-1", ALARM, "aa")
    gone = hiding.hidden(night.state, "gallery", ())
    seen: State = hiding.without(night.state, gone)
    assert (seen.pictures, seen.pictures_kept) == ({}, 0)
    assert not [name for name in seen.deadlines if name.startswith("picture:")]
    assert night.state.pictures, "elsewhere they are there"


JPEG = b"\xff\xd8\xff a room \xff\xd9"


@pytest.fixture
def store(tmp_path: Path) -> PictureStore:
    """Where the daemon keeps them."""
    return PictureStore(tmp_path)


@pytest.fixture
def house(tmp_path: Path, store: PictureStore) -> House:
    made = House(site())
    made.replace_desk(
        sessions=Sessions(tmp_path, lambda: UTC_MS),
        frames=VitalsFeed(made.desk.frame).frames,
        picture=store.get,
    )
    return made


def keeps(house: House, store: PictureStore, jpeg: bytes = JPEG, point: str = "east.pir") -> str:
    """An alarm there, and a picture of it; its sha256."""
    house.engine.take(f.PointChanged(point=point, state=PointState.ACTIVE))
    name = store.keep(jpeg)
    number = max(house.engine.state.incidents)
    shots = (f.Shot(name, len(jpeg)),)
    house.engine.take(f.PicturesCame(incident=number, camera="cam-1", moment=ALARM, shots=shots))
    return name


async def test_a_picture_is_given_as_the_camera_gave_it(
    house: House, store: PictureStore, anna: httpx.AsyncClient
) -> None:
    """To the byte, as a picture and as nothing else."""
    keeps(house, store)
    assert 'src="/pictures/1"' in (await anna.get("/")).text
    assert (await anna.get("/incidents/1")).text.count('src="/pictures/1"') == 2
    answer = await anna.get("/pictures/1")
    assert answer.content == JPEG
    assert answer.headers["content-type"] == "image/jpeg"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert (await anna.get("/pictures/2")).status_code == 404


@pytest.mark.parametrize("jpeg", [b"<script>alert(1)</script>", b"\x89PNG"])
async def test_what_is_no_jpeg_is_given_to_nobody(
    house: House, store: PictureStore, anna: httpx.AsyncClient, jpeg: bytes
) -> None:
    """A hostile camera hands over what it likes; no browser is given it."""
    keeps(house, store, jpeg)
    assert (await anna.get("/pictures/1")).status_code == 404


async def test_a_damaged_file_is_told_and_never_shown(
    house: House, store: PictureStore, anna: httpx.AsyncClient
) -> None:
    """One changed byte on the disk."""
    name = keeps(house, store)
    store.settle(name)
    store._path(name).write_bytes(JPEG.replace(b"room", b"wall"))
    answer = await anna.get("/pictures/1")
    assert (answer.status_code, "is not what was kept" in answer.text) == (404, True)


async def test_a_picture_is_for_those_who_have_signed_on(
    house: House, store: PictureStore, visitor: httpx.AsyncClient
) -> None:
    """Neither a number nor a link opens it."""
    keeps(house, store)
    answer = await visitor.get("/pictures/1", follow_redirects=False)
    assert JPEG not in answer.content
    assert answer.status_code in (303, 401, 403)


def test_i3_a_camera_that_was_turned_says_where_it_looks_since_when_and_for_whom() -> None:
    """Its usual place is not watched: whoever reads the page must not think that it is."""
    night = Night(turning())
    night.opens("east.pir")
    night.after(2_000)
    night.feed(f.CameraAimed("cam-1", "door", proof=AimProof.POSITION))
    came(night, "cam-1", PictureMoment.ARRIVED, "aa")
    came(night, "cam-1", ALARM, "bb")
    [camera] = [one for one in looks(night) if one["camera"] == "cam-1"]
    assert camera["picture"]["sha256"] == "aa", "the one of the place that the alarm is about"
    assert (camera["looks_at"]["preset"], camera["looks_at"]["stage"]) == ("door", "there")
    for template in ("_picture.html", "_pictures.html"):
        assert "turned to door since" in shown(night, template)
    night.feed(f.CameraAimed("cam-1", "door", why="late"))
    night.after(HOLD_MS)
    assert "on its way back to home" in shown(night)
    night.feed(f.CameraAimed("cam-1", "home", home=True, why="its motor stalls"))
    assert "and not back: its motor stalls" in shown(night)
    night.after(AGAIN_MS)
    night.feed(f.CameraAimed("cam-1", "home", home=True, proof=AimProof.POSITION))
    assert [one["looks_at"] for one in looks(night)] == [None] * len(looks(night))


def test_i3_law_4_on_the_wall_one_that_was_turned_does_not_see_its_place() -> None:
    night = Night(turning())
    night.returns("cam-1")

    def shown_of() -> tuple[Stands, list[str], str]:
        camera = cameras.listing(night.state, {}, Asked(show="all"))["cameras"][0]
        return camera.stands, camera.faults, camera.since

    assert shown_of()[:2] == (Stands.NORMAL, [])
    night.after(2_000)
    night.opens("east.pir")
    stands, faults, since = shown_of()
    assert stands is Stands.FAULT
    assert faults == ["turned to door for incident 1: its usual place is not watched"]
    night.feed(f.CameraAimed("cam-1", "door", why="the head is locked"))
    assert shown_of()[1:] == (
        ["on its way back to home: its usual place is not watched yet"], since,
    )  # fmt: skip
    night.feed(f.CameraAimed("cam-1", "home", home=True, why="its motor stalls"))
    assert shown_of()[1] == [
        "turned away and not back, its usual place is not watched: its motor stalls"
    ]
    night.loses("cam-1")
    assert shown_of()[0] is Stands.UNKNOWN


def test_g9_who_may_not_see_an_incident_does_not_see_whom_a_camera_was_turned_for() -> None:
    night = Night(turning())
    night.opens("east.pir")
    assert night.state.aims
    assert not hiding.without(night.state, frozenset({1})).aims
