"""The mail channel: hands a call to a mail server over SMTP (driver ``smtp``, docs/channels.md).

Handed over means that the server said 250 to the whole mail and has it now; whether and when it
reaches a person it never says. A 4xx is tried again, a 5xx is certain; silence or a broken
connection once the mail was on its way is unknown, and the repeat has the same ``Message-ID``.
A connection a call: one that died silently while idle would cost the next call an attempt.

Encrypted (STARTTLS, or TLS from the first byte) with the certificate verified, except to this
computer itself or where the site file says ``security: none``; a server that offers no STARTTLS is
never spoken to in the clear instead. A password never leaves this computer unencrypted.
Details hold the server's code, never its words (they repeat addresses), no address, no secret.

Bounds: 5 s an attempt, 3 attempts, 15 s in all (each may be set), 32 KiB of any one answer, one
recipient.
"""

import asyncio
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from enum import StrEnum
from ipaddress import ip_address
from typing import Any, ClassVar, Final

import aiosmtplib
import msgspec
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from monitord.channels.contract import Delivery, Message
from monitord.channels.letter import is_address, letter
from monitord.channels.resolver import OwnResolver
from monitord.vocabulary import Outcome

ADDRESSES_MAX: Final = 3
_CONNECT_SHARE: Final = 0.6


class Security(StrEnum):
    """How the connection is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


_PORTS: Final = {Security.STARTTLS: 587, Security.TLS: 465, Security.NONE: 25}


class MailConfig(BaseModel):
    """The channel's section of the site file. Times in milliseconds."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    host: str = Field(pattern=r"^[A-Za-z0-9._:-]{1,253}$")
    port: int | None = Field(default=None, ge=1, le=65_535)
    security: Security | None = None
    ca: str | None = None
    user: str | None = Field(default=None, min_length=1, max_length=256)
    sender: str = Field(default="", alias="from")
    subject_prefix: str = Field(default="", max_length=40)
    may_acknowledge: bool = False
    attempt_ms: int = Field(default=5_000, ge=50, le=10_000)
    tries: int = Field(default=3, ge=1, le=5)
    back_off_ms: int = Field(default=500, ge=1, le=5_000)
    total_ms: int = Field(default=15_000, ge=50, le=30_000)

    @field_validator("sender")
    @classmethod
    def _is_mail_address(cls, sender: str) -> str:
        if sender and not is_address(sender):
            raise ValueError("from must be a bare mail address, as in alarm@example.org")
        return sender

    @model_validator(mode="after")
    def _keeps_the_password(self) -> "MailConfig":
        if self.user is not None and self.protection is Security.NONE and not _here(self.host):
            raise ValueError("a password is not sent in the clear: use starttls or tls with user")
        return self

    @property
    def protection(self) -> Security:
        """As written; else none to this computer itself and STARTTLS to any other."""
        if self.security is not None:
            return self.security
        return Security.NONE if _here(self.host) else Security.STARTTLS


class _Tried(msgspec.Struct, frozen=True):
    """What one attempt came to; ``again`` says whether another may do better."""

    delivery: Delivery
    again: bool = False


class _Session:
    """How far one attempt has come: its stage, and whether the mail was on its way."""

    def __init__(self) -> None:
        self.stage = "connection"
        self.sending = False


class _NotOfferedError(Exception):
    """The server lacks what the site file asks for; the text says what."""


def _wall_ms() -> int:
    return time.time_ns() // 1_000_000


