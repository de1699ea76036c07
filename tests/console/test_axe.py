"""H6: every page by axe-core, in light and dark, at a desk and on a phone (WCAG 2.2 AA)."""

from collections.abc import AsyncIterator
from importlib.resources import files
from pathlib import Path
from typing import Final

import pytest
from playwright.async_api import Browser, Page

from tests.console.conftest import Console
from tests.console.looking import (
    DESKTOP,
    OUTSIDE,
    PHONE,
    a_busy_night,
    enrol,
    frozen,
    open_all,
    sign_on,
)
from tests.console.museum import Museum

AXE: Final = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
TAGS: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
ALL: Final = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
#: The other rules do not see a colour.
COLOURS: Final = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
    "resultTypes": ["violations"],
}
RUN: Final = """async (options) => (await axe.run(document, options)).violations.map(
    (v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 160) + ' ' + n.any.concat(n.all, n.none)
        .map((c) => c.message).join(' ').slice(0, 160)).slice(0, 4).join(' | ')}`)"""
#: Both sizes in full, and each colour that a scheme has.
LOOKS: Final = (
    ("light", DESKTOP, ALL),
    ("dark", DESKTOP, COLOURS),
    ("dark", PHONE, ALL),
)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Museum]:
    made = Museum(tmp_path)
    made.watch.start()
    yield made
    await made.watch.close()


async def amiss(page: Page, name: str) -> list[str]:
    """What axe-core finds on the page as it stands, and what is wider than 320 px."""
    found = []
    await page.evaluate(AXE)
    for scheme, size, options in LOOKS:
        await frozen(page, scheme, size)
        found += [
            f"{name}, {scheme}, {size['width']}: {v}" for v in await page.evaluate(RUN, options)
        ]
    await frozen(page, "light", {"width": 320, "height": 640})
    wide = await page.evaluate("document.documentElement.scrollWidth")
    return [*found, *([f"{name}: {wide} px wide on 320"] if wide > 320 else [])]


async def test_h6_axe_core_finds_nothing_on_any_page(
    house: Museum, console: Console, browser: Browser
) -> None:
    """Signed on, then at a station where each page asks who speaks, then with the page locked."""
    found: list[str] = []
    page = await browser.new_page(viewport=DESKTOP)
    for name in OUTSIDE:
        await page.goto(f"{console.url}/{name}")
        found += await amiss(page, name)
    await sign_on(page, console)
    found += await amiss(page, "a quiet night")
    pages = await a_busy_night(house, console, page)
    for name, address in pages.items():
        if name not in OUTSIDE:
            await page.goto(f"{console.url}{address}")
            await open_all(page)
            found += await amiss(page, name)
    found += await at_a_station(await browser.new_page(viewport=DESKTOP), house, console)
    assert found == [], "\n".join(found)


async def at_a_station(page: Page, house: Museum, console: Console) -> list[str]:
    await enrol(page, console, house)
    found = []
    await page.get_by_role("button", name="I take it").first.click()
    found += await amiss(page, "who takes it")
    for name in ("declare", "log/new", "handover"):
        await page.goto(f"{console.url}/{name}")
        await open_all(page)
        found += await amiss(page, f"{name} at a station")
    for covers in ("[data-there]", "[data-lock]"):
        await page.evaluate("what => document.querySelector(what).hidden = false", covers)
        found += await amiss(page, covers)
    return found
