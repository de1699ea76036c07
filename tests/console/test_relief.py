"""A PIN for one shift on the console: given, told once, used, and ended by itself."""

import re
from pathlib import Path

import httpx
import pytest
from msgspec.structs import replace
from playwright.async_api import Page, expect

from monitord.console.words_relief import FOR, WORDS
from monitord.core.relief import RELIEF_MS_MAX
from monitord.core.site import Person
from monitord.people.sessions import Sessions
from monitord.runtime.vitals import VitalsFeed
from monitord.vocabulary import Role
from tests.console.conftest import UTC_MS, Console, keep
from tests.runtime.control.house import PIN, House, small_site


@pytest.fixture
def house(tmp_path: Path) -> House:
    site = small_site()
    made = House(replace(site, people={**site.people, "gus": Person("gus", Role.GUARD)}))
    made.names["gus"] = "Gus Marten"
    made.replace_desk(
        sessions=Sessions(tmp_path, lambda: UTC_MS), frames=VitalsFeed(made.desk.frame).frames
    )
    return made


def pin_of(page: str) -> str:
    (found,) = re.findall(r'class="secret">(\d{6})<', page)
    return str(found)


def test_no_choice_is_longer_than_a_shift() -> None:
    assert max(FOR.values()) * 3_600_000 == RELIEF_MS_MAX


async def test_it_is_told_once_and_signs_on_until_its_end(
    house: House, console: Console, anna: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitord.console.people.SESSION_KEPT_S", -1)
    assert WORDS["none"] in (await anna.get("/relief")).text
    told = await anna.post("/relief", data={"who": "gus", "for": "10h", "pin": PIN})
    assert (told.status_code, told.headers["cache-control"].split(",")[0]) == (
        200,
        "no-store",
    ), told.text
    pin = pin_of(told.text)
    page = (await anna.get("/relief")).text
    assert "Gus Marten" in page
    assert pin not in page
    headers = {"origin": console.url, "sec-fetch-site": "same-origin"}
    async with httpx.AsyncClient(base_url=console.url, headers=headers, trust_env=False) as gus:
        answer = await gus.post("/sign-on", data={"person": "gus", "pin": pin})
        assert answer.status_code == 303, answer.text
        assert (await gus.get("/")).status_code == 200
        again = await gus.post("/relief", data={"who": "gus", "for": "10h", "pin": pin})
        assert again.status_code == 403
        ended = await anna.post("/relief/gus/end", data={"pin": PIN})
        assert ended.status_code == 303, ended.text
        answer = await gus.get("/")
        assert (answer.status_code, "/sign-on" in answer.headers.get("location", "")) == (303, True)
    assert not house.engine.state.reliefs


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"who": "gus", "for": "10h"}, 403),
        ({"who": "boris", "for": "10h", "pin": PIN}, 403),
        ({"who": "nobody", "for": "10h", "pin": PIN}, 404),
        ({"who": "gus", "for": "10d", "pin": PIN}, 400),
    ],
)
async def test_what_is_refused_is_told_and_gives_nothing(
    house: House, anna: httpx.AsyncClient, data: dict[str, str], status: int
) -> None:
    told = await anna.post("/relief", data=data)
    assert told.status_code == status, told.text
    assert "secret" not in told.text
    assert not house.engine.state.reliefs


async def test_by_hand_on_the_screen(house: House, page: Page) -> None:
    await page.get_by_text("More", exact=True).click()
    await page.get_by_role("link", name=WORDS["title"]).click()
    await page.get_by_label(WORDS["whom"]).select_option("gus")
    await page.get_by_label("Your PIN").fill(PIN)
    if path := keep("relief"):
        await page.screenshot(path=path, full_page=True)
    await page.keyboard.press("Enter")
    await expect(page.locator(".secret")).to_have_text(re.compile(r"^\d{6}$"))
    if path := keep("relief-told"):
        await page.screenshot(path=path, full_page=True)
    await page.get_by_role("link", name=WORDS["done"]).click()
    await expect(page.locator("#relief")).to_contain_text("Gus Marten")
