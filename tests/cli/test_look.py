"""What a person sees of a running daemon, and what a script gets."""

import json
from typing import Any

import pytest
from msgspec.structs import replace

from monitord.cli.errors import Exit
from monitord.core import facts as f
from monitord.vocabulary import Cause, Limit, PointState, Proof
from tests.cli.conftest import Served
from tests.core.sites import without

Capture = pytest.CaptureFixture[str]


def in_json(capture: Capture) -> dict[str, Any]:
    """What was printed, as JSON."""
    view: dict[str, Any] = json.loads(capture.readouterr().out)
    return view


def test_status_when_all_is_well(daemon: Served, capsys: Capture) -> None:
    assert daemon.run("status") == 0
    assert capsys.readouterr().out == (
        "The House   Wed 18 Nov 2026, 11:06:40 GMT   mode: closed\n"
        "Guarded: everything answers and nothing is open\n"
        "\n"
        "Switched\n"
        "east.siren (Siren): to be off, not known, nothing asks for it\n"
        "    stays on if the server dies: nothing in the device ends it\n"
        "\n"
        "Late\n"
        "device  since the start\n"
        "west    10 of 50 polls missed\n"
        "\n"
        "Stale\n"
        "device  last answer\n"
        "west    9 s\n"
        "\n"
        "Set: Gallery 1\n"
        "2 of 2 devices answer, 2 of 2 points are known; journal at 1.4\n"
    )


def test_status_with_an_alarm_and_a_silent_panel(daemon: Served, capsys: Capture) -> None:
    """A1: place first, then what, since when, who is called now and who next."""
    daemon.do(daemon.house.trip)
    assert daemon.run("status") == 1
    assert (
        "Open\n"
        "#1 Gallery 1, Gate B  intrusion, priority 2\n"
        "    Motion: Detector east, not confirmed, since 11:06:41 (0 s)\n"
        "    calling Anna Okafor by voice (about to start); next Boris Lang by voice in 60 s\n"
    ) in capsys.readouterr().out
    daemon.do(daemon.house.engine.take, f.DeviceLost(device="west", cause=Cause.SILENT))
    assert daemon.run("status") == 2
    shown = capsys.readouterr().out
    assert "Not all is seen: 1 open incident, 1 blind" in shown
    assert "west  Panel west  gallery  1       since 11:06:41 (0 s)  it does not answer" in shown


def test_status_tells_of_a_site_file_that_waits_and_what_to_do(
    daemon: Served, capsys: Capture
) -> None:
    """Law 11: since when, who asked, how to see it and how to say yes."""
    engine = daemon.house.engine
    careful = replace(engine.state.site, setup={"second_person": True})
    daemon.do(engine.take, f.SiteOffered(file_hash="careful", site=careful))
    daemon.do(
        engine.take,
        f.ReloadSite(file_hash="looser", site=engine.state.site, weakens=True,
                     by="anna", proof=Proof.PIN),
    )  # fmt: skip
    daemon.run("status")
    shown = " ".join(capsys.readouterr().out.split())
    assert "A changed site file waits for a second person since 11:06:40" in shown
    assert "Anna Okafor asked for it" in shown
    assert "monitord reload --dry-run" in shown
    assert "monitord reload confirm 1" in shown
    daemon.run("status", "--json")
    held = in_json(capsys)["site_held"]
    assert (held["number"], held["by"]) == (1, "anna")


def test_a_retired_point_is_shown_with_what_is_to_be_done(daemon: Served, capsys: Capture) -> None:
    """Design section 3: unknown, shown, and not counted among those that are watched."""
    daemon.do(daemon.house.trip)
    engine = daemon.house.engine
    daemon.do(
        engine.take, f.SiteOffered(file_hash="less", site=without(engine.state.site, "east.pir"))
    )
    daemon.run("status")
    shown = capsys.readouterr().out
    assert "Retired: watched by nobody" in shown
    assert "close incident 1" in shown
    daemon.run("points")
    rows = [row.split() for row in capsys.readouterr().out.splitlines()]
    assert ["retired", "east.pir"] in [row[:2] for row in rows]
    daemon.run("points", "--json")
    [point] = [p for p in in_json(capsys)["points"] if p["id"] == "east.pir"]
    assert (point["state"], point["last_known"], point["retired"]) == ("unknown", "active", True)


