"""Each guard of the alarm logic is turned into its opposite, and a test must notice.

`make ablation` flips all of them; the other runs flip a few, by the day, and say which.
"""

import ast
from typing import Final

import pytest

from tests.ablation.chunks import ALL, Chunk, a_few, all_of, assert_noticed
from tests.ablation.guards import flipped, guards
from tests.ablation.guards_known import KILLERS, NOT_FLIPPED
from tests.support import ROOT

#: Guards of one run of the program: many small runs spread better over the workers.
AT_ONCE: Final = 5
A_DAY: Final = 2
RUN_S: Final = 3600


def chosen() -> list[Chunk]:
    """All in chunks, or single guards of the day."""
    counts = {module: len(guards(module)) for module in KILLERS}
    return all_of(counts, AT_ONCE) if ALL else a_few(all_of(counts, 1), A_DAY)


def test_every_module_with_guards_has_tests_that_speak_for_it() -> None:
    """Or stands among those that are not flipped, with the reason."""
    core = ROOT / "monitord" / "core"
    guarded = {path.stem for path in core.glob("*.py") if guards(path.stem)}
    assert guarded == set(KILLERS) | set(NOT_FLIPPED)
    assert not set(KILLERS) & set(NOT_FLIPPED)


def test_each_guard_is_flipped_for_itself() -> None:
    """Also of those that read alike: no two flips leave the same module behind."""
    source = ast.unparse(
        ast.parse((ROOT / "monitord" / "core" / "incidents.py").read_text("utf-8"))
    )
    found = guards("incidents")
    flips = {ast.unparse(flipped(guard)) for guard in found}
    assert found
    assert len(flips - {source}) == len(found)


@pytest.mark.parametrize("chunk", chosen(), ids=str)
def test_no_flipped_guard_survives(chunk: Chunk) -> None:
    assert_noticed("tests.ablation.guards", chunk, within_s=RUN_S)
