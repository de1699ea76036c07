"""How the house is run, on the console: its mode, its sirens, who works in it, walk tests."""

import re

import httpx
import pytest
from msgspec.structs import replace
from playwright.async_api import Page, expect

from monitord.console.shown.running import may_be_let_in
from monitord.console.words_running import MODE, OUTPUT, WORDS
from monitord.core import facts as f
from monitord.vocabulary import Mode, PointState, Proof, Role, Suppression
from tests.console.conftest import keep
from tests.runtime.control.house import PIN, House


def test_there_is_a_word_for_every_mode_and_a_shape_for_what_every_output_is() -> None:
    assert set(MODE) == set(Mode)
    assert len({shape for _, shape in OUTPUT.values()}) == len(OUTPUT) == 3


async def test_d7_a_weaker_mode_is_asked_for_with_what_it_weakens_an_end_and_the_pin(
    house: House, anna: httpx.AsyncClient
) -> None:
    answer = await anna.post("/mode/night", data={"reason": "closed for the day"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/mode"), answer.text
    asked = (await anna.get("/mode/works")).text
    assert "works is not tighter than night" in asked
    assert WORDS["needs_end"] in asked
    wanted = {"reason": "new skylight", "for": "2h"}
    refused = await anna.post("/mode/works", data=wanted)
    assert (refused.status_code, "needs the PIN" in refused.text) == (403, True)
    assert 'value="new skylight"' in refused.text, "nobody types it twice"
    assert house.engine.state.mode is Mode.NIGHT
    endless = await anna.post("/mode/works", data={**wanted, "for": "", "pin": PIN})
    assert (endless.status_code, "Say until when" in endless.text) == (400, True)
    answer = await anna.post("/mode/works", data={**wanted, "pin": PIN})
    assert answer.status_code == 303, answer.text
    assert house.engine.state.mode is Mode.WORKS
    page = (await anna.get("/mode")).text
    for said in ("Works", "new skylight", "by Anna Okafor", "then Night"):
        assert said in page, said


async def test_d7_a_tighter_mode_takes_no_pin_and_may_last(
    house: House, anna: httpx.AsyncClient
) -> None:
    asked = (await anna.get("/mode/lockdown")).text
    assert (WORDS["tightens"] in asked, 'name="pin"' in asked) == (True, False)
    answer = await anna.post("/mode/lockdown", data={"reason": "a threat", "for": ""})
    assert answer.status_code == 303, answer.text
    assert (house.engine.state.mode, house.engine.state.mode_record.until_utc_ms) == (
        Mode.LOCKDOWN,
        0,
    )


async def test_a_mode_that_is_none_is_told(anna: httpx.AsyncClient) -> None:
    assert (await anna.get("/mode/party")).status_code == 404
    answer = await anna.post("/mode/party", data={"reason": "x"})
    assert answer.status_code in (400, 404), answer.text


async def test_law_4_a_siren_is_not_known_until_its_device_has_said_so(
    house: House, anna: httpx.AsyncClient
) -> None:
    page = (await anna.get("/mode")).text
    assert re.search(r'class="state unknown"><span[^>]*>\?</span> Not known', page)
    answer = await anna.post("/outputs/east.siren", data={"how": "test"})
    assert (answer.status_code, "needs your PIN" in answer.text) == (403, True)
    answer = await anna.post("/outputs/east.siren", data={"how": "test", "pin": PIN})
    assert answer.status_code == 303, answer.text
    assert house.engine.state.outputs["east.siren"].on
    assert "is to be on" in (await anna.get("/mode")).text
    house.engine.take(f.OutputAnswered(output="east.siren", on=True))
    assert 'class="state active"' in (await anna.get("/mode")).text
    answer = await anna.post("/outputs/east.siren", data={"how": "off", "pin": PIN})
    assert not house.engine.state.outputs["east.siren"].on
    assert (await anna.post("/outputs/no.siren", data={"pin": PIN})).status_code == 404


async def test_t2_2b_somebody_is_let_in_and_everything_is_given_back_at_the_end(
    house: House, anna: httpx.AsyncClient
) -> None:
    wanted = {"who": "ivo", "in:gallery": "1", "for": "4h", "reason": "new panel", "pin": PIN}
    nowhere = await anna.post("/works/grants", data={**wanted, "in:gallery": "", "in:roof": "1"})
    assert (nowhere.status_code, "roof" in nowhere.text) == (404, True)
    assert 'value="new panel"' in nowhere.text
    assert PIN not in nowhere.text
    answer = await anna.post("/works/grants", data=wanted)
    assert (answer.status_code, answer.headers["location"]) == (303, "/works"), answer.text
    grant = house.engine.state.grants[1]
    assert (grant.person, grant.areas, grant.by) == ("ivo", ("gallery",), "anna")
    page = (await anna.get("/works")).text
    assert "new panel" in page
    assert "granted by Anna Okafor" in page
    answer = await anna.post("/works/grants/1/end", data={})
    assert answer.status_code == 303, answer.text
    assert not house.engine.state.grants[1].runs
    assert (await anna.post("/works/grants/7/end", data={})).status_code in (400, 404)


def test_only_those_who_hold_back_under_a_grant_are_offered_one(house: House) -> None:
    state = house.engine.state
    assert may_be_let_in(state) == ["ivo"]
    people = state.site.people
    offered = {Role(people[who].role) for who in may_be_let_in(state)}
    assert offered == {Role.INTEGRATOR}


async def test_b2_a_walk_test_is_begun_walked_and_ended_and_names_who_was_not_seen(
    house: House, anna: httpx.AsyncClient
) -> None:
    wanted = {"area": "gallery", "for": "1h", "reason": "monthly", "pin": PIN}
    assert (await anna.post("/works/walks", data={**wanted, "pin": ""})).status_code == 403
    answer = await anna.post("/works/walks", data=wanted)
    assert answer.status_code == 303, answer.text
    house.engine.take(f.PointChanged(point="east.pir", state=PointState.ACTIVE))
    page = (await anna.get("/works")).text
    assert WORDS["walk_seen"].format(seen=1, all=2) in page
    assert "Detector west (west.pir)" in page
    answer = await anna.post("/works/walks/gallery/end", data={})
    assert answer.status_code == 303, answer.text
    assert house.engine.state.walk_tests == {}
    assert WORDS["walk_over"] in (await anna.get("/works")).text


@pytest.mark.parametrize("path", ["/mode", "/mode/works", "/works"])
async def test_law_11_the_police_do_not_see_how_the_house_is_run(
    house: House, visitor: httpx.AsyncClient, path: str
) -> None:
    people = house.engine.state.site.people
    house.engine.state.site = replace(
        house.engine.state.site,
        people={**people, "anna": replace(people["anna"], role=Role.POLICE)},
    )
    await visitor.post("/sign-on", data={"person": "anna", "pin": PIN})
    assert (await visitor.get(path)).status_code == 403


async def test_by_keyboard_the_house_is_locked_down(house: House, page: Page) -> None:
    """From any page: Mode, the tile, the reason, Enter."""
    await page.get_by_text("More", exact=True).focus()
    await page.keyboard.press("Enter")
    await page.get_by_role("link", name="Mode").focus()
    await page.keyboard.press("Enter")
    if path := keep("mode"):
        await page.screenshot(path=path, full_page=True)
    await page.get_by_role("link", name="Lockdown").focus()
    await page.keyboard.press("Enter")
    await page.get_by_label("Why?").fill("a threat was phoned in")
    if path := keep("mode-change"):
        await page.screenshot(path=path, full_page=True)
    await page.keyboard.press("Enter")
    await expect(page.locator("#mode h2").first).to_contain_text("Lockdown")
    assert house.engine.state.mode is Mode.LOCKDOWN
    await page.goto(page.url.replace("/mode", "/works"))
    if path := keep("works"):
        await page.screenshot(path=path, full_page=True)


async def test_what_is_held_back_under_a_grant_stands_with_it(
    house: House, anna: httpx.AsyncClient
) -> None:
    wanted = {"who": "ivo", "in:gallery": "1", "for": "4h", "reason": "new panel", "pin": PIN}
    await anna.post("/works/grants", data=wanted)
    until = house.engine.state.utc_ms(house.engine.now_ms()) + 3_600_000
    answer = house.engine.take(
        f.Suppress(
            by="ivo",
            proof=Proof.PIN,
            source="east.pir",
            how=Suppression.OUT_OF_SERVICE,
            until_utc_ms=until,
            reason="new panel",
        )
    )
    assert answer.code == "", answer.text
    page = (await anna.get("/works")).text
    assert f"{WORDS['held_under']}: east.pir" in page
    assert "Detector east (east.pir)" in page
