"""What a person says at the command line, and how a worsened incident is asked about again."""

import io
import json

import pytest

from monitord.cli import act
from monitord.cli.errors import Exit
from monitord.core import facts as f
from monitord.vocabulary import PointState
from tests.cli.conftest import Served
from tests.runtime.control.house import PIN

Capture = pytest.CaptureFixture[str]

CLOSE = ("close", "1", "--finding", "nothing", "--found-by", "anna", "--looked", "inside")


class Terminal(io.StringIO):
    """Standard input as if somebody sat there."""

    def isatty(self) -> bool:
        return True


def answers(monkeypatch: pytest.MonkeyPatch, *lines: str, pin: str = PIN) -> None:
    """Somebody at a terminal who types these."""
    typed = iter(lines)
    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr("builtins.input", lambda question: next(typed))
    monkeypatch.setattr("getpass.getpass", lambda question: pin)


def test_acknowledging_shows_it_first(daemon: Served, capsys: Capture) -> None:
    """C3: what was shown is what is acknowledged."""
    daemon.do(daemon.house.trip)
    assert daemon.run("acknowledge", "1") == 0
    shown = capsys.readouterr().out
    assert shown.index("Gallery 1, Gate B") < shown.index("Incident #1 is yours")
    assert "monitord close 1 --cause" in shown
    assert daemon.house.engine.state.incidents[1].owner == "anna"


def test_a_script_says_what_it_has_seen(daemon: Served, capsys: Capture) -> None:
    daemon.do(daemon.house.trip)
    daemon.do(daemon.house.trip, "west")
    assert daemon.run("acknowledge", "1", "--seen", "1", "--json") == Exit.REFUSED
    told = capsys.readouterr()
    assert "worsened" in told.err
    assert "To see it and take it: monitord acknowledge 1" in told.err
    refused = json.loads(told.out)
    assert (refused["code"], refused["incident"]["worse"]) == ("worsened", ["confirmed"])
    assert daemon.run("acknowledge", "1", "--seen", str(refused["incident"]["rev"]), "--json") == 0
    assert json.loads(capsys.readouterr().out)["incident"]["owner"] == "anna"


def test_with_json_the_answer_shows_what_was_taken(daemon: Served, capsys: Capture) -> None:
    daemon.do(daemon.house.trip)
    assert daemon.run("acknowledge", "1", "--json") == 0
    incident = json.loads(capsys.readouterr().out)["incident"]
    assert (incident["rev"], incident["acknowledgements"][0]["seen"]) == (1, 1)


