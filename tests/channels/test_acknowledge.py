"""The acknowledge listener over real HTTP: looking changes nothing, one POST takes it (C3)."""

import aiohttp
import msgspec
import pytest

from monitord.core.facts import Acknowledge, TextRef
from monitord.people.accounts import PinAnswer, PinVerdict
from monitord.runtime import acknowledge as module
from monitord.runtime.acknowledge import Shown
from monitord.vocabulary import Proof
from tests.channels.listening import FORM, GRANT, JSON, OPENED_MS, Answer, Desk, get, post
from tests.channels.samples import VIEW


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


async def test_g9_the_duress_pin_takes_it_with_the_same_words(
    client: aiohttp.ClientSession, url: str, desk: Desk
) -> None:
    """G9: the page is the same to the byte; the fact says that they are forced."""
    true = await post(client, url, b'{"pin": "482915"}')
    desk.pin = PinAnswer(PinVerdict.OK, duress=True)
    assert await post(client, url, b'{"pin": "735194"}') == true
    assert [fact.duress for fact in desk.facts] == [False, True]
    assert desk.facts[1].proof is Proof.PIN


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
