"""``mode`` at the prompt: what it shows, what asks for the PIN, and what is told before one is."""

import json

import pytest

from monitord.cli.errors import Exit
from monitord.vocabulary import Mode
from tests.cli.conftest import Served
from tests.cli.test_setting import types_pin

Capture = pytest.CaptureFixture[str]


def mode(daemon: Served) -> Mode:
    return daemon.house.engine.state.mode


def test_a_tighter_mode_goes_without_the_pin_and_says_what_it_is(
    daemon: Served, capsys: Capture
) -> None:
    """D7: tightening alone allowed."""
    assert daemon.run("mode") == 0
    assert capsys.readouterr().out == "mode: closed\n"
    assert daemon.run("mode", "lockdown", "--reason", "a threat by telephone") == 0
    said = capsys.readouterr().out
    assert said.startswith("mode: lockdown\n")
    assert "a threat by telephone" in said
    assert mode(daemon) is Mode.LOCKDOWN


def test_a_looser_mode_asks_for_the_pin_and_says_when_it_ends(
    daemon: Served, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """D7, law 11."""
    words = ("mode", "works", "--reason", "painters", "--until", "2h")
    assert daemon.run(*words) == Exit.REFUSED
    assert "A PIN is needed" in capsys.readouterr().err
    assert mode(daemon) is Mode.CLOSED
    types_pin(monkeypatch)
    assert daemon.run(*words, "--pin-stdin") == 0
    said = capsys.readouterr().out
    assert "mode: works until " in said
    assert "then closed" in said
    assert "by Anna Okafor: painters" in said
    daemon.run("status")
    assert "mode: works until " in capsys.readouterr().out
    assert daemon.run("mode", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["mode"], told["by"], told["then"]) == ("works", "anna", "closed")


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("night",), Exit.USAGE, "needs --reason"),
        (("works", "--reason", "r"), Exit.USAGE, "add --until 18:00"),
        (("--until", "2h"), Exit.USAGE, "go with a mode"),
        (("nihgt", "--reason", "r"), Exit.REFUSED, "did you mean night?"),
    ],
)
def test_a_mistake_is_told_before_a_pin_is_typed(
    daemon: Served, words: tuple[str, ...], code: int, says: str, capsys: Capture
) -> None:
    assert daemon.run("mode", *words) == code
    assert says in capsys.readouterr().err
    assert mode(daemon) is Mode.CLOSED
