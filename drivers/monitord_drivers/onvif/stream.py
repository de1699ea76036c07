"""Whether a camera's stream is alive: described, played, and one packet of it received.

A small RTSP client, over one TCP connection, that decodes nothing and keeps nothing. Everything
that it reads is bounded.
"""

import asyncio
import base64
import hashlib
import re
from collections.abc import Mapping
from typing import Final, NamedTuple
from urllib.parse import urljoin

from monitord.driver import Cause, DeviceFault

_HEAD_MAX: Final = 16_384
_BODY_MAX: Final = 65_536
_SKIPPED_MAX: Final = 4 << 20
_FIELD: Final = re.compile(r'(\w+)=(?:"([^"]*)"|([^\s,]+))')
_HASHES: Final = {"MD5": "md5", "SHA-256": "sha256"}
_RTP_MIN: Final = 12


class Reply(NamedTuple):
    """One answer."""

    status: int
    headers: Mapping[str, str]
    challenges: tuple[str, ...]
    body: str


async def look(host: str, port: int, url: str, user: str, password: str, within_s: float) -> None:
    """Raises ``DeviceFault``, with words for what is wrong; returns when a packet has come."""
    step = "does not open"
    client: _Client | None = None
    try:
        async with asyncio.timeout(within_s):
            reader, writer = await asyncio.open_connection(host, port, limit=_HEAD_MAX)
            client = _Client(reader, writer, url, user, password)
            step = "opens and does not answer"
            described = await client.ask("DESCRIBE", url, {"Accept": "application/sdp"})
            step = "is described and cannot be set up"
            transport = {"Transport": "RTP/AVP/TCP;unicast;interleaved=0-1"}
            told = await client.ask("SETUP", _track(described, url), transport)
            session = {"Session": told.headers.get("session", "").partition(";")[0]}
            step = "is set up and does not play"
            await client.ask("PLAY", described.headers.get("content-base", url), session)
            step = "plays, and no picture comes"
            await client.packet()
            client.leave(session)
    except TimeoutError:
        raise DeviceFault(f"the stream {step}") from None
    except (OSError, EOFError):
        raise DeviceFault(f"the stream {step}: the connection ended") from None
    except (ValueError, asyncio.LimitOverrunError):
        raise DeviceFault("what comes in place of the stream is no RTSP", Cause.PROTOCOL) from None
    finally:
        if client is not None:
            client.abort()


