"""The HTTP API over real HTTP: who is let in, what is told, what is refused and how."""

from typing import Any

import httpx
import msgspec
import pytest

from monitord.console.api import answers as a
from monitord.console.api import answers_incidents as ai
from monitord.console.api.bounds import Bounds
from monitord.console.guarding import COOKIE
from monitord.core import facts as f
from monitord.core.state import HIDDEN_FROM
from monitord.people.tokens import PREFIX, TokenRole
from monitord.runtime.control import view, view_areas
from monitord.runtime.control.server import ControlServer
from monitord.runtime.control.view_duties import duties
from monitord.runtime.control.view_incidents import incidents
from monitord.vocabulary import Proof
from tests.console.conftest import Console
from tests.runtime.control.house import PIN, House

LOOKS = ("status", "site", "areas", "areas/gallery", "points", "points/east.pir", "devices",
         "devices/east", "suppressions", "duties", "incidents", "incidents/1")  # fmt: skip


async def as_program(house: House, program: httpx.AsyncClient, role: TokenRole) -> None:
    token = await house.accounts.add_token(f"a-{role}", role)
    program.headers["authorization"] = f"Bearer {token}"


async def signed_on(program: httpx.AsyncClient, person: str = "anna") -> None:
    reply = await program.post("session", json={"person": person, "pin": PIN})
    assert reply.status_code == 201, reply.text
    program.headers["authorization"] = f"Bearer {reply.json()['session']}"


async def test_a_token_looks_at_everything_that_is_to_be_seen(
    house: House, program: httpx.AsyncClient
) -> None:
    house.trip()
    await as_program(house, program, TokenRole.READ)
    for path in LOOKS:
        reply = await program.get(path)
        assert reply.status_code == 200, reply.text
        assert reply.json()["position"] == house.engine.state.position
        assert reply.headers["monitord-position"] == house.engine.state.position
    points = (await program.get("points")).json()
    assert points["counts"] == {"normal": 1, "active": 1, "tamper": 0, "fault": 0, "unknown": 0}
    assert (await program.get("incidents/house-1")).json()["incident"]["number"] == 1
    assert (await program.get("incidents?open=true")).json()["incidents"][0]["place"] == "Gallery 1"


def kept(given: Any, told: Any) -> bool:
    """Whether all that is in ``given`` is in ``told``."""
    if isinstance(given, dict):
        return all(key in told and kept(value, told[key]) for key, value in given.items())
    if isinstance(given, list):
        return len(given) == len(told) and all(map(kept, given, told))
    return bool(given == told)


def test_the_promised_fields_are_all_that_the_screens_have() -> None:
    house = House()
    house.trip()
    take = f.Acknowledge(by="anna", proof=Proof.PIN, incident=1, seen=1)
    house.engine.take(take)
    state, now_ms = house.engine.state, house.engine.now_ms()
    listed = [view.point(state, point) for point in state.site.points.values()]
    for shown, kind in (
        (view.points(state, now_ms, listed), a.Points),
        (view.devices(state, now_ms), a.Devices),
        (view.site(state, now_ms), a.Site),
        (view_areas.areas(state, now_ms), a.Areas),
        (view_areas.suppressions(state, now_ms), a.Suppressions),
        (duties(state, now_ms), a.Duties),
        (incidents(state, now_ms), ai.Incidents),
    ):
        told = msgspec.to_builtins(msgspec.convert(shown, kind))
        assert kept(msgspec.to_builtins(shown), told), kind


async def test_nobody_else_is_told_anything(house: House, program: httpx.AsyncClient) -> None:
    house.trip()
    for bearer in ("", "Bearer", "Basic aHVi", f"Bearer {PREFIX}{'A' * 43}", "Bearer " + "x" * 300):
        for path in ("status", "incidents/1", "points"):
            reply = await program.get(path, headers={"authorization": bearer} if bearer else {})
            assert (reply.status_code, reply.json()["code"]) == (401, "no-token"), bearer
            assert "Gallery" not in reply.text


async def test_a_guards_cookie_and_a_token_in_an_address_let_nobody_in(
    house: House, console: Console, anna: httpx.AsyncClient, program: httpx.AsyncClient
) -> None:
    cookies = {COOKIE: anna.cookies[COOKIE]}
    async with httpx.AsyncClient(base_url=console.url, cookies=cookies, trust_env=False) as guard:
        assert (await guard.get("/")).status_code == 200
        assert (await guard.get("/api/v1/site")).status_code == 401
    token = await house.accounts.add_token("wall", TokenRole.READ)
    assert (await program.get(f"site?token={token}")).status_code == 401
    await as_program(house, program, TokenRole.READ)
    reply = await program.get(f"site?token={token}")
    assert (reply.status_code, reply.json()["field"]) == (400, "token")
    assert token not in reply.text


