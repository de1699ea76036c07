"""The floors on the console: a drawing that can do nothing, and everything on it as it is now."""

import hashlib
import re
from pathlib import Path

import httpx
import pytest
from msgspec.structs import replace
from playwright.async_api import Page, expect

from monitord.console.seen import Vitals
from monitord.console.shown import floors
from monitord.console.shown.standings import Health, Stands
from monitord.console.words_floors import WORDS
from monitord.core import facts as f
from monitord.core.site import Site
from monitord.people.sessions import Sessions
from monitord.runtime.vitals import VitalsFeed
from monitord.vocabulary import Role, SetState
from tests.console.conftest import UTC_MS, Console, keep
from tests.core.night import Night
from tests.core.sites import museum
from tests.runtime.control.house import PIN, House, small_site

DRAWING = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 40" width="80" height="40">'
    b'<rect x="1" y="1" width="78" height="38" fill="none" stroke="#888"/></svg>'
)
DIGEST = hashlib.sha256(DRAWING).hexdigest()


def with_floors(site: Site, **points: tuple[float, float]) -> Site:
    floor = {
        "name": "First floor",
        "file": "first.svg",
        "source": "",
        "sha256": DIGEST,
        "media": "image/svg+xml",
        "width": 80.0,
        "height": 40.0,
    }
    places = {
        "areas": {"gallery": ("first", 50.0, 10.0)},
        "devices": {"east": ("first", 5.0, 5.0)},
        "points": {name.replace("_", "."): ("first", x, y) for name, (x, y) in points.items()},
    }
    return replace(site, setup={**site.setup, "floors": {"first": floor}, "places": places})


@pytest.fixture
def drawings() -> dict[str, bytes]:
    """What the daemon has kept."""
    return {DIGEST: DRAWING}


@pytest.fixture
def house(tmp_path: Path, drawings: dict[str, bytes]) -> House:
    made = House(with_floors(small_site(), east_pir=(20, 50), west_pir=(80, 50)))
    made.replace_desk(
        sessions=Sessions(tmp_path, lambda: UTC_MS),
        frames=VitalsFeed(made.desk.frame).frames,
        drawing=drawings.get,
    )
    return made


def kinds(night: Night, **vitals: Vitals) -> dict[str, str]:
    found = floors.floor(night.state, vitals, "first")
    assert found is not None
    return {pin.id: str(pin.kind) for pin in found.pins}


def test_law_4_what_is_not_known_is_drawn_as_not_known() -> None:
    night = Night(with_floors(museum(), east_pir=(10, 10), west_glass=(20, 20)))
    assert kinds(night)["east.pir"] == "normal"
    night.loses("east")
    assert (kinds(night)["east.pir"], kinds(night)["west.glass"]) == ("unknown", "normal")
    assert kinds(night)["east"] == "offline"
    fresh = Night(with_floors(museum(), east_pir=(10, 10)), ready=False)
    assert set(kinds(fresh).values()) == {"unknown"}


def test_the_loudest_pin_is_drawn_last_and_listed_first() -> None:
    night = Night(with_floors(museum(), east_pir=(10, 10), west_glass=(20, 20)))
    night.opens("west.glass")
    found = floors.floor(night.state, {}, "first")
    assert found is not None
    assert found.pins[-1].id == found.listed[0].id == "west.glass"
    assert found.listed[0].leads == "/incidents/1"
    assert (found.height, found.listed[0].x, found.listed[0].y) == (500.0, 200.0, 100.0)


def test_whatever_stands_on_a_floor_has_its_place_in_the_order() -> None:
    kinds = {*map(str, Stands), *map(str, Health), *map(str, SetState)}
    assert set(floors._LOUDEST_LAST) == kinds


