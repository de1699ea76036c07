"""The acknowledge listener under abuse: every bound holds, and people still get through."""

import asyncio

import aiohttp
import pytest

from monitord.runtime import acknowledge as module
from monitord.runtime import connections
from monitord.runtime.acknowledge import AcknowledgeListener
from monitord.runtime.links import Links
from tests.channels.listening import Desk, get, post


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
