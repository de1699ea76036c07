"""Which of a long list are flipped in this run, and the run of the program that flips them.

``ABLATION=all`` flips every one, in chunks that spread over the workers; any other run flips a few
single ones, by the day.
"""

import random
import subprocess
import sys
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from tests.ablation.test_taken_away import CHOICE, of_the_day
from tests.support import ROOT

ALL: Final = CHOICE == "all"


class Chunk(NamedTuple):
    """What is flipped in one run of the program: from ``first`` to before ``last`` of ``of``."""

    of: str
    first: int
    last: int

    def __str__(self) -> str:
        return f"{self.of}-{self.first}-{self.last}"


def all_of(counts: Mapping[str, int], at_once: int) -> list[Chunk]:
    """Everything; ``counts`` says how many there are of each."""
    return [
        Chunk(of, first, min(first + at_once, count))
        for of, count in counts.items()
        for first in range(0, count, at_once)
    ]


def a_few(every: Iterable[Chunk], a_day: int) -> list[Chunk]:
    """Those of the day."""
    return random.Random(of_the_day()).sample(sorted(every), a_day)


def assert_noticed(program: str, chunk: Chunk, within_s: int) -> None:
    """``program`` flips the chunk and prints each survivor: there must be none."""
    done = subprocess.run(
        [sys.executable, "-m", program, *map(str, tuple(chunk))],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=within_s,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.splitlines() == [f"flipped: {chunk.last - chunk.first}"]
