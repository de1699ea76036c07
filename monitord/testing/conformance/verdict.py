"""What a check may say of a driver, in words for its author. Pure."""

from enum import StrEnum

import msgspec


class Outcome(StrEnum):
    """How a check ended."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_TRIED = "not tried"


class Verdict(msgspec.Struct, frozen=True):
    """One check's finding; of a failed one what was seen, what is expected, what to do."""

    check: str
    asks: str
    outcome: Outcome
    seen: str = ""
    expected: str = ""
    cure: str = ""

    @property
    def words(self) -> str:
        """The finding in a sentence or three."""
        if self.outcome is Outcome.FAILED:
            return f"seen: {self.seen}; expected: {self.expected}; to do: {self.cure}"
        return self.seen


class Failed(Exception):
    """The driver does not do what a check asks of it."""

    def __init__(self, seen: str, expected: str, cure: str) -> None:
        super().__init__(f"seen: {seen}; expected: {expected}; to do: {cure}")
        self.seen = seen
        self.expected = expected
        self.cure = cure


class NotTried(Exception):
    """The check cannot be made on this bench; says why."""
