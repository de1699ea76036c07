"""`make screens`: every page, light and dark, at a desk and on a phone, for people to look at.

Kept under ``build/screens``, or where ``SCREENSHOTS`` says; not a test, so named like none.
"""

import os
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from monitord.vocabulary import Kind
from tests.console.conftest import Console
from tests.console.looking import DESKTOP, OUTSIDE, PHONE, a_busy_night, enrol, frozen, sign_on
from tests.console.museum import Museum
from tests.support import ROOT

FOLDER = Path(os.environ.get("SCREENSHOTS") or ROOT / "build/screens")


@pytest.fixture
async def house(tmp_path: Path) -> Museum:
    return Museum(tmp_path)


async def shoot(page: Page, name: str) -> None:
    """In each look; the first screen of a desk alone, and all of the page."""
    for scheme in ("light", "dark"):
        for where, size in (("desk", DESKTOP), ("phone", PHONE)):
            await frozen(page, scheme, size)
            await page.evaluate("document.activeElement.blur()")
            await page.screenshot(path=FOLDER / f"{name}-{where}-{scheme}.png", full_page=True)


async def screens_of_every_page(house: Museum, console: Console, browser: Browser) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    page = await browser.new_page(viewport=DESKTOP)
    for name in OUTSIDE:
        await page.goto(f"{console.url}/{name}")
        await shoot(page, name)
    await sign_on(page, console)
    await shoot(page, "quiet")
    pages = await a_busy_night(house, console, page)
    for name, address in pages.items():
        if name not in OUTSIDE:
            await page.goto(f"{console.url}{address}")
            await page.wait_for_timeout(400)
            await shoot(page, name)
    house.answers(house.points(Kind.SMOKE)[0].device)
    house.flood(40)
    await console.desk.replica.reach(house.engine.state.position)
    await page.goto(console.url)
    await shoot(page, "forty")
    screen = await browser.new_page(viewport=DESKTOP)
    await enrol(screen, console, house)
    await screen.get_by_role("button", name="I take it").first.click()
    await shoot(screen, "who-takes-it")
    await page.evaluate("document.querySelector('[data-lock]').hidden = false")
    await shoot(page, "locked")
