"""The journal, the events and the snapshot over HTTP: whole, resumable, screened, bounded."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import msgspec
import pytest
from msgspec.structs import replace

from monitord.console.api.following import PER_ASKER_MAX
from monitord.console.api.happenings import TOLD
from monitord.core import facts as f
from monitord.core.site import Person
from monitord.core.state import State, decode, encode
from monitord.core.step import apply
from monitord.journal import codec
from monitord.people.tokens import TokenRole
from monitord.runtime.control.server import ControlServer
from monitord.vocabulary import PointState, Proof, Role
from tests.console.conftest import Console
from tests.runtime.control.house import PIN, House, site_with_button

Messages = AsyncIterator[tuple[str, str, dict[str, Any]]]


async def bearer(house: House, role: TokenRole, name: str = "") -> dict[str, str]:
    token = await house.accounts.add_token(name or f"a-{role}", role)
    return {"authorization": f"Bearer {token}"}


@asynccontextmanager
async def heard(
    program: httpx.AsyncClient, path: str, headers: dict[str, str]
) -> AsyncIterator[Messages]:
    """A stream of (event, id, data), the first one asked for and open."""
    async with program.stream(
        "GET", path, headers={"accept": "text/event-stream", **headers}
    ) as reply:
        assert reply.status_code == 200, await reply.aread()
        assert reply.headers["content-type"].startswith("text/event-stream")
        yield messages(reply)


async def messages(reply: httpx.Response) -> Messages:
    said: dict[str, str] = {}
    async for line in reply.aiter_lines():
        if line:
            name, _, value = line.partition(": ")
            said[name] = value
        elif "event" in said:
            yield said["event"], said.get("id", ""), json.loads(said["data"])
            said = {}


async def next_of(stream: Messages, event: str) -> tuple[str, dict[str, Any]]:
    async with asyncio.timeout(5):
        async for name, position, data in stream:
            if name == event:
                return position, data
    raise AssertionError(f"the stream ended without {event}")


def with_button(house: House) -> None:
    """The house has a silent button in its gallery, and an auditor."""
    site = site_with_button()
    people = {**site.people, "dora": Person("dora", Role.AUDITOR, ())}
    house.engine.take(f.SiteOffered(file_hash="with-button", site=replace(site, people=people)))
    samples = tuple(f.Sample(p, PointState.NORMAL) for p in ("east.pir", "east.button"))
    house.engine.take(f.DeviceReturned(device="east", samples=samples))
    house.accounts.pins["dora"] = PIN


async def test_the_journal_is_all_that_a_replica_needs(
    house: House, program: httpx.AsyncClient
) -> None:
    """Law 3: the snapshot, and the entries behind it, are the daemon's state."""
    hub = await bearer(house, TokenRole.HUB)
    house.trip()
    begun = (await program.get("snapshot", headers=hub)).json()
    assert begun["position"] == house.engine.state.position
    house.trip("west")
    reply = await program.get(f"journal?after={begun['position']}", headers=hub)
    lines = [json.loads(line) for line in reply.text.splitlines()]
    assert lines.pop() == {"end": house.engine.state.position}
    assert [each["stored"] for each in lines] == [True] * len(lines)
    replica = decode(msgspec.json.encode(begun["state"]))
    for each in lines:
        apply(replica, codec.decode(msgspec.json.encode(each["entry"])).entry)
    assert encode(replica) == encode(house.engine.state)
    whole = await program.get("journal", headers=hub)
    anew = State()
    for line in whole.text.splitlines()[:-1]:
        apply(anew, codec.decode(msgspec.json.encode(json.loads(line)["entry"])).entry)
    assert encode(anew) == encode(house.engine.state)


async def test_the_journal_is_for_auditors_and_hubs_alone(
    house: House, program: httpx.AsyncClient
) -> None:
    with_button(house)
    for path in ("journal", "snapshot"):
        for role in (TokenRole.READ, TokenRole.OPERATOR):
            own = await bearer(house, role, f"{role}-{path}")
            assert (await program.get(path, headers=own)).status_code == 403
        for person, status in (("anna", 403), ("dora", 200)):
            signed = await program.post("session", json={"person": person, "pin": PIN})
            own = {"authorization": f"Bearer {signed.json()['session']}"}
            assert (await program.get(path, headers=own)).status_code == status, person


