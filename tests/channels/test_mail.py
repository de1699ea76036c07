"""The mail channel against mail servers on loopback, good and bad (C1, T8.4)."""

import asyncio
import socket
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from monitord.channels.contract import Delivery
from monitord.channels.mail import MailChannel, Security
from monitord.vocabulary import Outcome
from tests.channels.mailserver import DROP, HANG, certificate, real_server, scripted
from tests.channels.samples import VIEW, message

FAST = {"attempt_ms": 2_000, "back_off_ms": 1, "total_ms": 6_000, "from": "alarm@example.org"}
SHORT = {"attempt_ms": 60, "tries": 2}
ANNA = message(to="anna@example.org")
TAKEN = Delivery(Outcome.HANDED_OVER, "the mail server took it (250)", reached=True)


async def sent(port: int, secret: str | None = None, **setup: Any) -> Delivery:
    """What comes of one call to the server on ``port``."""
    made = MailChannel("mail", {"host": "127.0.0.1", "port": port, **FAST, **setup}, secret)
    await made.open()
    try:
        return await made.deliver(ANNA)
    finally:
        await made.close()


async def test_a_mail_arrives() -> None:
    async with real_server() as server:
        assert await sent(server.port, subject_prefix="ALARM") == TAKEN
    [envelope] = server.taken
    assert (envelope.mail_from, envelope.rcpt_tos) == ("alarm@example.org", ["anna@example.org"])
    assert isinstance(envelope.content, bytes)
    mail = message_from_bytes(envelope.content, policy=default)
    assert VIEW.text in mail.get_content()
    assert str(ANNA.acknowledge_url) in mail.get_content()


async def test_starttls_and_a_password(tmp_path: Path) -> None:
    context, cert = certificate(tmp_path)
    async with real_server(tls=context, auth=True) as server:
        delivery = await sent(
            server.port, "s3cr3t", security="starttls", ca=str(cert), user="monitord"
        )
    assert delivery == TAKEN
    assert server.secure == [True]
    assert server.sign_ons == [(b"monitord", b"s3cr3t")]


async def test_tls_from_the_first_byte(tmp_path: Path) -> None:
    context, cert = certificate(tmp_path)
    async with real_server(tls=context, wrapped=True) as server:
        assert await sent(server.port, security="tls", ca=str(cert)) == TAKEN


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_a_certificate_that_nobody_vouches_for_gets_nothing(
    tmp_path: Path, security: str
) -> None:
    context, _ = certificate(tmp_path)
    async with real_server(tls=context, wrapped=security == "tls") as server:
        delivery = await sent(server.port, "s3cr3t", security=security, user="monitord")
    assert delivery == Delivery(Outcome.FAILED, "its certificate is not trusted", reached=False)
    assert (server.taken, server.sign_ons) == ([], [])


async def test_a_server_without_starttls_is_not_spoken_to_in_the_clear() -> None:
    async with scripted() as server:
        delivery = await sent(server.port, "s3cr3t", security="starttls", user="monitord")
    assert delivery.outcome is Outcome.FAILED
    assert "no STARTTLS" in delivery.detail
    assert (server.connections, b"MAIL" in server.heard) == (1, False)


async def test_a_server_that_says_starttls_and_speaks_on_in_the_clear() -> None:
    changes = {"EHLO": b"250-mail.example\r\n250 STARTTLS\r\n", "STAR": b"220 go\r\n250 ok\r\n"}
    async with scripted(**changes) as server:
        delivery = await sent(server.port, security="starttls", attempt_ms=200, tries=1)
    assert delivery.outcome is Outcome.FAILED
    assert b"MAIL" not in server.heard