async def test_an_acknowledgement_of_what_has_worsened_is_refused_and_shows_what_it_is_now(
    house: House, program: httpx.AsyncClient
) -> None:
    await as_program(house, program, TokenRole.OPERATOR)
    house.trip()
    house.trip("west")
    reply = await program.post("incidents/1/acknowledge", json={"seen": 1})
    problem = reply.json()
    assert (reply.status_code, problem["code"]) == (409, "worsened")
    assert problem["incident"]["confirmed"]
    again = await program.post("incidents/1/acknowledge", json={"seen": problem["incident"]["rev"]})
    assert again.status_code == 200, again.text
    assert again.json()["incident"]["owner"] == "token/a-operator"


async def test_a_token_weakens_nothing_and_its_person_pin_goes_nowhere(
    house: House, program: httpx.AsyncClient
) -> None:
    """Law 11: 403, and on record, whatever stands beside it."""
    await as_program(house, program, TokenRole.OPERATOR)
    house.trip()
    until = "2026-11-18T13:00:00Z"
    for path, body in (
        ("incidents/1/close", {"cause": "test", "finding": "x", "pin": PIN}),
        ("points/east.pir/isolate", {"until": until, "reason": "dust", "pin": PIN}),
        ("areas/gallery/unset", {"pin": PIN}),
    ):
        before = len(house.engine.rows)
        reply = await program.post(path, json=body)
        assert (reply.status_code, reply.json()["code"]) == (403, "forbidden"), reply.text
        assert b"CommandRefused" in house.engine.rows[before].payload
    assert house.engine.state.incidents[1].open
    await as_program(house, program, TokenRole.READ)
    reply = await program.post("incidents/1/acknowledge", json={"seen": 1})
    assert (reply.status_code, "may look and not act" in reply.text) == (403, True)


async def test_a_person_signs_on_and_closes_with_their_pin(
    house: House, program: httpx.AsyncClient
) -> None:
    house.trip()
    await signed_on(program)
    isolate = {"until": "2026-11-18T13:00:00Z", "reason": "dust", "pin": PIN}
    wrong = await program.post("points/east.pir/isolate", json={**isolate, "pin": "111222"})
    assert (wrong.status_code, wrong.json()["code"]) == (403, "wrong-pin")
    held = await program.post("points/east.pir/isolate", json=isolate)
    assert held.json()["held_back"][0]["until"] == "2026-11-18T13:00:00.000Z"
    body = {"cause": "false-alarm", "finding": "a balloon", "found_by": "anna", "looked": "inside"}
    bare = await program.post("incidents/1/close", json=body)
    assert (bare.status_code, bare.json()["field"]) == (400, "pin")
    closed = await program.post("incidents/1/close", json={**body, "pin": PIN})
    assert closed.status_code == 200, closed.text
    assert not closed.json()["incident"]["open"]
    assert (await program.post("points/east.pir/restore")).json()["ended"] == ["out-of-service"]
    assert (await program.delete("session")).status_code == 204
    assert (await program.get("site")).json()["code"] == "signed-off"


async def test_declaring_says_where_the_incident_is(
    house: House, program: httpx.AsyncClient
) -> None:
    await as_program(house, program, TokenRole.OPERATOR)
    body = {"category": "theft", "area": "gallery", "note": "an empty plinth"}
    reply = await program.post("incidents", json=body, headers={"Idempotency-Key": "k"})
    assert reply.status_code == 201, reply.text
    again = await program.post("incidents", json=body, headers={"Idempotency-Key": "k"})
    assert again.json()["incident"]["number"] == reply.json()["incident"]["number"]
    assert len(house.engine.state.incidents) == 1
    there = reply.headers["location"].removeprefix("/api/v1/")
    assert (await program.get(there)).json()["incident"]["category"] == "theft"
    near = await program.post("incidents", json={**body, "category": "thef"})
    assert "did you mean theft" in near.json()["text"]


async def test_a_key_holds_for_one_request_and_tells_nothing_of_it(
    house: House, program: httpx.AsyncClient
) -> None:
    """Else a program that uses one key for all is told that all is done."""
    await as_program(house, program, TokenRole.OPERATOR)
    house.trip()
    key = {"Idempotency-Key": "always-the-same"}
    for _ in range(2):
        await program.post("incidents/1/acknowledge", json={"seen": 1}, headers=key)
    await program.post("incidents/1/acknowledge", json={"seen": 2}, headers=key)
    await program.post("points/east.pir/restore", headers=key)
    given = [x.key for x in house.engine.submitted if isinstance(x, f.Acknowledge)]
    assert given[0] == given[1] != given[2]
    assert all("always" not in each for each in given)


