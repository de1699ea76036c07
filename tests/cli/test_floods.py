"""What a guard sees of a flood and of a detector that chatters."""

import json
from typing import Any

import pytest

from monitord.cli import say_incident, say_status
from monitord.cli.page import as_text
from monitord.cli.say_incident import SHOWN_MAX
from monitord.core import facts as f
from monitord.journal.codec import encode
from monitord.journal.records import Stored
from monitord.runtime.control.view_floods import STANDING_MS, flood, maintenance
from monitord.runtime.control.view_incidents import incidents
from monitord.runtime.control.view_status import status
from monitord.runtime.story import Story
from monitord.vocabulary import PointState
from tests.cli.conftest import Served
from tests.core.night import Night
from tests.core.sites import S
from tests.core.test_held_calls import flooded

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


def test_t2_3_a_long_list_says_how_many_more_and_the_worst_of_them() -> None:
    """T2.3, T1.7: flood, its count, the newest of the highest priority first; all by --all."""
    night = flooded()
    night.opens(*(f"r{n}.win" for n in range(12, 24)))
    night.opens("r3.panic")
    view = incidents(night.state, night.now_ms)
    assert [i["number"] for i in view["incidents"]] == [25, *range(24, 0, -1)]
    text = as_text(say_incident.incidents(view))
    assert text.startswith("Alarm flood since ")
    assert "25 alarms, the worst first." in text
    assert "+5 more, the worst: #5 Room 4, Gate A: " in text
    assert text.count("#") == SHOWN_MAX + 1
    assert as_text(say_incident.all_incidents(view)).count("#") == 25
    assert "+5 more" in as_text(say_status.status(status_of(night)))


def status_of(night: Night) -> dict[str, Any]:
    return status(night.state, night.now_ms, None, degraded=False)


def test_explain_tells_why_nobody_was_called_for_it_at_once() -> None:
    """Which call it waited behind, how long at most, and with which it was told."""
    night = flooded()
    night.opens("r20.win")
    night.after(30_000)
    story = Story(13, str)
    for entry in night.journal:
        story.take(Stored(entry.seq, entry.epoch, entry.at_ms, encode(entry), b""))
    lines = [shown["text"] for shown in story.view()["lines"]]
    assert (
        "a flood: anna was just called for incident 11 and is told of this one with the next "
        "call, in 30 s at most"
    ) in lines
    assert "call anna (duty-manager) by voice" in lines


def test_explain_tells_with_which_call_it_was_told() -> None:
    night = flooded()
    night.opens("r20.win", "r21.panic")
    story = Story(13, str)
    for entry in night.journal:
        story.take(Stored(entry.seq, entry.epoch, entry.at_ms, encode(entry), b""))
    last = story.view()["lines"][-1]["text"]
    assert last == "anna is told of incident 13, 12 with the call for incident 14"


def test_status_tells_of_a_detector_that_chatters(daemon: Served, capsys: Capture) -> None:
    for _ in range(3):
        daemon.do(daemon.house.trip)
        daemon.do(daemon.house.engine.take, NORMAL)
    daemon.run("status")
    assert "To be mended\n" in capsys.readouterr().out
    daemon.run("status", "--json")
    [told] = json.loads(capsys.readouterr().out)["maintenance"]
    assert (told["why"], told["count"]) == ("chattering", 3)