async def test_a_position_that_the_journal_does_not_have_is_gone(
    house: House, program: httpx.AsyncClient
) -> None:
    hub = await bearer(house, TokenRole.HUB)
    house.trip()
    here = house.engine.state.position
    for headers in (hub, {**hub, "accept": "text/event-stream"}):
        reply = await program.get("journal?after=7.12", headers=headers)
        problem = reply.json()
        assert (reply.status_code, problem["code"]) == (410, "gone"), problem
        assert problem["snapshot"] == here
    assert (await program.get("journal?after=x", headers=hub)).status_code == 400
    again = await program.get(f"journal?after={here}", headers=hub)
    assert again.json() == {"end": here}


async def test_events_come_as_they_happen_and_again_behind_the_last_one_seen(
    house: House, program: httpx.AsyncClient
) -> None:
    own = await bearer(house, TokenRole.READ)
    async with heard(program, "events", own) as stream:
        await next_of(stream, "beat")
        house.trip()
        position, told = await next_of(stream, "happened")
        assert position == told["position"] == house.engine.state.position
        types = [each["type"] for each in told["events"]]
        assert types[0] == "PointStateChanged"
        assert "IncidentOpened" in types
    house.trip("west")
    async with heard(program, "events", {**own, "last-event-id": position}) as stream:
        position, told = await next_of(stream, "happened")
        assert told["events"][0]["point"] == "west.pir"
    async with heard(program, "events?after=0.0", own) as stream:
        first, told = await next_of(stream, "happened")
        assert (first, told["events"][0]["type"]) == ("1.1", "EpochOpened")


async def test_g9_no_stream_of_a_program_tells_of_a_hold_up_but_a_hubs(
    house: House, program: httpx.AsyncClient
) -> None:
    with_button(house)
    own, hub = await bearer(house, TokenRole.READ), await bearer(house, TokenRole.HUB)
    before = house.engine.state.position
    sample = f.PointChanged(point="east.button", state=PointState.ACTIVE)
    async with heard(program, "events", own) as live:
        await next_of(live, "beat")
        house.engine.take(sample)
        house.engine.take(f.GiveDuressPin(by="anna", proof=Proof.PIN, duress=True, session="s"))
        assert len(house.engine.state.incidents) == 2
        house.trip()
        for stream in (live, program):
            if stream is live:
                position, told = await next_of(live, "happened")
            else:
                async with heard(program, f"events?after={before}", own) as again:
                    position, told = await next_of(again, "happened")
            assert position == house.engine.state.position, told
            assert told["events"][0]["point"] == "east.pir"
            assert "hold-up" not in json.dumps(told)
    for path in ("status", "site", "points", "areas", "incidents", "devices", "suppressions"):
        reply = await program.get(path, headers=own)
        assert "east.button" not in reply.text, path
        assert "Button under" not in reply.text, path
    assert (await program.get("points/east.button", headers=own)).status_code == 404
    async with heard(program, f"journal?after={before}", hub) as stream:
        _, told = await next_of(stream, "entry")
        assert "east.button" in json.dumps(told)
    assert "east.button" in (await program.get("points", headers=hub)).text


async def test_streams_are_bounded_and_a_place_is_free_again(
    house: House, console: Console, program: httpx.AsyncClient
) -> None:
    own = await bearer(house, TokenRole.READ)
    async with heard(program, "events?after=0.0", own) as one:
        await next_of(one, "happened")
        assert console.desk.places.free == console.desk.places.all - 1
        console.desk.places._taken += ["token/a-read"] * (PER_ASKER_MAX - 1)
        reply = await program.get("events", headers=own)
        assert (reply.status_code, reply.json()["code"]) == (429, "too-often")
        console.desk.places._taken = console.desk.places._taken[:1]
    async with asyncio.timeout(5):
        while console.desk.places.free < console.desk.places.all:
            await asyncio.sleep(0.02)


async def test_a_stream_ends_with_why(
    house: House,
    daemon: ControlServer,
    program: httpx.AsyncClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("monitord.console.api.asking.KEPT_S", 0.0)
    own, other = await bearer(house, TokenRole.READ), await bearer(house, TokenRole.READ, "other")
    async with heard(program, "events", own) as stream, heard(program, "events", other) as lost:
        await house.accounts.revoke_token("a-read")
        _, why = await next_of(stream, "refused")
        assert why["code"] == "no-token"
        await daemon.close()
        _, why = await next_of(lost, "lost")
        assert why["code"] == "no-daemon"


def test_only_what_the_table_names_is_told() -> None:
    for kind, fields in TOLD.items():
        assert set(fields) <= set(kind.__struct_fields__), kind
        assert not set(fields) & {"note", "finding", "site", "reason_text", "hidden_from", "texts"}
