"""Real processes, started once and ended by their own id."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.peers.build import ModbusServer, build_peer
from tests.system.daemon import Daemon, Gateway, write_site
from tests.system.disks import DaemonOn, Disk
from tests.system.panel_row import PanelRow

PANELS = 50
INPUTS = 8


@pytest.fixture(scope="session")
def modbus_program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_peer("modbus_server", tmp_path_factory.mktemp("peer"))


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


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """A disk of the test's own; gone at the end."""
    made = Disk(tmp_path / "disk")
    yield made
    made.take_down()


@pytest.fixture
def runtime_folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A runtime directory in memory, as the service manager gives one."""
    folder = Path(f"/dev/shm/monitord-test-{os.getpid()}")
    folder.mkdir()
    monkeypatch.setenv("RUNTIME_DIRECTORY", str(folder))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def row(tmp_path: Path) -> Iterator[PanelRow]:
    """Three simulated panels."""
    made = PanelRow(tmp_path, 3)
    yield made
    made.stop()


@pytest.fixture
def daemon_on(tmp_path: Path, row: PanelRow, gateway: Gateway, disk: Disk) -> Iterator[DaemonOn]:
    """A daemon whose state is on a disk of the test; gone before the disk is."""
    made: list[Daemon] = []

    def make(folder: Path) -> Daemon:
        config = write_site(tmp_path / "site.yaml", row.ports, gateway.url)
        made.append(Daemon(config, folder / "state"))
        made[-1].log = tmp_path / "daemon.log"
        return made[-1]

    yield make
    for daemon in made:
        if daemon.running:
            os.kill(daemon.pid, 9)
    disk.thaw()
    for daemon in made:
        if daemon.running:
            daemon.exit_code()
