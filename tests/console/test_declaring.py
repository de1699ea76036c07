"""E6: raising an alarm by hand, by form and by two clicks in a real browser."""

import httpx
from playwright.async_api import Page, expect

from monitord.console.words_declare import CALLER, DECLARE
from monitord.core import facts as f
from monitord.vocabulary import DECLARABLE, Category
from tests.console.conftest import keep
from tests.runtime.control.house import House


def test_everything_that_may_be_declared_has_a_button() -> None:
    """A hold-up has a button of its own and a PIN: on a page somebody would see it."""
    assert set(DECLARE) == DECLARABLE - {Category.HOLD_UP}


async def test_e6_two_clicks_from_anywhere(house: House, page: Page) -> None:
    """The house has one place, so the second click is what happened."""
    await page.get_by_role("link", name="Report").click()
    await page.get_by_role("button", name="Water").click()
    await expect(page.locator("h1")).to_have_text("Gallery 1")
    incident = house.engine.state.incidents[1]
    assert (incident.category, incident.area) == (Category.FLOOD, "gallery")
    if path := keep("declared"):
        await page.screenshot(path=path)


async def test_e6_a_bomb_call_keeps_what_the_caller_said(
    house: House, anna: httpx.AsyncClient
) -> None:
    form = {"category": "bomb-call", "area": "gallery", "said": "at noon", "voice": "calm"}
    answer = await anna.post("/declare", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/incidents/1")
    (note,) = house.notes
    asked = dict(CALLER)
    assert note.splitlines() == [f"{asked['said']}: at noon", f"{asked['voice']}: calm"]


async def test_a_form_sent_twice_carries_one_key(house: House, anna: httpx.AsyncClient) -> None:
    """By which the engine knows a repeat (tests/core/test_keys.py); another page has another."""
    form = {"category": "theft", "area": "gallery", "key": "0123456789abcdef"}
    for _ in range(2):
        await anna.post("/declare", data=form)
    keys = [fact.key for fact in house.engine.submitted if isinstance(fact, f.Declare)]
    assert len(set(keys)) == 1
    assert "0123456789abcdef" in keys[0]
    page, other = [(await anna.get("/declare")).text for _ in range(2)]
    assert page[page.index('name="key"') :][:40] != other[other.index('name="key"') :][:40]


async def test_what_is_wrong_is_said_and_what_was_typed_stays(
    house: House, anna: httpx.AsyncClient
) -> None:
    answer = await anna.post("/declare", data={"category": "fire", "area": "", "note": "smoke"})
    assert answer.status_code == 400
    assert "There is no area" in answer.text
    assert 'value="smoke"' in answer.text
    assert not house.engine.state.incidents
