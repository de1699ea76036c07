"""The webhook channel: hands a call to a gateway by HTTP POST (docs/channels.md).

The body is the message as JSON; a repeat carries the same ``call_id``, and the gateway tells
repeats apart by it. When the channel has a secret, each request is signed:

    Monitord-Signature: t=SECONDS,v1=HEX

where ``HEX`` is the HMAC-SHA256, keyed with the secret, of ``SECONDS``, a full stop and the
body, byte for byte. A gateway refuses a time more than five minutes from its own.

2xx means handed over and no more: only where ``may_acknowledge`` is set, and only as
``{"acknowledged": {"call_id", "person", "rev"}}`` for this very call, does an answer acknowledge.
Details never hold an address, a URL or a secret. Redirects are never followed, a proxy from the
environment never used, certificates always verified.

Bounds: 5 s an attempt, 3 attempts, 15 s in all (each may be set), 64 KiB of answer read.
"""

import asyncio
import hashlib
import hmac
import time
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

import aiohttp
import msgspec
from pydantic import BaseModel, ConfigDict, Field, field_validator

from monitord.channels.contract import Delivery, Message, Said
from monitord.channels.resolver import OwnResolver
from monitord.vocabulary import Outcome

SIGNATURE_HEADER: Final = "Monitord-Signature"
ANSWER_BYTES_MAX: Final = 64 * 1024
CONNECTIONS_MAX: Final = 16

#: 4xx is the gateway's certain no, except for these, which ask for another try.
_TRY_AGAIN: Final = frozenset({408, 429})

#: Failures before the first byte was sent: certain that nobody was reached.
_NEVER_SENT: Final = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)


