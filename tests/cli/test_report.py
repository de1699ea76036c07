"""The report of the figures at the command line (T1.9, H6)."""

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
from tests.core.test_kpis import FROM_MS, handled

Capture = pytest.CaptureFixture[str]
DAY_MS = 86_400_000


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One evening on the disk: a storm of twenty windows, answered after a minute."""
    night: Night = storm()
    bangs(night, 0, 19, S)
    night.after(60 * S)
    night.closes(*(f"east.w{index:02}" for index in range(20)))
    handled(night)
    return on_disk(night, tmp_path_factory.mktemp("state"))


def report(state: Path, *words: str) -> int:
    times = ("--from", rfc3339(FROM_MS), "--to", rfc3339(FROM_MS + DAY_MS))
    return main(["report", "kpis", "--state", str(state), *(words or times)])


def in_json(capsys: Capture) -> Any:
    return json.loads(capsys.readouterr().out)


def test_t1_9_the_figures_of_a_journal_in_json(state: Path, capsys: Capture) -> None:
    """T1.9: without a daemon; counts, rates for each position and shares."""
    times = ("--from", rfc3339(FROM_MS), "--to", rfc3339(FROM_MS + DAY_MS), "--json")
    assert report(state, *times) == 0
    found = in_json(capsys)
    assert (found["alarms"], found["floods"], found["peak"]) == (20, 1, 20)
    assert found["per_position"] == {"day": 20, "hour": 0.83, "ten_minutes": 0.139}
    assert found["share"]["top"] == 50
    assert found["share"]["false"] == 100
    assert found["times"]["2"] == {
        "incidents": 1, "answered": 1, "p50_ms": 79_000, "p90_ms": 79_000
    }  # fmt: skip


def test_t1_9_the_figures_in_words(state: Path, capsys: Capture) -> None:
    """Each beside its bar, with a verdict that a manager understands."""
    assert report(state) == 0
    lines = capsys.readouterr().out.splitlines()
    words = {line.split("   ")[0]: line for line in lines if line}
    assert "20 alarms, one person to answer them." in words
    assert "Fewer than 30 days: a first look, no judgement." in words
    assert words["alarms a day, for each position"].endswith("good")
    assert words["most alarms in any ten minutes"].endswith("too much")
    assert "100 % of what was closed was false." in words
    assert any("1 of 1" in line and "79 s" in line for line in lines)


def test_days_are_counted_back_from_now(state: Path, capsys: Capture) -> None:
    assert report(state, "--days", "1", "--json") == 0
    assert in_json(capsys)["alarms"] == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--from", "yesterday"), "yesterday is not a date"),
        (("--from", "2026-11-24", "--to", "2026-11-23"), "ends before it begins"),
    ],
)
def test_times_that_cannot_be_meant(
    words: tuple[str, ...], told: str, state: Path, capsys: Capture
) -> None:
    assert report(state, *words) != 0
    assert told in capsys.readouterr().err
