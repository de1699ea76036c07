"""Search everywhere: what is found, how many more there are, and what nobody finds who may not."""

import httpx
import pytest
from playwright.async_api import Page, expect

from monitord.console.shown.search import HITS, KNOWS_PEOPLE, search
from monitord.core import facts as f
from monitord.vocabulary import Category, Kind, PointState, Proof, Role
from tests.console.conftest import Console, keep
from tests.core.night import Night
from tests.core.sites import WEST, museum
from tests.runtime.control.house import House

PEOPLE = ({"id": "anna", "name": "Anna Okafor", "role": "duty-manager", "numbers": ["+44 1"]},)


def found(night: Night, text: str, role: str = "guard") -> dict[str, list[str]]:
    groups = search(night.state, {}, text, role, PEOPLE)
    return {group.title: [hit.id for hit in group.hits] for group in groups}


def test_points_areas_devices_and_people_are_found_by_words_in_any_order() -> None:
    night = Night()
    assert found(night, "STORE pir") == {"Points": ["p-west.pir"]}
    assert found(night, "gate c") == {"Areas": ["a-store"]}
    assert found(night, "west panel") == {"Devices": ["d-west"]}
    assert found(night, "okafor") == {"People": ["who-anna"]}
    assert found(night, "  ") == found(night, "nothing of the kind") == {}


def test_an_incident_is_found_by_its_number_and_by_its_place() -> None:
    night = Night()
    night.declares(Category.THEFT)
    night.declares(Category.MEDICAL, area="store")
    for text in ("2", "#2", "medical store"):
        assert found(night, text)["Incidents"] == ["i-2"], text


def test_what_is_not_known_is_not_hidden_below_what_is_well() -> None:
    """T2.3: what does not fit is counted."""
    many = {**WEST, **{f"pir-{n}": Kind.MOTION for n in range(3 * HITS)}}
    night = Night(museum(west=many))
    night.says(f"west.pir-{3 * HITS - 1}", PointState.UNKNOWN)
    (group,) = [g for g in search(night.state, {}, "west", "guard") if g.title == "Points"]
    assert (group.hits[0].id, group.hits[0].kind) == (f"p-west.pir-{3 * HITS - 1}", "unknown")
    assert (len(group.hits), group.more) == (HITS, len(many) - HITS)
    assert group.more_href == "/points?show=all&text=west"


@pytest.mark.parametrize("role", [*Role, ""])
def test_people_are_found_by_those_who_work_with_them(role: str) -> None:
    assert bool(found(Night(), "okafor", role)) is (role in KNOWS_PEOPLE)
    assert {Role.POLICE, Role.INTEGRATOR, Role.TESTER}.isdisjoint(KNOWS_PEOPLE)


async def test_the_page_says_what_it_found_and_nothing_is_taken_for_a_page(
    house: House, anna: httpx.AsyncClient
) -> None:
    house.trip()
    page = (await anna.get("/search", params={"q": "1"})).text
    assert 'href="/incidents/1"' in page
    page = (await anna.get("/search", params={"q": "anna"})).text
    assert "tel:+441632960001" in page
    for text in ("<script>alert(1)</script>", "x" * 5_000, "\x00", "%", "' or 1=1"):
        answer = await anna.get("/search", params={"q": text})
        assert (answer.status_code, "<script>alert" in answer.text) == (200, False), text


async def test_g9_what_a_duress_pin_raised_is_not_found_by_who_gave_it(
    house: House, console: Console, anna: httpx.AsyncClient
) -> None:
    before = (await anna.get("/search", params={"q": "hold-up"})).text
    duress = f.GiveDuressPin(by="anna", proof=Proof.PIN, duress=True, session="s")
    house.engine.take(duress)
    await console.desk.replica.reach(house.engine.state.position)
    (number,) = house.engine.state.incidents
    for text in ("hold-up", str(number)):
        page = (await anna.get("/search", params={"q": text})).text
        assert ("Hold-up," in page, f"/incidents/{number}" in page) == (False, False)
    assert "Hold-up," not in before


async def test_the_slash_goes_to_the_field_and_stays_out_of_others(page: Page) -> None:
    await page.wait_for_load_state()
    await page.keyboard.press("/")
    await expect(page.locator("#search")).to_be_focused()
    await page.keyboard.type("east/")
    await page.keyboard.press("Enter")
    await expect(page.locator("main")).to_contain_text("“east/”")
    await expect(page.get_by_label("The key /")).to_be_visible()  # the page's scripts have run
    await page.keyboard.press("/")
    await page.keyboard.type("east")
    await page.keyboard.press("Enter")
    await expect(page.locator("#p-east\\.pir")).to_be_visible()
    if path := keep("search"):
        await page.screenshot(path=path)
    await page.get_by_label("The key /").uncheck()
    await page.keyboard.press("/")
    await expect(page.locator("#search")).not_to_be_focused()
