"""The code of a second factor on the console: a field where the site asks, and nowhere else."""

from pathlib import Path

import httpx
import pytest
from msgspec.structs import replace

from monitord.people.sessions import Sessions
from monitord.runtime.vitals import VitalsFeed
from monitord.vocabulary import Mode, SecondFactor
from tests.console.conftest import UTC_MS
from tests.runtime.control.house import CODE, PIN, House, small_site

FIELD = 'name="code"'
HOLD = {"source": "east.pir", "how": "shelved", "for": "2h", "reason": "a fly", "pin": PIN}


@pytest.fixture
def house(tmp_path: Path) -> House:
    made = House(replace(small_site(), second_factor=tuple(SecondFactor)))
    made.engine.state.mode = Mode.NIGHT
    made.accounts.factors["anna"] = "secret"
    made.replace_desk(
        sessions=Sessions(tmp_path, lambda: UTC_MS), frames=VitalsFeed(made.desk.frame).frames
    )
    return made


async def test_the_field_stands_where_it_is_asked_for(
    house: House, anna: httpx.AsyncClient
) -> None:
    house.trip()
    for path in ("/held/new?source=east.pir", "/works", "/mode/works"):
        assert FIELD in (await anna.get(path)).text, path
    for path in ("/", "/incidents/1", "/declare", "/mode/lockdown", "/handover"):
        assert FIELD not in (await anna.get(path)).text, path


async def test_it_is_held_back_with_the_code_alone(house: House, anna: httpx.AsyncClient) -> None:
    refused = await anna.post("/held/new", data=HOLD)
    assert (refused.status_code, "code of a second factor" in refused.text) == (403, True)
    refused = await anna.post("/held/new", data={**HOLD, "code": "000000"})
    assert (refused.status_code, "does not hold" in refused.text) == (403, True)
    assert not house.engine.state.suppressions
    assert (await anna.post("/held/new", data={**HOLD, "code": CODE})).status_code == 303
    assert house.engine.state.suppressions
