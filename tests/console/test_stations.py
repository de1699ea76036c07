"""A station: the screen of a post, with nobody signed on, and what it may never tell (G9)."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from msgspec.structs import replace
from playwright.async_api import Browser, Page, expect

from monitord.core import facts as f
from monitord.core.site import Area, Site, Station
from monitord.core.stations import attention
from monitord.people.sessions import Sessions
from monitord.people.stations import Codes
from monitord.runtime.stations import StationWatch
from monitord.runtime.vitals import VitalsFeed
from monitord.vocabulary import Attention, PointState
from tests.console.conftest import UTC_MS, Console, keep
from tests.console.floor_sites import with_all_on_a_floor
from tests.console.known_pages import SHOWS_STATES, TELLS
from tests.runtime.control.house import PIN, House, site_with_button

DURESS = "482916"
#: A touch is too old after this, and the question is answered within that.
IDLE_MS, PROMPT_MS = 1_500, 600


def site() -> Site:
    """A station beside the panic button of the gallery, and one elsewhere."""
    found = with_all_on_a_floor(site_with_button())
    return replace(
        found,
        areas={**found.areas, "lodge": Area("lodge", "Lodge", "Gate A")},
        stations={
            "near": Station("near", "Gallery desk", "gallery"),
            "far": Station("far", "Lodge", "lodge"),
            "hasty": Station("hasty", "Hall", "lodge", idle_ms=IDLE_MS, prompt_ms=PROMPT_MS),
        },
    )


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    made = House(site())
    made.engine.take(f.PointChanged(point="east.button", state=PointState.NORMAL))
    made.accounts.duress["anna"] = DURESS
    watch = StationWatch(made.engine.submit)
    watch.start()
    made.replace_desk(
        sessions=Sessions(tmp_path, lambda: UTC_MS),
        codes=Codes(lambda: UTC_MS),
        stations=watch,
        frames=VitalsFeed(made.desk.frame).frames,
    )
    yield made
    await watch.close()


def counts(house: House, station: str) -> Attention:
    return attention(house.engine.state, station)


async def until(house: House, station: str, wanted: Attention) -> None:
    async with asyncio.timeout(8):
        while counts(house, station) is not wanted:
            await asyncio.sleep(0.02)


async def enrol(house: House, page: Page, url: str, station: str) -> None:
    """By the code that `monitord station enrol` shows, typed at the screen."""
    assert house.desk.codes is not None
    await page.goto(f"{url}/station")
    await expect(page.locator("[name=code]")).to_be_focused()
    await page.keyboard.type(house.desk.codes.give(station))
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"{url}/")


@pytest.fixture
async def page(house: House, browser: Browser, console: Console) -> Page:
    """The station elsewhere: nobody has signed on."""
    made = await browser.new_page(viewport={"width": 1366, "height": 768})
    await enrol(house, made, console.url, "far")
    return made


async def prove_hearing(page: Page) -> None:
    """Count the beeps, as told by the page's own answer."""
    async with page.expect_response("**/beeps") as told:
        await page.get_by_role("button", name="Sound the beeps").click()
    number = (await (await told.value).json())["beeps"]
    await expect(page.locator("[data-count] input")).to_be_focused()
    await page.keyboard.type(str(number))
    await page.keyboard.press("Enter")


async def test_h3_a_station_shows_the_alarm_and_asks_who_takes_it(house: House, page: Page) -> None:
    """By the keyboard alone: the button, a tile, a PIN. A wrong PIN takes nothing and says so."""
    house.trip()
    take = page.get_by_role("button", name="I take it").first
    await expect(take).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog", name="Who are you?")).to_be_visible()
    if path := keep("station-who"):
        await page.screenshot(path=path)
    await page.keyboard.press("Space")
    await page.keyboard.type("111222")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("This is not the PIN of anna")
    assert house.engine.state.incidents[1].owner == ""
    await page.wait_for_load_state()  # its scripts have run
    await expect(take).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog", name="Who are you?")).to_be_visible()
    await page.keyboard.press("Space")
    await page.keyboard.type(PIN)
    await page.keyboard.press("Enter")
    await expect(page.locator(".owner")).to_contain_text("Anna Okafor")
    given = house.engine.state.incidents[1]
    assert given.owner == "anna"


async def test_h3_hearing_is_proven_by_counting_and_not_assumed(house: House, page: Page) -> None:
    question = page.locator("[data-hearing]")
    await expect(question).to_be_visible()
    await until(house, "far", Attention.SILENT)
    if path := keep("station-hearing"):
        await page.screenshot(path=path)
    await page.get_by_role("button", name="Sound the beeps").click()
    await expect(page.locator("[data-count] input")).to_be_focused()
    await page.keyboard.type("9")
    await page.keyboard.press("Enter")
    await expect(question).to_contain_text("That was not the number of beeps")
    assert counts(house, "far") is Attention.SILENT
    await prove_hearing(page)
    await until(house, "far", Attention.ATTENDED)
    await expect(question).to_be_hidden()
    await page.evaluate(
        "Object.defineProperty(document, 'visibilityState', {value: 'hidden'});"
        "document.dispatchEvent(new Event('visibilitychange'))"
    )
    await until(house, "far", Attention.ABSENT)
    await page.close()
    assert counts(house, "far") is Attention.ABSENT