async def test_wrong_json_is_told_at_the_field(house: House, program: httpx.AsyncClient) -> None:
    await as_program(house, program, TokenRole.OPERATOR)
    house.trip()
    for content, field, text in (
        (b'{"seen": "one"}', "seen", "Expected `int`"),
        (b'{"sen": 1}', "sen", "did you mean seen?"),
        (b"{}", "seen", "seen is missing"),
        (b'{"seen": 0}', "seen", ">= 1"),
        (b'{"seen": 1, "note": "' + b"x" * 2_001 + b'"}', "note", "<= 2000"),
        (b"[1]", None, "its fields are seen"),
        (b"", None, "its fields are seen"),
        (b'{"seen', None, "not JSON"),
    ):
        reply = await program.post("incidents/1/acknowledge", content=content)
        problem = reply.json()
        assert (reply.status_code, problem.get("field")) == (400, field), problem
        assert text in problem["text"]
    assert not house.engine.state.incidents[1].acks


async def test_what_is_not_there_is_told_as_json(house: House, program: httpx.AsyncClient) -> None:
    await as_program(house, program, TokenRole.READ)
    for path in (
        "nothing",
        "areas/nowhere",
        "points/x",
        "devices/x",
        "incidents/77",
        "points?area=x",
    ):
        reply = await program.get(path)
        assert (reply.status_code, reply.json()["code"]) == (404, "unknown"), path
    assert (await program.put("site")).status_code == 405
    long = await program.post("incidents", content=b" " * 65_537)
    assert (long.status_code, long.json()["text"]) == (413, "A request has at most 64 KiB")


async def test_who_polls_is_told_when_something_has_changed_for_them(
    house: House, program: httpx.AsyncClient
) -> None:
    await as_program(house, program, TokenRole.READ)
    first = await program.get("devices")
    house.trip()  # not a device's matter
    same = await program.get("devices", headers={"if-none-match": first.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")
    points = await program.get("points")
    house.trip("west")
    new = await program.get("points", headers={"if-none-match": points.headers["etag"]})
    assert (new.status_code, new.json()["counts"]["active"]) == (200, 2)


async def test_g9_what_a_duress_pin_raised_does_not_exist_for_a_program_but_for_a_hub(
    house: House, program: httpx.AsyncClient
) -> None:
    looks = (*LOOKS[:-1], f"incidents/{HIDDEN_FROM + 1}")
    await as_program(house, program, TokenRole.READ)
    before = [(await program.get(path)).headers.get("etag") for path in looks]
    house.engine.take(f.GiveDuressPin(by="anna", proof=Proof.PIN, duress=True, session="s"))
    hidden = f"incidents/{HIDDEN_FROM + 1}"
    assert [(await program.get(path)).headers.get("etag") for path in looks] == before
    assert (await program.get(hidden)).status_code == 404
    assert (await program.post(f"{hidden}/acknowledge", json={"seen": 1})).status_code == 404
    await as_program(house, program, TokenRole.HUB)
    assert (await program.get(hidden)).json()["incident"]["category"] == "hold-up"


async def test_a_revoked_token_is_worth_nothing_within_seconds(
    house: House, program: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await as_program(house, program, TokenRole.READ)
    assert (await program.get("site")).status_code == 200
    await house.accounts.revoke_token("a-read")
    monkeypatch.setattr("monitord.console.api.asking.KEPT_S", 0.0)
    assert (await program.get("site")).status_code == 401


async def test_nothing_is_told_as_true_while_the_link_is_lost(
    house: House, daemon: ControlServer, console: Console, program: httpx.AsyncClient
) -> None:
    await as_program(house, program, TokenRole.READ)
    assert (await program.get("site")).status_code == 200
    console.desk.replica._lose("gone")
    reply = await program.get("site")
    assert (reply.status_code, reply.json()["code"]) == (503, "no-daemon")


async def test_each_asker_is_bounded_and_so_is_who_guesses(
    house: House, console: Console, program: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console.desk.askers, "_asks", Bounds(5, 0.01))
    monkeypatch.setattr(console.desk.askers, "_wrong", Bounds(5, 0.01))
    await as_program(house, program, TokenRole.READ)
    codes = [(await program.get("site")).status_code for _ in range(6)]
    assert codes == [200] * 5 + [429]
    other = {"authorization": f"Bearer {await house.accounts.add_token('other', TokenRole.READ)}"}
    assert (await program.get("site", headers=other)).status_code == 200
    wrong = {"authorization": f"Bearer {PREFIX}{'B' * 43}"}
    told = [await program.get("site", headers=wrong) for _ in range(5)]
    assert [each.status_code for each in told] == [401] * 3 + [429] * 2
    assert int(told[-1].headers["retry-after"]) >= 1
    assert (await program.get("site", headers=other)).status_code == 200
