"""The acknowledge listener over real HTTP: looking changes nothing, one POST takes it (C3)."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import msgspec
import pytest

from monitord.core.facts import Acknowledge, TextRef
from monitord.journal.errors import StoreError, Trouble
from monitord.people.accounts import PinAnswer, PinVerdict
from monitord.runtime import acknowledge as module
from monitord.runtime import connections
from monitord.runtime.acknowledge import AcknowledgeListener, Shown
from monitord.runtime.links import Grant, Links
from monitord.vocabulary import Proof
from tests.channels.samples import VIEW

OPENED_MS = 500
GRANT = Grant(12, 3, "anna", 10_000)
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}


class Answer(msgspec.Struct):
    code: str = ""
    text: str = ""
    position: str = "3.41"
    stored: bool = True


class Desk:
    """A daemon with one incident, which says what it is told to say."""

    def __init__(self) -> None:
        self.time_ms = 1_000
        self.shown: Shown | None = Shown(VIEW, OPENED_MS, open=True)
        self.facts: list[Acknowledge] = []
        self.answer = Answer()
        self.hangs = False
        self.pins: list[tuple[str, str, str]] = []
        self.pin = PinAnswer(PinVerdict.OK)
        self.notes: list[str] = []
        self.side_store_fails = False

    def now_ms(self) -> int:
        return self.time_ms

    def look(self, incident: int) -> Shown | None:
        return self.shown if incident == 12 else None

    async def submit(self, fact: Acknowledge) -> Answer:
        self.facts.append(fact)
        if self.hangs:
            await asyncio.Event().wait()
        return self.answer

    async def check_pin(self, person: str, pin: str, via: str) -> PinAnswer:
        self.pins.append((person, pin, via))
        return self.pin

    async def keep(self, note: str) -> TextRef:
        if self.side_store_fails:
            raise StoreError(Trouble.DAMAGED)
        self.notes.append(note)
        return TextRef("note-1", "hash")


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def links() -> Links:
    return Links(bytes(range(32)), "")


@pytest.fixture
async def listener(desk: Desk, links: Links) -> AsyncIterator[AcknowledgeListener]:
    made = AcknowledgeListener(desk, links, "127.0.0.1", 0)
    await made.open()
    links.base = f"http://127.0.0.1:{made.port}"
    yield made
    await made.close()


@pytest.fixture
async def client(listener: AcknowledgeListener) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def url(listener: AcknowledgeListener, links: Links) -> str:
    return links.url(GRANT, OPENED_MS)


async def post(
    client: aiohttp.ClientSession, url: str, body: bytes = b"{}", headers: Any = JSON
) -> tuple[int, str]:
    async with client.post(url, data=body, headers=headers) as response:
        return response.status, await response.text()


async def get(client: aiohttp.ClientSession, url: str) -> tuple[int, str]:
    async with client.get(url) as response:
        return response.status, await response.text()


async def test_a_mail_scanner_that_opens_the_link_twice_takes_nothing(
    client: aiohttp.ClientSession, url: str, desk: Desk
) -> None:
    """C3: GET, GET again and HEAD leave the chain running."""
    for _ in range(2):
        assert (await get(client, url))[0] == 200
    async with client.head(url) as response:
        assert (response.status, await response.read()) == (200, b"")
    assert desk.facts == []


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_other_methods_take_nothing(
    client: aiohttp.ClientSession, url: str, desk: Desk, method: str
) -> None:
    async with client.request(method, url) as response:
        assert response.status == 405
    assert desk.facts == []


async def test_the_page_says_place_and_gate_first_and_asks(
    client: aiohttp.ClientSession, url: str
) -> None:
    """C7."""
    _, html = await get(client, url)
    assert "<h1>Gallery 1, first floor. Gate B, King Street." in html
    assert '<form method="post"><button>I take it: anna</button>' in html


async def test_the_page_loads_nothing_and_runs_nothing(
    client: aiohttp.ClientSession, url: str
) -> None:
    async with client.get(url) as response:
        html, headers = await response.text(), response.headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert not [word for word in ("<script", "src=", "href=", "http") if word in html]


async def test_names_cannot_write_the_page(
    client: aiohttp.ClientSession, url: str, desk: Desk
) -> None:
    text = "<script>alert(1)</script>\"'&"
    view = msgspec.structs.replace(VIEW, text=text)
    desk.shown = Shown(view, OPENED_MS, open=True, taken_by=("<b>",))
    _, html = await get(client, url)
    assert "<script" not in html
    assert "<b>" not in html


@pytest.mark.parametrize("body", [b"", b"{}", b'{"pin": ""}', b'{"note": ""}'])
async def test_a_post_takes_it_in_that_name_at_that_revision(
    client: aiohttp.ClientSession, url: str, desk: Desk, body: bytes
) -> None:
    """C3: named, and for what was seen."""
    status, text = await post(client, url, body)
    assert status == 200
    assert desk.facts == [Acknowledge(by="anna", proof=Proof.LINK, incident=12, seen=3, via="link")]
    assert msgspec.json.decode(text)["position"] == "3.41"


async def test_a_post_without_any_header_takes_it(
    client: aiohttp.ClientSession, url: str, desk: Desk
) -> None:
    async with client.post(url, skip_auto_headers=["Content-Type"]) as response:
        assert response.status == 200
    assert len(desk.facts) == 1


async def test_the_button_of_the_page_is_answered_with_a_page(
    client: aiohttp.ClientSession, url: str, desk: Desk
) -> None:
    status, html = await post(client, url, b"pin=&note=", FORM)
    assert (status, len(desk.facts)) == (200, 1)
    assert "<h1>You have it</h1>" in html
    assert "Incident 12 is yours, anna." in html


@pytest.mark.parametrize(
    ("code", "status", "words"),
    [
        ("worsened", 409, "has become worse"),
        ("ended", 410, "has been closed"),
        ("unknown", 404, "call the control room"),
        ("bad-input", 400, "engine words"),
        ("forbidden", 403, "engine words"),
        ("something-new", 403, "engine words"),
        ("fault", 503, "not certain that you have it"),
    ],
)
@pytest.mark.parametrize("headers", [JSON, FORM])
async def test_a_refusal_has_its_status_and_its_words(
    client: aiohttp.ClientSession,
    url: str,
    desk: Desk,
    code: str,
    status: int,
    words: str,
    headers: dict[str, str],
) -> None:
    """Law 10: refused when it has worsened since."""
    desk.answer = Answer(code, "engine words")
    got, text = await post(client, url, b"", headers)
    assert got == status
    assert words in text


async def test_what_is_not_on_disk_yet_is_said(
    client: aiohttp.ClientSession, url: str, desk: Desk
) -> None:
    desk.answer = Answer(stored=False)
    assert "not on disk yet" in (await post(client, url))[1]


async def test_a_link_has_an_end(client: aiohttp.ClientSession, url: str, desk: Desk) -> None:
    desk.time_ms = GRANT.end_ms + 1
    assert (await get(client, url))[0] == 410
    assert (await post(client, url))[0] == 410
    assert desk.facts == []


async def test_a_closed_incident_is_over(
    client: aiohttp.ClientSession, url: str, desk: Desk
) -> None:
    desk.shown = Shown(VIEW, OPENED_MS, open=False)
    assert (await get(client, url))[0] == 410
    assert (await post(client, url))[0] == 410
    assert desk.facts == []


@pytest.mark.parametrize(
    ("old", "new"), [("12.3.anna", "12.3.boris"), ("12.3.", "12.4."), (".10000.", ".99999.")]
)
async def test_a_changed_link_is_not_known(
    client: aiohttp.ClientSession, url: str, desk: Desk, old: str, new: str
) -> None:
    changed = url.replace(old, new)
    assert changed != url
    assert (await get(client, changed))[0] == 404
    assert (await post(client, changed))[0] == 404
    assert desk.facts == []


async def test_an_incident_that_is_not_there_is_not_known(
    client: aiohttp.ClientSession, url: str, desk: Desk
) -> None:
    desk.shown = None
    assert (await post(client, url))[0] == 404


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{", JSON, 400),
        (b"[]", JSON, 400),
        (b'{"pin": 482915}', JSON, 400),
        (b'{"pim": "482915"}', JSON, 400),
        (b'{"pin": "1234567890123"}', JSON, 400),
        (b'{"note": "' + b"a" * 501 + b'"}', JSON, 400),
        (b'{"note": "' + b"a" * 5_000 + b'"}', JSON, 413),
        (b"\xff\xfe", JSON, 400),
        (b"pim=482915", FORM, 400),
        (b"pin=%ff", FORM, 400),
        (b"&".join([b"pin=1"] * 9), FORM, 400),
        (b"a", {"Content-Type": "text/plain"}, 415),
        (b"{}", {"Content-Type": "multipart/form-data; boundary=x"}, 415),
    ],
)
async def test_bad_input_takes_nothing(
    client: aiohttp.ClientSession,
    url: str,
    desk: Desk,
    body: bytes,
    headers: dict[str, str],
    status: int,
) -> None:
    got, text = await post(client, url, body, headers)
    assert (got, desk.facts, desk.pins) == (status, [], [])
    assert "482915" not in text


async def test_a_right_pin_is_proof(client: aiohttp.ClientSession, url: str, desk: Desk) -> None:
    assert (await post(client, url, b'{"pin": "482915"}'))[0] == 200
    assert desk.pins == [("anna", "482915", "link")]
    assert desk.facts[0].proof is Proof.PIN


@pytest.mark.parametrize("verdict", [PinVerdict.WRONG, PinVerdict.NOT_SET, PinVerdict.LOCKED])
async def test_a_wrong_pin_takes_nothing(
    client: aiohttp.ClientSession, url: str, desk: Desk, verdict: PinVerdict
) -> None:
    """C1: answers with the wrong PIN."""
    desk.pin = PinAnswer(verdict, 30_000)
    status, _ = await post(client, url, b'{"pin": "482915"}')
    assert (status, desk.facts) == (403, [])


async def test_a_note_is_kept_apart_from_the_fact(
    client: aiohttp.ClientSession, url: str, desk: Desk
) -> None:
    """Law 3: personal text is never in the chain."""
    await post(client, url, b"note=on+my+way&pin=", FORM)
    assert desk.notes == ["on my way"]
    assert desk.facts[0].note == TextRef("note-1", "hash")
    assert b"on my way" not in msgspec.json.encode(desk.facts)


async def test_a_note_that_cannot_be_kept_does_not_stop_the_acknowledgement(
    client: aiohttp.ClientSession, url: str, desk: Desk
) -> None:
    desk.side_store_fails = True
    status, text = await post(client, url, b'{"note": "on my way"}')
    assert (status, len(desk.facts)) == (200, 1)
    assert "note could not be kept" in text


async def test_an_engine_that_does_not_answer_is_not_a_yes(
    client: aiohttp.ClientSession, url: str, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SUBMIT_S", 0.02)
    desk.hangs = True
    assert (await post(client, url))[0] == 503


async def test_a_bug_still_gives_words(
    client: aiohttp.ClientSession, url: str, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_: Acknowledge) -> Answer:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(desk, "submit", broken)
    status, text = await post(client, url, b"", FORM)
    assert status == 503
    assert "not certain" in text
    assert "secret" not in text


async def test_strangers_are_slowed_down_and_people_are_not(
    client: aiohttp.ClientSession, url: str, listener: AcknowledgeListener
) -> None:
    """Behind a proxy all share one address: noise must not lock out who was called."""
    base = f"http://127.0.0.1:{listener.port}/a/none"
    got = [(await get(client, base))[0] for _ in range(module.WRONG_PER_ADDRESS + 1)]
    assert got == [404] * module.WRONG_PER_ADDRESS + [429]
    assert (await post(client, url))[0] == 200


async def test_one_link_cannot_be_used_without_end(
    client: aiohttp.ClientSession, url: str, desk: Desk
) -> None:
    got = [(await post(client, url))[0] for _ in range(module.PER_TOKEN + 1)]
    assert got == [200] * module.PER_TOKEN + [429]
    assert len(desk.facts) == module.PER_TOKEN


async def test_a_connection_that_never_finishes_its_header_is_ended(
    desk: Desk, links: Links, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "LIFE_S", 0.03)
    listener = AcknowledgeListener(desk, links, "127.0.0.1", 0)
    await listener.open()
    reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
    writer.write(b"GET /a/x HTTP/1.1\r\nHost: x\r\n")
    async with asyncio.timeout(5):
        with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
            await reader.readexactly(1)
    writer.close()
    await listener.close()


async def test_connections_beyond_the_cap_are_closed_and_the_rest_served(
    desk: Desk, links: Links, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "CONNECTIONS_MAX", 2)
    listener = AcknowledgeListener(desk, links, "127.0.0.1", 0)
    await listener.open()
    held = [await asyncio.open_connection("127.0.0.1", listener.port) for _ in range(2)]
    reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
    async with asyncio.timeout(5):
        assert await reader.read() == b""
    held[0][1].write(b"GET /a/x HTTP/1.1\r\nHost: x\r\n\r\n")
    async with asyncio.timeout(5):
        assert (await held[0][0].readline()).startswith(b"HTTP/1.1 404")
    for _, open_writer in [*held, (reader, writer)]:
        open_writer.close()
    await listener.close()


async def test_a_port_that_is_taken_is_told(desk: Desk, listener: AcknowledgeListener) -> None:
    second = AcknowledgeListener(desk, Links(bytes(32), ""), "127.0.0.1", listener.port)
    with pytest.raises(OSError, match="address already in use"):
        await second.open()
