"""Stations that are enrolled: a secret in the browser of one screen, its hash in the accounts.

A screen is enrolled once, by a code of eight digits that root asks for and that holds for ten
minutes: whoever stands before the screen types it. A station proves where it stands and nothing
about who stands before it; what people do there needs their PIN.
"""

import hmac
import secrets
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Final

import msgspec

CODE_DIGITS: Final = 8
CODE_MS: Final = 10 * 60_000
#: So many wrong codes end all codes that wait: 10^8 of them cannot be tried.
WRONG_MAX: Final = 10
STATIONS_MAX: Final = 100
TOKEN_BYTES: Final = 32


class EnrolmentRefused(Exception):
    """A station that cannot be enrolled; the text says what to do."""


class StationSecret(msgspec.Struct, frozen=True):
    """What is kept of a station's secret. ``made_ms`` is UTC."""

    hash: str
    made_ms: int


def make(now_ms: int) -> tuple[str, StationSecret]:
    """A new secret as text, the only time that it is told, and what to keep of it."""
    text = secrets.token_urlsafe(TOKEN_BYTES)
    return text, StationSecret(_hash(text), now_ms)


def find(stations: Mapping[str, StationSecret], text: str) -> str | None:
    """The station whose secret this is; looks at every one, however the first compare."""
    given = _hash(text)
    found = None
    for name, kept in stations.items():
        if hmac.compare_digest(kept.hash, given):
            found = name
    return found


class Codes:
    """The codes that wait to be typed. In memory alone: a restart ends them."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._waiting: dict[str, tuple[str, int]] = {}
        self._wrong = 0

    def give(self, station: str) -> str:
        """A code for one station; an earlier one for it is worth nothing any more."""
        self._waiting = {c: w for c, w in self._live().items() if w[0] != station}
        code = "".join(secrets.choice("0123456789") for _ in range(CODE_DIGITS))
        self._waiting[code] = station, self._now_ms() + CODE_MS
        self._wrong = 0
        return code

    def take(self, typed: str) -> str:
        """The station of a code, which is used up. Raises ``EnrolmentRefused``."""
        digits = "".join(c for c in typed if c.isdigit())
        self._waiting = self._live()
        found = None
        for code, (station, _) in self._waiting.items():
            if hmac.compare_digest(code.encode(), digits.encode()):
                found = code, station
        if found is not None:
            del self._waiting[found[0]]
            return found[1]
        self._wrong += 1
        if self._wrong >= WRONG_MAX:
            self._waiting = {}
        raise EnrolmentRefused("This code is wrong or too old: `monitord station enrol NAME` anew")

    def _live(self) -> dict[str, tuple[str, int]]:
        now_ms = self._now_ms()
        return {c: w for c, w in self._waiting.items() if w[1] - CODE_MS <= now_ms < w[1]}


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()
