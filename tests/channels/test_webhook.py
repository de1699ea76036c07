"""The webhook channel against real servers on loopback, most of them bad (C1, design 5.3)."""

import asyncio
import hashlib
import hmac
import socket
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from pydantic import ValidationError

from monitord.channels.contract import Delivery, Message, Said
from monitord.channels.webhook import ANSWER_BYTES_MAX, WebhookChannel
from monitord.vocabulary import Outcome
from tests.channels.gateway import Handler, answering, gateway, hanging, in_turn, raw
from tests.channels.samples import MESSAGE, message

FAST = {"attempt_ms": 200, "back_off_ms": 1, "total_ms": 2_000}
#: Where nothing is to be cut off, on a busy machine either.
PATIENT = {"attempt_ms": 10_000, "total_ms": 30_000}


@asynccontextmanager
async def channel(
    url: str, secret: str | None = None, **setup: Any
) -> AsyncIterator[WebhookChannel]:
    made = WebhookChannel("sms", {"url": url, **FAST, **setup}, secret, wall_ms=lambda: 1_700_000)
    await made.open()
    try:
        yield made
    finally:
        await made.close()


async def delivered(answer: Handler, sent: Message = MESSAGE, **setup: Any) -> tuple[Delivery, int]:
    """What comes of one call, and how many requests it took."""
    async with gateway(answer) as server, channel(server.url, **setup) as made:
        return await made.deliver(sent), len(server.requests)


async def test_the_body_is_the_contract() -> None:
    """Design 5.3: a gateway author reads these names."""
    async with gateway(answering(202)) as server, channel(server.url) as made:
        assert (await made.deliver(MESSAGE)).outcome is Outcome.HANDED_OVER
    [(headers, body)] = server.requests
    sent = msgspec.json.decode(body)
    assert headers[":request"] == "POST /call HTTP/1.1"
    assert headers["content-type"] == "application/json"
    assert "monitord-signature" not in headers
    assert set(sent) == {
        "call_id", "site", "incident", "person", "to", "step", "attempt", "test",
        "acknowledge_url",
    }  # fmt: skip
    assert set(sent["incident"]) == {
        "id", "number", "rev", "category", "priority", "confirmed", "area", "point", "opened_at",
        "text",
    }  # fmt: skip
    assert sent["call_id"] == "riverside-3-12-1"
    assert sent["test"] is False
    assert (sent["incident"]["priority"], sent["incident"]["category"]) == (2, "intrusion")


async def test_a_secret_signs_time_and_body() -> None:
    async with gateway(answering(200)) as server, channel(server.url, secret="k3y") as made:
        await made.deliver(MESSAGE)
    [(headers, body)] = server.requests
    digest = hmac.new(b"k3y", b"1700." + body, hashlib.sha256).hexdigest()
    assert headers["monitord-signature"] == f"t=1700,v1={digest}"


async def test_a_repeat_carries_the_same_call_id() -> None:
    answer = in_turn(answering(503), raw(b""), answering(200))
    async with gateway(answer) as server, channel(server.url) as made:
        delivery = await made.deliver(MESSAGE)
    assert delivery.outcome is Outcome.HANDED_OVER
    ids = [msgspec.json.decode(body)["call_id"] for _, body in server.requests]
    assert ids == ["riverside-3-12-1"] * 3


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
async def test_every_2xx_is_a_hand_over_and_no_more(status: int) -> None:
    assert await delivered(answering(status)) == (
        Delivery(Outcome.HANDED_OVER, f"answered {status}", reached=True),
        1,
    )


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 413, 422])
async def test_a_certain_no_is_not_asked_again(status: int) -> None:
    delivery, requests = await delivered(answering(status))
    assert (delivery.outcome, requests) == (Outcome.FAILED, 1)


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
async def test_a_passing_no_is_asked_again_within_bounds(status: int) -> None:
    delivery, requests = await delivered(answering(status))
    assert (delivery.outcome, requests) == (Outcome.FAILED, 3)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_never_followed(status: int) -> None:
    async with gateway(answering(200)) as elsewhere:
        answer = answering(status, headers=f"Location: {elsewhere.url}\r\n")
        delivery, requests = await delivered(answer)
    assert (delivery.outcome, requests, elsewhere.requests) == (Outcome.FAILED, 1, [])


async def test_a_gateway_that_hangs_ends_within_the_bound_and_is_not_certain() -> None:
    delivery, requests = await delivered(hanging, attempt_ms=50)
    assert (delivery.outcome, requests) == (Outcome.UNKNOWN, 3)


