"""Ours against parts that we did not write: libmodbus answers our driver, mbpoll asks our panel."""

import asyncio
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitord.cli import main
from monitord.cli.errors import Exit
from monitord.driver import ConfigFault, Point
from monitord_drivers.modbus import ModbusConfig, ModbusDriver, ModbusPointConfig
from monitord_simulators.panel import Panel

from .build import ModbusBus, ModbusServer, need
from .serial import Cable


def _driver(port: int, reads: list[str], **config: object) -> ModbusDriver:
    return _driver_at(f"tcp://127.0.0.1:{port}", reads, **config)


def _driver_at(address: str, reads: list[str], **config: object) -> ModbusDriver:
    section = {"address": address, **config}
    points = [
        Point(f"p{i}", ModbusPointConfig.model_validate({"read": r})) for i, r in enumerate(reads)
    ]
    return ModbusDriver(ModbusConfig.model_validate(section), points)


async def test_each_of_50_servers_shows_its_own_input(modbus_server: ModbusServer) -> None:
    """Zone N on server N, and nothing else anywhere."""
    reads = [f"discrete/{i}" for i in range(64)]
    drivers = [_driver(port, reads) for port in modbus_server.ports]
    for number, port in enumerate(modbus_server.ports):
        modbus_server.set_input(port, number, value=True)
    for driver in drivers:
        await driver.open()
    answers = await asyncio.gather(*(driver.poll() for driver in drivers))
    for driver in drivers:
        await driver.close()
    assert len(answers) == 50
    for number, answer in enumerate(answers):
        assert [i for i, bit in enumerate(answer) if bit] == [number]


async def test_registers_and_coils_of_a_real_server(modbus_server: ModbusServer) -> None:
    port = modbus_server.ports[0]
    driver = _driver(
        port, ["manual/30003", "input/3", "coil/5"], outputs={"siren": {"write": "manual/6"}}
    )
    await driver.open()
    modbus_server.set_register(port, 2, 4_711)
    modbus_server.set_register(port, 3, 0x8001)
    assert list(await driver.poll()) == [4_711, 0x8001, False]
    await driver.write("siren", value=True)
    assert modbus_server.coil(port, 5)
    assert list(await driver.poll()) == [4_711, 0x8001, True]
    await driver.write("siren", value=False)
    assert not modbus_server.coil(port, 5)
    await driver.close()


@pytest.fixture
def cable(tmp_path: Path) -> Iterator[Cable]:
    made = Cable(tmp_path)
    yield made
    made.cut()


async def test_six_units_on_a_serial_line_say_the_same_to_us_and_to_mbpoll(
    cable: Cable, modbus_bus_program: Path
) -> None:
    """RTU frames on a real serial port, asked by ours and by mbpoll, one after the other."""
    bus = ModbusBus(modbus_bus_program, cable.far, units=6, inputs=16)
    for unit in range(1, 7):
        bus.tell(f"set {unit} {unit} 1")
        bus.tell(f"set {unit} {unit + 8} 1")
        bus.tell(f"register {unit} 3 {1000 * unit}")
    address = f"rtu://{cable.near}?baud=115200&parity=N"
    line = await ModbusDriver.connect(address)
    ours = []
    for unit in range(1, 7):
        reads = [*(f"discrete/{n}" for n in range(16)), "input/3"]
        driver = _driver_at(address, reads, unit=unit)
        await driver.open(line)
        ours.append([int(value) for value in await driver.poll()])
    await line.close()
    common = ("-m", "rtu", "-b", "115200", "-P", "none", "-0", "-1")
    theirs = []
    for unit in range(1, 7):
        to_unit = (*common, "-a", str(unit))
        bits = await _mbpoll(*to_unit, "-t", "1", "-r", "0", "-c", "16", str(cable.near))
        register = await _mbpoll(*to_unit, "-t", "3", "-r", "3", "-c", "1", str(cable.near))
        theirs.append(_values(bits) + _values(register))
    bus.stop()
    assert ours == theirs
    assert [values[-1] for values in ours] == [1000, 2000, 3000, 4000, 5000, 6000]
    assert [[n for n in range(16) if values[n]] for values in ours] == [
        [unit, unit + 8] for unit in range(1, 7)
    ]


