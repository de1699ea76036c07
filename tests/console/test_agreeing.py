"""An incident that two people close: one asks on its page, another one agrees there."""

from collections.abc import AsyncIterator, Sequence
from functools import partial
from pathlib import Path

import httpx
import pytest
from msgspec.structs import replace
from playwright.async_api import Page, expect

from monitord.console.words_incident import INCIDENT
from monitord.core import facts as f
from monitord.core.facts import TextRef
from monitord.people.sessions import Sessions
from monitord.runtime.vitals import VitalsFeed
from monitord.vocabulary import Category, PointState, Proof
from tests.console.conftest import UTC_MS, Console, keep
from tests.runtime.control.house import PIN, House, small_site


async def told(house: House, refs: Sequence[TextRef]) -> list[str]:
    return [house.notes[int(ref.id.rpartition("/")[2]) - 1] for ref in refs]


@pytest.fixture
def house(tmp_path: Path) -> House:
    made = House(replace(small_site(), close_by_two=(Category.INTRUSION,)))
    made.accounts.pins["boris"] = PIN
    made.replace_desk(
        sessions=Sessions(tmp_path, lambda: UTC_MS), frames=VitalsFeed(made.desk.frame).frames
    )
    made.replace_desk(texts=partial(told, made))
    made.trip()
    made.engine.take(f.PointChanged("east.pir", PointState.NORMAL))
    return made


@pytest.fixture
async def boris(console: Console) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"origin": console.url, "sec-fetch-site": "same-origin"}
    async with httpx.AsyncClient(base_url=console.url, headers=headers, trust_env=False) as made:
        answer = await made.post("/sign-on", data={"person": "boris", "pin": PIN})
        assert answer.status_code == 303, answer.text
        yield made


def asked(house: House) -> dict[str, str]:
    return {
        "seen": str(house.engine.state.incidents[1].rev),
        "cause": "mistake",
        "found_by": "anna",
        "looked": "inside",
        "finding": "the cleaner",
        "pin": PIN,
    }


async def test_one_asks_and_another_agrees(
    house: House, anna: httpx.AsyncClient, boris: httpx.AsyncClient
) -> None:
    assert INCIDENT["by_two"] in (await anna.get("/incidents/1")).text
    answer = await anna.post("/incidents/1/close", data=asked(house))
    assert (answer.status_code, answer.headers["location"]) == (303, "/incidents/1"), answer.text
    own = (await anna.get("/incidents/1")).text
    assert (INCIDENT["asked_own"] in own, INCIDENT["agree"] in own) == (True, False)
    assert INCIDENT["agree"] in (await boris.get("/incidents/1")).text
    seen = {"seen": str(house.engine.state.incidents[1].rev)}
    alone = await anna.post("/incidents/1/agree", data={**seen, "pin": PIN})
    assert "another person must agree" in alone.text
    assert (await boris.post("/incidents/1/agree", data=seen)).status_code == 403
    assert house.engine.state.incidents[1].open
    answer = await boris.post("/incidents/1/agree", data={**seen, "pin": PIN})
    assert (answer.status_code, answer.headers["location"]) == (303, "/"), answer.text
    record = house.engine.state.incidents[1]
    assert (record.open, record.closed_by, record.agreed_by) == (False, "anna", "boris")
    assert "by Anna Okafor and Boris Lang" in (await anna.get("/incidents/1")).text


async def test_notes_and_finding_stand_on_the_page_in_their_own_words(
    house: House, anna: httpx.AsyncClient
) -> None:
    assert "<q>" not in (await anna.get("/incidents/1/found")).text
    await anna.post("/incidents/1/acknowledge", data={"seen": "1", "note": "going there"})
    await anna.post("/incidents/1/close", data={**asked(house), "note": "the alarm was early"})
    page = (await anna.get("/incidents/1/found")).text
    for said in ("Anna Okafor: <q>going there</q>", "<q>the alarm was early</q>", "the cleaner"):
        assert said in page, said


async def test_what_changed_since_is_said_to_be_void(
    house: House, anna: httpx.AsyncClient, boris: httpx.AsyncClient
) -> None:
    await anna.post("/incidents/1/close", data=asked(house))
    house.trip()
    page = (await boris.get("/incidents/1")).text
    assert (INCIDENT["asked_void"] in page, INCIDENT["agree"] in page) == (True, False)


async def test_on_the_screen_the_finding_is_read_before_it_is_agreed(
    house: House, boris: httpx.AsyncClient, page: Page, console: Console
) -> None:
    form = {**asked(house), "found_by": "boris"}
    await boris.post("/incidents/1/close", data=form)
    await page.goto(console.url + "/incidents/1")
    await expect(page.locator("#found")).to_contain_text("the cleaner")
    await expect(page.locator(".asked")).to_contain_text("Boris Lang would close it")
    await page.locator(".asked").get_by_label("Your PIN").fill(PIN)
    note = TextRef(id="note/x/1-1", hash="00")
    await page.evaluate("document.querySelector('#take-1').dataset.old = 'yes'")
    house.engine.take(
        f.WriteLog(kind="visit", occurred_utc_ms=1, note=note, by="anna", proof=Proof.LOGIN)
    )
    await expect(page.locator("#take-1:not([data-old])")).to_be_visible()  # drawn anew meanwhile
    await page.wait_for_timeout(100)  # a part settles a moment after it was put in
    await expect(page.locator(".asked").get_by_label("Your PIN")).to_be_focused()
    if path := keep("agree"):
        await page.screenshot(path=path, full_page=True)
    await page.keyboard.press("Enter")
    await page.wait_for_url(console.url + "/")
    assert house.engine.state.incidents[1].agreed_by == "anna"
