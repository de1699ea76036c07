"""The ledger on the console: what is held back, holding back with reason and end, giving back."""

import re

import httpx
import pytest
from playwright.async_api import Page, expect

from monitord.console.shown.held import BY_HAND, end_of, holdable, ledger, may_hold
from monitord.console.words_held import ASKED, FOR, HOW, SHAPE, WORDS
from monitord.console.words_standing import COVER
from monitord.core import facts as f
from monitord.core.rights import MAY
from monitord.vocabulary import PointState, Role, Suppression
from tests.console.conftest import Console, keep
from tests.core.night import Night
from tests.core.sites import HOUR, MIN
from tests.runtime.control.house import PIN, House

UTC_MS = 1_795_000_000_000


def test_there_is_a_word_and_a_shape_for_every_way_to_hold_back() -> None:
    assert set(HOW) == set(SHAPE) == set(Suppression)
    assert len(set(HOW.values())) == len(set(SHAPE.values())) == len(Suppression)
    assert set(ASKED) == set(BY_HAND)


def test_t1_3_each_way_has_a_line_of_its_own_with_who_why_and_time_left() -> None:
    """B5: what ends first stands above; T1.1: it is evaluated all the while."""
    night = Night()
    night.holds("east.pir", Suppression.OUT_OF_SERVICE, ms=HOUR, reason="roof works")
    night.holds("east.pir", Suppression.SHELVED, ms=30 * MIN, reason="a fly")
    night.says("east.pir", PointState.ACTIVE)
    night.after(MIN)
    shown = ledger(night.state, night.now_ms, 1)
    told = [(e.line["how"], e.line["reason"], e.line["by"], e.line["left_s"], e.says)
            for e in shown["entries"]]  # fmt: skip
    assert told == [
        ("shelved", "a fly", "boris", 29 * 60, PointState.ACTIVE),
        ("out-of-service", "roof works", "boris", 59 * 60, PointState.ACTIVE),
    ]
    assert shown["entries"][0].cover == COVER["some"].format(live=1, all=1)
    night.loses("east")
    assert {e.says for e in ledger(night.state, night.now_ms, 1)["entries"]} == {PointState.UNKNOWN}


def test_b6_what_has_not_shown_that_it_watches_again_stands_below() -> None:
    night = Night()
    night.holds("east.pir", Suppression.OUT_OF_SERVICE)
    night.says("east.pir", PointState.UNKNOWN)
    night.releases("east.pir", Suppression.OUT_OF_SERVICE)
    shown = ledger(night.state, night.now_ms, 1)
    assert ([p["source"] for p in shown["not_proven"]], shown["entries"]) == (["east.pir"], [])


@pytest.mark.parametrize(("source", "highly"), [
    ("east.pir", False), ("east.panic", True), ("east.smoke", True), ("east", True),
])  # fmt: skip
def test_t1_6_what_a_guard_may_never_hold_back_is_said_before_they_try(
    source: str, highly: bool
) -> None:
    what = holdable(Night().state, source)
    assert what is not None
    assert what.highly_managed is highly


@pytest.mark.parametrize("role", [*Role, ""])
def test_holding_back_is_offered_to_those_who_may(role: str) -> None:
    assert may_hold(role) is (not role or Role(role) in MAY[f.Suppress])


@pytest.mark.parametrize(
    ("span", "until", "end"),
    [
        ("1h", "", "2026-11-18T12:06:40.000Z"),
        ("1h", "2026-11-24T18:00", "2026-11-24T18:00:00.000Z"),
        ("1h", "2026-10-25T01:30", "2026-10-25T00:30:00.000Z"),  # twice that night: the earlier
        ("for ever", "", "for ever"),
        ("1h", "tomorrow", "tomorrow"),
    ],
)
def test_an_end_is_meant_in_the_time_of_the_house(span: str, until: str, end: str) -> None:
    assert end_of(span, until, UTC_MS, "Europe/London") == end


def form(**other: str) -> dict[str, str]:
    return {"source": "east.pir", "how": "shelved", "for": "2h", "reason": "a fly", "pin": PIN,
            **other}  # fmt: skip


