"""Programs at the socket: a token in place of a person, and never more than law 11 has."""

import json
from pathlib import Path

import msgspec
import pytest

from monitord.core import facts as f
from monitord.core.state import HIDDEN_FROM
from monitord.journal.export import rfc3339
from monitord.journal.side import ERASED
from monitord.people.accounts import Accounts
from monitord.people.sessions import Sessions
from monitord.people.tokens import TokenRole
from monitord.runtime.control.server import ControlServer
from monitord.runtime.control.who import Caller
from monitord.runtime.erasing import Eraser
from monitord.runtime.side_texts import SideTexts
from monitord.vocabulary import Proof
from tests.runtime.control.house import PIN, UTC_MS, Client, House


async def made(client: Client, role: str = "operator") -> str:
    """A token for the program ``hub``."""
    text: str = (await client.ask("token-add", name="hub", role=role))["token"]
    return text


async def test_a_program_takes_an_alarm_in_its_own_name(house: House, client: Client) -> None:
    token = await made(client)
    house.trip()
    reply = await client.ask("acknowledge", number=1, seen=1, token=token)
    assert reply["ok"]
    assert reply["incident"]["owner"] == "token/hub"
    (fact,) = [x for x in house.engine.submitted if isinstance(x, f.Acknowledge)]
    assert (fact.by, fact.proof) == ("token/hub", Proof.TOKEN)
    assert (await client.ask("declare", category="theft", area="gallery", token=token))["ok"]
    assert all(token.encode() not in row.payload for row in house.engine.rows)


async def test_a_program_weakens_nothing(house: House, client: Client) -> None:
    """Law 11: refused in the core, and on record."""
    token = await made(client)
    house.trip()
    close = {"number": 1, "seen": 1, "cause": "test"}
    until = "2026-11-18T13:00:00Z"
    hold = {"source": "east.pir", "how": "shelved", "until": until, "reason": "dust"}
    for verb, asked in (("close", close), ("suppress", hold)):
        reply = await client.ask(verb, **asked, token=token)
        assert (reply["ok"], reply["code"]) == (False, "forbidden")
        assert "needs a person and their PIN" in reply["text"]
        beside = await client.ask(verb, **asked, token=token, person="anna", pin=PIN)
        assert beside["code"] == "bad-input"
    assert house.engine.state.incidents[1].open
    assert not house.engine.state.suppressions


async def test_a_program_erases_nobody(house: House, tmp_path: Path) -> None:
    """Law 11: only a person with their PIN, and a director here."""
    texts = SideTexts(tmp_path)
    accounts = Accounts(tmp_path, house.engine.now_ms)
    sessions = Sessions(tmp_path, house.engine.now_ms)
    house.replace_desk(eraser=Eraser(house.engine, texts, accounts, sessions))
    kept = texts.put("note/dev/1-1", "a note", "occurrence log", None)
    server = ControlServer(house.desk, tmp_path)
    await server.open()
    async with Client(server.path) as client:
        token = await made(client)
        house.accounts.pins["boris"] = PIN
        gone = {"what": "dev", "reason": "left"}
        assert (await client.ask("erase", **gone, token=token))["code"] == "forbidden"
        anna = await client.ask("erase", **gone, person="anna", pin=PIN)
        assert "duty-manager, who may not do this" in anna["text"]
        assert texts.get(kept) == "a note"
        assert (await client.ask("erase", **gone, person="boris", pin=PIN))["done"]
    assert texts.get(kept) == ERASED
    await server.close()
    texts.close()


async def test_a_token_that_may_only_look_or_is_gone(house: House, client: Client) -> None:
    token = await made(client, "read")
    house.trip()
    take = {"number": 1, "seen": 1}
    assert "may look and not act" in (await client.ask("acknowledge", **take, token=token))["text"]
    assert (await client.ask("token-revoke", name="hub"))["ok"]
    assert "revoked" in (await client.ask("acknowledge", **take, token=token))["text"]
    assert not house.engine.state.incidents[1].acks


async def test_a_token_that_has_ended_proves_nothing(house: House, client: Client) -> None:
    until = rfc3339(UTC_MS + 1)
    text = (await client.ask("token-add", name="wall", role="operator", until=until))["token"]
    which = await client.ask("which-token", token=text)
    assert (which["name"], which["role"], which["until"]) == ("wall", "operator", until)
    house.accounts.kept["wall"] = msgspec.structs.replace(
        house.accounts.kept["wall"], ends_ms=UTC_MS
    )
    house.trip()
    for verb, asked in (("which-token", {}), ("acknowledge", {"number": 1, "seen": 1})):
        reply = await client.ask(verb, **asked, token=text)
        assert (reply["code"], "has ended" in reply["text"]) == ("no-token", True)
    assert not house.engine.state.incidents[1].acks
    gone = await client.ask(
        "token-add", name="late", role="read", until=until[:3] + "0" + until[4:]
    )
    assert "lies ahead" in gone["text"]


async def test_g9_to_a_program_a_hold_up_by_duress_pin_does_not_exist(
    house: House, client: Client
) -> None:
    """Nobody knows who stands before the screen that a program feeds."""
    token = await made(client)
    house.engine.take(f.GiveDuressPin(by="anna", proof=Proof.PIN, duress=True, session="s"))
    hidden = HIDDEN_FROM + 1
    assert house.engine.state.incidents[hidden].open
    there, none = [
        await client.ask("acknowledge", number=number, seen=1, token=token)
        for number in (hidden, hidden + 1)
    ]
    assert (there["code"], there["incident"]) == (none["code"], none["incident"])
    assert there["text"] == f"There is no incident {hidden}"
    assert not house.engine.state.incidents[hidden].acks


async def test_a_key_is_its_programs_own(house: House, client: Client) -> None:
    """Else one program is given the answer to what another has asked."""
    for name in ("hub", "wall"):
        token = (await client.ask("token-add", name=name, role="operator"))["token"]
        await client.ask("declare", category="theft", area="gallery", token=token, key="1")
    keys = [x.key for x in house.engine.submitted if isinstance(x, f.Declare)]
    assert keys == ["token/hub:1", "token/wall:1"]


async def test_a_token_is_told_once(house: House, client: Client) -> None:
    token = await made(client)
    listed = await client.ask("tokens")
    assert [(t["name"], t["role"]) for t in listed["tokens"]] == [("hub", "operator")]
    assert token not in json.dumps(listed)
    wrong = await client.ask("token-add", name="wall", role="admin")
    assert "there are: read, operator, hub" in wrong["text"]
    assert "revoke it first" in (await client.ask("token-add", name="hub", role="read"))["text"]


async def test_others_neither_see_nor_make_tokens(
    house: House, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Caller, "keeps_accounts", False)
    await house.accounts.add_token("hub", TokenRole.READ)
    for verb, asked in (
        ("token-add", {"name": "wall", "role": "operator"}),
        ("token-revoke", {"name": "hub"}),
        ("tokens", {}),
    ):
        assert (await client.ask(verb, **asked))["code"] == "forbidden"
    assert set(house.accounts.kept) == {"hub"}
