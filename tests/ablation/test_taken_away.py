"""Each promise's proof fails when its safeguard is gone; one that does not proves nothing.

`make ablation` takes all away; the other runs take a few, by the day, and say which.
"""

import datetime
import os
import random
from pathlib import Path
from typing import Final

import pytest

from tests.ablation.table import ABLATIONS
from tests.ablation.taking import Ablation, take_away

#: How many a usual run takes away; "all" for everything, or a day such as 2026-11-22 to repeat one.
CHOICE: Final = os.environ.get("ABLATION", "")
A_DAY: Final = 6

PAIRS: Final = [(ablation, proof) for ablation in ABLATIONS for proof in ablation.proofs]


def of_the_day() -> str:
    """Which few a usual run takes away: others tomorrow."""
    return CHOICE or datetime.datetime.now(datetime.UTC).date().isoformat()


def chosen() -> list[tuple[Ablation, str]]:
    """All, or those of the day; real machines and disks only in a run of all."""
    if CHOICE == "all":
        return PAIRS
    quick = [pair for pair in PAIRS if not pair[1].startswith(("tests/system", "tests/kills"))]
    return random.Random(of_the_day()).sample(quick, A_DAY)


@pytest.mark.parametrize(
    ("ablation", "proof"),
    [pytest.param(*p, id=f"{p[0].name}-{p[1].split('::')[1]}") for p in chosen()],
)
def test_the_proof_notices(ablation: Ablation, proof: str, tmp_path: Path) -> None:
    outcome = take_away(ablation, proof, tmp_path)
    assert outcome.noticed, f"{ablation.name} was taken away unnoticed\n{outcome.said[-3000:]}"
