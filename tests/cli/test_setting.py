"""``set`` and ``unset`` at the prompt, and the list that ``areas`` shows before."""

import io
import json

import pytest

from monitord.cli.errors import Exit
from monitord.vocabulary import SetState
from tests.cli.conftest import Served
from tests.runtime.control.house import PIN

Capture = pytest.CaptureFixture[str]
FORCED = ("set", "gallery", "--force", "--pin-stdin", "--reason")


@pytest.fixture
def unset(daemon: Served, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> Served:
    """The gallery was unset at the prompt."""
    types_pin(monkeypatch)
    assert daemon.run("unset", "gallery", "--pin-stdin") == 0
    assert "Gallery 1 (gallery) is unset" in capsys.readouterr().out
    assert state(daemon) is SetState.UNSET
    return daemon


def types_pin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(PIN + "\n"))


def state(daemon: Served) -> SetState:
    return daemon.house.engine.state.areas["gallery"].state


def test_it_is_set_without_a_pin(unset: Served, capsys: Capture) -> None:
    """G1: who sets tightens."""
    assert unset.run("set", "gallery") == 0
    assert capsys.readouterr().out == "Gallery 1 (gallery) is set.\n"
    assert unset.run("set", "gallery") == Exit.REFUSED
    assert "Gallery 1 is set already" in capsys.readouterr().err


def test_what_speaks_against_it_is_told_and_overridden(
    unset: Served, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """G1: refused with the list, and done with a reason and the PIN."""
    unset.do(unset.house.trip)
    assert unset.run("set", "gallery", "--json") == Exit.REFUSED
    told = json.loads(capsys.readouterr().out)
    assert (told["code"], "east.pir open" in told["text"]) == ("not-ready", True)
    assert told["area"]["prevents_setting"] == [{"point": "east.pir", "why": "open"}]
    types_pin(monkeypatch)
    assert unset.run(*FORCED, "the bird is still in there") == 0
    assert "overridden: east.pir, open" in capsys.readouterr().out
    assert state(unset) is SetState.SET
    assert unset.run("suppressions") == 0
    assert "inhibited for this set period" in capsys.readouterr().out


def test_unsetting_never_goes_without_the_pin(daemon: Served, capsys: Capture) -> None:
    """Law 11."""
    assert daemon.run("unset", "gallery") == Exit.REFUSED
    assert "A PIN is needed" in capsys.readouterr().err
    assert state(daemon) is SetState.SET


def test_a_mistake_is_told_before_a_pin_is_typed(unset: Served, capsys: Capture) -> None:
    assert unset.run("set", "gallery", "--force") == Exit.USAGE
    assert "--force needs --reason" in capsys.readouterr().err
    assert unset.run("set", "galery") == Exit.REFUSED
    assert "did you mean gallery?" in capsys.readouterr().err
