"""G8, G3: who comes to an alarm, and that it is real, on the page of the incident."""

import httpx
from playwright.async_api import Page, expect

from monitord.console.words_coming import RESULT, SAYS
from monitord.core.attendance import RESULTS
from monitord.vocabulary import Attending
from tests.console.conftest import keep
from tests.runtime.control.house import House


def test_every_word_of_an_attendance_has_a_button() -> None:
    assert list(SAYS) == list(Attending)
    assert set(RESULT) == set(RESULTS)


async def test_g8_from_on_the_way_to_the_result(house: House, page: Page) -> None:
    """The page says where they are, and that they are alone inside."""
    house.trip()
    await page.get_by_role("button", name="I take it").click()
    await page.get_by_role("link", name="Open it").click()
    for button, said in (
        ("On the way", "awaited in"),
        ("At the house", "the plan is not agreed"),
        ("The plan is agreed", "the plan is agreed"),
        ("Went in", "ALONE"),
        ("Done, with this result", "left: Nothing found"),
    ):
        await page.get_by_text("Tell of somebody who comes").click()
        await page.get_by_role("button", name=button).click()
        await expect(page.locator(".coming")).to_contain_text(said)
        if button == "Went in" and (path := keep("coming")):
            await page.screenshot(path=path, full_page=True)
    (record,) = house.engine.state.attendances.values()
    assert (record.holder, record.result, record.running) == ("anna", "nothing-found", False)


async def test_g3_a_person_says_that_it_is_real(house: House, anna: httpx.AsyncClient) -> None:
    house.trip()
    answer = await anna.post("/incidents/1/confirm", data={"how": "on-scene"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/incidents/1")
    assert house.engine.state.incidents[1].confirmed
    assert "It is real" not in (await anna.get("/incidents/1")).text


async def test_what_is_refused_is_said_and_stays_typed(
    house: House, anna: httpx.AsyncClient
) -> None:
    house.trip()
    form = {"says": "on-the-way", "holder": "anna", "eta": "0"}
    answer = await anna.post("/incidents/1/attend", data=form)
    assert (answer.status_code, "must lie ahead" in answer.text) == (400, True)
    assert 'value="0"' in answer.text
