"""The C peers, each built once for all tests that need it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from .build import ModbusServer, build_peer


@pytest.fixture(scope="session")
def modbus_server_program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_peer("modbus_server", tmp_path_factory.mktemp("peers"))


@pytest.fixture(scope="session")
def modbus_bus_program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_peer("modbus_bus", tmp_path_factory.mktemp("peers"))


@pytest.fixture
def modbus_server(modbus_server_program: Path) -> Iterator[ModbusServer]:
    """50 panels of 64 inputs on libmodbus, in one process."""
    server = ModbusServer(modbus_server_program, ports=50, inputs=64)
    yield server
    server.stop()
