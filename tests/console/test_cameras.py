"""The wall of cameras: what each sees, how old that is, what is wrong; who may look, who did."""

import asyncio
import html
from pathlib import Path

import httpx
import pytest
from msgspec.structs import replace

from monitord.console.shown import cameras
from monitord.console.shown.finding import Asked
from monitord.console.shown.standings import Stands
from monitord.console.words_cameras import RUNG, SIGHT, WORDS
from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.site import Device, Person, Point, Site
from monitord.journal.codec import decode
from monitord.people.sessions import Sessions
from monitord.runtime.control.cameras import TAKEN_MAX
from monitord.runtime.live_pictures import Live
from monitord.runtime.vitals import VitalsFeed
from monitord.runtime.workers.frames import Seen, Want
from monitord.vocabulary import Cause, Kind, PointState, Role
from tests.core.night import Night
from tests.core.sites import GRACE, museum, point
from tests.runtime.control.house import PIN, UTC_MS, House

JPEG = b"\xff\xd8\xff a room \xff\xd9"
EVERY_MS = 10_000


def site(count: int = 3) -> Site:
    """The museum with so many cameras, each with a picture, an identity, a stream and a fact."""
    house = museum(people=(Person("anna", Role.DUTY_MANAGER), Person("tess", Role.TESTER)))
    devices, points = dict(house.devices), dict(house.points)
    for name in (f"cam-{number}" for number in range(1, count + 1)):
        own: list[Point] = [
            point(name, "picture", Kind.MASK, "gallery"),
            point(name, "identity", Kind.TAMPER, "gallery"),
            point(name, "stream", Kind.EVENT, "gallery"),
            point(name, "about", Kind.VALUE, "gallery"),
            point(name, "door", Kind.MOTION, "gallery"),
        ]
        points |= {one.id: one for one in own}
        devices[name] = Device(
            name,
            f"Camera {name[-1]}",
            "onvif",
            ("gallery",),
            tuple(one.id for one in own),
            GRACE,
            setup={"pictures": {"every_ms": EVERY_MS}},
        )
    return replace(house, devices=devices, points=points)


def well(night: Night) -> Night:
    """All of them answer, and each point says that it is well."""
    for device in cameras.cameras_of(night.state):
        states = {name.partition(".")[2]: PointState.NORMAL for name in device.points}
        night.returns(device.id, **states)
    return night


def stands(night: Night) -> list[str]:
    listed = cameras.listing(night.state, {}, Asked(show="all"))["cameras"]
    return [one.stands.value for one in listed]


def test_a_camera_is_as_well_as_the_worst_of_what_it_tells_of_itself() -> None:
    """What it detects is no fault of its own; what nobody knows is never well (law 4)."""
    night = well(Night(site()))
    assert stands(night) == ["normal"] * 3
    night.opens("cam-1.door")
    assert stands(night) == ["normal"] * 3
    night.says("cam-1.stream", PointState.FAULT)
    night.says("cam-2.stream", PointState.FAULT)
    night.says("cam-2.picture", PointState.ACTIVE)
    night.loses("cam-3")
    assert stands(night) == ["fault", "active", "unknown"]
    night.says("cam-1.picture", PointState.UNKNOWN)
    assert stands(night)[0] == "unknown"


def test_what_is_wrong_stands_there_in_the_words_of_who_found_it() -> None:
    night = well(Night(site()))
    words = "covered: 94 % of its edges are gone"
    night.feed(f.PointChanged("cam-1.picture", PointState.ACTIVE, raw=words))
    night.loses("cam-2", Cause.AUTHENTICATION)
    shown = cameras.listing(night.state, {}, Asked(show="amiss"))
    assert shown["cameras"][0].faults == [words]
    assert shown["cameras"][1].faults == ["it refuses our sign-on"]
    assert [one.id for one in shown["amiss"]] == ["cam-1", "cam-2"]


def test_what_is_not_known_of_a_camera_looks_like_nothing_else() -> None:
    """Law 4: its word and its shape are its own."""
    for words in (SIGHT, RUNG):
        unknown = words[Stands.UNKNOWN]
        others = [said for stands, said in words.items() if stands is not Stands.UNKNOWN]
        assert unknown[0] not in {word for word, _ in others}
        assert unknown[1] not in {shape for _, shape in others}


def test_one_camera_is_told_whole() -> None:
    """Each rung with its state and since when; what it says of itself as it says it."""
    night = well(Night(site()))
    night.feed(f.PointChanged("cam-1.about", PointState.NORMAL, value="Acme 7, firmware 2.1"))
    told = cameras.one(night.state, {}, night.state.site.devices["cam-1"], night.now_ms)
    assert [rung.name for rung in told["rungs"]] == ["Picture", "Identity", "Stream"]
    assert [said for _, said in told["facts"]] == ["Acme 7, firmware 2.1"]
    assert told["camera"].bound_ms == 2 * EVERY_MS + cameras.LATE_MS


def test_the_wall_of_a_large_house_comes_in_pages() -> None:
    night = well(Night(site(130)))
    first = cameras.listing(night.state, {}, Asked(show="all"))
    assert (len(first["cameras"]), first["last_page"]) == (cameras.ON_A_PAGE, 3)
    assert cameras.ON_A_PAGE <= TAKEN_MAX


