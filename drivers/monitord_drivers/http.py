"""One camera's HTTP: requests bounded in time and in bytes, signed where the camera asks for it.

It never follows the camera to another address, keeps no cookie, and takes nothing compressed.
Imported only where a camera is spoken to.
"""

import asyncio
import os
from typing import Final, NamedTuple

import aiohttp
from aiohttp import hdrs

from monitord.driver import AuthFault, Cause, ConfigFault, DeviceFault

_PIECE: Final = 1 << 16
_SOCKETS: Final = 8
_FILM: Final = "multipart/x-mixed-replace"


def refused() -> AuthFault:
    """The words for a sign-on that was not accepted."""
    return AuthFault("the camera refuses our user or password")


class Answer(NamedTuple):
    """What came. ``kind`` is the content type, small letters, without its parameters."""

    status: int
    kind: str
    body: bytes


class Http:
    """All that is said to one camera by HTTP. ``verify``: its certificate must be good."""

    def __init__(self, user: str, password: str, *, verify: bool = False) -> None:
        self._user, self._password = user, password
        self._session = aiohttp.ClientSession(
            # Most cameras sign for themselves, if at all.
            connector=aiohttp.TCPConnector(limit=_SOCKETS, ssl=verify, keepalive_timeout=20),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
            auto_decompress=False,
            trust_env=False,
            headers={hdrs.ACCEPT_ENCODING: "identity", hdrs.USER_AGENT: "monitord"},
        )
        self._digests: dict[str, aiohttp.DigestAuthMiddleware] = {}
        self._basic: set[str] = set()

    @property
    def session(self) -> aiohttp.ClientSession:
        """For the library, which wants one."""
        return self._session

    async def post(
        self, url: str, body: bytes, headers: dict[str, str], *, within_s: float, most: int
    ) -> Answer:
        """Raises ``DeviceFault``; 401 is told as an answer, when digest was of no use either."""
        return await self._bounded("POST", url, body, headers, within_s, most)

    async def get(self, url: str, *, within_s: float, most: int) -> Answer:
        """The same; signed by HTTP basic where the camera asks for nothing else."""
        return await self._bounded("GET", url, None, {}, within_s, most)

    async def close(self) -> None:
        """Let go of every connection."""
        await self._session.close()

    async def _bounded(
        self,
        method: str,
        url: str,
        body: bytes | None,
        headers: dict[str, str],
        within_s: float,
        most: int,
    ) -> Answer:
        try:
            async with asyncio.timeout(within_s):
                return await self._ask(method, url, body, headers, most)
        except TimeoutError:
            raise DeviceFault(f"no answer within {within_s:g} s") from None
        except aiohttp.ClientConnectorCertificateError:
            raise ConfigFault("nobody vouches for the camera's certificate") from None
        except aiohttp.ClientConnectorError as error:
            number = error.os_error.errno or 0  # what asyncio says beside it is for programmers
            words = os.strerror(number) if number > 0 else error.os_error.strerror
            cause = Cause.REFUSED if isinstance(error.os_error, ConnectionRefusedError) else None
            detail = f"cannot be reached: {words or 'no connection'}"
            raise DeviceFault(detail, cause or Cause.SILENT) from None
        except aiohttp.ClientResponseError:
            raise DeviceFault("what the camera answers is no HTTP", Cause.PROTOCOL) from None
        except (aiohttp.ClientError, OSError) as error:
            raise DeviceFault(f"the connection ended: {type(error).__name__}") from None
        except ValueError:
            raise DeviceFault("what the camera answers is no HTTP", Cause.PROTOCOL) from None

    async def _ask(
        self, method: str, url: str, body: bytes | None, headers: dict[str, str], most: int
    ) -> Answer:
        origin = url.partition("//")[2].partition("/")[0]
        basic = method == "GET" and origin in self._basic
        if basic:
            signed = aiohttp.encode_basic_auth(self._user, self._password)
            headers = {**headers, hdrs.AUTHORIZATION: signed}
        async with self._session.request(
            method,
            url,
            data=body,
            headers=headers,
            allow_redirects=False,
            middlewares=() if basic or not self._user else (self._digest(origin),),
        ) as answer:
            asked = [value.lower() for value in answer.headers.getall(hdrs.WWW_AUTHENTICATE, [])]
            wants_basic = bool(asked) and all(value.startswith("basic") for value in asked)
            if answer.status != 401 or method != "GET" or not wants_basic or basic:
                return await _read(answer, most)
        if not self._user:
            raise refused()
        self._basic.add(origin)
        return await self._ask(method, url, body, headers, most)

    def _digest(self, origin: str) -> aiohttp.DigestAuthMiddleware:
        """One for each port: its sign-on is for that port alone."""
        if origin not in self._digests:
            if len(self._digests) >= _SOCKETS:  # a camera with a new port for each subscription
                self._digests.pop(next(iter(self._digests)))
            made = aiohttp.DigestAuthMiddleware(self._user, self._password)
            self._digests[origin] = made
        return self._digests[origin]


async def _read(answer: aiohttp.ClientResponse, most: int) -> Answer:
    if 300 <= answer.status < 400:
        raise DeviceFault("the camera sends us to another address", Cause.PROTOCOL)
    if answer.headers.get(hdrs.CONTENT_ENCODING, "identity").lower() != "identity":
        raise DeviceFault("the camera answers in a packed form", Cause.PROTOCOL)
    if answer.content_type.lower() == _FILM:  # it would never end
        raise DeviceFault("a film comes in place of one picture", Cause.CONFIGURATION)
    pieces, size = [], 0
    while piece := await answer.content.read(_PIECE):
        size += len(piece)
        if size > most:
            answer.close()
            raise DeviceFault(f"the camera's answer is longer than {most} bytes", Cause.PROTOCOL)
        pieces.append(piece)
    return Answer(answer.status, answer.content_type.lower(), b"".join(pieces))
