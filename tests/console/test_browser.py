"""The console as a guard has it: Debian's Chromium, a keyboard, a link that breaks."""

import asyncio

from playwright.async_api import Page, expect

from monitord.core import facts as f
from monitord.runtime.control.server import ControlServer
from monitord.vocabulary import Category, Proof
from tests.console.conftest import Console, keep
from tests.runtime.control.house import House


async def test_an_alarm_comes_up_by_itself_and_is_taken_with_one_key(
    house: House, page: Page
) -> None:
    await expect(page.locator(".quiet")).to_be_visible()
    house.trip()
    take = page.get_by_role("button", name="I take it")
    await expect(take).to_be_focused()
    assert await page.locator("h1").inner_text() == "Gallery 1"
    if path := keep("alarm"):
        await page.screenshot(path=path)
    await page.keyboard.press("Enter")
    await expect(page.locator(".owner")).to_contain_text("Anna Okafor")
    assert house.engine.state.incidents[1].owner == "anna"


async def test_the_sound_is_that_of_the_alarm_and_ends_when_it_is_taken(
    house: House, page: Page
) -> None:
    house.trip()
    await expect(page.locator("[data-sound=intrusion]")).to_be_visible()
    await page.get_by_role("button", name="I take it").click()
    await expect(page.locator(".owner")).to_be_visible()
    assert await page.locator("[data-sound=intrusion]").count() == 0


async def test_an_alarm_shows_and_sounds_on_every_page_until_it_is_taken(
    house: House, page: Page
) -> None:
    """H3: nobody misses one because they look at something else."""
    await page.get_by_role("link", name="Points").click()
    await expect(page.locator("h1")).to_have_text("Points")
    assert await page.locator("[data-sound]").count() == 0
    house.trip()
    strip = page.locator("a[data-sound=intrusion]")
    await expect(strip).to_contain_text("Gallery 1")
    await expect(strip).to_contain_text("Nobody has taken it")
    if path := keep("alarm-elsewhere"):
        await page.screenshot(path=path)
    await page.reload()
    await expect(strip).to_be_visible()
    house.engine.take(f.Acknowledge(by="anna", proof=Proof.SESSION, incident=1, seen=1))
    await expect(strip).to_have_count(0)
    house.trip("west")
    await expect(strip).to_be_visible()
    await strip.click()
    await expect(page.get_by_role("button", name="I take it")).to_be_focused()


async def test_t2_3_what_does_not_fit_is_counted(house: House, page: Page) -> None:
    take = house.engine.take
    for _ in range(20):
        take(f.Declare(by="anna", proof=Proof.PIN, category=Category.MEDICAL, area="gallery"))
    await expect(page.locator(".more")).to_have_text("+7 more open")


async def test_a_lost_link_locks_the_page_and_its_return_unlocks_it(
    house: House, daemon: ControlServer, console: Console, page: Page
) -> None:
    """H3: what is shown may be old, so nothing on it can be pressed by mistake."""
    house.trip()
    await expect(page.get_by_role("button", name="I take it")).to_be_visible()
    await daemon.close()
    lock = page.get_by_role("alertdialog")
    await expect(lock).to_be_visible(timeout=5_000)
    await expect(lock).to_contain_text("walk, look, ring")
    assert not await page.evaluate(
        "() => { const b = document.querySelector('button.primary').getBoundingClientRect();"
        " const hit = document.elementFromPoint(b.x + b.width / 2, b.y + b.height / 2);"
        " return hit.closest('button') !== null; }"
    )
    if path := keep("lost"):
        await page.screenshot(path=path)
    again = ControlServer(house.desk, daemon.path.parent)
    await again.open()
    try:
        await expect(lock).to_be_hidden(timeout=10_000)
        await expect(page.get_by_role("button", name="I take it")).to_be_visible()
    finally:
        await again.close()
        await asyncio.sleep(0)


async def test_on_a_phone_place_and_button_are_in_the_first_screen(
    house: House, page: Page
) -> None:
    house.trip()
    await page.set_viewport_size({"width": 390, "height": 844})
    await expect(page.locator("h1")).to_have_text("Gallery 1")
    for locator in (page.locator("h1"), page.get_by_role("button", name="I take it")):
        box = await locator.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 844
        assert box["x"] + box["width"] <= 390
    assert box["height"] >= 44
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
