"""Tokens of programs: 256 bits of chance, shown once, kept as a hash.

A program is nobody: what it does stands in the journal as ``token/NAME``, and the core lets it
look, acknowledge, declare and tighten, never more (law 11). No slow hash is needed: there is
nothing to guess. A token may have an end; what ended is worth nothing.
"""

import hmac
import re
import secrets
from collections.abc import Mapping
from enum import StrEnum
from hashlib import sha256
from typing import Final

import msgspec

from monitord.vocabulary import PROGRAM

TOKENS_MAX: Final = 64
TOKEN_BYTES: Final = 32
#: So that a scanner for secrets knows one when it sees it.
PREFIX: Final = "monitord_"
_NAME: Final = re.compile(r"[a-z0-9-]{1,64}")


class TokenRefused(Exception):
    """A token that cannot be made or ended; the text says what to do."""


class TokenRole(StrEnum):
    """What a program may do: look; also acknowledge, declare and tighten; or follow the journal.

    A hub is another replica, elsewhere: it sees all, hold-ups too, and acts in nothing.
    """

    READ = "read"
    OPERATOR = "operator"
    HUB = "hub"


class TokenRecord(msgspec.Struct, frozen=True):
    """What is kept of a token. Times are UTC; without ``ends_ms`` it holds until it is revoked."""

    hash: str
    role: TokenRole
    made_ms: int
    ends_ms: int | None = None

    def holds(self, now_ms: int) -> bool:
        """Not over yet. A clock that went back makes none longer."""
        return self.ends_ms is None or self.made_ms <= now_ms < self.ends_ms


class Program(msgspec.Struct, frozen=True):
    """The program that a token proves."""

    name: str
    role: TokenRole
    ends_ms: int | None = None

    @property
    def speaks_as(self) -> str:
        """Its name in facts and events; no person's id has a slash."""
        return f"{PROGRAM}{self.name}"


def make(
    tokens: Mapping[str, TokenRecord],
    name: str,
    role: TokenRole,
    now_ms: int,
    ends_ms: int | None = None,
) -> tuple[str, TokenRecord]:
    """A new token as text, and what to keep of it. Raises :class:`TokenRefused`."""
    if not _NAME.fullmatch(name):
        raise TokenRefused("A token's name is made of a-z, 0-9 and -, 64 characters at most")
    if name in tokens:
        raise TokenRefused(f"There is a token {name} already: revoke it first")
    if len(tokens) >= TOKENS_MAX:
        raise TokenRefused(f"There are {TOKENS_MAX} tokens already: revoke one first")
    if ends_ms is not None and ends_ms <= now_ms:
        raise TokenRefused("The end of a token lies ahead: this one is over already")
    text = PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
    return text, TokenRecord(_hash(text), role, now_ms, ends_ms)


def find(tokens: Mapping[str, TokenRecord], text: str, now_ms: int) -> Program | None:
    """The program whose token this is, unless it has ended; looks at every one."""
    given = _hash(text)
    found = None
    for name, record in tokens.items():
        if hmac.compare_digest(record.hash, given) and record.holds(now_ms):
            found = Program(name, record.role, record.ends_ms)
    return found


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()
