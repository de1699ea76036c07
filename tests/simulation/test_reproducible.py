"""A seed is the whole of its night: the same journal, byte for byte, wherever it is run."""

import os
import subprocess
import sys

from tests.simulation.runs import run

SEEDS = (3, 7, 11)

PROGRAM = """
from tests.simulation.runs import run
for seed in {seeds}:
    print(run(seed).store.head().hash.hex())
"""


def test_the_same_seed_twice_gives_the_same_journal() -> None:
    for seed in SEEDS:
        first, second = run(seed), run(seed)
        assert len(first.store.rows) > 50
        assert first.store.rows == second.store.rows
        assert first.history.dials == second.history.dials


def test_other_seeds_give_other_journals() -> None:
    assert len({run(seed).store.head().hash for seed in SEEDS}) == len(SEEDS)


def test_no_hash_seed_changes_a_journal() -> None:
    """Fresh processes, so that no order of a set and no state of this one can matter."""
    told = {_heads(hash_seed) for hash_seed in ("1", "4242")}
    assert len(told) == 1
    assert len(told.pop().split()) == len(SEEDS)


def _heads(hash_seed: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(seeds=SEEDS)],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return done.stdout
