"""Each row of each decision table is flipped in turn, and a test must notice.

`make ablation` flips all; the other runs a few, by the day, and say which. The list is made of
the tables, so a new row is in it by itself; a new table must say which tests speak for it.
"""

import random
import subprocess
import sys
from typing import Final, NamedTuple

import pytest

from tests.ablation.rows import KILLERS, NOT_FLIPPED, rows, tables
from tests.ablation.test_taken_away import CHOICE, of_the_day
from tests.support import ROOT

#: Rows of one run of the program: many small runs spread better over the workers.
AT_ONCE: Final = 40
A_DAY: Final = 3
RUN_S: Final = 900


class Chunk(NamedTuple):
    """Rows of one table, from ``first`` to before ``last``."""

    table: str
    first: int
    last: int


def chosen() -> list[Chunk]:
    """All in chunks, or single rows of the day."""
    counts = {table: len(rows(table)) for table in KILLERS}
    if CHOICE == "all":
        return [
            Chunk(table, first, min(first + AT_ONCE, count))
            for table, count in counts.items()
            for first in range(0, count, AT_ONCE)
        ]
    every = [Chunk(table, at, at + 1) for table, count in counts.items() for at in range(count)]
    return random.Random(of_the_day()).sample(every, A_DAY)


def test_every_table_has_tests_that_speak_for_it() -> None:
    """Or stands among those that are not flipped, with the reason."""
    assert set(tables()) == set(KILLERS) | set(NOT_FLIPPED)
    assert not set(KILLERS) & set(NOT_FLIPPED)


@pytest.mark.parametrize("chunk", chosen(), ids=lambda c: f"{c.table}-{c.first}-{c.last}")
def test_no_flipped_row_survives(chunk: Chunk) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.ablation.rows", *map(str, chunk)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=RUN_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.splitlines() == [f"flipped: {chunk.last - chunk.first}"]
