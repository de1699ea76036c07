"""Real processes, started once and ended by their own id."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.peers.build import ModbusServer, build_modbus_server
from tests.system.daemon import Daemon, Gateway, write_site

PANELS = 50
INPUTS = 8


@pytest.fixture(scope="session")
def modbus_program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_modbus_server(tmp_path_factory.mktemp("peer"))


@pytest.fixture
def panels(modbus_program: Path) -> Iterator[ModbusServer]:
    """50 panels served by a program on libmodbus."""
    server = ModbusServer(modbus_program, PANELS, INPUTS)
    yield server
    server.stop()


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    made = Gateway()
    yield made
    made.close()


@pytest.fixture
def daemon(tmp_path: Path, panels: ModbusServer, gateway: Gateway) -> Iterator[Daemon]:
    """A daemon on those 50 panels, not yet started."""
    config = write_site(tmp_path / "site.yaml", panels.ports, gateway.url)
    made = Daemon(config, tmp_path / "state")
    yield made
    if made.running:
        made.kill()
