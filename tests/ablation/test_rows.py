"""Each row of each decision table is flipped in turn, and a test must notice.

`make ablation` flips all; the other runs a few, by the day, and say which. The list is made of
the tables, so a new row is in it by itself; a new table must say which tests speak for it.
"""

from typing import Final

import pytest

from tests.ablation.chunks import ALL, Chunk, a_few, all_of, assert_noticed
from tests.ablation.rows import KILLERS, NOT_FLIPPED, rows, tables

#: Rows of one run of the program: many small runs spread better over the workers.
AT_ONCE: Final = 40
A_DAY: Final = 3
RUN_S: Final = 900


def chosen() -> list[Chunk]:
    """All in chunks, or single rows of the day."""
    counts = {table: len(rows(table)) for table in KILLERS}
    return all_of(counts, AT_ONCE) if ALL else a_few(all_of(counts, 1), A_DAY)


def test_every_table_has_tests_that_speak_for_it() -> None:
    """Or stands among those that are not flipped, with the reason."""
    assert set(tables()) == set(KILLERS) | set(NOT_FLIPPED)
    assert not set(KILLERS) & set(NOT_FLIPPED)


@pytest.mark.parametrize("chunk", chosen(), ids=str)
def test_no_flipped_row_survives(chunk: Chunk) -> None:
    assert_noticed("tests.ablation.rows", chunk, within_s=RUN_S)
