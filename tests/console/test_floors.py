"""The floors on the console: a drawing that can do nothing, and everything on it as it is now."""

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
from monitord.people.sessions import Sessions
from monitord.runtime.vitals import VitalsFeed
from monitord.vocabulary import Cause, Role, SetState
from tests.console.conftest import UTC_MS, Console, keep
from tests.console.floor_sites import DIGEST, DRAWING, with_floors
from tests.core.night import Night
from tests.core.sites import museum
from tests.runtime.control.house import PIN, House, small_site


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
    alarm = {"source": "west.glass", "area": "gallery"}
    found = floors.of_incident(night.state, {}, {"alarms": [alarm]})
    assert found is not None
    assert {pin.id: pin.is_first for pin in found.pins} == {"west.glass": True, "gallery": False}
    nowhere = {"source": "west.pir", "area": "store"}
    assert floors.of_incident(night.state, {}, {"alarms": [nowhere]}) is None


def test_c7_a_first_alarm_without_a_pin_is_where_its_area_is_and_not_where_the_second_is() -> None:
    """Two floors: nobody is sent to the floor of the second alarm."""
    site = with_floors(museum(), west_glass=(20, 20))
    one, places = site.setup["floors"]["first"], site.setup["places"]
    above = {**places, "points": {"west.glass": ("attic", 20.0, 20.0)}}
    setup = {**site.setup, "floors": {"first": one, "attic": one}, "places": above}
    night = Night(replace(site, setup=setup))
    alarms = [{"source": source, "area": "gallery"} for source in ("east.pir", "west.glass")]
    found = floors.of_incident(night.state, {}, {"alarms": alarms})
    assert found is not None
    assert (found.id, [(pin.id, pin.is_first) for pin in found.pins]) == (
        "first",
        [("gallery", True)],
    )


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
    assert (drawing.headers["x-content-type-options"], drawing.headers["vary"]) == (
        "nosniff",
        "Cookie",
    )
    assert f"/floors/first/drawing?v={DIGEST[:16]}" in page, "another drawing has another address"
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
    assert ("/incidents/1/place" in (await visitor.get("/incidents/1")).text) is not outside
    assert (await visitor.get("/incidents/1/found")).status_code == (403 if outside else 200)
    place = await visitor.get("/incidents/1/place")
    assert (place.status_code, WORDS["pin"] in place.text) == (
        403 if outside else 200,
        not outside,
    )


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


async def test_law_4_on_the_screen_the_plan_of_an_incident_is_as_it_is_now(
    house: House, console: Console, page: Page
) -> None:
    """Nobody walks in by a plan of ten minutes ago: what falls silent is unknown on it, too."""
    house.trip()
    await page.goto(console.url + "/incidents/1")
    placed = page.locator(".placed")
    await expect(placed.locator("a.pin.active .ring")).to_have_count(1)
    await expect(placed).to_contain_text("Gate B")
    await expect(placed).to_contain_text(WORDS["first"])
    house.engine.take(f.DeviceLost(device="east", cause=Cause.SILENT))
    await expect(placed.locator("a.pin.unknown .ring")).to_have_count(1, timeout=8_000)
    await expect(placed.locator("a.pin.active")).to_have_count(0)


async def test_what_stands_on_no_floor_is_counted(house: House, anna: httpx.AsyncClient) -> None:
    assert "stands on no floor" not in (await anna.get("/floors")).text
    site = with_floors(small_site(), east_pir=(20, 50))
    house.engine.take(f.SiteOffered(file_hash="one-pin", site=site))
    assert WORDS["unplaced_one"] in (await anna.get("/floors")).text