@pytest.mark.parametrize(
    ("fact", "says"),
    [
        (f.DiskLooked(low=True, spent=False, free_mb=300), "nearly full"),
        (f.DiskLooked(low=True, spent=True, free_mb=0), "its reserve takes what matters"),
        (f.StatusDropped(plain=7, technical=0), "Plain readings give way"),
        (f.StoreFailed(reason="the disk hangs"), "held in memory: the disk hangs"),
    ],
)
def test_status_says_what_is_wrong_with_the_record(
    daemon: Served, capsys: Capture, fact: f.AnyFact, says: str
) -> None:
    """A10, law 1."""
    daemon.do(daemon.house.engine.take, fact)
    daemon.run("status")
    assert says in " ".join(capsys.readouterr().out.split())


def test_status_for_scripts(daemon: Served, capsys: Capture) -> None:
    assert daemon.run("status", "--json") == 0
    view = in_json(capsys)
    keys = "verdict exit_code open blind held_back late stale store areas position now epoch"
    assert set(keys.split()) <= set(view)
    assert view["now"] == "2026-11-18T11:06:40.000Z"
    assert [a["area"] for a in view["areas"]["set"]] == ["gallery"]


def test_points(daemon: Served, capsys: Capture) -> None:
    daemon.do(daemon.house.engine.take, f.DeviceLost(device="west", cause=Cause.SILENT))
    assert daemon.run("points") == 0
    shown = capsys.readouterr().out
    assert shown.startswith("1 normal, 1 unknown\n")
    assert "unknown  west.pir  Gallery 1" in shown
    assert daemon.run("points", "--json") == 0
    assert [p["state"] for p in in_json(capsys)["points"]] == ["normal", "unknown"]


def test_points_say_which_limits_a_value_is_past(daemon: Served, capsys: Capture) -> None:
    """E2: beside the value, the gravest first; a script has them as a list."""
    limits = (Limit.HIGH_HIGH, Limit.HIGH)
    past = f.PointChanged("west.pir", PointState.ACTIVE, 1.52, crossed=limits)
    daemon.do(daemon.house.engine.take, past)
    daemon.run("points")
    assert "1.52 high-high high" in capsys.readouterr().out
    daemon.run("points", "--json")
    assert in_json(capsys)["points"][1]["crossed"] == ["high-high", "high"]


def test_incidents(daemon: Served, capsys: Capture) -> None:
    assert daemon.run("incidents") == 0
    assert capsys.readouterr().out == "Nothing is open.\n"
    daemon.do(daemon.house.trip)
    assert daemon.run("incidents", "#1") == 0
    assert "Gallery 1. Gate B. The House. Motion: Detector east." in capsys.readouterr().out
    assert daemon.run("incidents", "1", "--json") == 0
    assert in_json(capsys)["incident"]["rev"] == 1
    assert daemon.run("incidents", "7") == Exit.REFUSED
    assert "open are: 1" in capsys.readouterr().err


def test_alarms_after_an_acknowledgement_are_told(daemon: Served, capsys: Capture) -> None:
    """Law 10."""
    house = daemon.house
    daemon.do(house.trip)
    daemon.do(house.engine.take, f.Acknowledge(by="anna", proof=Proof.LINK, incident=1, seen=1))
    daemon.do(house.engine.take, f.PointChanged(point="east.pir", state=PointState.NORMAL))
    daemon.do(house.trip)
    daemon.run("incidents")
    assert (
        "taken by Anna Okafor; calls go on in 4 min unless it is closed, "
        "+1 since Anna Okafor acknowledged"
    ) in capsys.readouterr().out


@pytest.mark.parametrize("what", ["east", "east.pir"])
def test_watch(daemon: Served, capsys: Capture, what: str) -> None:
    assert daemon.run("watch", what, "--frames", "2") == 0
    shown = capsys.readouterr().out
    assert shown.count("east.pir  normal  active  True   120 ms  0.3 ms") == 2


def test_watch_for_scripts(daemon: Served, capsys: Capture) -> None:
    assert daemon.run("watch", "east", "--frames", "1", "--json") == 0
    assert in_json(capsys)["devices"][0]["device"] == "east"


@pytest.mark.parametrize(
    ("what", "says"),
    [("pir", "write one of east.pir, west.pir"), ("eas.pir", "did you mean east.pir?")],
)
def test_watching_what_is_not_there(daemon: Served, capsys: Capture, what: str, says: str) -> None:
    assert daemon.run("watch", what) == Exit.REFUSED
    assert says in capsys.readouterr().err
