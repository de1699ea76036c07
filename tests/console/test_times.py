"""H6 on the console: answer times as charts, by post and not by name."""

import re
import xml.etree.ElementTree as ET

import httpx
import msgspec
import pytest
from playwright.async_api import Page, expect

from monitord.console.pages.frame import frame
from monitord.console.shown import times
from monitord.console.viewer import Viewer
from monitord.console.words_times import BAR, BUCKET, OURS, PERIOD, WORDS
from monitord.core import facts as f
from monitord.core.answer_times import BUCKETS_S, AnswerTimes, Bar, Spread
from monitord.core.kpis import BAD_ACTORS, TEN_MINUTES_MAX
from monitord.core.site import Station
from monitord.runtime.answer_times import PERIODS, Counted, TimesKeeper, Told
from monitord.vocabulary import Proof, Role
from tests.console.conftest import Console
from tests.console.counting import keeper_of
from tests.runtime.control.house import PIN, House, small_site

SEES = (Role.DUTY_MANAGER, Role.SECURITY_MANAGER, Role.DIRECTOR, Role.AUDITOR)
NONE = Spread([0] * (len(BUCKETS_S) + 1))


@pytest.fixture
def house(house: House) -> House:
    """Its journal can be counted, and it has a station."""
    site = msgspec.structs.replace(small_site(), stations={"desk": Station("desk", "The desk")})
    house.engine.take(f.SiteOffered(file_hash="with a station", site=site))
    house.replace_desk(times=keeper_of(house))
    return house


def trips_and_takes(house: House, seconds: int) -> None:
    """Somebody stands before a detector, and Anna takes it at the station of the desk."""
    house.trip()
    house.engine.at_ms += seconds * 1_000
    fact = f.Acknowledge(by="anna", proof=Proof.PIN, incident=1, seen=1, session="station:desk")
    house.engine.take(fact)


async def page_of(client: httpx.AsyncClient, period: str) -> str:
    """The page, once it was counted."""
    for _ in range(50):
        answer = await client.get("/times", params={"period": period})
        assert answer.status_code == 200, answer.text
        if 'hx-trigger="every 2s"' not in answer.text:
            return answer.text
    raise AssertionError("it is counted for ever")


def test_every_period_bucket_and_source_has_its_words() -> None:
    assert set(PERIOD) == set(BAR) == set(PERIODS)
    assert len(BUCKET) == len(BUCKETS_S) + 1
    assert all(OURS.values())


@pytest.mark.parametrize("role", [*Role, ""])
def test_h6_for_those_who_answer_for_the_guards_and_for_nobody_else(role: str) -> None:
    """Not for guards, and not for a station with nobody signed on."""
    assert times.may_see(role) is (role in SEES)


@pytest.mark.parametrize("role", [Role.GUARD, Role.TESTER, Role.AUDITOR])
async def test_h6_the_page_and_its_place_in_the_menu_follow_the_role(
    house: House, console: Console, visitor: httpx.AsyncClient, role: Role
) -> None:
    site = house.engine.state.site
    anna = msgspec.structs.replace(site.people["anna"], role=role)
    changed = msgspec.structs.replace(site, people={**site.people, "anna": anna})
    position = house.engine.take(f.SiteOffered(file_hash="other", site=changed)).position
    await console.desk.replica.reach(position)
    await visitor.post("/sign-on", data={"person": "anna", "pin": PIN})
    answer = await visitor.get("/times")
    listed = [path for path, _ in frame(console.desk, Viewer("anna", "", role))["more"]]
    assert (answer.status_code == 200) is ("/times" in listed) is (role is Role.AUDITOR)
    assert (WORDS["not_yours"] in answer.text) is (role is not Role.AUDITOR)


@pytest.mark.parametrize("period", PERIOD)
async def test_h6_charts_with_words_axes_and_units_and_a_table_beneath_each(
    house: House, anna: httpx.AsyncClient, period: str
) -> None:
    """Everything that is drawn is in the table, too; strict: nothing inline."""
    trips_and_takes(house, 45)
    page = await page_of(anna, period)
    charts = re.findall(r"<svg class=\"chart\".*?</svg>", page, re.DOTALL)
    assert len(charts) == 5
    for chart in charts:
        drawn = ET.fromstring(chart.replace("&nbsp;", " "))
        described = f'id="{drawn.attrib["aria-describedby"]}"'
        assert f"<table {described}" in page
        assert f'id="{drawn.attrib["aria-labelledby"]}"' in page
        assert [t for t in drawn.iter("text") if t.attrib.get("class") == "unit"]
    assert "style=" not in page
    assert "<script>" not in page
    for said in (
        WORDS["half"].format(half="45 s", nine="45 s"),
        WORDS["few"],
        WORDS["picture_none"],
        '<th scope="row">Detector east</th><td>Gallery 1</td><td>1</td><td>100 %</td>',
        '<th scope="row">The desk</th><td>1</td><td>45 s</td><td>45 s</td>',
        '<th scope="row">up to 1 min</th><td>1</td>',
    ):
        assert said in page, said