async def test_b5_a_point_is_held_back_with_reason_end_and_pin_and_given_back(
    house: House, anna: httpx.AsyncClient
) -> None:
    assert 'href="/held/new?source=east.pir"' in (await anna.get("/points?show=all")).text
    assert "Detector east" in (await anna.get("/held/new?source=east.pir")).text
    answer = await anna.post("/held/new", data=form())
    assert (answer.status_code, answer.headers["location"]) == (303, "/held"), answer.text
    (held,) = house.engine.state.suppressions.values()
    assert (held.by, held.how, held.reason) == ("anna", Suppression.SHELVED, "a fly")
    page = (await anna.get("/held")).text
    for said in (
        "Detector east",
        "shelved",
        "a fly",
        "by Anna Okafor",
        "2 h left",
        COVER["some"].format(live=1, all=1),
    ):
        assert said in page, said
    assert "2026" in page
    answer = await anna.post("/held/end", data={"source": "east.pir"})
    assert answer.status_code == 303, answer.text
    assert house.engine.state.suppressions == {}
    assert WORDS["none"] in (await anna.get("/held")).text


REFUSED = (
    ({"pin": ""}, 403, "needs your PIN"),
    ({"pin": "111222"}, 403, "This is not the PIN of anna"),
    ({"for": "1d"}, 400, "within 8 hours"),
    ({"until": "2020-01-01T10:00"}, 400, "must lie ahead"),
    ({"reason": " "}, 400, "Say why"),
    ({"how": "by-design"}, 400, "There is no way to hold back"),
    ({"source": "east"}, 403, "security manager or integrator"),
)


async def test_what_the_daemon_refuses_is_said_in_words_and_nothing_is_typed_twice(
    house: House, anna: httpx.AsyncClient
) -> None:
    """Law 11, T1.2, T1.6: the page asks, the daemon decides."""
    for other, status, text in REFUSED:
        answer = await anna.post("/held/new", data=form(**other))
        assert (answer.status_code, text in answer.text) == (status, True), other
        assert house.engine.state.suppressions == {}
        reason = re.search(r'name="reason"[^>]* value="([^"]*)"', answer.text)
        assert reason is not None
        assert reason[1] == form(**other)["reason"]
        assert PIN not in answer.text


async def test_from_an_incident_its_detector_is_one_click_from_being_held_back(
    house: House, console: Console, anna: httpx.AsyncClient
) -> None:
    house.trip()
    await console.desk.replica.reach(house.engine.state.position)
    assert 'href="/held/new?source=east.pir"' in (await anna.get("/incidents/1")).text
    await anna.post("/held/new", data=form())
    page = (await anna.get("/incidents/1/now")).text
    assert ('href="/held"' in page, "/held/new" in page) == (True, False)


async def test_what_is_not_there_is_told(anna: httpx.AsyncClient) -> None:
    for path in ("/held/new?source=nobody", "/held/new", "/held/end?source=east.pir"):
        assert (await anna.get(path)).status_code == 404, path
    answer = await anna.post("/held/end", data={"source": "east.pir"})
    assert (answer.status_code, "is not held back" in answer.text) == (404, True)
    assert (await anna.post("/held/new", data=form(source="nobody"))).status_code == 404


async def test_from_a_point_to_the_ledger_by_the_keyboard(house: House, page: Page) -> None:
    """One click from a point; then how, why, and the PIN."""
    await page.goto(page.url + "points?show=all")
    await page.get_by_role("link", name="Hold back").nth(1).focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_contain_text("Hold back Detector")
    await page.get_by_label("Why?").fill("a fly in the hall")
    if path := keep("hold"):
        await page.screenshot(path=path, full_page=True)
    await page.get_by_label("Your PIN").fill(PIN)
    await page.keyboard.press("Enter")
    await expect(page.locator(".item.held")).to_contain_text("a fly in the hall")
    if path := keep("held"):
        await page.screenshot(path=path, full_page=True)
    await page.get_by_role("button", name="Give back").click()
    await expect(page.locator("#held")).to_contain_text(WORDS["none"])
    assert house.engine.state.suppressions == {}


def test_spans_are_offered_from_short_to_long() -> None:
    spans = [ms for _, ms in FOR.values()]
    assert spans == sorted(spans)
