"""How people come to look at the museum: signed on, or at the screen of the control room."""

from typing import Any, Final

from playwright.async_api import Page, ViewportSize, expect

from monitord.console.words import WORDS
from monitord.core import facts as f
from monitord.vocabulary import Kind
from tests.console.conftest import Console
from tests.console.known_pages import to_look_at
from tests.console.museum import STATION, Museum
from tests.runtime.control.house import PIN

DESKTOP: Final[ViewportSize] = {"width": 1366, "height": 768}
PHONE: Final[ViewportSize] = {"width": 390, "height": 844}
#: Before anybody has signed on.
OUTSIDE: Final = ("sign-on", "station", "authority")


async def sign_on(page: Page, console: Console, person: str = "boris") -> None:
    await page.goto(f"{console.url}/sign-on")
    await page.check(f"input[value={person}]", force=True)
    await page.fill("input[name=pin]", PIN)
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"{console.url}/")


async def enrol(page: Page, console: Console, museum: Museum) -> None:
    """This screen is the one of the control room from now on."""
    assert museum.desk.codes is not None
    await page.goto(f"{console.url}/station")
    await expect(page.locator("[name=code]")).to_be_focused()
    await page.keyboard.type(museum.desk.codes.give(STATION))
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"{console.url}/")


async def form(page: Page, console: Console, path: str, **fields: Any) -> None:
    """What a page would send."""
    origin = {"origin": console.url, "sec-fetch-site": "same-origin"}
    answer = await page.request.post(
        f"{console.url}{path}", form=fields, headers=origin, max_redirects=0
    )
    assert answer.status == 303, await answer.text()


async def a_busy_night(museum: Museum, console: Console, page: Page) -> dict[str, str]:
    """Something on every page, as somebody signed on left it: each page by name, to look at."""
    motion, window = museum.points(Kind.MOTION)[-1], museum.points(Kind.WINDOW)[0]
    place = museum.place(motion)
    museum.holds(motion)
    museum.engine.take(f.TimePassed())
    await form(
        page, console, "/log/new",
        what="Lift engineer let in by the yard gate", kind="visit", area=place.id, pin=PIN,
    )  # fmt: skip
    let_in = {"who": "farid", f"in:{place.id}": "1", "for": "2h", "reason": "new detectors"}
    await form(page, console, "/works/grants", **let_in, pin=PIN)
    await form(page, console, "/handover/control-room/offer", pin=PIN)
    museum.loses(museum.points(Kind.SMOKE)[0].device)
    number = museum.burglary()
    museum.trips(window)
    camera = museum.blinds()
    await console.desk.replica.reach(museum.engine.state.position)
    await page.request.get(f"{console.url}/times")  # it is counted from now on
    return to_look_at(
        number=str(number), mode="works", camera=camera.id, detector=window.id, held=motion.id,
        floor=str(list(museum.site.setup["floors"])[-1]),
    )  # fmt: skip


async def open_all(page: Page) -> None:
    """What is folded away is shown; what comes later has come."""
    await expect(page.get_by_text(WORDS["loading"], exact=True)).to_have_count(0)
    await page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")


async def frozen(page: Page, scheme: Any, size: ViewportSize) -> None:
    await page.emulate_media(color_scheme=scheme)
    await page.set_viewport_size(size)