class _Client:
    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        url: str,
        user: str,
        password: str,
    ) -> None:
        self._reader, self._writer, self._url = reader, writer, url
        self._user, self._password = user, password
        self._count = 0
        self._challenge = ""
        self._signed = 0

    async def ask(self, method: str, url: str, headers: Mapping[str, str]) -> Reply:
        """Ask, and once more signed where that is wanted. Raises ``DeviceFault``."""
        self._send(method, url, headers)
        reply = await self._reply()
        if reply.status == 401 and self._user and reply.challenges:
            self._challenge, self._signed = _known(reply.challenges), 0
            self._send(method, url, headers)
            reply = await self._reply()
        if reply.status == 401:
            raise DeviceFault("the stream refuses our user or password", Cause.AUTHENTICATION)
        if reply.status != 200:
            raise DeviceFault(f"the stream answers {method} with {reply.status}", Cause.DEVICE)
        return reply

    def leave(self, session: Mapping[str, str]) -> None:
        """Say that this was all."""
        self._send("TEARDOWN", self._url, session)

    def abort(self) -> None:
        """Let go, at once."""
        self._writer.transport.abort()

    async def packet(self) -> None:
        """Return when a packet of the stream has come; anything else is passed over."""
        skipped = 0
        while skipped < _SKIPPED_MAX:
            if await self._reader.readexactly(1) != b"$":
                skipped += 1
                continue
            channel, high, low = await self._reader.readexactly(3)
            size = high << 8 | low
            data = await self._reader.readexactly(size)
            if channel == 0 and size > _RTP_MIN and data[0] >> 6 == 2:
                return
            skipped += size
        raise ValueError("no packet in all that came")

    def _send(self, method: str, url: str, headers: Mapping[str, str]) -> None:
        self._count += 1
        lines = [f"{method} {url} RTSP/1.0", f"CSeq: {self._count}", "User-Agent: monitord"]
        lines += [f"{name}: {value}" for name, value in headers.items() if value]
        if self._challenge:
            self._signed += 1
            who = (self._user, self._password)
            lines.append(
                f"Authorization: {_signed(self._challenge, self._signed, method, url, who)}"
            )
        self._writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())

    async def _reply(self) -> Reply:
        first = await self._reader.readexactly(1)
        while first == b"$":
            size = int.from_bytes((await self._reader.readexactly(3))[1:], "big")
            await self._reader.readexactly(size)
            first = await self._reader.readexactly(1)
        head = (first + await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        line, *lines = head.strip().split("\r\n")
        found = re.match(r"RTSP/1\.\d (\d{3})", line)
        if found is None:
            raise ValueError(line)
        headers, challenges = {}, []
        for each in lines:
            name, _, value = each.partition(":")
            name = name.strip().lower()
            headers[name] = value.strip()
            if name == "www-authenticate":
                challenges.append(value.strip())
        length = int(headers.get("content-length", "0"))
        if not 0 <= length <= _BODY_MAX:
            raise ValueError("too long")
        body = (await self._reader.readexactly(length)).decode("utf-8", "replace")
        return Reply(int(found[1]), headers, tuple(challenges), body)


def _track(described: Reply, url: str) -> str:
    """The address of the video of a description."""
    base = described.headers.get("content-base") or described.headers.get("content-location") or url
    video, control = False, ""
    for line in described.body.splitlines():
        if line.startswith("m="):
            if control:
                break
            video = line.startswith("m=video")
        elif video and line.startswith("a=control:"):
            control = line.partition(":")[2].strip()
    if not video and not control:
        raise DeviceFault("the stream has no video", Cause.DEVICE)
    if not control or control == "*":
        return url
    if control.startswith("rtsp://"):
        # The track of the same stream, whatever host the camera calls itself.
        path = control.partition("//")[2].partition("/")[2]
        return f"rtsp://{url.partition('//')[2].partition('/')[0]}/{path}"
    return urljoin(base if base.endswith("/") else base + "/", control)


def _known(challenges: tuple[str, ...]) -> str:
    """The first that we can answer: digest before basic. Raises ``DeviceFault``."""
    for word in ("digest", "basic"):
        for each in challenges:
            if each.lower().startswith(word) and (word == "basic" or _hash(_fields(each))):
                return each
    raise DeviceFault("the stream asks for a sign-on that we do not know", Cause.AUTHENTICATION)


def _signed(challenge: str, count: int, method: str, url: str, who: tuple[str, str]) -> str:
    """An answer to a challenge; ``count`` is how often that one is answered."""
    user, password = who
    if challenge.lower().startswith("basic"):
        return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
    told = _fields(challenge)
    name = _hash(told)
    realm, nonce = told.get("realm", ""), told.get("nonce", "")

    def hashed(text: str) -> str:
        return hashlib.new(name, text.encode(), usedforsecurity=False).hexdigest()

    account, asked = hashed(f"{user}:{realm}:{password}"), hashed(f"{method}:{url}")
    fields = f'username="{user}", realm="{realm}", nonce="{nonce}", uri="{url}"'
    if "auth" in [word.strip() for word in told.get("qop", "").split(",")]:
        own = hashed(f"{nonce}:{count}:{password}")[:16]
        middle = f"{nonce}:{count:08x}:{own}:auth"
        fields += f', qop=auth, nc={count:08x}, cnonce="{own}"'
    else:
        middle = nonce
    if "algorithm" in told:
        fields += f", algorithm={told['algorithm']}"
    if "opaque" in told:
        fields += f', opaque="{told["opaque"]}"'
    return f'Digest {fields}, response="{hashed(f"{account}:{middle}:{asked}")}"'


def _fields(challenge: str) -> dict[str, str]:
    return {key.lower(): quoted or bare for key, quoted, bare in _FIELD.findall(challenge)}


def _hash(told: Mapping[str, str]) -> str:
    return _HASHES.get(told.get("algorithm", "MD5").upper(), "")