def test_one_look_at_a_unit_on_a_serial_line(
    cable: Cable,
    modbus_bus_program: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """``monitord probe`` of a real port: what is there, and a unit that is not, in time."""
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path / "nobody-guards-here"))
    bus = ModbusBus(modbus_bus_program, cable.far, units=6, inputs=16)
    bus.tell("set 3 5 1")
    address = f"rtu://{cable.near}?baud=115200&parity=N"
    assert main(["probe", address, "--unit", "3", "--json"]) == Exit.DONE
    points = json.loads(capsys.readouterr().out)["points"]
    assert len(points) == 64
    assert [point["point"] for point in points if point["raw"]] == ["discrete/5"]
    bus.tell("dead 4 1 0")
    assert main(["probe", address, "--unit", "4", "--json"]) == Exit.REFUSED
    assert json.loads(capsys.readouterr().out)["cause"] == "silent"
    bus.stop()


async def test_one_past_the_end_of_a_real_server(modbus_server: ModbusServer) -> None:
    driver = _driver(modbus_server.ports[0], ["discrete/63", "discrete/64"])
    await driver.open()
    with pytest.raises(ConfigFault, match=r"no discrete/63-64 \(manual 10064-10065\)"):
        await driver.poll()
    await driver.close()


async def _mbpoll(*arguments: str) -> str:
    process = await asyncio.create_subprocess_exec(
        need("mbpoll", "mbpoll"),
        *arguments,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await asyncio.wait_for(process.communicate(), 20)
    return output.decode()


def _values(output: str) -> list[int]:
    return [int(value) for value in re.findall(r"^\[\d+\]:\s+(-?\d+)", output, re.MULTILINE)]


@pytest.mark.parametrize(("table", "option"), [("discrete", "1"), ("coils", "0")])
async def test_mbpoll_reads_the_bits_of_our_panel(table: str, option: str) -> None:
    async with Panel(64, coils=64) as panel:
        bits = getattr(panel.unit(), table)
        for i in (0, 7, 8, 21):
            bits.set(i, True)
        output = await _mbpoll(
            *("-m", "tcp", "-p", str(panel.port), "-a", "1", "-0", "-1"),
            *("-t", option, "-r", "0", "-c", "24", "127.0.0.1"),
        )
    assert [i for i, bit in enumerate(_values(output)) if bit] == [0, 7, 8, 21], output


@pytest.mark.parametrize(("table", "option"), [("registers", "3"), ("holding", "4")])
async def test_mbpoll_reads_the_registers_of_our_panel(table: str, option: str) -> None:
    async with Panel() as panel:
        registers = getattr(panel.unit(), table)
        for i, value in enumerate([1, 255, 256, 32_767]):
            registers.set(i, value)
        output = await _mbpoll(
            *("-m", "tcp", "-p", str(panel.port), "-a", "1", "-0", "-1"),
            *("-t", option, "-r", "0", "-c", "4", "127.0.0.1"),
        )
    assert _values(output) == [1, 255, 256, 32_767], output


async def test_mbpoll_writes_to_our_panel() -> None:
    async with Panel() as panel:
        common = ("-m", "tcp", "-p", str(panel.port), "-a", "1", "-0", "-1")
        await _mbpoll(*common, "-t", "0", "-r", "3", "127.0.0.1", "1")
        await _mbpoll(*common, "-t", "0", "-r", "8", "127.0.0.1", "1", "0", "1")
        await _mbpoll(*common, "-t", "4", "-r", "2", "127.0.0.1", "4711")
        await _mbpoll(*common, "-t", "4", "-r", "5", "127.0.0.1", "7", "8")
        unit = panel.unit()
        assert [i for i in range(16) if unit.coils.get(i)] == [3, 8, 10]
        assert [unit.holding.get(i) for i in range(8)] == [0, 0, 4_711, 0, 0, 7, 8, 0]
        assert {seen.function for seen in panel.seen} == {5, 6, 15, 16}


async def test_mbpoll_is_told_what_our_panel_refuses() -> None:
    async with Panel(8) as panel:
        output = await _mbpoll(
            *("-m", "tcp", "-p", str(panel.port), "-a", "1", "-0", "-1"),
            *("-t", "1", "-r", "0", "-c", "9", "127.0.0.1"),
        )
    assert "Illegal data address" in output