@pytest.fixture
def asked() -> list[tuple[str, Want, int]]:
    return []


@pytest.fixture
def house(tmp_path: Path, asked: list[tuple[str, Want, int]]) -> House:
    made = House(site())

    async def live(camera: str, want: Want, every_ms: int) -> Live:
        asked.append((camera, want, every_ms))
        if camera == "cam-3":
            return Live(None, why="no picture: <b>no answer</b>")
        jpeg = b"<script>" if camera == "cam-2" else JPEG
        return Live(Seen(0, jpeg, 400, None, "", smaller=True), 500)

    made.names["tess"] = "Tess"
    made.accounts.pins = {"anna": PIN, "tess": PIN}
    made.replace_desk(
        sessions=Sessions(tmp_path, lambda: UTC_MS),
        frames=VitalsFeed(made.desk.frame).frames,
        live=live,
    )
    return made


def views(house: House) -> list[str]:
    return [
        event.by
        for row in house.engine.rows
        for event in decode(row.payload).entry.events
        if isinstance(event, ev.PicturesViewed)
    ]


async def test_a_picture_of_now_is_given_as_a_picture_and_nothing_else(
    house: House, anna: httpx.AsyncClient, asked: list[tuple[str, Want, int]]
) -> None:
    answer = await anna.get("/cameras/cam-1/picture?which=large")
    assert answer.content == JPEG
    assert "sandbox" in answer.headers["content-security-policy"]
    assert asked == [("cam-1", Want.LATEST, EVERY_MS)]
    assert (await anna.get("/cameras/cam-2/picture")).status_code == 404
    assert (await anna.get("/cameras/cam-3/picture")).status_code == 404
    assert (await anna.get("/cameras/east/picture")).status_code == 404
    assert (await anna.get("/cameras/cam-1/picture?which=secret")).status_code == 400


async def test_when_each_was_taken_is_one_question(house: House, anna: httpx.AsyncClient) -> None:
    told = (await anna.get("/cameras-taken?of=cam-1,cam-3,cam-1")).json()
    assert list(told) == ["cam-1", "cam-3"]
    assert (told["cam-1"]["age_ms"], told["cam-1"]["why"]) == (500, "")
    assert (told["cam-3"]["taken"], told["cam-3"]["why"]) == ("", "no picture: <b>no answer</b>")
    too_many = ",".join(f"c{k}" for k in range(TAKEN_MAX + 1))
    assert (await anna.get(f"/cameras-taken?of={too_many}")).status_code == 404


async def test_that_somebody_looks_is_written_down_once(
    house: House, anna: httpx.AsyncClient
) -> None:
    """I2: who, and when; not each of the pictures."""
    await asyncio.gather(*(anna.get("/cameras/cam-1/picture") for _ in range(5)))
    await anna.get("/cameras-taken?of=cam-1")
    assert views(house) == ["anna"]


async def test_to_look_at_the_states_is_no_look_at_the_pictures(
    house: House, anna: httpx.AsyncClient
) -> None:
    assert (await anna.get("/cameras")).status_code == 200
    assert (await anna.get("/cameras/cam-1")).status_code == 200
    assert views(house) == []


async def test_who_may_not_look_sees_the_states_alone(
    house: House, visitor: httpx.AsyncClient, asked: list[tuple[str, Want, int]]
) -> None:
    """A tester has to know that a camera is well, and not what people do before it."""
    await visitor.post("/sign-on", data={"person": "tess", "pin": PIN})
    page = (await visitor.get("/cameras")).text
    assert WORDS["not_yours"] in page
    assert "data-shot" not in page
    assert (await visitor.get("/cameras/cam-1/picture")).status_code == 403
    assert (await visitor.get("/cameras-taken?of=cam-1")).status_code == 403
    assert (asked, views(house)) == ([], [])


async def test_the_daemon_refuses_by_itself(house: House, anna: httpx.AsyncClient) -> None:
    """Law 11: a console that is taken over shows nobody what their role may not see."""
    await anna.post("/sign-off")
    await anna.post("/sign-on", data={"person": "tess", "pin": PIN})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cameras, "may_look", lambda _: True)
        answer = await anna.get("/cameras/cam-1/picture")
    assert (answer.status_code, views(house)) == (403, [])
    assert not [row for row in house.engine.rows if b"CommandRefused" in row.payload]


async def test_a_picture_of_now_is_for_those_who_have_signed_on(
    house: House, visitor: httpx.AsyncClient
) -> None:
    for path in ("/cameras", "/cameras/cam-1", "/cameras/cam-1/picture", "/cameras-taken"):
        answer = await visitor.get(path, follow_redirects=False)
        assert answer.status_code == 303
        assert JPEG not in answer.content


async def test_words_of_a_camera_are_never_marks(house: House, anna: httpx.AsyncClient) -> None:
    """What a hostile camera says of itself stands there as text."""
    house.engine.take(f.DeviceReturned(device="cam-1"))
    said = "<img src=x onerror=alert(1)>"
    house.engine.take(f.PointChanged("cam-1.stream", PointState.FAULT, raw=said))
    for path in ("/cameras/now", "/cameras/cam-1/now"):
        page = (await anna.get(path)).text
        assert said not in page
        assert html.escape(said) in page
