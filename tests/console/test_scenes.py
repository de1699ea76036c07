"""Five scenes, as somebody hears them who does not see the page: what a screen reader is given.

Place, what it is and what to do come first, in this order. A device that died stands on the same
page by its name, and is the first of the page of devices.
"""

import asyncio
from pathlib import Path
from typing import Final

import pytest
from playwright.async_api import Browser, Page, expect

from monitord.console.words_incident import ALARM, CALLED
from monitord.core import facts as f
from monitord.runtime.views import next_step
from monitord.vocabulary import AlarmState, Kind, Outcome, Proof
from tests.console.conftest import Console, keep
from tests.console.looking import DESKTOP, form, sign_on
from tests.console.museum import Museum
from tests.runtime.control.house import PIN

#: The fire last: it stays on top even when it is taken.
SCENES: Final = (Kind.MOTION, Kind.CASE, Kind.WINDOW, Kind.WATER, Kind.SMOKE)


@pytest.fixture
async def house(tmp_path: Path) -> Museum:
    return Museum(tmp_path)


def test_there_is_a_word_for_how_an_alarm_stands_and_how_far_a_call_came() -> None:
    assert set(ALARM) == set(AlarmState)
    assert set(CALLED) == {*Outcome, "about to start", "under way"}


async def heard(page: Page, part: str) -> str:
    """The accessible tree of a part of the page, as one line; never while it is drawn anew."""
    async with asyncio.timeout(10):
        while not (tree := await page.locator(part).aria_snapshot()):
            await page.evaluate("() => new Promise(requestAnimationFrame)")
    return " ".join(tree.split())


async def test_in_five_of_five_scenes_place_what_and_what_to_do_come_first_and_the_dead_is_found(
    house: Museum, console: Console, browser: Browser
) -> None:
    page = await browser.new_page(viewport=DESKTOP)
    await sign_on(page, console, "dev")
    for kind in SCENES:
        point = house.points(kind)[-1]
        dead = next(d for d in house.site.devices.values() if d.id != point.device)
        house.loses(dead.id)
        number = house.trips(point)
        record, place = house.engine.state.incidents[number], house.place(point)
        await console.desk.replica.reach(house.engine.state.position)
        await page.goto(console.url)
        assert place.name in await page.title()
        tree = await heard(page, "article.top")
        wanted = (
            f'heading "{place.name}" [level=1]', str(place.gate), f"{point.what}: {point.name}",
            next_step(house.engine.state, record), 'button "I take it"',
        )  # fmt: skip
        found = [tree.find(each) for each in wanted]
        assert min(found) >= 0, (kind, tree)
        assert found == sorted(found), (kind, tree)
        amiss = await heard(page, "section.standing")
        assert f"{dead.name}: " in amiss, kind
        assert "it does not answer" in amiss, kind
        if path := keep(f"scene-{kind}"):
            await page.screenshot(path=path)
        await page.goto(f"{console.url}/devices")
        assert dead.name in await heard(page, ".items > li:first-child"), kind
        house.answers(dead.id)
        everything_is_taken(house)


def everything_is_taken(house: Museum) -> None:
    for incident in list(house.engine.state.open_incidents()):
        if not incident.acknowledged:
            taken = f.Acknowledge(
                by="dev", proof=Proof.SESSION, incident=incident.number, seen=incident.rev
            )
            house.engine.take(taken)


async def test_a_closed_incident_says_who_closed_it_and_why_in_words(
    house: Museum, console: Console, browser: Browser
) -> None:
    page = await browser.new_page(viewport=DESKTOP)
    await sign_on(page, console, "dev")
    point = house.points(Kind.WATER)[0]
    number = house.trips(point)
    everything_is_taken(house)
    house.answers(point.device)
    seen = house.engine.state.incidents[number].rev
    await page.goto(f"{console.url}/incidents/{number}")
    await form(
        page, console, f"/incidents/{number}/close",
        seen=seen, cause="weather", finding="a puddle", found_by="dev", looked="inside", pin=PIN,
    )  # fmt: skip
    await expect(page.locator("#now .closed")).to_contain_text("by Dev Anand: Weather")
