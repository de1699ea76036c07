"""The code of a second factor: RFC 6238 with SHA-1, 30 s and six digits, as every app has it."""

import base64
import hashlib
import hmac
import secrets
from typing import Final
from urllib.parse import quote

STEP_MS: Final = 30_000
DIGITS: Final = 6
#: A phone's clock may be this many steps beside ours.
WINDOW: Final = 1
#: RFC 4226 asks for 128 bits and recommends 160.
SECRET_BYTES: Final = 20


def made() -> str:
    """A new secret, in base32."""
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()


def address(secret: str, person: str, site: str) -> str:
    """The ``otpauth://`` address that an app reads."""
    return f"otpauth://totp/{quote(site)}:{quote(person)}?secret={secret}&issuer={quote(site)}"


def code_at(secret: str, step: int) -> str:
    """The code of a step of 30 s since 1970."""
    digest = hmac.digest(base64.b32decode(secret), step.to_bytes(8, "big"), hashlib.sha1)
    begin = digest[-1] & 0x0F
    number = int.from_bytes(digest[begin : begin + 4], "big") & 0x7FFF_FFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def matching_step(secret: str, code: str, now_ms: int, after: int) -> int | None:
    """The step whose code this is, near ``now_ms`` and later than ``after``; None: it is not one.

    A code is worth something once: whoever reads it over a shoulder has nothing.
    """
    now = now_ms // STEP_MS
    found = None
    for step in range(now - WINDOW, now + WINDOW + 1):
        same = hmac.compare_digest(code_at(secret, step).encode(), code.encode())
        if same and step > after:
            found = step
    return found
