"""Seeded nights of the whole daemon in leap mode: every seed is a different bad day."""

import pytest

from tests.simulation.runs import findings, story

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
    """Replay one seed with its story: one line per transition."""
    if only_seed is None:
        pytest.skip("no --seed was given")
    with capsys.disabled():
        print(f"\n{story(only_seed)}")
    assert not findings(only_seed)