async def test_the_total_bound_holds_over_the_tries() -> None:
    delivery, requests = await delivered(hanging, attempt_ms=80, total_ms=100)
    assert (delivery.outcome, requests) == (Outcome.UNKNOWN, 2)


async def test_a_certain_no_before_a_silence_is_not_certain() -> None:
    """The bound ends a try that was on its way."""
    answer = in_turn(answering(503), hanging)
    delivery, requests = await delivered(answer, attempt_ms=5_000, total_ms=100)
    assert (delivery.outcome, requests) == (Outcome.UNKNOWN, 2)


async def test_a_certain_no_after_a_silence_is_not_certain() -> None:
    """The silent try may have reached somebody."""
    delivery, _ = await delivered(in_turn(hanging, answering(404)), attempt_ms=50)
    assert delivery.outcome is Outcome.UNKNOWN


async def test_nobody_listening_is_certain() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: refused, and nobody else's
        async with channel(f"http://127.0.0.1:{taken.getsockname()[1]}/") as made:
            delivery = await made.deliver(MESSAGE)
    assert delivery.outcome is Outcome.FAILED
    assert "refused" in delivery.detail


async def test_the_pause_before_the_bound_does_not_make_a_refusal_uncertain() -> None:
    delivery, requests = await delivered(answering(503), back_off_ms=5_000, total_ms=100)
    assert (delivery, requests) == (Delivery(Outcome.FAILED, "answered 503", reached=True), 1)


async def slow_drip(_: bytes, __: dict[str, str], writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n")
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.01)


async def slow_head(_: bytes, __: dict[str, str], writer: asyncio.StreamWriter) -> None:
    for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 10_000:
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(0.01)


async def test_a_slow_body_after_a_yes_is_a_hand_over() -> None:
    delivery, requests = await delivered(slow_drip, may_acknowledge=True)
    assert (delivery, requests) == (Delivery(Outcome.HANDED_OVER, "answered 200", reached=True), 1)


async def test_a_slow_head_is_no_answer() -> None:
    delivery, _ = await delivered(slow_head, attempt_ms=50)
    assert delivery.outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"\x00\xff\x16\x03" * 50,
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 99999 Odd\r\n\r\n",
        b"HTTP/9.9 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzzz\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope",
    ],
)
@pytest.mark.parametrize("may_acknowledge", [False, True])
async def test_garbage_never_raises_and_never_acknowledges(
    answer: bytes, may_acknowledge: bool
) -> None:
    delivery, requests = await delivered(raw(answer), may_acknowledge=may_acknowledge)
    assert delivery.outcome in (Outcome.UNKNOWN, Outcome.HANDED_OVER)
    assert delivery.said is None
    assert requests <= 3


MINE = b'{"acknowledged": {"call_id": "riverside-3-12-1", "person": "anna", "rev": 3}}'
SAID = Said("riverside-3-12-1", "anna", 3)


async def test_an_answer_acknowledges_where_the_channel_may() -> None:
    delivery, _ = await delivered(answering(200, MINE), may_acknowledge=True)
    assert delivery == Delivery(Outcome.HANDED_OVER, "answered 200", SAID, reached=True)


async def test_an_answer_never_acknowledges_where_the_channel_may_not() -> None:
    """C3."""
    delivery, _ = await delivered(answering(200, MINE))
    assert delivery.said is None


@pytest.mark.parametrize(
    "body",
    [
        b'{"acknowledged": true}',
        b'{"acknowledged": {"call_id": "riverside-3-12-2", "person": "anna", "rev": 3}}',
        b'{"acknowledged": {"call_id": "riverside-3-12-1", "person": "boris", "rev": 3}}',
        b'{"acknowledged": {"call_id": "riverside-3-12-1", "person": "anna", "rev": "3"}}',
        b'{"acknowledged": {"call_id": "riverside-3-12-1", "person": "anna"}}',
        b'[{"acknowledged": true}]',
        b"acknowledged",
        b"",
        b"[" * 60_000,
        b'{"other": ' + b"[" * 60_000,
        MINE + b" " * ANSWER_BYTES_MAX,
    ],
)
async def test_anything_else_is_a_hand_over_and_no_more(body: bytes) -> None:
    """C3: a voicemail system that says yes to everything takes nothing."""
    delivery, requests = await delivered(answering(200, body), may_acknowledge=True)
    assert (delivery, requests) == (Delivery(Outcome.HANDED_OVER, "answered 200", reached=True), 1)


