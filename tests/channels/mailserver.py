"""Mail servers on loopback: a real one (aiosmtpd), and one that misbehaves at a named stage."""

import asyncio
import ssl
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword

HANG: Final = b"hang"
DROP: Final = b"drop"

#: What a server that behaves answers at each stage.
GOOD: Final = {
    "greeting": b"220 ready\r\n",
    "EHLO": b"250-mail.example\r\n250 8BITMIME\r\n",
    "MAIL": b"250 ok\r\n",
    "RCPT": b"250 ok\r\n",
    "DATA": b"354 go on\r\n",
    "end": b"250 queued\r\n",
    "QUIT": b"221 bye\r\n",
}


class Post:
    """What the real server took, and how it answers a recipient: ``answers`` in turn, then 250."""

    def __init__(self, *answers: str) -> None:
        self.port = 0
        self.taken: list[Envelope] = []
        self.sign_ons: list[tuple[bytes, bytes]] = []
        self.secure: list[bool] = []
        self._answers = list(answers)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, session: Any, envelope: Envelope, address: str, _options: Any
    ) -> str:
        self.secure.append(session.ssl is not None)
        if self._answers:
            return self._answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Envelope
    ) -> str:
        self.taken.append(envelope)
        return "250 queued"

    def sign_on(
        self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any
    ) -> AuthResult:
        """The user is monitord and the password is right."""
        assert isinstance(data, LoginPassword)
        self.sign_ons.append((data.login, data.password))
        right = data == LoginPassword(b"monitord", b"s3cr3t")
        return AuthResult(success=right, handled=False)


@asynccontextmanager
async def real_server(
    *answers: str, tls: ssl.SSLContext | None = None, wrapped: bool = False, auth: bool = False
) -> AsyncIterator[Post]:
    """aiosmtpd on a free port: STARTTLS with ``tls``, or TLS from the start when ``wrapped``."""
    post = Post(*answers)
    factory: Callable[[], SMTP] = partial(
        SMTP,
        post,
        hostname="mail.example",
        tls_context=None if wrapped else tls,
        require_starttls=tls is not None and not wrapped,
        authenticator=post.sign_on if auth else None,
        auth_required=auth,
        auth_require_tls=auth and not wrapped,
    )
    loop = asyncio.get_running_loop()
    server = await loop.create_server(factory, "127.0.0.1", 0, ssl=tls if wrapped else None)
    post.port = server.sockets[0].getsockname()[1]
    async with server:
        yield post
    await asyncio.sleep(0)


class Script:
    """A server that answers each stage as written; what it heard is in ``heard``."""

    def __init__(self, **changes: bytes) -> None:
        self.port = 0
        self.connections = 0
        self.mails = 0
        self.heard = b""
        self._answers = GOOD | changes

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, to its end."""
        self.connections += 1
        try:
            stage = "greeting"
            while await self._answer(stage, writer):
                stage = await self._next(stage, reader)
                if not stage:
                    break
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.transport.abort()

    async def _answer(self, stage: str, writer: asyncio.StreamWriter) -> bool:
        answer = self._answers.get(stage, b"500 what?\r\n")
        if answer == HANG:
            await asyncio.Event().wait()
        if answer == DROP:
            return False
        writer.write(answer)
        await writer.drain()
        return True

    async def _next(self, stage: str, reader: asyncio.StreamReader) -> str:
        if stage == "DATA":
            if self._answers["end"] == DROP:
                self.heard += await reader.read(64)
                return "end"
            self.heard += await reader.readuntil(b"\r\n.\r\n")
            self.mails += 1
            return "end"
        line = await reader.readline()
        self.heard += line
        return line[:4].decode("ascii", "replace").strip().upper()


@asynccontextmanager
async def scripted(**changes: bytes) -> AsyncIterator[Script]:
    """A `Script` on a free port."""
    script = Script(**changes)
    tasks: set[asyncio.Task[None]] = set()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.add(asyncio.get_running_loop().create_task(script.serve(reader, writer)))

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    script.port = server.sockets[0].getsockname()[1]
    try:
        async with server:
            yield script
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's context with a certificate made here and now, and the certificate's file."""
    key, cert = folder / "key.pem", folder / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
         "-days", "1", "-keyout", key, "-out", cert],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return context, cert