class WebhookConfig(BaseModel):
    """The channel's section of the site file. Times in milliseconds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str
    may_acknowledge: bool = False
    attempt_ms: int = Field(default=5_000, ge=50, le=10_000)
    tries: int = Field(default=3, ge=1, le=5)
    back_off_ms: int = Field(default=500, ge=1, le=5_000)
    total_ms: int = Field(default=15_000, ge=50, le=30_000)

    @field_validator("url")
    @classmethod
    def _is_web_address(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("url must begin with https:// (or http:// on a line of your own)")
        if parts.username is not None or parts.password is not None:
            raise ValueError("url must not hold a user or password: use secret: {credential: NAME}")
        if parts.port == 0:
            raise ValueError("url must not name port 0")
        return url


class _Acknowledged(msgspec.Struct, frozen=True):
    acknowledged: Said


class _Attempt(msgspec.Struct, frozen=True):
    """What one attempt came to; ``again`` says whether another may do better."""

    delivery: Delivery
    again: bool


def signature(secret: str, unix_s: int, body: bytes) -> str:
    """The value of :data:`SIGNATURE_HEADER` for ``body`` sent at ``unix_s``."""
    signed = b"%d." % unix_s + body
    digest = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return f"t={unix_s},v1={digest}"


def _wall_ms() -> int:
    return time.time_ns() // 1_000_000


class WebhookChannel:
    """One gateway. ``setup`` is as :class:`WebhookConfig`; raises ``ValidationError`` on others."""

    Config: ClassVar[type[BaseModel]] = WebhookConfig

    def __init__(
        self,
        name: str,
        setup: Mapping[str, Any],
        secret: str | None,
        *,
        wall_ms: Callable[[], int] = _wall_ms,
    ) -> None:
        self.name = name
        self._config = WebhookConfig.model_validate(dict(setup))
        self._secret = secret
        self._wall_ms = wall_ms
        attempt_s = self._config.attempt_ms / 1000
        # Connecting ends sooner than the attempt, so that a host that is gone is a certain
        # failure and the next person is called at once.
        self._timeout = aiohttp.ClientTimeout(total=attempt_s, sock_connect=attempt_s * 0.6)
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        """Nothing to do: the session is opened by the first call, in the loop that runs it."""

    async def close(self) -> None:
        """Close the connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def deliver(self, message: Message) -> Delivery:
        """Hand ``message`` over: within ``total_ms``, whatever the gateway does."""
        body = msgspec.json.encode(message)
        last = Delivery(Outcome.UNKNOWN, f"no answer in {self._config.total_ms} ms", reached=False)
        maybe_sent = asking = False
        try:
            async with asyncio.timeout(self._config.total_ms / 1000):
                for attempt in range(self._config.tries):
                    if attempt:
                        await asyncio.sleep(self._config.back_off_ms * 2 ** (attempt - 1) / 1000)
                    asking = True
                    tried = await self._attempt(message, body)
                    asking = False
                    last = tried.delivery
                    maybe_sent |= last.outcome is Outcome.UNKNOWN
                    if not tried.again:
                        break
        except TimeoutError:
            maybe_sent |= asking
        if maybe_sent and last.outcome is Outcome.FAILED:
            detail = f"{last.detail}; another try had no answer"
            return Delivery(Outcome.UNKNOWN, detail, reached=last.reached)
        return last

    async def _attempt(self, message: Message, body: bytes) -> _Attempt:
        """One POST. The world's failures are answers here, never exceptions."""
        try:
            async with self._opened().post(
                self._config.url,
                data=body,
                headers=self._headers(body),
                allow_redirects=False,
                timeout=self._timeout,
            ) as response:
                return await self._judge(message, response)
        except _NEVER_SENT as error:
            return _Attempt(
                Delivery(Outcome.FAILED, _unreachable(error), reached=False), again=True
            )
        except TimeoutError:
            detail = f"no answer in {self._config.attempt_ms} ms"
            return _Attempt(Delivery(Outcome.UNKNOWN, detail, reached=False), again=True)
        except (aiohttp.ClientError, OSError) as error:
            detail = f"the answer could not be read ({type(error).__name__})"
            return _Attempt(Delivery(Outcome.UNKNOWN, detail), again=True)

    async def _judge(self, message: Message, response: aiohttp.ClientResponse) -> _Attempt:
        status = response.status
        if 200 <= status < 300:
            said = await self._said(message, response) if self._config.may_acknowledge else None
            return _Attempt(
                Delivery(Outcome.HANDED_OVER, f"answered {status}", said, reached=True), again=False
            )
        if 300 <= status < 400:
            detail = f"answered {status}, a redirect, which is not followed"
            return _Attempt(Delivery(Outcome.FAILED, detail, reached=True), again=False)
        again = status >= 500 or status in _TRY_AGAIN
        return _Attempt(Delivery(Outcome.FAILED, f"answered {status}", reached=True), again=again)

    async def _said(self, message: Message, response: aiohttp.ClientResponse) -> Said | None:
        """The acknowledgement in the answer, if it is one and of this call; garbage is none.

        The gateway has already taken the call: what goes wrong with the body changes nothing.
        """
        try:
            answer = await _read_bounded(response)
            said = msgspec.json.decode(answer, type=_Acknowledged).acknowledged
        except (aiohttp.ClientError, OSError, ValueError, RecursionError):
            return None
        mine = said.call_id == message.call_id and said.person == message.person
        return said if mine and message.person else None

    def _headers(self, body: bytes) -> dict[str, str]:
        headers = {"Content-Type": "application/json", "User-Agent": "monitord"}
        if self._secret is not None:
            headers[SIGNATURE_HEADER] = signature(self._secret, self._wall_ms() // 1000, body)
        return headers

    def _opened(self) -> aiohttp.ClientSession:
        """One session for all calls. Connections are not kept: one that died silently while
        idle would cost the next call a whole attempt."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=CONNECTIONS_MAX, force_close=True, resolver=OwnResolver(self.name)
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                trust_env=False,
            )
        return self._session


async def _read_bounded(response: aiohttp.ClientResponse) -> bytes:
    """The whole answer. Raises ``ValueError`` when it is longer than :data:`ANSWER_BYTES_MAX`."""
    answer = bytearray()
    async for chunk in response.content.iter_chunked(8 * 1024):
        answer += chunk
        if len(answer) > ANSWER_BYTES_MAX:
            raise ValueError("the answer is too long")
    return bytes(answer)


def _unreachable(error: aiohttp.ClientError | TimeoutError) -> str:
    """Why no connection came about, in words that name neither host nor address."""
    match error:
        case aiohttp.ClientConnectorCertificateError():
            return "its certificate is not trusted"
        case aiohttp.ClientSSLError():
            return "no secure connection could be made"
        case aiohttp.ClientConnectorDNSError():
            return "its name could not be resolved"
        case aiohttp.ConnectionTimeoutError():
            return "no connection in time"
        case _:
            return "it refused the connection or cannot be reached"
