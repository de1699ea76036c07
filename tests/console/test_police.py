"""The card for the police on an incident's page (C8)."""

from pathlib import Path

import httpx
import pytest
from msgspec.structs import replace

from monitord.console.words_police import RANG, WORDS
from monitord.core import facts as f
from monitord.core.police_calls import RANG as MAY_BE_SAID
from monitord.core.site import PoliceReference
from monitord.people.sessions import Sessions
from monitord.runtime.vitals import VitalsFeed
from monitord.vocabulary import Confirmed, PoliceType, Proof
from tests.console.conftest import UTC_MS, Console
from tests.runtime.control.house import House, small_site

REFERENCE = PoliceReference(
    "gb-1",
    "RM4471",
    PoliceType.INTRUDER,
    confirmed=True,
    instead=("anna",),
    contact="the duty desk",
    phone="+44 1632 960099",
    call_within_ms=300_000,
)


@pytest.fixture(params=["GB", "DE"])
def house(tmp_path: Path, request: pytest.FixtureRequest) -> House:
    site = small_site()
    setup = {**site.setup, "country": request.param, "address": "14 Quay Street"}
    made = House(replace(site, police={"gb-1": REFERENCE}, setup=setup))
    made.replace_desk(
        sessions=Sessions(tmp_path, lambda: UTC_MS), frames=VitalsFeed(made.desk.frame).frames
    )
    made.trip()
    return made


def test_there_are_words_for_everybody_who_may_have_rung() -> None:
    assert set(RANG) == set(MAY_BE_SAID)


async def test_c8_the_card_has_what_to_say_and_who_may_ring(
    house: House, console: Console, anna: httpx.AsyncClient
) -> None:
    """In Great Britain the receiving centre calls, and nobody here is offered the number."""
    british = house.engine.state.site.setup["country"] == "GB"
    page = (await anna.get("/incidents/1")).text
    for said in ("RM4471", "14 Quay Street", "Come to Gate B", WORDS["proof"], WORDS["nobody"]):
        assert said in page, said
    assert ("tel:+441632960099" in page) is not british
    assert (WORDS["by_centre"] in page) is british
    house.engine.take(
        f.ConfirmIncident(incident=1, how=Confirmed.ON_SCENE, by="anna", proof=Proof.SESSION)
    )
    await console.desk.replica.reach(house.engine.state.position)
    page = (await anna.get("/incidents/1")).text
    assert "tel:+441632960099" in page, "somebody stands there and sees it"
    assert WORDS["proof"] not in page
    assert "5 min left to say so" in page


async def test_c8_that_they_were_rung_is_on_record_with_name_and_time(
    house: House, anna: httpx.AsyncClient
) -> None:
    bad = await anna.post("/incidents/1/police", data={"how": "pigeon"})
    assert (bad.status_code, "Say who rang" in bad.text) == (400, True)
    answer = await anna.post("/incidents/1/police", data={"how": "receiving-centre"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/incidents/1"), answer.text
    (told,) = house.engine.state.incidents[1].police_told
    assert (told.by, told.how) == ("anna", "receiving-centre")
    assert (
        "the receiving centre has rung them, says Anna Okafor"
        in (await anna.get("/incidents/1")).text
    )


async def test_c8_where_the_police_come_to_none_of_it_there_is_no_card(
    house: House, anna: httpx.AsyncClient
) -> None:
    site = house.engine.state.site
    house.engine.take(f.SiteOffered(file_hash="other", site=replace(site, police={})))
    assert "RM4471" not in (await anna.get("/incidents/1")).text
