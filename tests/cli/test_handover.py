"""The handover sheet at the command line (H2, B5, B6): what the next shift must know."""

import json
from pathlib import Path
from typing import Any

import pytest

from monitord.cli import main
from monitord.journal.export import rfc3339
from tests.cli.conftest import on_disk
from tests.core.night import Night
from tests.core.sites import S
from tests.core.test_floods import bangs, storm

Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def night() -> Night:
    """Windows bang for a while: three, and a minute later two more."""
    found = storm()
    bangs(found, 0, 2, S)
    found.after(60 * S)
    bangs(found, 3, 4, S)
    return found


@pytest.fixture(scope="module")
def state(night: Night, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The night on the disk."""
    return on_disk(night, tmp_path_factory.mktemp("state"))


def report(state: Path, *words: str) -> int:
    return main(["report", "handover", "--state", str(state), *words])


def in_json(capsys: Capture) -> Any:
    return json.loads(capsys.readouterr().out)


def active(sheet: Any) -> set[str]:
    return {alarm["source"] for one in sheet["open"] for alarm in one["alarms"]}


def test_h2_the_sheet_says_what_is_open_now(state: Path, capsys: Capture) -> None:
    """H2: without a daemon, out of the files alone."""
    assert report(state, "--json") == 0
    found = in_json(capsys)
    assert active(found) == {f"east.w{index:02}" for index in range(5)}
    assert found["damaged"] == 0


def test_h2_a_sheet_of_an_earlier_moment_is_what_was_known_then(
    state: Path, night: Night, capsys: Capture
) -> None:
    """H2: each entry's own moment, in turn: the same as when the journal ends there."""
    for entry in night.journal[1:]:
        assert report(state, "--json", "--at", rfc3339(entry.utc_ms)) == 0
        found = in_json(capsys)
        last = [e for e in night.journal if e.utc_ms <= entry.utc_ms][-1]
        assert found["position"] == f"{last.epoch}.{last.seq}"
        assert found["now"] == rfc3339(entry.utc_ms)


def test_h2_the_sheet_in_words_has_a_place_to_sign(state: Path, capsys: Capture) -> None:
    """On paper it is signed by both."""
    assert report(state) == 0
    said = capsys.readouterr().out
    assert said.startswith("Handover\n")
    assert "handed over by ____" in said
    assert "taken over by ____" in said


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("1999-12-31", "The journal begins later"),
        ("2999-12-31", "lies before us"),
        ("yesterday", "is not a moment: write 06:00"),
    ],
)
def test_h2_a_moment_that_has_no_sheet_is_refused(
    state: Path, capsys: Capture, at: str, said: str
) -> None:
    """With what can be written instead."""
    assert report(state, "--at", at) != 0
    assert said in capsys.readouterr().err
