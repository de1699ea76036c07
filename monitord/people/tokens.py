"""Tokens of programs: 256 bits of chance, shown once, kept as a hash.

A program is nobody: what it does stands in the journal as ``token/NAME``, and the core lets it
look, acknowledge, declare and tighten, never more (law 11). No slow hash is needed: there is
nothing to guess.
"""

import hmac
import re
import secrets
from collections.abc import Mapping
from enum import StrEnum
from hashlib import sha256
from typing import Final

import msgspec

TOKENS_MAX: Final = 64
TOKEN_BYTES: Final = 32
#: So that a scanner for secrets knows one when it sees it.
PREFIX: Final = "monitord_"
_NAME: Final = re.compile(r"[a-z0-9-]{1,64}")


class TokenRefused(Exception):
    """A token that cannot be made or ended; the text says what to do."""


class TokenRole(StrEnum):
    """What a program may do: look, or also acknowledge, declare and tighten."""

    READ = "read"
    OPERATOR = "operator"


class TokenRecord(msgspec.Struct, frozen=True):
    """What is kept of a token. ``made_ms`` is UTC."""

    hash: str
    role: TokenRole
    made_ms: int


class Program(msgspec.Struct, frozen=True):
    """The program that a token proves."""

    name: str
    role: TokenRole

    @property
    def speaks_as(self) -> str:
        """Its name in facts and events; no person's id has a slash."""
        return f"token/{self.name}"


def make(
    tokens: Mapping[str, TokenRecord], name: str, role: TokenRole, now_ms: int
) -> tuple[str, TokenRecord]:
    """A new token as text, and what to keep of it. Raises :class:`TokenRefused`."""
    if not _NAME.fullmatch(name):
        raise TokenRefused("A token's name is made of a-z, 0-9 and -, 64 characters at most")
    if name in tokens:
        raise TokenRefused(f"There is a token {name} already: revoke it first")
    if len(tokens) >= TOKENS_MAX:
        raise TokenRefused(f"There are {TOKENS_MAX} tokens already: revoke one first")
    text = PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
    return text, TokenRecord(_hash(text), role, now_ms)


def find(tokens: Mapping[str, TokenRecord], text: str) -> Program | None:
    """The program whose token this is; looks at every one, however the first compare."""
    given = _hash(text)
    found = None
    for name, record in tokens.items():
        if hmac.compare_digest(record.hash, given):
            found = Program(name, record.role)
    return found


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()