async def test_a_wrong_password_is_certain_and_told_by_nobody(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    context, cert = certificate(tmp_path)
    async with real_server(tls=context, auth=True) as server:
        delivery = await sent(
            server.port, "wr0ng-one", security="starttls", ca=str(cert), user="monitord"
        )
    assert delivery == Delivery(Outcome.FAILED, "answered 535 (password)", reached=True)
    said = [r for r in caplog.messages if "wr0ng" in r and "aiosmtpd" not in r]
    assert "wr0ng" not in "".join(said) + "".join(capsys.readouterr())


async def test_a_server_that_takes_no_password_gets_none() -> None:
    async with scripted() as server:
        delivery = await sent(server.port, "s3cr3t", user="monitord")
    assert delivery == Delivery(Outcome.FAILED, "the server takes no user and password")
    assert b"s3cr3t" not in server.heard


@pytest.mark.parametrize(("user", "secret"), [("monitord", None), (None, "s3cr3t")])
async def test_user_and_secret_belong_together(user: str | None, secret: str | None) -> None:
    async with scripted() as server:
        delivery = await sent(server.port, secret, user=user)
    assert (delivery.outcome, server.connections) == (Outcome.FAILED, 0)


async def test_greylisting_is_tried_again_within_the_bound() -> None:
    """T8.4: 451 means later, and later is tried."""
    async with real_server("451 come back", "451 come back") as server:
        assert await sent(server.port) == TAKEN
    assert len(server.taken) == 1


async def test_greylisting_without_end_is_a_certain_failure() -> None:
    async with real_server(*["451 come back"] * 9) as server:
        assert await sent(server.port) == Delivery(
            Outcome.FAILED, "answered 451 (recipient)", reached=True
        )
    assert len(server.secure) == 3


async def test_a_refused_recipient_is_certain_at_once() -> None:
    """The code is told, the server's words, which repeat the address, are not."""
    async with real_server("550 no anna@example.org here") as server:
        assert await sent(server.port) == Delivery(
            Outcome.FAILED, "answered 550 (recipient)", reached=True
        )
    assert len(server.secure) == 1


@pytest.mark.parametrize("stage", ["greeting", "EHLO", "MAIL", "RCPT", "DATA", "end"])
@pytest.mark.parametrize(("code", "connections"), [(b"554 no\r\n", 1), (b"421 later\r\n", 2)])
async def test_a_no_at_any_stage(stage: str, code: bytes, connections: int) -> None:
    """T8.4: 5xx is certain, 4xx is asked again; nobody was reached by either."""
    async with scripted(**{stage: code}) as server:
        delivery = await sent(server.port, tries=2)
    assert (delivery.outcome, server.connections) == (Outcome.FAILED, connections)
    assert code[:3].decode() in delivery.detail


@pytest.mark.parametrize("fault", [HANG, DROP])
@pytest.mark.parametrize("stage", ["greeting", "EHLO", "MAIL", "RCPT"])
async def test_silence_before_the_mail_reached_nobody(stage: str, fault: bytes) -> None:
    async with scripted(**{stage: fault}) as server:
        delivery = await sent(server.port, **SHORT)
    assert (delivery.outcome, server.connections, server.mails) == (Outcome.FAILED, 2, 0)


@pytest.mark.parametrize("fault", [HANG, DROP])
@pytest.mark.parametrize("stage", ["DATA", "end"])
async def test_silence_after_the_mail_was_on_its_way_is_unknown(stage: str, fault: bytes) -> None:
    """Law 7: not certain, so it is repeated with the same id, and told as unknown."""
    async with scripted(**{stage: fault}) as server:
        delivery = await sent(server.port, **SHORT)
    assert (delivery.outcome, server.connections) == (Outcome.UNKNOWN, 2)
    assert server.heard.count(b"Message-ID: <riverside-3-12-1@example.org>") in (0, server.mails)


async def test_a_certain_no_after_a_silence_is_not_certain() -> None:
    """The silent try may have arrived."""
    async with scripted(end=HANG) as server:
        made = MailChannel(
            "mail", {"host": "127.0.0.1", "port": server.port, **FAST, **SHORT}, None
        )
        call = asyncio.ensure_future(made.deliver(ANNA))
        while not server.mails:
            await asyncio.sleep(0)
        server._answers |= {"RCPT": b"550 no\r\n"}
        delivery = await call
        await made.close()
    assert delivery.outcome is Outcome.UNKNOWN
    assert server.connections == 2


@pytest.mark.parametrize(("stage", "outcome"), [("end", Outcome.UNKNOWN), ("RCPT", Outcome.FAILED)])
async def test_the_total_bound_holds(stage: str, outcome: Outcome) -> None:
    async with scripted(**{stage: HANG}) as server:
        delivery = await sent(server.port, attempt_ms=5_000, total_ms=200)
    assert (delivery.outcome, server.connections) == (outcome, 1)


@pytest.mark.parametrize(
    "garbage",
    [
        b"\r\n\r\n", b"SSH-2.0-x\r\n", b"\x00\xff\xfe\r\n", b"2\r\n", b"999 odd\r\n",
        b"-12 odd\r\n", b"HTTP/1.1 200 OK\r\n\r\n", b"220-" + b"a" * 100_000,
        b"220-more\r\n" * 20_000, b"250 " + b"\xff" * 9_000 + b"\r\n", b"7" * 40_000 + b"\r\n",
    ],
)  # fmt: skip
@pytest.mark.parametrize("stage", ["greeting", "EHLO", "RCPT", "end"])
async def test_garbage_never_raises_and_is_never_a_hand_over(stage: str, garbage: bytes) -> None:
    async with scripted(**{stage: garbage}) as server:
        delivery = await sent(server.port, **SHORT | {"attempt_ms": 150})
    if stage == "end":
        assert delivery.outcome is Outcome.UNKNOWN or garbage.startswith(b"250")
    elif not (stage == "EHLO" and garbage.startswith(b"250")):
        assert delivery.outcome is Outcome.FAILED


@pytest.mark.parametrize("fault", [HANG, DROP, b"garbage\r\n", b"500 no\r\n"])
async def test_a_bad_good_bye_changes_nothing(fault: bytes) -> None:
    """Nor does it take time from the attempt: what was taken is told as taken."""
    async with scripted(QUIT=fault) as server:
        assert await sent(server.port, attempt_ms=300, tries=1) == TAKEN
        while b"QUIT" not in server.heard:
            await asyncio.sleep(0)
    assert server.mails == 1


async def test_nobody_listening_is_certain() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: refused, and nobody else's
        delivery = await sent(taken.getsockname()[1])
    assert delivery == Delivery(Outcome.FAILED, "the connection failed (connection)", reached=False)


async def test_a_name_that_does_not_exist_is_certain(monkeypatch: pytest.MonkeyPatch) -> None:
    def not_found(*_: object, **__: object) -> object:
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    monkeypatch.setattr(socket, "getaddrinfo", not_found)
    delivery = await sent(25, host="mail.example", security="none")
    assert delivery == Delivery(Outcome.FAILED, "the connection failed (connection)", reached=False)


@pytest.mark.parametrize("to", ["", "anna", "a@b\r\nBcc: c@d"])
async def test_what_is_no_address_is_never_sent(to: str) -> None:
    async with scripted() as server:
        made = MailChannel("mail", {"host": "127.0.0.1", "port": server.port, **FAST}, None)
        delivery = await made.deliver(message(to=to))
    assert (delivery.outcome, server.connections) == (Outcome.FAILED, 0)


async def test_a_missing_certificate_file_is_named_by_its_key(tmp_path: Path) -> None:
    async with scripted() as server:
        delivery = await sent(server.port, security="tls", ca=str(tmp_path / "none.pem"))
    assert delivery == Delivery(Outcome.FAILED, "the file named by `ca` holds no certificates")


@pytest.mark.parametrize("stage", ["greeting", "RCPT", "end"])
@pytest.mark.parametrize("fault", [HANG, DROP, b"550 anna@example.org no\r\n", b"junk\r\n"])
async def test_details_hold_nothing_personal(stage: str, fault: bytes) -> None:
    async with scripted(**{stage: fault}) as server:
        delivery = await sent(server.port, **SHORT)
    for hidden in ("anna", "example.org", "127.0.0.1", str(server.port)):
        assert hidden not in delivery.detail


async def test_a_call_in_progress_can_be_called_off() -> None:
    async with scripted(RCPT=HANG) as server:
        made = MailChannel("mail", {"host": "127.0.0.1", "port": server.port, **FAST}, None)
        call = asyncio.ensure_future(made.deliver(ANNA))
        while b"RCPT" not in server.heard:
            await asyncio.sleep(0)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        await made.close()


@pytest.mark.parametrize(
    "setup",
    [
        {},
        {"host": "mail example"},
        {"host": "mail.example", "security": "maybe"},
        {"host": "mail.example", "from": "Alarm <alarm@example.org>"},
        {"host": "mail.example", "port": 0},
        {"host": "mail.example", "tries": 99},
        {"host": "mail.example", "total_ms": 600_000},
        {"host": "mail.example", "security": "none", "user": "monitord"},
        {"host": "mail.example", "pasword": "x"},
    ],
)
def test_a_wrong_setup_is_refused(setup: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        MailChannel("mail", setup, None)


@pytest.mark.parametrize(
    ("setup", "protection"),
    [
        ({"host": "10.0.0.9"}, Security.STARTTLS),
        ({"host": "127.0.0.1.example"}, Security.STARTTLS),
        ({"host": "10.0.0.9", "security": "none"}, Security.NONE),
        ({"host": "localhost"}, Security.NONE),
        ({"host": "::1"}, Security.NONE),
        ({"host": "127.0.0.1", "security": "tls"}, Security.TLS),
    ],
)
def test_only_this_computer_is_spoken_to_in_the_clear_unasked(
    setup: dict[str, Any], protection: Security
) -> None:
    config = MailChannel.Config.model_validate(setup)
    assert getattr(config, "protection") is protection  # noqa: B009 - the class is the protocol's
