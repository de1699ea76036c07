"""A siren on a real Modbus peer: switched on by an alarm, off when it is taken, never left on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.peers.build import ModbusServer
from tests.system.daemon import Daemon, Gateway, until, write_site

PIN = "482915"
SIREN = """    outputs:
      siren: {name: Siren, kind: sounder, write: coil/3, area: hall-0, on: [intrusion],
              max_on: 30s, timed: true}
    points:
"""


@pytest.fixture
def three(modbus_program: Path) -> Iterator[ModbusServer]:
    """Three panels on libmodbus; the first one has a siren at coil 3."""
    made = ModbusServer(modbus_program, 3, 8)
    yield made
    made.stop()


@pytest.fixture
def guard(tmp_path: Path, three: ModbusServer, gateway: Gateway) -> Iterator[Daemon]:
    config = write_site(tmp_path / "site.yaml", three.ports, gateway.url)
    config.write_text(config.read_text().replace("    points:\n", SIREN, 1))
    made = Daemon(config, tmp_path / "state")
    made.start().wait_until_watching()
    assert made.say("user", "add", "boris", "--pin-stdin", stdin=f"{PIN}\n").returncode == 0
    yield made
    if made.running:
        made.kill()


def sounds(three: ModbusServer) -> bool:
    return three.coil(three.ports[0], 3)


def says(guard: Daemon, *words: str) -> str:
    done = guard.say(*words, "--person", "boris", "--pin-stdin", stdin=f"{PIN}\n")
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_siren_sounds_until_it_is_taken_and_nothing_undeclared_is_ever_written(
    guard: Daemon, three: ModbusServer
) -> None:
    """Design: none by default. The wire of the other two panels never sees a writing request."""
    east, *others = three.ports
    until(lambda: three.writes(east) > 0, "it is switched off at the start: who knows what was on")
    assert not sounds(three)
    three.set_input(others[0], 2, True)
    until(lambda: guard.ask("incidents")[1]["incidents"], "another hall alarms")
    assert not sounds(three)
    three.set_input(east, 2, True)
    until(lambda: sounds(three), "the siren is on")
    until(lambda: "siren (Siren, Hall 0, floor 0): on" in guard.say("status").stdout, "it is told")
    number = guard.ask("incidents")[1]["incidents"][0]["number"]
    says(guard, "acknowledge", str(number))
    until(lambda: not sounds(three), "the siren is off")
    says(guard, "output", "panel-0.siren", "test", "--for", "1s")
    until(lambda: sounds(three), "it is tested")
    until(lambda: not sounds(three), "a test ends")
    assert [three.writes(port) for port in others] == [0, 0]


def test_kill_9_leaves_no_siren_on(guard: Daemon, three: ModbusServer) -> None:
    """Its device ends it while nobody is there; a daemon that is back goes on with what is due."""
    east = three.ports[0]
    three.set_input(east, 2, True)
    until(lambda: sounds(three), "the siren is on")
    guard.kill()
    guard.start().wait_until_watching()
    until(lambda: guard.ask("outputs")[1]["outputs"][0]["is"] == "on", "it is still due")
    guard.kill()
    three.pulse(east, 300)
    until(lambda: not sounds(three), "the timer in the device ends it")
    three.pulse(east, 0)
    guard.start().wait_until_watching()
    until(lambda: sounds(three), "nobody has taken it, so it sounds again")
    says(guard, "output", "panel-0.siren", "off")
    until(lambda: not sounds(three), "it is switched off by hand")