class MailChannel:
    """One mail server. ``setup`` is as :class:`MailConfig`, ``secret`` the password of ``user``."""

    Config: ClassVar[type[BaseModel]] = MailConfig

    def __init__(
        self,
        name: str,
        setup: Mapping[str, Any],
        secret: str | None,
        *,
        wall_ms: Callable[[], int] = _wall_ms,
    ) -> None:
        self.name = name
        self._config = MailConfig.model_validate(dict(setup))
        self._secret = secret
        self._wall_ms = wall_ms
        self._sender = self._config.sender or _own_sender()
        self._resolver: OwnResolver | None = None
        self._context: ssl.SSLContext | None = None

    @staticmethod
    def address_problem(address: str) -> str | None:
        """What is wrong with ``address`` under ``reach:``, or None. Never quotes it."""
        return None if is_address(address) else "no mail address, as in anna@example.org"

    async def open(self) -> None:
        """Nothing to do: each call has a connection of its own."""

    async def close(self) -> None:
        """Let go of the threads that look names up."""
        resolver, self._resolver = self._resolver, None
        if resolver is not None:
            await resolver.close()

    async def deliver(self, message: Message) -> Delivery:
        """Hand ``message`` over: within ``total_ms``, whatever the server does."""
        unfit = self._unfit(message)
        if unfit is not None:
            return Delivery(Outcome.FAILED, unfit)
        mail = letter(message, self._sender, self._config.subject_prefix, self._wall_ms())
        last = Delivery(Outcome.FAILED, f"no answer in {self._config.total_ms} ms", reached=False)
        maybe_sent = False
        session = _Session()
        try:
            async with asyncio.timeout(self._config.total_ms / 1000):
                for attempt in range(self._config.tries):
                    if attempt:
                        await asyncio.sleep(self._config.back_off_ms * 2 ** (attempt - 1) / 1000)
                    session = _Session()
                    tried = await self._attempt(message.to, mail, session)
                    session = _Session()
                    last = tried.delivery
                    maybe_sent |= last.outcome is Outcome.UNKNOWN
                    if not tried.again:
                        break
        except TimeoutError:
            maybe_sent |= session.sending
        if maybe_sent and last.outcome is Outcome.FAILED:
            detail = f"{last.detail}; another try had no answer"
            return Delivery(Outcome.UNKNOWN, detail, reached=last.reached)
        return last

    def _unfit(self, message: Message) -> str | None:
        """Why no server needs to be asked."""
        if (self._config.user is None) != (self._secret is None):
            return "its user and its secret belong together: write both or none"
        if not message.to:
            return "there is no mail address"
        problem = self.address_problem(message.to)
        return None if problem is None else f"the address is {problem}"

    async def _attempt(self, to: str, mail: bytes, session: _Session) -> _Tried:
        """One connection. The world's failures are answers here, never exceptions."""
        try:
            async with asyncio.timeout(self._config.attempt_ms / 1000):
                return await self._converse(to, mail, session)
        except aiosmtplib.SMTPResponseException as error:
            return _refused(error.code, session)
        except _NotOfferedError as error:
            return _Tried(Delivery(Outcome.FAILED, str(error)))
        except TimeoutError:
            why = f"no answer in {self._config.attempt_ms} ms ({session.stage})"
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            if _not_trusted(error):
                return _Tried(
                    Delivery(Outcome.FAILED, "its certificate is not trusted", reached=False)
                )
            why = f"the connection failed ({session.stage})"
        outcome = Outcome.UNKNOWN if session.sending else Outcome.FAILED
        return _Tried(Delivery(outcome, why, reached=False), again=True)

    async def _converse(self, to: str, mail: bytes, session: _Session) -> _Tried:
        """Connect, protect, sign on, hand over. Raises whatever goes wrong on the way."""
        protection = self._config.protection
        context = None if protection is Security.NONE else self._trust()
        line = await self._line()
        client = aiosmtplib.SMTP(
            hostname=self._config.host,
            sock=line,
            local_hostname=_own_literal(line),
            timeout=None,
            use_tls=protection is Security.TLS,
            start_tls=False,
            tls_context=context,
        )
        try:
            session.stage = "greeting"
            await client.connect()
            session.stage = "EHLO"
            await client.ehlo()
            if protection is Security.STARTTLS:
                await _protect(client, session)
            if self._config.user is not None and self._secret is not None:
                await _sign_on(client, self._config.user, self._secret, session)
            session.stage = "sender"
            await client.mail(self._sender)
            session.stage = "recipient"
            await client.rcpt(to)
            session.stage, session.sending = "mail", True
            await client.data(mail)
            _leave(client)
        finally:
            _hang_up(client, line)
        return _Tried(Delivery(Outcome.HANDED_OVER, "the mail server took it (250)", reached=True))

    async def _line(self) -> socket.socket:
        """A socket connected to the server. Raises ``OSError``."""
        if self._resolver is None:
            self._resolver = OwnResolver(self.name)
        port = self._config.port or _PORTS[self._config.protection]
        found = await self._resolver.resolve(self._config.host, port, socket.AF_UNSPEC)
        found = found[:ADDRESSES_MAX]
        each_s = self._config.attempt_ms / 1000 * _CONNECT_SHARE / max(len(found), 1)
        for address in found:
            line = socket.socket(address["family"], socket.SOCK_STREAM)
            try:
                line.setblocking(False)
                async with asyncio.timeout(each_s):
                    target = (address["host"], address["port"])
                    await asyncio.get_running_loop().sock_connect(line, target)
            except (OSError, TimeoutError):
                line.close()
            except BaseException:
                line.close()
                raise
            else:
                return line
        raise ConnectionRefusedError("none of its addresses takes a connection")

    def _trust(self) -> ssl.SSLContext:
        """Whose certificates are believed. Raises `_NotOfferedError` where ``ca`` is unusable."""
        if self._context is None:
            try:
                self._context = ssl.create_default_context(cafile=self._config.ca)
            except OSError:
                raise _NotOfferedError("the file named by `ca` holds no certificates") from None
        return self._context


