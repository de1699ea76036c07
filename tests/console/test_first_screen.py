"""One tired guard, one screen, two actions: with one incident open, and with forty."""

import asyncio
from pathlib import Path
from typing import Final

import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect

from tests.console.conftest import Console, keep
from tests.console.looking import DESKTOP, PHONE, frozen, sign_on
from tests.console.museum import Museum

#: What the guard must see without touching anything.
FIRST: Final = ("article.top", "article.top h1", "article.top .what", "article.top .picture")
TARGET_PX: Final = 44
#: From the address to "taken", by a script; a slow computer in a test has longer.
TAKEN_S: Final = 3


@pytest.fixture
async def house(tmp_path: Path) -> Museum:
    return Museum(tmp_path)


@pytest.fixture
async def guard(browser: Browser, console: Console) -> Page:
    page = await browser.new_page(viewport=DESKTOP)
    await sign_on(page, console, "dev")
    return page


async def sees_it_at_once(page: Page, size: ViewportSize) -> None:
    """The head of the incident, its place, what it is, its picture and the button that takes it."""
    button = page.get_by_role("button", name="I take it")
    await expect(button).to_be_focused()
    for part in (*(page.locator(each) for each in FIRST[1:]), button):
        box = await part.bounding_box()
        assert box is not None
        assert box["x"] >= 0, part
        assert box["x"] + box["width"] <= size["width"], part
        assert box["y"] + box["height"] <= size["height"], (part, box)
    assert box["height"] >= TARGET_PX
    assert box["width"] >= TARGET_PX
    assert await page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert await page.evaluate("scrollY") == 0


@pytest.mark.parametrize("open_in_all", [1, 40])
async def test_h3_the_top_incident_and_its_button_are_in_the_first_screen(
    house: Museum, console: Console, guard: Page, open_in_all: int
) -> None:
    """It has the focus: Enter takes it, seconds after the address was opened."""
    number = house.flood(open_in_all)
    top = house.engine.state.incidents[number]
    place = house.site.areas[top.area].name
    await console.desk.replica.reach(house.engine.state.position)
    for name, size in (("desk", DESKTOP), ("phone", PHONE)):
        await frozen(guard, "light", size)
        await guard.goto(console.url)
        await expect(guard.locator("article.top")).to_have_attribute("data-incident", str(number))
        await expect(guard.locator("h1")).to_have_text(place)
        await sees_it_at_once(guard, size)
        if path := keep(f"first-{open_in_all}-{name}"):
            await guard.screenshot(path=path)
    async with asyncio.timeout(3 * TAKEN_S):
        await guard.goto(console.url)
        await expect(guard.get_by_role("button", name="I take it").first).to_be_focused()
        await guard.keyboard.press("Enter")
        await guard.wait_for_function(
            "number => document.querySelector('article.top').dataset.incident !== number"
            " || document.querySelector('.owner') !== null", arg=str(number)
        )  # fmt: skip
    assert (top.owner, len(list(house.engine.state.open_incidents()))) == ("dev", open_in_all)
