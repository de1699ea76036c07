"""What a PIN must be, how it is kept and how guessing is slowed down. Pure, but for the hashing.

A PIN is never logged, never part of an error, never an argument of a program.
"""

from itertools import pairwise
from typing import Final

import argon2
import msgspec

DIGITS_MIN: Final = 6
DIGITS_MAX: Final = 12
FREE_FAILURES: Final = 4
FIRST_WAIT_MS: Final = 30_000
WAIT_MS_MAX: Final = 15 * 60_000

#: 32 MiB for one check at a time: dear to guess at, and small beside the daemon's own memory.
_HASHER: Final = argon2.PasswordHasher(time_cost=3, memory_cost=32 * 1024, parallelism=1)


class PinRefused(ValueError):
    """A PIN that may not be set; the text says what to choose and never holds the PIN."""


class Failures(msgspec.Struct, frozen=True):
    """Wrong PINs in a row, and until when no further one is looked at."""

    count: int = 0
    until_ms: int = 0

    def wait_ms(self, now_ms: int) -> int:
        """How long to wait; never more than the longest delay, whatever the clock did."""
        return min(max(self.until_ms - now_ms, 0), WAIT_MS_MAX)

    def one_more(self, now_ms: int) -> "Failures":
        """Four are free; from the fifth on the delay doubles from 30 s up to 15 min."""
        count = self.count + 1
        over = count - FREE_FAILURES
        wait_ms = min(FIRST_WAIT_MS * 2 ** min(over - 1, 10), WAIT_MS_MAX) if over > 0 else 0
        return Failures(count, now_ms + wait_ms)


def check_choice(pin: str) -> None:
    """Raises :class:`PinRefused` unless ``pin`` is hard enough to guess."""
    if not (pin.isascii() and pin.isdigit()):
        raise PinRefused("a PIN is made of digits only")
    if not DIGITS_MIN <= len(pin) <= DIGITS_MAX:
        raise PinRefused(f"a PIN has {DIGITS_MIN} to {DIGITS_MAX} digits")
    if _is_run(pin) or _is_repeat(pin):
        raise PinRefused("this PIN is among the first to be guessed: no runs and no repeats")


def hash_pin(pin: str) -> str:
    """The argon2id hash; takes about 0.1 s of a core: call it in a thread."""
    return _HASHER.hash(pin)


def pin_matches(pin_hash: str, pin: str) -> bool:
    """Whether ``pin`` is the one; as slow as :func:`hash_pin`. A damaged hash matches nothing."""
    try:
        return _HASHER.verify(pin_hash, pin)
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False


def _is_run(pin: str) -> bool:
    """123456, 987654, 890123, 024680, 111111: the same step from each digit to the next."""
    return len({(int(b) - int(a)) % 10 for a, b in pairwise(pin)}) == 1


def _is_repeat(pin: str) -> bool:
    """121212, 123123, 112112: a part of at most half the length, over and over."""
    return any(pin == (pin[:part] * len(pin))[: len(pin)] for part in range(1, len(pin) // 2 + 1))
