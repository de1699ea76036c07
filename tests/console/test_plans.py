"""The plan on the page of an incident: done by one click, or refused with a reason."""

from pathlib import Path

import httpx
import pytest
from msgspec.structs import replace
from playwright.async_api import Page, expect

from monitord.console.words_plans import WORDS
from monitord.core.plan_records import Plan, PlanStep
from monitord.people.sessions import Sessions
from monitord.runtime.control.view_plans import is_overdue
from monitord.runtime.vitals import VitalsFeed
from tests.console.conftest import UTC_MS, keep
from tests.core.night import Night
from tests.runtime.control.house import PIN, House, small_site

STEPS = (
    PlanStep(do="Look at the pictures", who="guard", within_ms=60_000),
    PlanStep(do="Ring the conservator", phone="+44 1632 960000", must=True),
)
PLAN = Plan("intrusion", 3, "director", "2020-01-01", STEPS)


@pytest.fixture
def house(tmp_path: Path) -> House:
    made = House(replace(small_site(), plans={"intrusion": PLAN}))
    made.replace_desk(
        sessions=Sessions(tmp_path, lambda: UTC_MS), frames=VitalsFeed(made.desk.frame).frames
    )
    made.trip()
    return made


async def test_e1_the_steps_stand_on_the_page_with_names_limits_and_telephones(
    anna: httpx.AsyncClient,
) -> None:
    page = (await anna.get("/incidents/1")).text
    for said in ("Look at the pictures", "Guard", "tel:+441632960000", WORDS["must"],
                 WORDS["review"].format(day="2020-01-01"), "version 3"):  # fmt: skip
        assert said in page, said


async def test_e1_a_step_is_done_by_one_click_and_stands_in_the_story(
    house: House, anna: httpx.AsyncClient
) -> None:
    answer = await anna.post("/incidents/1/steps/1", data={"how": "done"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/incidents/1"), answer.text
    assert house.engine.state.incidents[1].steps_done[1].by == "anna"
    assert WORDS["done_by"].format(who="Anna Okafor") in (await anna.get("/incidents/1")).text
    again = await anna.post("/incidents/1/steps/1", data={"how": "done"})
    assert (again.status_code, "was done by anna" in again.text) == (409, True)


async def test_e1_a_mandatory_step_is_refused_with_a_reason_before_the_end(
    house: House, anna: httpx.AsyncClient
) -> None:
    form = {"step": "2", "how": "refused", "reason": ""}
    refused = await anna.post("/incidents/1/steps", data=form)
    assert (refused.status_code, "Say why" in refused.text) == (400, True)
    answer = await anna.post("/incidents/1/steps", data={**form, "reason": "nobody answers"})
    assert answer.status_code == 303, answer.text
    done = house.engine.state.incidents[1].steps_done[2]
    assert (done.refused, done.reason) == (True, "nobody answers")
    assert "nobody answers" in (await anna.get("/incidents/1")).text


async def test_e1_another_incident_than_was_shown_is_not_worked_on(
    anna: httpx.AsyncClient,
) -> None:
    form = {"how": "done", "opened": "2020-01-01T00:00:00.000Z"}
    answer = await anna.post("/incidents/1/steps/1", data=form)
    assert (answer.status_code, "another one" in answer.text) == (409, True)
    assert (await anna.post("/incidents/7/steps/1", data={"how": "done"})).status_code == 404
    assert (await anna.post("/incidents/1/steps/99", data={"how": "done"})).status_code == 404


def test_e1_a_plan_is_to_be_looked_at_again_from_the_day_after_its_date() -> None:
    night = Night()
    utc_ms = night.state.utc_ms(night.now_ms)
    assert is_overdue(night.state, "2020-01-01", night.now_ms)
    assert not is_overdue(night.state, "2999-01-01", night.now_ms)
    assert utc_ms > 0


async def test_e1_by_the_keyboard_what_was_done_is_said(house: House, page: Page) -> None:
    await page.goto(page.url + "incidents/1")
    if path := keep("plan"):
        await page.screenshot(path=path, full_page=True)
    await page.locator("#do-1").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("#step-1")).to_have_class("done")
    assert house.engine.state.incidents[1].steps_done[1].by == "anna"
    assert PIN not in await page.content()
