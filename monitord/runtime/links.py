"""Acknowledge links: which incident, revision and person a token stands for, and until when.

A token is ``INCIDENT.REV.PERSON.END.SEAL``: readable parts and the first 128 bits of their
HMAC-SHA256. Sealed rather than stored: a link must work after a crash, with a journal that
cannot be read, and nothing has to be written before the first call goes out. All it needs is
the key in the state folder (0600), made once. ``END`` is engine time, which no step of the wall
clock moves. The key must never leave this module's file and this process.
"""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from monitord.people.private import PrivateFileError, read_private, write_private

KEY_BYTES: Final = 32
SEAL_BYTES: Final = 16
KEY_FILE: Final = "acknowledge.key"
TOKEN_CHARS_MAX: Final = 200

#: A link outlives the longest chain, not the night after.
LINK_LIFE_MS: Final = 12 * 3_600_000

_TOKEN: Final = re.compile(
    r"([1-9][0-9]{0,9})\.([1-9][0-9]{0,9})\.([a-z0-9-]{1,100})\.([0-9]{1,16})\.([A-Za-z0-9_-]{22})"
)


class Grant(msgspec.Struct, frozen=True):
    """What a token allows: ``person`` takes ``incident`` as it was at ``rev``, until ``end_ms``."""

    incident: int
    rev: int
    person: str
    end_ms: int


class Links:
    """Makes and reads tokens. ``base`` is where the listener is reached, without a slash.

    Sealed with the incident's opening time as well, which the token does not carry: after a lost
    journal a number may come again, and a link from before must not take the new incident.
    """

    def __init__(self, key: bytes, base: str) -> None:
        self._key = key
        self.base = base.rstrip("/")

    def url(self, grant: Grant, opened_ms: int) -> str:
        """The link that a person is sent."""
        return f"{self.base}/a/{self.token(grant, opened_ms)}"

    def token(self, grant: Grant, opened_ms: int) -> str:
        """The token that :meth:`read` takes back."""
        said = f"{grant.incident}.{grant.rev}.{grant.person}.{grant.end_ms}"
        return f"{said}.{self._seal(said, opened_ms)}"

    def read(self, token: str, opened_ms: Callable[[int], int | None]) -> Grant | None:
        """What ``token`` allows; None unless this key made it. Its end is not looked at.

        ``opened_ms`` says when an incident was opened, None where there is none.
        """
        parts = _TOKEN.fullmatch(token) if len(token) <= TOKEN_CHARS_MAX else None
        if parts is None:
            return None
        incident, rev, person, end_ms, seal = parts.groups()
        opened = opened_ms(int(incident))
        said = f"{incident}.{rev}.{person}.{end_ms}"
        if opened is None or not hmac.compare_digest(self._seal(said, opened), seal):
            return None
        return Grant(int(incident), int(rev), person, int(end_ms))

    def _seal(self, said: str, opened_ms: int) -> str:
        sealed = f"{said}.{opened_ms}".encode()
        digest = hmac.new(self._key, sealed, hashlib.sha256).digest()[:SEAL_BYTES]
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def signing_key(state: Path) -> bytes:
    """The key of the state folder, made on the first start, whole on disk before it is used.

    Raises ``PrivateFileError`` for a key that others can read or that is damaged.
    """
    path = state / KEY_FILE
    key = read_private(path, KEY_BYTES)
    if key is None:
        key = secrets.token_bytes(KEY_BYTES)
        write_private(path, key)
    if len(key) != KEY_BYTES:
        raise PrivateFileError(f"{path} is damaged: remove it, a new one is made at the start")
    return key
