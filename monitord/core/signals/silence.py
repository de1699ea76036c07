"""How long a polled device may stay without an answer before it counts as silent."""

from typing import Final

SILENCE_MS: Final = 2_000
MISSED_POLLS: Final = 3


def silence_limit_ms(poll_ms: int, timeout_ms: int) -> int:
    """How long after its last answer a device counts as silent: 3 missed polls, at least 2 s.

    A poll is missed when its bound has passed or the next one is due, whichever is first.
    """
    return max(MISSED_POLLS * poll_ms + min(poll_ms, timeout_ms), SILENCE_MS)
