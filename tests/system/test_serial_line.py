"""Six units on one serial line: the daemon, a real pty pair or a TCP converter, and libmodbus.

That the healthy are asked in time is measured at the other end: the peer keeps the longest pause
between two requests to each unit.
"""

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from monitord.vocabulary import Cause
from tests.peers.build import ModbusBus, build_peer
from tests.peers.serial import Cable
from tests.system.daemon import Daemon, Gateway, free_port, until, write_site

UNITS: Final = range(1, 7)
DEAD: Final = 4
POLL_MS: Final = 200
#: Two polls in a row lost would be a pause of three periods.
PAUSE_MS_MAX: Final = 3 * POLL_MS
#: socat's old end may still take an answer when the next connection stands, as a converter that is
#: slow to let go does. Whose answer that was has one back-off, half a second, to wait.
TCP_PAUSE_MS_MAX: Final = 2 * POLL_MS + 600
RETURN_S: Final = 8.0


class World(NamedTuple):
    """What stands while a test runs."""

    daemon: Daemon
    gateway: Gateway
    cable: Cable
    program: Path
    bus: list[ModbusBus]
    over_tcp: bool

    def tell(self, line: str) -> str:
        """A line to the peer that runs now."""
        return self.bus[-1].tell(line)

    def begin_bus(self) -> None:
        """Start a peer at the far end."""
        self.bus.append(ModbusBus(self.program, self.cable.far, len(UNITS), 8))

    def blind(self) -> dict[str, str]:
        """The devices that are silent, with the cause."""
        return {b["device"]: b["cause"] for b in self.daemon.ask("status")[1]["blind"]}


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_peer("modbus_bus", tmp_path_factory.mktemp("peer"))


@pytest.fixture(params=["serial", "over TCP"])
def world(
    request: pytest.FixtureRequest, tmp_path: Path, program: Path, gateway: Gateway
) -> Iterator[World]:
    cable, port = Cable(tmp_path), free_port()
    address = f"rtu://{cable.near}?baud=115200&parity=N"
    if request.param == "over TCP":
        cable.serve(port)
        address = f"rtu+tcp://127.0.0.1:{port}"
    config = write_site(tmp_path / "site.yaml", range(len(UNITS)), gateway.url)
    config.write_text(
        re.sub(
            r"address: tcp://127.0.0.1:(\d+)",
            lambda found: f"address: {address}\n    unit: {int(found[1]) + 1}",
            config.read_text(),
        )
    )
    daemon = Daemon(config, tmp_path / "state")
    world = World(daemon, gateway, cable, program, [], request.param == "over TCP")
    world.begin_bus()
    try:
        daemon.start().wait_until_watching()
        yield world
    finally:
        if daemon.running:
            daemon.kill()
        world.bus[-1].kill()
        cable.cut()


def test_one_dead_unit_of_six(world: World) -> None:
    """Law 12, design 7, T6.3: it costs the others no two polls, and only it is told."""
    world.tell(f"dead {DEAD} 1 0")
    until(lambda: world.blind() == {"panel-3": Cause.SILENT}, "the dead unit is told")
    for unit in UNITS:  # by now the answer time is learned: the first answers include the opening
        world.tell(f"pause {unit} 0 0")
    world.tell("set 2 5 1")
    until(lambda: [c["incident"]["point"] for c in world.gateway.of("anna")].count(
        "panel-1.door-5"), "a neighbour's door is called for")  # fmt: skip
    time.sleep(2.5)  # several tries of the dead one, at its growing intervals
    pauses = {unit: int(world.tell(f"pause {unit} 0 0")) for unit in UNITS if unit != DEAD}
    assert max(pauses.values()) < (TCP_PAUSE_MS_MAX if world.over_tcp else PAUSE_MS_MAX), pauses
    assert min(pauses.values()) >= POLL_MS, "they were asked at all"
    assert world.blind() == {"panel-3": Cause.SILENT}

    world.tell(f"refuse 6 {0x0B} 0")
    until(lambda: world.blind().get("panel-5") == Cause.TARGET, "the gateway's word is told")
    assert set(world.blind()) == {"panel-3", "panel-5"}
    if world.over_tcp:
        return
    refused = world.daemon.say("probe", "panel-1", "--config", str(world.daemon.config))
    assert (refused.returncode, "two masters on one serial line" in refused.stderr) == (1, True)
    world.bus[-1].kill()
    until(lambda: len(world.blind()) == len(UNITS), "a line that is dead is all its units'")
    world.begin_bus()
    until(lambda: not world.blind(), "all are back", RETURN_S)