async def test_a_refusal_that_claims_to_acknowledge_is_a_refusal() -> None:
    delivery, _ = await delivered(answering(404, MINE), may_acknowledge=True)
    assert (delivery.outcome, delivery.said) == (Outcome.FAILED, None)


async def test_a_body_without_end_is_not_read_to_its_end() -> None:
    async def endless(_: bytes, __: dict[str, str], writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"a" * 4096)
            await writer.drain()

    delivery, requests = await delivered(endless, may_acknowledge=True, attempt_ms=5_000)
    assert (delivery.outcome, requests) == (Outcome.HANDED_OVER, 1)


async def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with gateway(answering(200)) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        delivery, _ = await delivered(answering(204))
    assert (delivery.detail, proxy.requests) == ("answered 204", [])


async def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
         "-days", "1", "-keyout", key, "-out", cert],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    seen: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await reader.read(10))
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    async with server, channel(url, **PATIENT) as made:
        delivery = await made.deliver(MESSAGE)
    assert delivery == Delivery(Outcome.FAILED, "its certificate is not trusted", reached=False)
    assert seen == []


async def test_a_name_that_does_not_exist_fails_for_certain(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def not_found(*_: object, **__: object) -> object:
        raise socket.gaierror(socket.EAI_NONAME, "no such name: secret-host")

    monkeypatch.setattr(socket, "getaddrinfo", not_found)
    async with channel("http://gateway.example/") as made:
        delivery = await made.deliver(MESSAGE)
    assert delivery == Delivery(Outcome.FAILED, "its name could not be resolved", reached=False)


async def test_a_name_server_that_fails_later_does_not_stop_calls(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The last good address is used when the name server is gone."""
    good = socket.getaddrinfo
    async with (
        gateway(answering(200)) as server,
        channel(f"http://gateway.example:{server.port}/") as made,
    ):
        monkeypatch.setattr(
            socket, "getaddrinfo", lambda _, *rest, **named: good("127.0.0.1", *rest, **named)
        )
        first = await made.deliver(MESSAGE)

        def gone(*_: object, **__: object) -> object:
            raise socket.gaierror(socket.EAI_AGAIN, "try again")

        monkeypatch.setattr(socket, "getaddrinfo", gone)
        second = await made.deliver(MESSAGE)
    assert first.outcome is second.outcome is Outcome.HANDED_OVER


@pytest.mark.parametrize("answer", [answering(500), answering(302), hanging, raw(b"\xff")])
async def test_details_hold_nothing_personal_and_no_secret(answer: Handler) -> None:
    async with gateway(answer) as server:
        url = server.url + "?token=s3cr3t"
        async with channel(url, secret="k3y-k3y", attempt_ms=50) as made:
            delivery = await made.deliver(message(to="+441632960001"))
    for secret in ("441632", "127.0.0.1", "s3cr3t", "k3y", "anna", str(server.port)):
        assert secret not in delivery.detail


async def test_a_call_in_progress_can_be_called_off() -> None:
    asked = asyncio.Event()

    async def answer(body: bytes, headers: dict[str, str], writer: asyncio.StreamWriter) -> None:
        asked.set()
        await hanging(body, headers, writer)

    async with gateway(answer) as server, channel(server.url, attempt_ms=5_000) as made:
        task = asyncio.ensure_future(made.deliver(MESSAGE))
        await asked.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


@pytest.mark.parametrize(
    "setup",
    [
        {},
        {"url": "ftp://gateway.example/"},
        {"url": "file:///etc/passwd"},
        {"url": "gateway.example/sms"},
        {"url": "https://"},
        {"url": "https://user:pass@gateway.example/"},
        {"url": "https://gateway.example:99999/"},
        {"url": "https://gateway.example/", "tries": 99},
        {"url": "https://gateway.example/", "total_ms": 600_000},
        {"url": "https://gateway.example/", "attemptms": 100},
    ],
)
def test_a_wrong_setup_is_refused(setup: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        WebhookChannel("sms", setup, None)


def test_the_defaults_are_the_stated_bounds() -> None:
    config = WebhookChannel.Config.model_validate({"url": "https://gateway.example/"})
    stated = config.model_dump(include={"attempt_ms", "tries", "total_ms", "may_acknowledge"})
    assert stated == {
        "attempt_ms": 5_000, "tries": 3, "total_ms": 15_000, "may_acknowledge": False,
    }  # fmt: skip
