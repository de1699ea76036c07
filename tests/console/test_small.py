"""Every page that shows how something stands, on the smallest screen (WCAG 2.2 AA)."""

from urllib.parse import urlencode

from playwright.async_api import Page, expect

from monitord.core import facts as f
from monitord.vocabulary import Cause
from tests.console.conftest import Console, keep
from tests.console.known_pages import SHOWS_STATES
from tests.runtime.control.house import PIN, House

TOO_SMALL = """
    [...document.querySelectorAll('main button, main .button, main .chip, main select, summary,'
        + ' main input:not([type=radio]):not([type=checkbox]):not([type=hidden]), header button')]
    .map((e) => [e.outerHTML.slice(0, 80), e.getBoundingClientRect().height])
    .filter(([, height]) => height > 0 && height < 43.5)
"""
TWICE = """
    [...document.querySelectorAll('[id]')].map((e) => e.id)
    .filter((id, at, all) => all.indexOf(id) !== at)
"""


async def test_nothing_is_wider_than_320_px_and_everything_can_be_touched(
    house: House, console: Console, page: Page
) -> None:
    """H3, with an alarm, a silent device and something held back."""
    house.trip()
    house.engine.take(f.DeviceLost(device="west", cause=Cause.SILENT, detail="", silent_ms=0))
    hold = {"source": "east.pir", "how": "shelved", "for": "1h", "reason": "a fly", "pin": PIN}
    origin = {"origin": console.url, "sec-fetch-site": "same-origin"}
    await page.request.post(f"{console.url}/held/new", form=hold, headers=origin)
    assert list(house.engine.state.suppressions) == ["east.pir:shelved"]
    await page.set_viewport_size({"width": 320, "height": 640})
    for path, asked in {**SHOWS_STATES, "/held/new": {"source": "west.pir"}}.items():
        if path.endswith("/now"):
            continue
        await page.goto(f"{console.url}{path}?{urlencode(asked)}")
        assert await page.evaluate("document.documentElement.scrollWidth") <= 320, path
        assert await page.evaluate(TOO_SMALL) == [], path
        assert await page.evaluate(TWICE) == [], path
        if shot := keep(f"small{path.replace('/', '-')}"):
            await page.screenshot(path=shot, full_page=True)
    await expect(page.get_by_role("link", name="Points")).to_be_hidden()
    await page.get_by_label("Pages", exact=True).first.check(force=True)
    await page.get_by_role("link", name="Points").click()
    await expect(page.locator("h1")).to_have_text("Points")
