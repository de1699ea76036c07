"""The page of points: found by state, place and words; bounded whatever the site."""

import re

import httpx

from monitord.console.render import span
from monitord.console.seen import Vitals
from monitord.console.shown.finding import ROWS, asked
from monitord.console.shown.points import ALL, listing
from monitord.console.shown.standings import AMISS, Stands
from monitord.console.words_held import HOW
from monitord.console.words_points import LIMIT, POINT, STANDS
from monitord.core import facts as f
from monitord.runtime.control.view import View
from monitord.vocabulary import Limit, PointState, Proof, Role, Suppression
from tests.console.conftest import Console
from tests.core.night import Night
from tests.core.sites import museum, without
from tests.runtime.control.house import PIN, House


def test_there_is_a_word_and_a_shape_for_everything_and_none_twice() -> None:
    for table, known in ((POINT, PointState), (STANDS, Stands)):
        assert set(table) == set(known)
        assert len({word for word, _ in table.values()}) == len(known)
        assert len({shape for _, shape in table.values()}) == len(known)
    assert (set(LIMIT), set(HOW)) == (set(Limit), set(Suppression))


def found(
    night: Night, show: str = "amiss", area: str = "", text: str = "", page: str = "1"
) -> View:
    vitals = {d: Vitals(d, True, 100, 300, 40, 0, 0) for d in ("east", "west")}
    return listing(night.state, night.now_ms, vitals, asked(show, area, text, page))


def ids(view: View) -> list[str]:
    return [row.id for place in view["places"] for row in place.listed]


def test_what_is_not_as_it_should_be_comes_first_and_the_worst_of_a_place_on_top() -> None:
    night = Night()
    assert ids(found(night)) == []
    night.says("east.door", PointState.ACTIVE)
    night.says("east.pir", PointState.UNKNOWN)
    night.holds("west.glass", Suppression.OUT_OF_SERVICE)
    assert ids(found(night)) == ["east.pir", "east.door", "west.glass"]
    assert found(night)["amiss"] == 3
    assert ids(found(night, show="held")) == ["west.glass"]
    assert ids(found(night, show=ALL, text="GLASS store")) == ["west.glass"]
    assert ids(found(night, show=ALL, area="store")) == ["west.glass", "west.pir"]
    assert ids(found(night, show="nonsense")) == ids(found(night))


def test_a_point_of_a_device_that_was_not_heard_of_in_time_is_not_normal() -> None:
    night = Night()
    late = {"west": Vitals("west", True, 60_000, 300, 40, 0, 0)}
    view = listing(night.state, night.now_ms, late, asked("stale", "", "", "1"))
    assert ids(view) == ["west.pir", "west.glass"]
    (place,) = view["places"]
    assert place.listed[0].seen.at
    assert view["counts"][Stands.NORMAL] == len(museum().points) - len(ids(view)) - 1


def test_a_point_that_left_the_site_file_is_unknown_and_says_so() -> None:
    night = Night()
    night.says("east.pir", PointState.ACTIVE)
    night.offer(without(museum(), "east.pir"))
    (row,) = [r for p in found(night)["places"] for r in p.listed if r.id == "east.pir"]
    assert (row.stands, row.retired, row.seen.word) == (Stands.UNKNOWN, True, "retired")


def test_a_long_list_is_cut_into_pages_and_a_page_beyond_the_last_is_the_last() -> None:
    night = Night(museum(west={f"pir-{n}": museum().points["west.pir"].kind for n in range(150)}))
    first, last = found(night, show=ALL), found(night, show=ALL, page="99")
    assert len(ids(first)) == ROWS
    assert (last["page"], last["last_page"], last["found"]) == (3, 3, 160)
    assert not set(ids(first)) & set(ids(last))


def test_a_span_is_said_as_people_say_it() -> None:
    assert [span(ms) for ms in (0, 1_200, 90_000, 5_400_000, 200_000_000)] == [
        "0 s", "2 s", "2 min", "1 h 30 min", "3 days",
    ]  # fmt: skip


async def test_the_page_says_state_place_age_and_what_holds_it_back(
    house: House, console: Console, anna: httpx.AsyncClient
) -> None:
    house.trip()
    until_utc_ms = house.engine.state.utc_ms(house.engine.at_ms) + 3_600_000
    house.engine.take(
        f.Suppress(
            by="anna",
            proof=Proof.PIN,
            source="west.pir",
            how=Suppression.SHELVED,
            until_utc_ms=until_utc_ms,
            reason="<b>a fly</b>",
        )
    )
    await console.desk.replica.reach(house.engine.state.position)
    page = (await anna.get("/points")).text
    assert re.findall(r'class="item (\w+)" id="p-([\w.]+)"', page) == [
        ("stale", "west.pir"),
        ("active", "east.pir"),
    ]
    assert "shelved by Anna Okafor until" in page
    assert "<b>a fly</b>" not in page
    assert re.search(r'data-count="active">1<', page)
    assert re.search(r'aria-current="page">Points<', page)
    now = (await anna.get("/points/now?show=all&text=east")).text
    assert ("Detector east" in now, "Detector west" in now, "<html" in now) == (True, False, False)


async def test_any_address_gives_a_page(anna: httpx.AsyncClient) -> None:
    for page in ("0", "-1", "x" * 500, "99999999999999", ""):
        asked_for = {"page": page, "show": page, "area": page, "text": "\x00'\"<script>" + page}
        answer = await anna.get("/points", params=asked_for)
        assert (answer.status_code, "<script>" + page in answer.text) == (200, False)


async def test_who_answers_our_calls_from_outside_learns_nothing_of_the_coverage(
    house: House, console: Console, visitor: httpx.AsyncClient
) -> None:
    """Plans and coverage are for those who need to know them."""
    people = house.engine.state.site.people
    house.engine.state.site.people["anna"] = type(people["anna"])("anna", Role.POLICE)
    await visitor.post("/sign-on", data={"person": "anna", "pin": PIN})
    assert 'href="/points"' not in (await visitor.get("/")).text
    for path in (
        "/points",
        "/points/now",
        "/devices",
        "/devices/now",
        "/held",
        "/held/now",
        "/search?q=east",
    ):
        answer = await visitor.get(path)
        assert (answer.status_code, "Detector" in answer.text) == (403, False), path


def test_what_a_guard_must_know_of_is_everything_but_what_is_well() -> None:
    assert set(Stands) - AMISS == {Stands.TELLS, Stands.NORMAL}
