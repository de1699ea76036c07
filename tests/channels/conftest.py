"""Fixtures of the acknowledge listener: a daemon, its links, a listener and somebody who asks."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from monitord.runtime.acknowledge import AcknowledgeListener
from monitord.runtime.links import Links
from tests.channels.listening import GRANT, OPENED_MS, Desk


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
