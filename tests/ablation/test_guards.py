"""Each guard of the alarm logic is turned into its opposite, and a test must notice.

`make ablation` flips all and judges by all tests of the core; the other runs flip a few, by the
day, and judge by the tests of their module alone.
"""

import ast
import random
import subprocess
import sys
from typing import Final, NamedTuple

import pytest

from tests.ablation.guards import flipped, guards
from tests.ablation.guards_known import EQUIVALENT, KILLERS, NOT_FLIPPED, UNJUDGED, UNRESOLVED
from tests.ablation.test_taken_away import CHOICE, of_the_day
from tests.support import ROOT

#: Guards of one run of the program: many small runs spread better over the workers.
AT_ONCE: Final = 5
A_DAY: Final = 2
RUN_S: Final = 3600


class Chunk(NamedTuple):
    """Guards of one module, from ``first`` to before ``last``."""

    module: str
    first: int
    last: int


def chosen() -> list[Chunk]:
    """All in chunks, or single guards of the day that the tests of their module notice."""
    counts = {module: len(guards(module)) for module in KILLERS}
    if CHOICE == "all":
        return [
            Chunk(module, first, min(first + AT_ONCE, count))
            for module, count in counts.items()
            for first in range(0, count, AT_ONCE)
        ]
    every = [
        Chunk(module, at, at + 1)
        for module in counts.keys() - UNJUDGED
        for at, guard in enumerate(guards(module))
        if guard.name not in UNRESOLVED | EQUIVALENT.keys()
    ]
    return random.Random(of_the_day()).sample(sorted(every), A_DAY)


def test_every_module_with_guards_has_tests_that_speak_for_it() -> None:
    """Or stands among those that are not flipped, with the reason."""
    core = ROOT / "monitord" / "core"
    guarded = {path.stem for path in core.glob("*.py") if guards(path.stem)}
    assert guarded == set(KILLERS) | set(NOT_FLIPPED)
    assert not set(KILLERS) & set(NOT_FLIPPED)


def test_what_is_left_out_is_still_there() -> None:
    """A guard that changed is no longer left out, and the lists do not grow old."""
    names = {guard.name for module in KILLERS for guard in guards(module)}
    assert names >= UNRESOLVED | EQUIVALENT.keys()
    assert set(KILLERS) >= UNJUDGED
    assert not UNRESOLVED & EQUIVALENT.keys()


def test_each_guard_is_flipped_for_itself() -> None:
    """Also of those that read alike: no two flips leave the same module behind."""
    source = ast.unparse(
        ast.parse((ROOT / "monitord" / "core" / "incidents.py").read_text("utf-8"))
    )
    found = guards("incidents")
    flips = {ast.unparse(flipped(guard)) for guard in found}
    assert found
    assert len(flips - {source}) == len(found)


@pytest.mark.parametrize("chunk", chosen(), ids=lambda c: f"{c.module}-{c.first}-{c.last}")
def test_no_flipped_guard_survives(chunk: Chunk) -> None:
    how = [] if CHOICE == "all" else ["own"]
    done = subprocess.run(
        [sys.executable, "-m", "tests.ablation.guards", *map(str, chunk), *how],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=RUN_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.splitlines() == [f"flipped: {chunk.last - chunk.first}"]
