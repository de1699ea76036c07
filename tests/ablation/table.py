"""All safeguards that are taken away, and the promises whose proof is told to fail elsewhere."""

from collections.abc import Mapping
from typing import Final

from tests.ablation import of_record
from tests.ablation.taking import Ablation

ABLATIONS: Final[tuple[Ablation, ...]] = (*of_record.ABLATIONS,)

#: Promises with no ablation here: what else shows that their proof can fail.
SHOWN_ELSEWHERE: Final[Mapping[str, str]] = {}