def test_c7_the_pin_of_an_incident_is_its_first_alarm_that_stands_on_a_floor() -> None:
    night = Night(with_floors(museum(), west_glass=(20, 20)))
    night.opens("west.glass")
    alarm = {"source": "west.glass", "area": "gallery"}
    found = floors.of_incident(night.state, {}, {"alarms": [alarm]})
    assert found is not None
    assert {pin.id for pin in found.pins} == {"west.glass", "gallery"}
    nowhere = {"source": "west.pir", "area": "store"}
    assert floors.of_incident(night.state, {}, {"alarms": [nowhere]}) is None


async def test_a_floor_and_its_drawing_are_shown(house: House, anna: httpx.AsyncClient) -> None:
    page = (await anna.get("/floors")).text
    for said in ("First floor", "Detector east", "/floors/first/drawing", "Gallery 1"):
        assert said in page, said
    assert (await anna.get("/floors/first/now")).status_code == 200
    drawing = await anna.get("/floors/first/drawing")
    assert drawing.content == DRAWING
    assert drawing.headers["content-type"].startswith("image/svg+xml")
    assert "sandbox" in drawing.headers["content-security-policy"]
    assert "default-src 'none'" in drawing.headers["content-security-policy"]
    for path in ("/floors/attic", "/floors/attic/drawing", "/floors/attic/now"):
        assert (await anna.get(path)).status_code == 404, path


async def test_a_lost_drawing_is_told_and_the_floor_is_shown_all_the_same(
    drawings: dict[str, bytes], anna: httpx.AsyncClient
) -> None:
    drawings.clear()
    answer = await anna.get("/floors/first/drawing")
    assert (answer.status_code, "monitord reload" in answer.text) == (404, True)
    assert "Detector east" in (await anna.get("/floors")).text


async def test_a_site_without_floors_says_so(house: House, anna: httpx.AsyncClient) -> None:
    house.engine.state.site = replace(house.engine.state.site, setup={"name": "The House"})
    house.engine.take(f.SiteOffered(file_hash="bare", site=small_site()))
    assert WORDS["none"] in (await anna.get("/floors")).text


@pytest.mark.parametrize("role", Role)
async def test_plans_are_hidden_from_those_who_need_not_know(
    house: House, visitor: httpx.AsyncClient, role: Role
) -> None:
    """A8, item 8: whoever is called from outside sees no plan, and no pin on an incident."""
    site = house.engine.state.site
    people = {**site.people, "anna": replace(site.people["anna"], role=role)}
    house.engine.state.site = replace(site, people=people)
    house.trip()
    await visitor.post("/sign-on", data={"person": "anna", "pin": PIN})
    outside = role is Role.POLICE
    for path in ("/floors", "/floors/first", "/floors/first/now", "/floors/first/drawing"):
        assert (await visitor.get(path)).status_code == (403 if outside else 200), path
    page = (await visitor.get("/incidents/1")).text
    assert (WORDS["pin"] in page) is not outside


async def test_on_the_screen_the_alarm_is_red_on_its_place_and_leads_to_the_incident(
    house: House, console: Console, page: Page
) -> None:
    await page.goto(console.url + "/floors")
    pin = page.locator("a.pin").filter(has_text="▲")
    await expect(page.locator("svg.plan image")).to_have_count(1)
    await expect(pin).to_have_count(0)
    house.trip()
    await expect(pin).to_have_count(1, timeout=8_000)
    if path := keep("floors"):
        await page.screenshot(path=path, full_page=True)
    await page.locator("#go-east\\.pir").click()
    await expect(page).to_have_url(re.compile("/incidents/1$"))
    await expect(page.locator(".placed svg.plan a.pin")).to_have_count(2)
    if path := keep("incident-floor"):
        await page.screenshot(path=path, full_page=True)


async def test_g9_at_the_button_its_pin_is_not_drawn(house: House) -> None:
    """The state that a station beside a button gets has no such point, so neither has its floor."""
    night = Night(with_floors(museum(), east_panic=(10, 10)))
    site = night.state.site
    points = {name: point for name, point in site.points.items() if name != "east.panic"}
    assert "east.panic" in kinds(night)
    night.state.site = replace(site, points=points)
    assert "east.panic" not in kinds(night)