async def test_h6_no_name_of_a_person_is_on_the_page(house: House, anna: httpx.AsyncClient) -> None:
    """But for the list of whom to ring when the link is lost, and who is signed on, as on every
    page."""
    house.trip("west")
    trips_and_takes(house, 45)
    await page_of(anna, "7d")
    part = (await anna.get("/times/now", params={"period": "7d"})).text
    assert "Detector west" in part
    people = house.engine.state.site.people
    for said in (*people, *house.names.values(), *(n.split()[0] for n in house.names.values())):
        assert re.search(rf"\b{said}\b", part, re.IGNORECASE) is None, said


async def test_h6_an_empty_record_says_so_and_draws_nothing(
    house: House, anna: httpx.AsyncClient
) -> None:
    page = await page_of(anna, "24h")
    assert '<svg class="chart"' not in page
    for words in ("alarms_none", "none_opened", "picture_none", "begins"):
        assert WORDS[words] in page


async def test_while_it_is_counted_the_page_says_so_and_looks_again(
    house: House, anna: httpx.AsyncClient, console: Console
) -> None:
    first = (await anna.get("/times")).text
    assert WORDS["counting"] in first
    assert 'hx-get="/times/now?period=7d"' in first
    await page_of(anna, "7d")


async def test_what_is_no_period_is_told(anna: httpx.AsyncClient) -> None:
    answer = await anna.get("/times", params={"period": "13m"})
    assert (answer.status_code, WORDS["no_period"] in answer.text) == (400, True)


async def test_what_cannot_be_counted_says_why(
    house: House, anna: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = Told(Counted(problem="the disk is <gone>"), counting=False)
    monkeypatch.setattr(TimesKeeper, "told", lambda *_: told)
    page = await page_of(anna, "7d")
    assert "the disk is &lt;gone&gt;" in page


def test_the_line_of_what_people_can_handle_and_the_bars_over_it() -> None:
    """One more than the limit is over it, by colour and by an edge; the limit itself is not."""
    low = times.over_time([Bar(0, 9, TEN_MINUTES_MAX - 1)] * 3)
    assert low.limit_y == times.TOP
    assert times.over_time([Bar(0, 1, 1)]).limit_y is None
    high = times.over_time([Bar(0, 40, TEN_MINUTES_MAX), Bar(1, 40, TEN_MINUTES_MAX + 1)])
    assert [column.over for column in high.columns] == [False, True]
    assert high.lines == [(144.0, 0), (84.0, 6), (24.0, 12)]
    for column in high.columns:
        assert times.TOP <= column.y <= high.bottom
        assert column.y + column.high == pytest.approx(high.bottom)
        assert times.LEFT <= column.x <= column.x + column.wide <= times.WIDTH


def test_a_hundred_thousand_alarms_stay_within_the_picture() -> None:
    figures = AnswerTimes(
        from_ms=0,
        until_ms=10**9,
        begins_ms=5,
        alarms=100_000,
        incidents=90_000,
        bars=[Bar(n, 100_000 // 26, 3_000) for n in range(26)],
        acknowledged=Spread([80_000, 0, 0, 0, 0, 5], 1_000, 2_000),
        decided=NONE,
        posts={"": Spread([1], 1, 10**10)},
        nuisances={f"some.very.long.name.of.a.point.{n}": 10_000 for n in range(BAD_ACTORS)},
    )
    drawn = times.shown(figures, small_site())
    for chart in (drawn.acknowledged.chart, drawn.decided.chart, drawn.nuisances, drawn.posts):
        for row in chart.rows:
            assert chart.left + row.wide <= times.WIDTH - times.FIGURES_WIDE
            assert row.y < chart.high
            assert len(row.short) <= 50
    assert drawn.acknowledged.chart.rows[-1].figure == "9995"
    assert (drawn.few, bool(drawn.begins), len(drawn.over_time.labels)) == (False, True, 4)
    assert (drawn.decided.half, drawn.decided.chart.rows[-1].figure) == ("–", "90000")


async def test_h6_in_the_browser_the_charts_come_by_themselves_and_the_tables_go_to_paper(
    house: House, page: Page, console: Console
) -> None:
    trips_and_takes(house, 45)
    await page.goto(f"{console.url}/times?period=30d")
    await expect(page.locator("svg.chart")).to_have_count(5, timeout=8_000)
    await expect(page.locator("#alarms-table")).to_be_hidden()
    await page.emulate_media(media="print")
    await page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    for table in await page.locator(".charts table").all():
        await expect(table).to_be_visible()
