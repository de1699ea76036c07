"""H1 on the console: a day of the occurrence log, an entry, an addendum, a sheet to sign."""

from collections.abc import Sequence
from datetime import date

import httpx
import pytest

from monitord.console.shown import log
from monitord.console.viewer import Viewer
from monitord.console.words_log import KIND, WORDS
from monitord.core import facts as f
from monitord.core.facts import TextRef
from monitord.core.occurrences import CORRECTION, KINDS
from monitord.core.rights import MAY
from monitord.runtime.local_time import moment_of
from monitord.runtime.occurrences import AUTOMATIC, TOLD
from monitord.vocabulary import PointState, Role
from tests.core.night import Night
from tests.runtime.control.house import House


@pytest.fixture
def house(house: House) -> House:
    """Notes can be read again."""

    async def texts(refs: Sequence[TextRef]) -> list[str]:
        return [house.notes[int(ref.id.rpartition("/")[2]) - 1] for ref in refs]

    house.replace_desk(texts=texts)
    return house


def test_there_is_a_word_for_every_kind() -> None:
    assert set(KIND) == {*KINDS, CORRECTION, *AUTOMATIC}
    assert {kind for kind, _ in TOLD.values()} <= set(AUTOMATIC)


def test_a_day_of_the_house_has_23_24_or_25_hours() -> None:
    spring, autumn = date(2026, 3, 29), date(2026, 10, 25)
    assert log.bounds(spring, "Europe/London") == (
        "2026-03-29T00:00:00.000Z",
        "2026-03-29T23:00:00.000Z",
    )
    assert log.bounds(autumn, "Europe/London") == (
        "2026-10-24T23:00:00.000Z",
        "2026-10-26T00:00:00.000Z",
    )


def test_a_time_that_the_clocks_make_double_is_never_ahead() -> None:
    assert moment_of("2026-10-25T01:30", "Europe/London") == "2026-10-25T00:30:00.000Z"
    assert (moment_of("", "UTC"), moment_of("noon", "UTC")) == ("", "noon")


def test_g9_what_is_hidden_is_taken_out_before_anything_is_counted() -> None:
    night = Night()
    night.says("east.panic", PointState.ACTIVE)
    (incident,) = night.state.open_incidents()
    area = incident.area
    lines = [
        {"incident": incident.number, "source": ""},
        {"incident": 0, "source": "east.panic"},
        {"incident": 0, "source": "east.pir"},
    ]
    beside = Viewer("", "Desk", "", "desk", area)
    assert log.seen(night.state, beside, lines) == lines[2:]
    assert log.seen(night.state, Viewer("chloe", "Chloe", Role.DIRECTOR), lines) == lines


@pytest.mark.parametrize("role", [*Role, ""])
def test_writing_is_offered_to_those_who_may(role: str) -> None:
    assert log.may_write(role) is (not role or Role(role) in MAY[f.WriteLog])


async def test_h1_an_entry_with_both_times_an_addendum_a_search_and_the_sheet(
    house: House, anna: httpx.AsyncClient
) -> None:
    house.trip()
    form = {"kind": "visit", "what": "Ms <b>Weber</b>, key 4", "when": "2026-11-18T09:15"}
    answer = await anna.post("/log/new", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/log"), answer.text
    assert 'name="amends" value="1"' in (await anna.get("/log/new?amends=1")).text
    await anna.post("/log/new", data={"amends": "1", "what": "It was key 5"})
    page = (await anna.get("/log")).text
    for said in (
        "Ms &lt;b&gt;Weber&lt;/b&gt;, key 4",
        WORDS["happened"],
        "09:15:00",
        WORDS["to_entry"].format(number=1),
        "Anna Okafor, ",
        "alarm: intrusion, east.pir active",
    ):
        assert said in page, said
    assert page.index("key 5") < page.index("key 4") < page.index("east.pir active")
    sheet = (await anna.get("/log/sheet")).text
    assert sheet.index("east.pir active") < sheet.index("key 4") < sheet.index(WORDS["signature"])
    assert "key 4" not in (await anna.get("/log", params={"text": "key 5"})).text
    assert "key 4" not in (await anna.get("/log", params={"kind": "alarm"})).text
    assert "east.pir active" not in (await anna.get("/log", params={"role": "duty-manager"})).text
    assert WORDS["none"] in (await anna.get("/log", params={"day": "2026-11-01"})).text


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"kind": "visit", "what": "x", "when": "2026-11-18T23:00"}, "not later"),
        ({"kind": "gossip", "what": "x"}, "The kind must be one of"),
        ({"kind": "visit", "what": " "}, "Say what happened"),
        ({"amends": "7", "what": "x"}, "has no entry 7"),
        ({"kind": "visit", "what": "typed once", "when": "noon"}, "typed once"),
    ],
)
async def test_what_is_refused_says_why_and_keeps_what_was_typed(
    house: House, anna: httpx.AsyncClient, form: dict[str, str], says: str
) -> None:
    answer = await anna.post("/log/new", data=form)
    assert answer.status_code in (400, 404)
    assert says in answer.text
    assert house.engine.state.log_written == 0


@pytest.mark.parametrize("day", ["yesterday", "0001-01-01", "9999-12-31"])
async def test_a_day_that_is_none_is_told(anna: httpx.AsyncClient, day: str) -> None:
    answer = await anna.get("/log", params={"day": day})
    assert (answer.status_code, "is not a day" in answer.text) == (400, True)
