"""``maintenance`` at the prompt (T2.2b): who is let in, and the list at the end."""

import io
import json

import pytest

from monitord.cli.errors import Exit
from tests.cli.conftest import Served
from tests.runtime.control.house import PIN

Capture = pytest.CaptureFixture[str]
GRANT = (
    *("maintenance", "grant", "ivo", "--areas", "gallery", "--until", "2h"),
    *("--reason", "new detectors", "--pin-stdin"),
)
ISOLATE = (
    *("isolate", "east.pir", "--until", "20h", "--reason", "mount"),
    *("--person", "ivo", "--pin-stdin"),
)


@pytest.fixture(autouse=True)
def types_pin(monkeypatch: pytest.MonkeyPatch) -> None:
    class Typed(io.StringIO):
        """The same PIN whenever it is asked for."""

        def readline(self, *_: object) -> str:
            return PIN + "\n"

    monkeypatch.setattr("sys.stdin", Typed())


def test_t2_2b_let_in_isolated_and_everything_given_back(daemon: Served, capsys: Capture) -> None:
    daemon.house.accounts.pins["ivo"] = PIN
    assert daemon.run("maintenance") == 0
    assert "No maintenance is granted" in capsys.readouterr().out
    assert daemon.run(*ISOLATE) == Exit.REFUSED
    assert "ask a duty-manager or security-manager or director" in capsys.readouterr().err
    assert daemon.run(*GRANT) == 0
    assert "Maintenance 1: ivo until" in capsys.readouterr().out
    assert daemon.run(*ISOLATE) == 0
    assert "isolated, maintenance 1 until" in capsys.readouterr().out
    assert daemon.run("suppressions") == 0
    assert "isolated, maintenance 1" in capsys.readouterr().out
    assert daemon.run("maintenance") == 0
    shown = capsys.readouterr().out
    assert "held back under it: east.pir, isolated" in shown
    assert "not normal: Detector east (east.pir): isolated" in shown
    daemon.do(daemon.house.trip)
    assert not list(daemon.house.engine.state.open_incidents())
    assert daemon.run("maintenance", "end") == 0
    ended = capsys.readouterr().out
    assert "over since" in ended
    assert "not normal: Detector east (east.pir): active" in ended
    assert not daemon.house.engine.state.suppressions
    assert list(daemon.house.engine.state.open_incidents()), "it is active, and live again"


def test_t2_2b_what_is_written_wrong_is_told(daemon: Served, capsys: Capture) -> None:
    assert daemon.run("maintenance", "grant", "ivo", "--areas", "gallery") == Exit.USAGE
    assert "--until END --reason R" in capsys.readouterr().err
    assert daemon.run("maintenance", "end") == Exit.USAGE
    assert "none is running" in capsys.readouterr().err
    wrong = ["galery" if word == "gallery" else word for word in GRANT]
    assert daemon.run(*wrong) == Exit.REFUSED
    assert "did you mean gallery" in capsys.readouterr().err
    assert daemon.run("maintenance", "--json") == 0
    assert json.loads(capsys.readouterr().out)["grants"] == []