async def test_h3_who_does_not_answer_counts_as_gone(
    house: House, console: Console, page: Page
) -> None:
    """The question comes by itself; an answer ends it, no answer makes the station unattended."""
    await enrol(house, page, console.url, "hasty")
    await house.engine.submit(f.StationHeard(station="hasty", beeps=4, by=""))
    await until(house, "hasty", Attention.ATTENDED)
    here = page.get_by_role("button", name="I am here")
    await expect(here).to_be_visible()
    await here.click()
    await expect(here).to_be_hidden()
    await expect(here).to_be_visible()
    await until(house, "hasty", Attention.UNATTENDED)


async def test_b5_at_a_station_whoever_holds_back_and_gives_back_says_who_they_are(
    house: House, console: Console
) -> None:
    far = await browse(house, console, "far")
    try:
        form = {"source": "west.pir", "how": "shelved", "for": "1h", "reason": "a fly"}
        assert (await far.post("/held/new", data=form)).status_code == 403
        proof = {"person": "anna", "pin": PIN}
        assert (await far.post("/held/new", data={**form, **proof})).status_code == 303
        assert 'href="/held/end?source=west.pir"' in (await far.get("/held")).text
        assert 'name="pin"' in (await far.get("/held/end?source=west.pir")).text
        assert (await far.post("/held/end", data={"source": "west.pir"})).status_code == 403
        assert list(house.engine.state.suppressions) == ["west.pir:shelved"]
        answer = await far.post("/held/end", data={"source": "west.pir", **proof})
        assert answer.status_code == 303, answer.text
        assert house.engine.state.suppressions == {}
    finally:
        await far.aclose()


def unclocked(text: str) -> str:
    """A page without what the clock alone changes."""
    text = re.sub(r"20\d\d-\d\d-\d\dT[0-9:.]+Z?", "MOMENT", text)
    return re.sub(r"\d\d:\d\d:\d\d", "TIME", text)


async def browse(house: House, console: Console, station: str) -> httpx.AsyncClient:
    """A browser that is the station."""
    assert house.desk.codes is not None
    headers = {"origin": console.url, "sec-fetch-site": "same-origin"}
    made = httpx.AsyncClient(base_url=console.url, headers=headers, trust_env=False)
    code = house.desk.codes.give(station)
    assert (await made.post("/station", data={"code": code})).status_code == 303
    return made


async def looks(client: httpx.AsyncClient) -> dict[str, str]:
    """Every page that shows how something stands, the clock taken out."""
    found = {}
    for path, asked in {**SHOWS_STATES, **TELLS}.items():
        answer = await client.get(path, params=asked)
        assert answer.status_code == 200, path
        found[path] = unclocked(answer.text)
    return found


async def listen(client: httpx.AsyncClient, heard: list[tuple[str, str]]) -> None:
    """Every event of the page's stream, the clock taken out."""
    async with client.stream("GET", "/live?parts=queue,alarm") as answer:
        event = ""
        async for line in answer.aiter_lines():
            name, _, value = line.partition(": ")
            if name == "event":
                event = value
                heard.append((event, ""))
            elif name == "data" and event == "beat":
                beat = json.loads(value)
                heard[-1] = event, str({k: v for k, v in beat.items() if k != "utc_ms"})
            elif name == "data":
                heard[-1] = event, heard[-1][1] + unclocked(value)


async def hears(heard: list[tuple[str, str]], beats: int) -> list[tuple[str, str]]:
    """What is heard until so many further beats."""
    start = len(heard)
    async with asyncio.timeout(8):
        while [name for name, _ in heard[start:]].count("beat") < beats:
            await asyncio.sleep(0.02)
    return heard[start:]


@pytest.mark.parametrize("how", ["button", "duress PIN"])
async def test_g9_a_station_beside_who_is_threatened_is_the_same_with_and_without(
    house: House, console: Console, how: str
) -> None:
    """Pages and stream are equal but for the clock; a station elsewhere shows the hold-up."""
    near, far = [await browse(house, console, name) for name in ("near", "far")]
    gone = (
        "/incidents/{}",
        "/incidents/{}/now",
        "/incidents/{}/story",
        "/incidents/{}/place",
        "/incidents/{}/found",
    )
    if how != "button":
        house.trip()
        await console.desk.replica.reach(house.engine.state.position)
    at_near: list[tuple[str, str]] = []
    listening = asyncio.create_task(listen(near, at_near))
    try:
        await hears(at_near, 1)
        form = {"person": "anna", "seen": "1", "pin": PIN}
        if how != "button":
            await near.post("/incidents/1/acknowledge", data=form)
            await hears(at_near, 1)
        if how == "button":
            without = await hears(at_near, 2)
            before = await looks(near)
            house.engine.take(f.PointChanged(point="east.button", state=PointState.ACTIVE))
        else:
            true = await near.post("/incidents/1/acknowledge", data=form)
            without = await hears(at_near, 2)
            before = await looks(near)
            forced = await near.post("/incidents/1/acknowledge", data={**form, "pin": DURESS})
            assert forced.status_code == true.status_code
            assert unclocked(forced.text) == unclocked(true.text)
        (number,) = (
            i.number
            for i in house.engine.state.open_incidents()
            if i.hidden_at("gallery", "station:near")
        )
        await console.desk.replica.reach(house.engine.state.position)
        assert set(await hears(at_near, 2)) == set(without)
        assert await looks(near) == before
        for path in gone:
            real, made_up = [await near.get(path.format(n)) for n in (number, 77)]
            assert (real.status_code, real.text) == (
                404,
                made_up.text.replace("77", str(number)),
            ), path
        assert f'data-incident="{number}"' in (await far.get("/")).text
        assert (await far.get(f"/incidents/{number}")).status_code == 200
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        await near.aclose()
        await far.aclose()
