"""Seeded nights of the whole daemon in leap mode: every seed is a different bad day."""

from collections import Counter

import pytest

from monitord.testing.report import report
from tests.simulation.runs import findings, run, story

SEEDS = 240
CHUNK = 12


@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
def test_bad_days(first: int, only_seed: str | None) -> None:
    """A1, A3, C1, C3, T6.1: whatever happens, no checker finds anything."""
    if only_seed is not None:
        pytest.skip("one seed was asked for")
    found = {seed: told for seed in range(first, first + CHUNK) if (told := findings(seed))}
    words = [f"pytest tests/simulation --seed={seed}: {told[:3]}" for seed, told in found.items()]
    assert not found, "\n".join(words)


def test_the_seed_that_was_asked_for(
    only_seed: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    """Replay one seed with its story: one line per transition; seed 1 when none is named."""
    seed = only_seed or "1"
    if only_seed is not None:
        with capsys.disabled():
            print(f"\n{story(seed)}")
    assert not findings(seed)


def test_a_story_has_a_line_for_every_transition() -> None:
    """World, lives, entries, calls and people, in order of time, and what was found at the end."""
    outcome = run(5)
    told = report(outcome, ["S1 made up"]).splitlines()
    assert told[0].startswith("seed 5: 2.0 h,")
    assert told[-1] == "FOUND S1 made up"
    lines = told[2:-1]
    times = [int(line.split()[0]) for line in lines]
    assert times == sorted(times)
    kinds = Counter(line.split()[1] for line in lines)
    assert kinds["call"] == len(outcome.history.dials)
    assert kinds["person"] == len(outcome.history.answers)
    assert kinds["life"] == 2 * len(outcome.history.lives)
    assert kinds["world"]
    assert kinds["entry"]
