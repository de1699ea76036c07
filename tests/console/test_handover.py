"""The handover on the console: one sheet, signed by who leaves and by who comes (H2)."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from msgspec.structs import replace
from playwright.async_api import Page, expect

from monitord.console.words_handover import WORDS
from monitord.core.site import Post
from monitord.people.sessions import Sessions
from monitord.runtime.vitals import VitalsFeed
from monitord.vocabulary import Suppression
from tests.console.conftest import UTC_MS, Console, keep
from tests.runtime.control.house import PIN, House, small_site


@pytest.fixture
def house(tmp_path: Path) -> House:
    made = House(replace(small_site(), posts={"desk": Post("desk")}))
    made.accounts.pins["boris"] = PIN
    made.replace_desk(
        sessions=Sessions(tmp_path, lambda: UTC_MS), frames=VitalsFeed(made.desk.frame).frames
    )
    return made


@pytest.fixture
async def boris(console: Console) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"origin": console.url, "sec-fetch-site": "same-origin"}
    async with httpx.AsyncClient(base_url=console.url, headers=headers, trust_env=False) as made:
        answer = await made.post("/sign-on", data={"person": "boris", "pin": PIN})
        assert answer.status_code == 303, answer.text
        yield made


async def test_h2_one_leaves_the_other_takes_all_but_one_line_and_it_is_said(
    house: House, anna: httpx.AsyncClient, boris: httpx.AsyncClient
) -> None:
    house.trip()
    await anna.post(
        "/held/new",
        data={
            "source": "west.pir",
            "how": "shelved",
            "for": "2h",
            "reason": "a fly",
            "pin": PIN,
        },
    )
    page = (await anna.get("/handover")).text
    assert "incident 1, Gallery 1" in page
    assert "Detector west, shelved" in page
    assert (await anna.post("/handover/desk/offer", data={"pin": ""})).status_code == 403
    answer = await anna.post("/handover/desk/offer", data={"pin": PIN})
    assert (answer.status_code, answer.headers["location"]) == (303, "/handover"), answer.text
    assert WORDS["take_who"] in (await anna.get("/handover")).text
    assert "not:held/west.pir:shelved" in (await boris.get("/handover")).text
    wanted = {"not:held/west.pir:shelved": "1", "pin": PIN}
    refused = await boris.post("/handover/desk/take", data=wanted)
    assert (refused.status_code, "Say why" in refused.text) == (400, True)
    assert "checked" in refused.text
    answer = await boris.post("/handover/desk/take", data={**wanted, "reason": "whose fly?"})
    assert answer.status_code == 303, answer.text
    record = house.engine.state.handovers["desk"]
    assert (record.taken_by, record.taken_of) == ("boris", "anna")
    assert record.refused == (f"held/west.pir:{Suppression.SHELVED}",)
    page = (await anna.get("/handover")).text
    assert WORDS["refused"] in page
    assert "whose fly?" in page


async def test_a_post_that_is_none_and_a_sheet_that_nobody_signed_are_told(
    anna: httpx.AsyncClient,
) -> None:
    assert (await anna.post("/handover/attic/offer", data={"pin": PIN})).status_code == 404
    answer = await anna.post("/handover/desk/take", data={"pin": PIN})
    assert (answer.status_code, "whoever leaves signs first" in answer.text) == (400, True)


async def test_h2_by_the_keyboard_the_sheet_is_signed(house: House, page: Page) -> None:
    house.trip()
    await page.get_by_text("More", exact=True).focus()
    await page.keyboard.press("Enter")
    await page.get_by_role("link", name="Handover").focus()
    await page.keyboard.press("Enter")
    await page.get_by_label("Your PIN").fill(PIN)
    await page.keyboard.press("Enter")
    await expect(page.locator("#handover .notice")).to_contain_text("Anna Okafor has signed")
    if path := keep("handover"):
        await page.screenshot(path=path, full_page=True)
    assert house.engine.state.handovers["desk"].by == "anna"
