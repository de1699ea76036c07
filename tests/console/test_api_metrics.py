"""``/metrics``: what Prometheus reads, by a token, and nothing that is not known."""

import re

import httpx
import pytest

from monitord.console.api.metrics import of_pictures
from monitord.core import facts as f
from monitord.people.tokens import TokenRole
from monitord.vocabulary import Cause, PointState, Proof
from tests.console.conftest import Console
from tests.core.night import Night
from tests.core.sites import HOUR, MIN
from tests.core.test_evidence import kept
from tests.core.test_pictures import site
from tests.runtime.control.house import House

LINE = re.compile(r'monitord_[a-z_]+(\{[a-z]+="[^"]+"(,[a-z]+="[^"]+")*\})? -?[0-9.e+-]+')


@pytest.fixture
async def prometheus(house: House, console: Console) -> httpx.AsyncClient:
    token = await house.accounts.add_token("prometheus", TokenRole.READ)
    headers = {"authorization": f"Bearer {token}"}
    return httpx.AsyncClient(base_url=console.url, headers=headers, trust_env=False)


async def figures(client: httpx.AsyncClient) -> dict[str, float]:
    async with client.stream("GET", "/metrics") as reply:
        text = (await reply.aread()).decode()
    assert reply.status_code == 200, text
    assert reply.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert all(LINE.fullmatch(line) for line in lines), lines
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


async def test_unknown_stands_apart_and_what_is_hidden_is_not_counted(
    house: House, prometheus: httpx.AsyncClient
) -> None:
    house.trip()
    house.engine.take(f.DeviceLost(device="west", cause=Cause.SILENT))
    house.engine.take(f.GiveDuressPin(by="anna", proof=Proof.PIN, duress=True, session="s"))
    assert house.engine.state.points["west.pir"].state is PointState.UNKNOWN
    async with prometheus as client:
        told = await figures(client)
    assert told['monitord_points{state="unknown"}'] == 1
    assert told['monitord_points{state="active"}'] == 1
    assert told['monitord_points{state="normal"}'] == 0
    assert told['monitord_devices{status="silent"}'] == 1
    assert told['monitord_areas{state="set"}'] == 1
    assert told['monitord_incidents_open{acknowledged="false"}'] == 1
    assert told["monitord_journal_entries"] == house.engine.state.seq
    assert told['monitord_device_answer_age_seconds{device="west"}'] == 9
    assert told['monitord_device_missed_total{device="west"}'] == 10
    assert told['monitord_calls{outcome="under-way"}'] == 1
    assert told['monitord_waiting{queue="facts"}'] == 3
    assert told["monitord_pictures"] == 0
    assert "monitord_oldest_snapshot_age_seconds" not in told, "there is none"


def test_t3_8_the_age_of_the_oldest_picture_shows_that_they_go() -> None:
    """One at its end counts until its file is gone."""
    night = Night(site())
    night.opens("east.pir")
    kept(night, 1, "aa")
    night.after(HOUR)
    kept(night, 1, "bb", camera="cam-2")
    night.after(MIN)

    def told() -> dict[str, float]:
        figures = of_pictures(night.state, night.state.at_ms)
        return {name: value for name, _, _, values in figures for _, value in values}

    oldest = (HOUR + MIN) / 1_000
    assert told() == {"pictures": 2, "pictures_expired": 0, "oldest_snapshot_age_seconds": oldest}
    night.state.pictures[1].expired = True
    assert told()["pictures_expired"] == 1
    night.feed(f.PictureRemoved(picture=1))
    assert told() == {"pictures": 1, "pictures_expired": 0, "oldest_snapshot_age_seconds": 60}


async def test_a_figure_that_is_not_known_is_left_out(
    house: House, console: Console, prometheus: httpx.AsyncClient
) -> None:
    async with prometheus as client:
        assert (await figures(client))["monitord_link_up"] == 1
        console.desk.replica._lose("gone")
        told = await figures(client)
    assert told["monitord_link_up"] == 0
    assert not [name for name in told if "points" in name or "device" in name]


async def test_nobody_reads_it_without_a_token(console: Console) -> None:
    async with httpx.AsyncClient(base_url=console.url, trust_env=False) as client:
        reply = await client.get("/metrics")
    assert (reply.status_code, reply.json()["code"]) == (401, "no-token")
