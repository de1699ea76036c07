"""``user totp`` at the prompt, and the code that a command asks for by itself."""

import io
import re

import pytest
from msgspec.structs import replace

from monitord.cli.errors import Exit
from monitord.core import facts as f
from monitord.people import totp
from monitord.vocabulary import Mode, SecondFactor
from tests.cli.conftest import Served
from tests.runtime.control.house import CODE, PIN, UTC_MS, small_site

Capture = pytest.CaptureFixture[str]
WORKS = ("mode", "works", "--until", "2h", "--reason", "paint", "--person", "anna", "--pin-stdin")


def asks_for_all(daemon: Served) -> None:
    site = replace(small_site(), second_factor=tuple(SecondFactor))
    daemon.do(lambda: daemon.house.engine.take(f.SiteOffered(file_hash="two", site=site)))
    daemon.house.engine.state.mode = Mode.NIGHT


def test_the_secret_is_told_once_and_proven_by_a_code(
    daemon: Served, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Phone(io.StringIO):
        """It shows the code of the secret that was told."""

        def readline(self, *_: object) -> str:
            found = re.search(r"secret=(\w+)", capsys.readouterr().err)
            assert found is not None
            return totp.code_at(found[1], UTC_MS // totp.STEP_MS) + "\n"

    monkeypatch.setattr("sys.stdin", Phone())
    assert daemon.run("user", "totp", "anna") == 0
    assert "anna now gives a code" in capsys.readouterr().out
    assert daemon.house.accounts.factors["anna"]
    assert daemon.run("user", "totp", "anna", "--remove") == 0
    assert not daemon.house.accounts.factors["anna"]


def test_no_code_changes_nothing(
    daemon: Served, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert daemon.run("user", "totp", "anna") == Exit.REFUSED
    assert "No code was given: nothing was changed" in capsys.readouterr().err
    assert not daemon.house.accounts.factors


@pytest.mark.parametrize(("typed", "ends"), [(CODE, 0), ("000000", Exit.REFUSED)])
def test_a_command_asks_for_the_code_where_the_site_does(
    daemon: Served, capsys: Capture, monkeypatch: pytest.MonkeyPatch, typed: str, ends: int
) -> None:
    asks_for_all(daemon)
    daemon.house.accounts.factors["anna"] = "secret"
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PIN}\n{typed}\n"))
    assert daemon.run(*WORKS) == ends, capsys.readouterr().err
    assert daemon.house.engine.state.mode is (Mode.NIGHT if ends else Mode.WORKS)


def test_whoever_gives_none_is_told_what_it_takes(
    daemon: Served, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    asks_for_all(daemon)
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PIN}\n"))
    assert daemon.run(*WORKS) == Exit.REFUSED
    assert "takes the code of a second factor" in capsys.readouterr().err