def test_what_worsened_meanwhile_is_shown_and_asked_again(
    daemon: Served, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Law 10: between looking and taking it got worse."""
    daemon.do(daemon.house.trip)
    show_first = act._show

    def then_it_worsens(*args: object) -> int:
        seen = show_first(*args)  # type: ignore[arg-type]
        daemon.do(daemon.house.trip, "west")
        return seen

    monkeypatch.setattr(act, "_show", then_it_worsens)
    answers(monkeypatch, "y")
    assert daemon.run("acknowledge", "1") == 0
    assert "It has worsened since you looked: confirmed" in capsys.readouterr().out
    assert daemon.house.engine.state.incidents[1].acks[0].seen == 3


def test_alone_it_lists_and_asks(
    daemon: Served, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    daemon.do(daemon.house.trip)
    answers(monkeypatch, "#1")
    assert daemon.run("acknowledge") == 0
    assert daemon.house.engine.state.incidents[1].owner == "anna"


def test_alone_without_a_terminal_it_only_lists(daemon: Served, capsys: Capture) -> None:
    daemon.do(daemon.house.trip)
    assert daemon.run("acknowledge") == 0
    assert "#1 Gallery 1" in capsys.readouterr().out
    assert not daemon.house.engine.state.incidents[1].acks


def test_an_answer_that_is_no_number_takes_nothing(
    daemon: Served, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    daemon.do(daemon.house.trip)
    answers(monkeypatch, "the first")
    assert daemon.run("acknowledge") == Exit.REFUSED
    assert not daemon.house.engine.state.incidents[1].acks


def test_closing_asks_the_pin_and_is_refused_while_active(
    daemon: Served, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Law 11."""
    daemon.do(daemon.house.trip)
    answers(monkeypatch)
    assert daemon.run(*CLOSE, "--cause", "false-alarm") == Exit.REFUSED
    assert "Still active: east.pir" in capsys.readouterr().err
    daemon.do(daemon.house.engine.take, f.PointChanged(point="east.pir", state=PointState.NORMAL))
    assert daemon.run(*CLOSE, "--cause", "false-alarm") == 0
    assert "Incident #1 is closed." in capsys.readouterr().out
    assert PIN not in str(daemon.house.engine.rows)


def test_a_script_gives_the_pin_through_its_input(
    daemon: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    daemon.do(daemon.house.trip)
    daemon.do(daemon.house.engine.take, f.PointChanged(point="east.pir", state=PointState.NORMAL))
    monkeypatch.setattr("sys.stdin", io.StringIO(PIN + "\n"))
    assert daemon.run(*CLOSE, "--cause", "test", "--pin-stdin") == 0


def test_without_a_terminal_a_pin_is_not_guessed(
    daemon: Served, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    daemon.do(daemon.house.trip)
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert daemon.run(*CLOSE, "--cause", "test") == Exit.REFUSED
    assert "--pin-stdin" in capsys.readouterr().err


def test_declaring(daemon: Served, capsys: Capture) -> None:
    assert daemon.run("declare", "theft", "--area", "gallery", "--note", "a frame is empty") == 0
    assert "Incident #1 is open: Gallery 1, Gate B" in capsys.readouterr().out
    assert daemon.house.notes == ["a frame is empty"]
    assert daemon.run("declare", "theft", "--area", "galery") == Exit.REFUSED
    assert "did you mean gallery?" in capsys.readouterr().err


def test_a_pin_is_typed_twice(
    daemon: Served, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers(monkeypatch, pin="730164")
    assert daemon.run("user", "add", "boris") == 0
    assert daemon.house.accounts.pins["boris"] == "730164"
    typed = iter(["730164", "730165"])
    monkeypatch.setattr("getpass.getpass", lambda question: next(typed))
    assert daemon.run("user", "add", "boris") == Exit.REFUSED
    assert "not the same" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--cause", "false alarm"], "did you mean false-alarm? The causes are: attack,"),
        (["--cause", "xyz"], "There is no cause xyz. The causes are: attack,"),
    ],
)
def test_a_wrong_cause_is_told_before_a_pin_is_typed(
    words: list[str],
    says: str,
    daemon: Served,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Capture,
) -> None:
    def asked(_: str) -> str:
        raise AssertionError("a PIN was asked for")

    daemon.do(daemon.house.trip)
    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr("getpass.getpass", asked)
    assert daemon.run(*CLOSE, *words) == Exit.USAGE
    assert says in capsys.readouterr().err


@pytest.mark.parametrize("command", [[*CLOSE, "--cause", "test"], ["user", "add", "anna"]])
def test_leaving_the_pin_with_ctrl_d_is_no_traceback(
    command: list[str], daemon: Served, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    def leaves(_: str) -> str:
        raise EOFError

    daemon.do(daemon.house.trip)
    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr("getpass.getpass", leaves)
    assert daemon.run(*command) == Exit.REFUSED
    assert "No PIN was given: nothing was changed" in capsys.readouterr().err


def test_confirming(daemon: Served, capsys: Capture) -> None:
    """G3: seen on a picture or on the spot."""
    daemon.do(daemon.house.trip)
    assert daemon.run("confirm", "1", "--how", "seen") == 0
    assert "Incident #1 is confirmed, seen on a picture by anna." in capsys.readouterr().out
    assert daemon.run("confirm", "7", "--how", "seen") == Exit.REFUSED
