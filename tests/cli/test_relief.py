"""``relief`` at the prompt: given, shown once, ended."""

import io
import re

import pytest
from msgspec.structs import replace

from monitord.cli.errors import Exit
from monitord.core import facts as f
from monitord.core.site import Person
from monitord.vocabulary import Role
from tests.cli.conftest import Served
from tests.runtime.control.house import PIN, small_site

Capture = pytest.CaptureFixture[str]
GIVE = ("relief", "give", "gus", "--until", "9h", "--pin-stdin")


@pytest.fixture(autouse=True)
def types_pin(monkeypatch: pytest.MonkeyPatch) -> None:
    class Typed(io.StringIO):
        """The same PIN whenever it is asked for."""

        def readline(self, *_: object) -> str:
            return PIN + "\n"

    monkeypatch.setattr("sys.stdin", Typed())


def test_it_is_given_told_once_and_ended(daemon: Served, capsys: Capture) -> None:
    site = small_site()
    site = replace(site, people={**site.people, "gus": Person("gus", Role.GUARD)})
    daemon.do(lambda: daemon.house.engine.take(f.SiteOffered(file_hash="gus", site=site)))
    assert daemon.run(*GIVE) == 0
    told = capsys.readouterr().out
    found = re.search(r"(\d{6})  is the PIN of gus", told)
    assert found is not None, told
    assert "gus until" in told
    assert daemon.house.accounts.pins["gus"] == found[1]
    assert daemon.run("relief") == 0
    shown = capsys.readouterr().out
    assert "gus until" in shown
    assert found[1] not in shown
    assert daemon.run("relief", "end", "gus", "--pin-stdin") == 0
    assert "Nobody has a PIN for one shift" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [("give", "gus"), ("give",), ("end",), ("--until", "9h"), ("end", "gus", "--until", "9h")],
)
def test_what_is_written_wrong_is_told(
    daemon: Served, capsys: Capture, words: tuple[str, ...]
) -> None:
    assert daemon.run("relief", *words) == Exit.USAGE
    assert "Write: monitord relief" in capsys.readouterr().err
