"""``walk-test`` and ``inhibit`` at the prompt (B2, T2.1)."""

import io

import pytest

from monitord.cli.errors import Exit
from monitord.core.walking import testable as detectors
from tests.cli.conftest import Served
from tests.runtime.control.house import PIN

Capture = pytest.CaptureFixture[str]
START = ("walk-test", "start", "gallery", "--pin-stdin", "--reason", "yearly")


@pytest.fixture(autouse=True)
def types_pin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(PIN + "\n"))


def test_a_walk_test_names_who_was_not_seen(daemon: Served, capsys: Capture) -> None:
    """B2: from its start to its end, and it stays on show."""
    assert daemon.run("walk-test", "status") == 0
    assert "There is no walk test" in capsys.readouterr().out
    assert daemon.run(*START) == 0
    assert f"0 of {len(detectors(daemon.house.engine.state, 'gallery'))} seen, until" in (
        capsys.readouterr().out
    )
    daemon.do(daemon.house.trip)
    assert not list(daemon.house.engine.state.open_incidents())
    assert daemon.run("walk-test", "status") == 0
    assert "1 of" in capsys.readouterr().out
    assert daemon.run("walk-test", "end", "gallery") == 0
    told = capsys.readouterr().out
    assert "1 of" in told
    assert "east.pir" not in told
    assert daemon.run("walk-test", "status") == 0
    assert "over since" in capsys.readouterr().out
    assert not daemon.house.engine.state.suppressions
    assert list(daemon.house.engine.state.open_incidents()), "it is active, and live again"


def test_a_walk_test_asks_for_an_area_that_there_is(daemon: Served, capsys: Capture) -> None:
    assert daemon.run("walk-test", "end", "galery") == Exit.REFUSED
    assert "did you mean gallery" in capsys.readouterr().err
    assert daemon.run("walk-test", "end", "gallery") == Exit.REFUSED
    assert "no walk test" in capsys.readouterr().err


def test_inhibited_at_the_prompt_and_given_back(daemon: Served, capsys: Capture) -> None:
    """T2.1."""
    assert daemon.run("inhibit", "east.pir", "--pin-stdin", "--reason", "a bird") == 0
    assert "inhibited for this set period" in capsys.readouterr().out
    assert daemon.run("restore", "east.pir") == 0
    assert "alarms again" in capsys.readouterr().out


def test_points_that_were_not_active_for_days_are_listed(daemon: Served, capsys: Capture) -> None:
    """B2: from real traffic as well as from tests, with when it was last."""
    assert daemon.run("points", "--not-seen", "30") == 0
    before = capsys.readouterr().out
    assert "east.pir" in before
    assert "never" in before
    daemon.do(daemon.house.trip)
    assert daemon.run("points", "--not-seen", "30") == 0
    assert "east.pir" not in capsys.readouterr().out
    assert daemon.run("points", "--not-seen", "0", "--json") == 0
