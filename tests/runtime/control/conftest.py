"""The miniature daemon of :mod:`tests.runtime.control.house`, served on a socket."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from monitord.runtime.control.server import ControlServer
from tests.runtime.control.house import Client, House


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
async def server(house: House, tmp_path: Path) -> AsyncIterator[ControlServer]:
    made = ControlServer(house.desk, tmp_path, idle_s=5.0, read_s=0.05)
    await made.open()
    yield made
    await made.close()


@pytest.fixture
async def client(server: ControlServer) -> AsyncIterator[Client]:
    async with Client(server.path) as made:
        yield made
