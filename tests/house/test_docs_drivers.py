"""Someone who follows docs/drivers.md has a driver that passes: its files and commands are tried.

That the files shown are those of the templates is what lets one run of each battery, in
tests/cli/test_driver.py, speak for both.
"""

import re
from pathlib import Path

import pytest

from monitord.cli import main
from monitord.testing.conformance import CHECKS, LISTEN_CHECKS
from monitord.testing.conformance.beginning import LISTEN_TEMPLATE, TEMPLATE
from tests.house.pages import fences, shown_file
from tests.support import ROOT

PAGE = ROOT / "docs/drivers.md"
SHOWN = {
    "drivers/text-panel.py": TEMPLATE / "driver.py",
    "text-panel/bench.py": TEMPLATE / "bench.py",
    "text-panel/test_driver.py": TEMPLATE / "test_driver.py",
    "drivers/call-panel.py": LISTEN_TEMPLATE / "driver.py",
    "call-panel/bench.py": LISTEN_TEMPLATE / "bench.py",
    "call-panel/test_driver.py": LISTEN_TEMPLATE / "test_driver.py",
}


@pytest.mark.parametrize(("shown", "made"), SHOWN.items())
def test_what_is_shown_is_what_is_made(shown: str, made: Path) -> None:
    """Letter by letter; the battery runs on what is made."""
    assert shown_file(shown) == made.read_text("utf-8")


@pytest.mark.parametrize(
    "typed", [fence.text for fence in fences(PAGE) if not fence.language], ids=["polled", "listens"]
)
def test_the_commands_of_the_page_make_a_driver_that_passes(
    typed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """K1: as shown, one after the other, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    for command in typed.splitlines():
        ended = main(command.split()[1:])
        shown = capsys.readouterr().out
        assert ended == 0, shown
    assert " 0 failed" in shown


def test_every_check_is_on_the_page() -> None:
    """And none that is not made."""
    table = re.findall(r"^\| ([a-z, -]+) \| [^|]+ \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    told = [word for row in table for word in row.split(", ") if word != "check"]
    assert sorted(told) == sorted({check.id for check in (*CHECKS, *LISTEN_CHECKS)})
