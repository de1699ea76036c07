"""What a guard sees of a flood and of a detector that chatters."""

import json

import pytest

from monitord.core import facts as f
from monitord.runtime.control.view_floods import STANDING_MS, flood, maintenance
from monitord.runtime.control.view_status import status
from monitord.vocabulary import PointState
from tests.cli.conftest import Served
from tests.core.night import Night
from tests.core.sites import S

Capture = pytest.CaptureFixture[str]
NORMAL = f.PointChanged(point="east.pir", state=PointState.NORMAL)


def chattering(*points: str) -> Night:
    night = Night()
    for point in points:
        for _ in range(4):
            night.opens(point)
            night.after(S)
            night.closes(point)
    return night


def test_t1_8_who_chatters_is_to_be_mended_and_says_whether_to_shelve_it() -> None:
    night = chattering("east.pir", "east.panic", "west.pir")
    found = {m["source"]: m for m in maintenance(night.state, night.now_ms)}
    assert {name: m["propose_shelving"] for name, m in found.items()} == {
        "east.pir": True,
        "east.panic": False,
        "west.pir": True,
    }
    assert {m["count"] for m in found.values()} == {4}
    told = flood(night.state)
    assert told is not None
    assert told["alarms"] == 12


@pytest.mark.parametrize(("over", "named"), [(0, []), (1, ["west.glass"])])
def test_t1_8_what_stands_for_more_than_a_day_is_to_be_mended(over: int, named: list[str]) -> None:
    night = Night()
    night.opens("west.glass")
    night.after(STANDING_MS + over)
    assert [m["source"] for m in maintenance(night.state, night.now_ms)] == named


def test_t1_7_in_a_flood_the_most_urgent_stands_first() -> None:
    night = chattering("west.pir", "west.glass", "east.door")
    night.opens("east.panic")
    view = status(night.state, night.now_ms, None, degraded=False)
    assert view["flood"]["alarms"] == 13
    assert view["open"][0]["category"] == "hold-up"


def test_status_tells_of_a_detector_that_chatters(daemon: Served, capsys: Capture) -> None:
    for _ in range(3):
        daemon.do(daemon.house.trip)
        daemon.do(daemon.house.engine.take, NORMAL)
    daemon.run("status")
    assert "To be mended\n" in capsys.readouterr().out
    daemon.run("status", "--json")
    [told] = json.loads(capsys.readouterr().out)["maintenance"]
    assert (told["why"], told["count"]) == ("chattering", 3)
