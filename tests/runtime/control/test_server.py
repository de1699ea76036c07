"""The socket's bounds: whoever is slow, silent, greedy or wrong costs the others nothing."""

import asyncio
import socket
import stat
from pathlib import Path

import pytest

from monitord.core import facts as f
from monitord.runtime.control import answering
from monitord.runtime.control.protocol import PathTooLong, socket_path
from monitord.runtime.control.server import CLIENTS_MAX, ControlServer
from monitord.vocabulary import PointState
from tests.runtime.control.house import Client, House


async def test_only_this_account_and_its_group_reach_it(server: ControlServer) -> None:
    assert stat.S_IMODE(server.path.stat().st_mode) == 0o660


async def test_what_a_killed_daemon_left_is_replaced(house: House, tmp_path: Path) -> None:
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(tmp_path / "monitord.sock"))
    left.close()
    made = ControlServer(house.desk, tmp_path)
    await made.open()
    async with Client(made.path) as client:
        assert (await client.ask("status"))["ok"]
    await made.close()
    assert not made.path.exists()


def test_a_path_too_long_for_a_socket_is_told() -> None:
    with pytest.raises(PathTooLong, match="shorter path"):
        socket_path(Path("/") / ("long" * 30))


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (b"{", "Not JSON"),
        (b"\xff\xfe", "Not JSON"),
        (b"[" * 5_000, "Not JSON"),
        (b"[1]", "with a verb"),
        (b'{"do": 7}', "with a verb"),
        (b'{"do": "stauts"}', "did you mean status?"),
        (b'{"do": "stop"}', "There is no verb stop"),
        (b'{"do": "incident", "nmber": 1}', "did you mean number?"),
        (b'{"do": "incident"}', "number"),
        (b'{"do": "incident", "number": "1"}', "number"),
        (b'{"do": "incident", "number": 1e99}', "number"),
        (b'{"do": "acknowledge", "number": 1, "seen": 1, "note": "' + b"x" * 2_001 + b'"}', "note"),
        (b'{"do": "acknowledge", "number": 1, "seen": 1, "key": "' + b"x" * 201 + b'"}', "key"),
    ],
)
async def test_bad_input_is_told_and_the_connection_goes_on(
    client: Client, line: bytes, says: str
) -> None:
    await client.send(line)
    reply = await client.receive()
    assert not reply["ok"]
    assert says in reply["text"]
    assert (await client.ask("status"))["ok"]


async def test_a_pin_never_comes_back_in_an_error(client: Client) -> None:
    await client.send(b'{"do": "close", "number": "x", "pin": "482915"}')
    assert "482915" not in str(await client.receive())


async def test_a_request_has_an_end(client: Client) -> None:
    await client.send(b'{"do": "' + b"x" * 70_000 + b'"}')
    assert "at most 65536" in (await client.receive())["text"]
    with pytest.raises((EOFError, ConnectionError)):
        await client.receive()


async def test_places_are_limited_and_given_back(server: ControlServer) -> None:
    clients = [Client(server.path) for _ in range(CLIENTS_MAX)]
    for client in clients:
        await client.__aenter__()
        assert (await client.ask("status"))["ok"]
    async with Client(server.path) as one_more:
        assert (await one_more.receive())["code"] == "busy"
    await clients[0].__aexit__()
    for _ in range(100):
        async with Client(server.path) as again:
            try:
                if (await again.ask("status"))["ok"]:
                    break
            except (EOFError, ConnectionError):
                await asyncio.sleep(0.01)
    else:
        pytest.fail("the place was not given back")
    for client in clients[1:]:
        await client.__aexit__()


async def test_silence_ends_a_connection(house: House, tmp_path: Path) -> None:
    made = ControlServer(house.desk, tmp_path, idle_s=0.02)
    await made.open()
    async with Client(made.path) as client:
        with pytest.raises(EOFError):
            await client.receive()
    await made.close()


async def test_who_does_not_read_is_dropped_and_nobody_else_waits(
    server: ControlServer, house: House
) -> None:
    """Law 12: a feed that nobody reads ends; its subscription with it."""
    async with Client(server.path) as lazy, Client(server.path) as other:
        lazy.writer.transport.pause_reading()  # type: ignore[attr-defined]
        await lazy.send(b'{"do": "feed"}')
        for _ in range(1_000):
            if house.engine.listeners:
                break
            await asyncio.sleep(0.001)
        for _ in range(3_000):
            house.trip("east")
            house.engine.take(_normal())
            if not house.engine.listeners:
                break
            await asyncio.sleep(0.001)
        assert house.engine.listeners == 0
        assert (await other.ask("status"))["ok"]


async def _read_to_the_end(client: Client) -> None:
    while True:
        await client.receive()


def _normal() -> f.AnyFact:
    return f.PointChanged(point="east.pir", state=PointState.NORMAL)


async def test_a_bug_costs_one_request(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The boundary: the client is told, the connection and the daemon go on."""

    async def broken(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(answering, "look", broken)
        assert (await client.ask("status"))["code"] == "fault"
    assert (await client.ask("status"))["ok"]


async def test_closing_ends_every_connection(house: House, tmp_path: Path) -> None:
    made = ControlServer(house.desk, tmp_path)
    await made.open()
    async with Client(made.path) as client:
        await client.send(b'{"do": "feed"}')
        await client.receive()
        await made.close()
        with pytest.raises((EOFError, ConnectionError)):
            await _read_to_the_end(client)
    assert house.engine.listeners == 0
