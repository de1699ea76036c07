"""What fails again and again: when to try it next, and whether to tell of it once more.

A bug that meets every deadline or every reading must cost neither the processor nor the journal.
It remembers a bounded number of failing things and forgets one that works again.
"""

from typing import Final

import msgspec

#: Failing things remembered at once; beyond that the oldest is forgotten, and told anew.
REMEMBERED_MAX: Final = 1_000


class _Failing(msgspec.Struct):
    until_ms: int
    wait_ms: int
    count: int = 1


class Failing:
    """Waits that begin at ``first_ms`` and double to ``most_ms``, by the name of what fails."""

    def __init__(self, first_ms: int, most_ms: int) -> None:
        self._first_ms, self._most_ms = first_ms, most_ms
        self._known: dict[str, _Failing] = {}

    def __bool__(self) -> bool:
        return bool(self._known)

    def failed(self, name: str, now_ms: int) -> int:
        """It failed, and its wait is over: begin the next wait. How often it has failed."""
        known = self._known.get(name)
        if known is None:
            while len(self._known) >= REMEMBERED_MAX:
                del self._known[next(iter(self._known))]
            self._known[name] = _Failing(now_ms + self._first_ms, self._first_ms)
            return 1
        known.count += 1
        if now_ms >= known.until_ms:
            known.wait_ms = min(known.wait_ms * 2, self._most_ms)
            known.until_ms = now_ms + known.wait_ms
        return known.count

    def waits(self, name: str, now_ms: int) -> bool:
        """Whether it failed and its wait is not over."""
        known = self._known.get(name)
        return known is not None and now_ms < known.until_ms

    def waiting(self, now_ms: int) -> tuple[str, ...]:
        """All whose wait is not over."""
        return tuple(name for name, known in self._known.items() if now_ms < known.until_ms)

    def until_ms(self, name: str) -> int:
        """When its wait is over; 0 for what does not fail."""
        known = self._known.get(name)
        return 0 if known is None else known.until_ms

    def works(self, name: str) -> None:
        """It does not fail any more."""
        self._known.pop(name, None)

    def over(self, now_ms: int) -> None:
        """All whose wait is over were tried, and none fails any more."""
        for name in [name for name, known in self._known.items() if now_ms >= known.until_ms]:
            del self._known[name]
