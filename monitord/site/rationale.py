"""Why a kind is an alarm at all (ISA-18.2): what must be said of it, and what priority follows.

The priority is no matter of taste: it follows from how grave the loss is and how little time
there is. A kind of one's own says all of it or is refused. Where nobody has anything to do it is
an event, for the record, and not an alarm.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from monitord.vocabulary import Priority


class Loss(StrEnum):
    """How grave it is if nobody comes."""

    LIFE = "life"
    COLLECTION = "collection"
    PROTECTION = "protection"
    ADVICE = "advice"


#: The upper ends of the times to respond; what takes longer is in the last column.
BINS_MS: Final = (3 * 60_000, 10 * 60_000, 30 * 60_000)

#: One row per loss, one column per bin.
MATRIX: Final[Mapping[Loss, tuple[int, int, int, int]]] = {
    Loss.LIFE: (1, 1, 1, 2),
    Loss.COLLECTION: (2, 2, 2, 3),
    Loss.PROTECTION: (2, 3, 3, 3),
    Loss.ADVICE: (3, 4, 4, 4),
}

#: How the name of a kind of one's own begins: no later table takes it.
OWN_KIND: Final = "own-"

#: What a kind of one's own must say (fields of ``KindWords``).
STARRED: Final = ("like", "what", "cause", "consequence", "loss", "action", "time_to_respond")

#: Words for "there is nothing to do".
NO_ACTION: Final = frozenset({"", "none", "nothing", "nothing.", "-"})


def priority_of(loss: Loss, time_to_respond_ms: int) -> Priority:
    """The priority of the matrix; a time at the end of a bin is in the next one."""
    column = sum(time_to_respond_ms >= end_ms for end_ms in BINS_MS)
    return Priority(MATRIX[loss][column])


def asks_for_something(action: object) -> bool:
    """Whether a guard has anything to do: only then is it an alarm."""
    return str(action or "").strip().casefold() not in NO_ACTION
