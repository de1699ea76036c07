"""The wall of cameras in a browser: ages that tick, an old picture that says so, no flicker."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from monitord.console.shown import cameras
from monitord.core import facts as f
from monitord.vocabulary import PointState
from tests.console.conftest import Console
from tests.console.looking import DESKTOP, sign_on
from tests.console.museum import Museum
from tests.console.test_cameras import views


@pytest.fixture
def house(tmp_path: Path) -> Museum:
    made = Museum(tmp_path)
    made.blinds()
    return made


@pytest.fixture
async def page(console: Console, browser: Browser) -> AsyncIterator[Page]:
    made = await browser.new_page(viewport=DESKTOP)
    await sign_on(made, console)
    yield made
    await made.close()


async def test_a_picture_of_now_says_how_old_it_is_and_an_old_one_that_it_is_old(
    house: Museum, console: Console, page: Page
) -> None:
    """Law 4, in what people look at first: the one that was lost a minute ago says so."""
    first, *_, gone = cameras.cameras_of(house.engine.state)[:4]
    await page.goto(f"{console.url}/cameras")
    fresh, old = (page.locator(f"#shot-{one.id}") for one in (first, gone))
    await expect(fresh.locator("img")).to_be_visible()
    await expect(fresh.locator("[data-age]")).to_have_text(re.compile(r"taken \d+ s ago"))
    await expect(fresh.locator("[data-late]")).to_be_hidden()
    await old.scroll_into_view_if_needed()
    await expect(old.locator("[data-late]")).to_have_text("Not of now")
    await expect(old).to_have_class(re.compile(r"\bold\b"))
    assert views(house) == ["boris"]


async def test_the_pictures_stay_while_the_page_around_them_changes(
    house: Museum, console: Console, page: Page
) -> None:
    """A wall that flickers every few seconds is not looked at."""
    first = cameras.cameras_of(house.engine.state)[0]
    await page.goto(f"{console.url}/cameras")
    image = page.locator(f"#shot-{first.id} img")
    await expect(image).to_be_visible()
    await image.evaluate("image => { image.dataset.mine = '1'; }")
    stream = f.PointChanged(f"{first.id}.stream", PointState.FAULT, raw="no stream")
    house.engine.take(stream)
    await expect(page.locator(f"#c-{first.id} .bad")).to_have_text("No stream")
    assert await image.get_attribute("data-mine") == "1"


async def test_a_click_leads_to_the_two_pictures_side_by_side(
    house: Museum, console: Console, page: Page
) -> None:
    covered = cameras.cameras_of(house.engine.state)[1]
    await page.goto(f"{console.url}/cameras")
    await page.click(f"#c-{covered.id} h2 a")
    for which in ("large", "usual"):
        await expect(page.locator(f"#{which}-{covered.id} img")).to_be_visible()
    await expect(page.locator("section .bad").first).to_contain_text("94 %")
