"""How long devices on one connection wait for each other. Pure arithmetic on milliseconds.

On a connection that several devices share, one is asked at a time. Between two polls of a healthy
device each of the others is asked once, and of those that do not answer one at most, for a bounded
time. So what a contact may have to wait for its event is known beforehand: a whole period, in
which the others are asked, and the device's own answer.
"""

from collections.abc import Sequence
from typing import Final

#: How long a device that does not answer is waited for: by the longest answer on its line.
ANSWERS_PER_TRY: Final = 3
TRY_MS_MIN: Final = 50


def try_ms(longest_answer_ms: float, timeout_ms: int) -> int:
    """How long a try may take on a line whose longest answer is known; ``timeout_ms`` at most."""
    return min(timeout_ms, max(TRY_MS_MIN, round(ANSWERS_PER_TRY * longest_answer_ms)))


def worst_ms(poll_ms: Sequence[int], busy_ms: Sequence[float], timeout_ms: int) -> int:
    """The longest time from a contact to its event on a line: by device, its period and its poll.

    One device of several is taken to be dead. Debounce adds nothing: what is not normal is
    believed at the first sample.
    """
    dead_ms = try_ms(max(busy_ms), timeout_ms) if len(busy_ms) > 1 else 0
    everybody_ms = sum(busy_ms)
    return round(max(max(poll, everybody_ms) for poll in poll_ms) + everybody_ms + dead_ms)