async def _protect(client: aiosmtplib.SMTP, session: _Session) -> None:
    session.stage = "STARTTLS"
    if not client.supports_extension("starttls"):
        raise _NotOfferedError("the server offers no STARTTLS; nothing was sent in the clear")
    await client.starttls()
    await client.ehlo()


async def _sign_on(client: aiosmtplib.SMTP, user: str, secret: str, session: _Session) -> None:
    session.stage = "password"
    if not client.supported_auth_methods:
        raise _NotOfferedError("the server takes no user and password")
    await client.login(user, secret)


def _leave(client: aiosmtplib.SMTP) -> None:
    """Say good-bye and wait for no answer: the mail has been taken, whatever becomes of this."""
    if isinstance(client.transport, asyncio.WriteTransport):
        client.transport.write(b"QUIT\r\n")


def _hang_up(client: aiosmtplib.SMTP, line: socket.socket) -> None:
    """Let go of the connection at once, in whatever state it is."""
    transport = client.transport
    client.close()
    if transport is None:
        line.close()
    elif isinstance(transport, asyncio.WriteTransport):
        transport.abort()


def _refused(code: int, session: _Session) -> _Tried:
    """What an answer other than the due one comes to. Only 4xx and 5xx are a certain no."""
    why = f"answered {code} ({session.stage})"
    if 500 <= code <= 599:
        return _Tried(Delivery(Outcome.FAILED, why, reached=True))
    if 400 <= code <= 499:
        return _Tried(Delivery(Outcome.FAILED, why, reached=True), again=True)
    outcome = Outcome.UNKNOWN if session.sending else Outcome.FAILED
    return _Tried(
        Delivery(outcome, f"its answer is no mail server's ({session.stage})"), again=True
    )


def _not_trusted(error: BaseException) -> bool:
    return any(isinstance(each, ssl.SSLCertVerificationError) for each in (error, error.__cause__))


def _here(host: str) -> bool:
    """Whether ``host`` is this computer itself, as written; no name is looked up."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _own_sender() -> str:
    """The sender where the site file names none: monitord at this computer."""
    sender = f"monitord@{socket.gethostname()}"
    return sender if is_address(sender) else "monitord@localhost"


def _own_literal(line: socket.socket) -> str:
    """This end of ``line`` as ``EHLO`` wants it, so that no name has to be looked up."""
    address = str(line.getsockname()[0]).partition("%")[0]
    return f"[IPv6:{address}]" if ":" in address else f"[{address}]"
