"""Who may speak to the camera: WS-UsernameToken, and HTTP digest or basic.

A token is good once, and only while its time is near that of the camera's clock. A digest answer
is good for one of our nonces and a count that has not been used with it.
"""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections import OrderedDict
from enum import StrEnum
from typing import Final, TypeVar

from monitord_simulators.camera.moments import DeviceClock, moment_ms
from monitord_simulators.camera.soap import Token

_T = TypeVar("_T")

REALM: Final = "camera"
_UNCOUNTED: Final = -1  # the count of a nonce that was given for the older form
_NONCES_MAX: Final = 2_000
_FIELD: Final = re.compile(r'(\w+)=(?:"([^"]*)"|([^\s,]+))')
_HASHES: Final = {"MD5": "md5", "SHA-256": "sha256"}


class Scheme(StrEnum):
    """How a picture or a stream is signed for."""

    DIGEST = "digest"
    BASIC = "basic"
    OPEN = "open"


class Refusal(StrEnum):
    """Why a token was refused; a real camera does not say."""

    USER = "user"
    PASSWORD = "password"
    LATE = "late"
    REPLAYED = "replayed"


class SignOn:
    """The one account of a camera, and what has been used of it."""

    def __init__(self, user: str, password: str, clock: DeviceClock, window_s: float) -> None:
        self.user = user
        self.password = password
        self.window_s = window_s
        self.last_refusal: Refusal | None = None
        self._clock = clock
        self._used: OrderedDict[str, None] = OrderedDict()
        self._issued: OrderedDict[str, int] = OrderedDict()

    def forget(self) -> None:
        """What a reboot does: nothing is known of what was used."""
        self._used.clear()
        self._issued.clear()

    def accepts_token(self, token: Token) -> bool:
        """Whether the token is right, in time and new; ``last_refusal`` tells testers."""
        self.last_refusal = self._refusal(token)
        return self.last_refusal is None

    def _refusal(self, token: Token) -> Refusal | None:
        if token.user != self.user:
            return Refusal.USER
        try:
            nonce = base64.b64decode(token.nonce, validate=True)
        except (binascii.Error, ValueError):
            return Refusal.PASSWORD
        made = hashlib.sha1(nonce + token.created.encode() + self.password.encode())  # noqa: S324
        expected = base64.b64encode(made.digest()).decode()
        if not token.is_digest or not hmac.compare_digest(expected, token.password):
            return Refusal.PASSWORD
        created_ms = moment_ms(token.created)
        if created_ms is None or abs(created_ms - self._clock.now_ms()) > self.window_s * 1_000:
            return Refusal.LATE
        if token.nonce in self._used:
            return Refusal.REPLAYED
        _keep(self._used, token.nonce, None)
        return None

    def challenges(self, scheme: Scheme, *, stale: bool = False, quality: bool = True) -> list[str]:
        """The values of the WWW-Authenticate headers that ask for a sign-on.

        Without ``quality`` the older form of digest is asked for, as streams do: it is not counted.
        """
        if scheme is Scheme.BASIC:
            return [f'Basic realm="{REALM}"']
        nonce = secrets.token_hex(16)
        _keep(self._issued, nonce, 0 if quality else _UNCOUNTED)
        more = ', qop="auth"' if quality else ""
        more += ", stale=true" if stale else ""
        names = _HASHES if quality else ("MD5",)
        return [
            f'Digest realm="{REALM}", nonce="{nonce}", algorithm={name}{more}' for name in names
        ]

    def accepts_header(self, scheme: Scheme, header: str, method: str, uri: str) -> bool:
        """Whether an Authorization header is right for this request."""
        match scheme:
            case Scheme.OPEN:
                return True
            case Scheme.BASIC:
                expected = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
                return hmac.compare_digest(header, f"Basic {expected}")
            case Scheme.DIGEST:
                return header.startswith("Digest ") and self._digest_is_right(header, method, uri)

    def is_stale(self, header: str) -> bool:
        """Whether a digest header names a nonce that we do not know (any more)."""
        nonce = _fields(header).get("nonce", "")
        return header.startswith("Digest ") and nonce not in self._issued

    def _digest_is_right(self, header: str, method: str, uri: str) -> bool:
        told = _fields(header)
        name = _HASHES.get(told.get("algorithm", "MD5").upper())
        nonce, count = told.get("nonce", ""), told.get("nc", "")
        if name is None or told.get("username") != self.user or nonce not in self._issued:
            return False
        if told.get("uri") != uri:
            return False

        def hashed(text: str) -> str:
            return hashlib.new(name, text.encode()).hexdigest()

        account = hashed(f"{self.user}:{REALM}:{self.password}")
        asked = hashed(f"{method}:{told['uri']}")
        if told.get("qop") == "auth":
            middle = f"{nonce}:{count}:{told.get('cnonce', '')}:auth"
        else:
            middle = nonce
        expected = hashed(f"{account}:{middle}:{asked}")
        if not hmac.compare_digest(expected, told.get("response", "")):
            return False
        if self._issued[nonce] == _UNCOUNTED:
            return "qop" not in told
        return told.get("qop") == "auth" and self._is_new(nonce, count)

    def _is_new(self, nonce: str, count: str) -> bool:
        number = int(count, 16) if re.fullmatch(r"[0-9a-fA-F]{1,8}", count) else 0
        if number <= self._issued[nonce]:
            return False
        self._issued[nonce] = number
        return True


def _fields(header: str) -> dict[str, str]:
    return {key.lower(): quoted or bare for key, quoted, bare in _FIELD.findall(header)}


def _keep(kept: OrderedDict[str, _T], key: str, value: _T) -> None:
    """Remember a key, and forget the oldest when there are too many."""
    kept[key] = value
    while len(kept) > _NONCES_MAX:
        kept.popitem(last=False)
