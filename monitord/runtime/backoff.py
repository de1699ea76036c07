"""How long to leave a device alone after a fault."""

from typing import Final

FIRST_MS: Final = 500
MAX_MS: Final = 5_000


class BackOff:
    """0.5 s, doubling to 5 s; jittered downwards by up to half, so that 5 s is the longest."""

    __slots__ = ("_next_ms",)

    def __init__(self) -> None:
        self._next_ms = FIRST_MS

    def reset(self) -> None:
        """The device answered."""
        self._next_ms = FIRST_MS

    def after(self, *, hopeless: bool, jitter: float) -> int:
        """Milliseconds until the next try. ``hopeless`` goes to the maximum at once."""
        wait_ms = MAX_MS if hopeless else self._next_ms
        self._next_ms = min(2 * wait_ms, MAX_MS)
        return int(wait_ms * (1 - jitter / 2))
