"""``log`` at the prompt (H1)."""

import pytest

from monitord.cli.errors import Exit
from tests.cli.conftest import Served

Capture = pytest.CaptureFixture[str]


def test_h1_the_log_of_a_day_with_an_entry_and_its_addendum(
    daemon: Served, capsys: Capture
) -> None:
    daemon.do(daemon.house.trip)
    added = daemon.run("log", "--add", "delivery", "--text", "two crates", "--area", "gallery")
    assert (added, daemon.run("log", "--amend", "1", "--text", "three")) == (0, 0)
    assert daemon.house.notes == ["two crates", "three"]
    assert "Entry 2 is in the log" in capsys.readouterr().out
    assert daemon.run("log") == 0
    told = capsys.readouterr().out
    assert told.index("alarm: intrusion, east.pir active") < told.index("delivery")
    assert told.index("delivery") < told.index("(to entry 1)")
    assert daemon.run("log", "--kind", "delivery", "--find", "INTRUSION") == 0
    assert "Nothing is in the log" in capsys.readouterr().out
    assert daemon.run("log", "--day", "2026-11-01") == 0
    assert "Nothing is in the log" in capsys.readouterr().out


def test_h1_what_cannot_be_written_says_why(daemon: Served, capsys: Capture) -> None:
    assert daemon.run("log", "--add", "gossip", "--text", "x") == Exit.REFUSED
    assert "The kind must be one of: visit" in capsys.readouterr().err
    assert daemon.run("log", "--add", "visit") == Exit.REFUSED
    assert "Say what happened" in capsys.readouterr().err
    assert daemon.run("log", "--add", "visit", "--amend", "1", "--text", "x") == Exit.USAGE
    assert "leave --add out" in capsys.readouterr().err
    later = daemon.run("log", "--add", "visit", "--at", "2027-11-24T18:00", "--text", "x")
    assert later == Exit.USAGE
    assert "lies before us" in capsys.readouterr().err
    assert daemon.house.engine.state.log_written == 0
