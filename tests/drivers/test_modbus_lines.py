"""Units on one serial bus or gateway: RTU frames over a pty and over TCP, and what may be believed.

The other side is a bus written here, byte by byte, with a checksum of its own.
"""

import asyncio
import os
import tty
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from pydantic import ValidationError

from monitord.driver import Cause, DeviceFault, Point
from monitord_drivers.modbus import ModbusConfig, ModbusDriver, ModbusPointConfig
from monitord_drivers.modbus.config import SerialAddress, TcpAddress
from monitord_drivers.modbus.line import ModbusLine

Bend = Callable[[bytes], bytes]
UNITS = range(1, 7)
DEAD = 4


def sealed(body: bytes) -> bytes:
    """``body`` with its checksum, low byte first."""
    crc = 0xFFFF
    for byte in body:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0xA001 if crc & 1 else 0)
    return body + bytes([crc & 0xFF, crc >> 8])


class Bus:
    """Six units; in each, input N is on where N is the unit. ``bend`` spoils answers."""

    def __init__(self) -> None:
        self.bend: Bend = lambda frame: frame
        self.asked: list[int] = []

    def answer(self, request: bytes) -> bytes:
        """To function 2 with a right checksum; nothing for a dead unit."""
        assert request == sealed(request[:-2])
        unit = request[0]
        self.asked.append(unit)
        if unit not in UNITS or unit == DEAD:
            return b""
        return self.bend(sealed(bytes([unit, 2, 1, 1 << unit])))


@asynccontextmanager
async def on_pty(bus: Bus) -> AsyncIterator[str]:
    """The bus behind a serial port; gives its address."""
    master, slave = os.openpty()
    tty.setraw(slave)
    loop = asyncio.get_running_loop()
    held = bytearray()

    def take() -> None:
        held.extend(os.read(master, 256))
        while len(held) >= 8:
            os.write(master, bus.answer(bytes(held[:8])))
            del held[:8]

    loop.add_reader(master, take)
    try:
        yield f"rtu://{os.ttyname(slave)}?baud=115200&parity=N"
    finally:
        loop.remove_reader(master)
        os.close(master)
        os.close(slave)


@asynccontextmanager
async def on_tcp(bus: Bus) -> AsyncIterator[str]:
    """The same bus behind a gateway that hands the frames on as they are."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while len(request := await reader.read(8)) == 8:
            writer.write(bus.answer(request))
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"rtu+tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def unit_of(address: str, unit: int) -> ModbusDriver:
    config = ModbusConfig.model_validate({"address": address, "unit": unit})
    reads = [ModbusPointConfig.model_validate({"read": f"discrete/{n}"}) for n in range(8)]
    driver = ModbusDriver(config, [Point(f"p{n}", read) for n, read in enumerate(reads)])
    driver.timeout_ms = 100
    return driver


async def ask(driver: ModbusDriver) -> Sequence[object]:
    async with asyncio.timeout(0.1):
        return list(await driver.poll())


@pytest.mark.parametrize("place", [on_pty, on_tcp])
async def test_six_units_on_one_line_one_of_them_dead(
    place: Callable[[Bus], AbstractAsyncContextManager[str]],
) -> None:
    """T6.3, law 12: a try that is given up on leaves the line to the others, every round."""
    bus = Bus()
    async with place(bus) as address:
        line = await ModbusDriver.connect(address)
        drivers = {unit: unit_of(address, unit) for unit in UNITS}
        for driver in drivers.values():
            await driver.open(line)
        for _ in range(2):
            for unit, driver in drivers.items():
                if unit == DEAD:
                    with pytest.raises(TimeoutError):
                        await ask(driver)
                else:
                    assert await ask(driver) == [n == unit for n in range(8)]
        assert bus.asked == [*UNITS, *UNITS]
        await line.close()


async def test_a_serial_device_alone_has_the_port_to_itself() -> None:
    bus = Bus()
    async with on_pty(bus) as address:
        driver = unit_of(address, 2)
        await driver.open()
        assert (await ask(driver))[2] is True
        await driver.close()


@pytest.mark.parametrize(
    ("bend", "words"),
    [
        (lambda f: f[:-1] + bytes([f[-1] ^ 1]), "checksum is wrong"),
        (lambda f: f[:3] + bytes([f[3] ^ 1]) + f[4:], "checksum is wrong"),
        (lambda f: sealed(bytes([3]) + f[1:-2]), "unit 3 answered, unit 2 was asked"),
        (lambda f: sealed(bytes([2, 1]) + f[2:-2]), "function 1, not 2"),
        (lambda f: sealed(bytes([2, 2, 2, 0, 0])), "byte count"),
        (lambda f: f + b"\0", "it sent 7 bytes, the answer has 6"),
        (lambda f: b"\0" + f, "unit 0 answered"),
    ],
)
async def test_only_the_right_frame_is_believed(bend: Bend, words: str) -> None:
    """A damaged or foreign frame is a fault, never a value."""
    bus = Bus()
    bus.bend = bend
    async with on_tcp(bus) as address:
        driver = unit_of(address, 2)
        await driver.open()
        with pytest.raises(DeviceFault, match=words) as caught:
            await driver.poll()
        assert caught.value.cause is Cause.PROTOCOL
        await driver.close()


@pytest.mark.parametrize(("code", "cause"), [(0x0A, Cause.GATEWAY), (0x0B, Cause.TARGET)])
async def test_a_gateway_says_whose_fault_it_is(code: int, cause: Cause) -> None:
    """T6.3: the unit's fault, and the connection stays for the others."""
    bus = Bus()
    async with on_tcp(bus) as address:
        line = await ModbusDriver.connect(address)
        two, three = unit_of(address, 2), unit_of(address, 3)
        await two.open(line)
        await three.open(line)
        bus.bend = lambda f: sealed(bytes([2, 0x82, code])) if f[0] == 2 else f
        with pytest.raises(DeviceFault) as caught:
            await two.poll()
        assert caught.value.cause is cause
        assert (await ask(three))[3] is True
        await line.close()


async def test_a_line_that_is_gone_is_called_once_for_all() -> None:
    line = ModbusLine(SerialAddress("/dev/there-is-no-such-port"))
    calls = 0
    opening = line._connection.open

    async def counted(timeout_ms: int) -> None:
        nonlocal calls
        calls += 1
        await opening(timeout_ms)

    line._connection.open = counted  # type: ignore[method-assign]
    for unit in UNITS:
        driver = unit_of("rtu:///dev/there-is-no-such-port", unit)
        await driver.open(line)
        with pytest.raises(DeviceFault, match="no connection to /dev/there-is-no-such-port"):
            await driver.poll()
    assert calls == 1


def test_addresses_of_lines() -> None:
    def read(text: str) -> object:
        return ModbusConfig.model_validate({"address": text}).address

    assert read("rtu:///dev/ttyUSB0") == SerialAddress("/dev/ttyUSB0", 19_200, "E", 1)
    full = "rtu:///dev/serial/by-id/usb-1?baud=9600&parity=N&stopbits=2"
    assert read(full) == SerialAddress("/dev/serial/by-id/usb-1", 9_600, "N", 2)
    assert str(read(full)) == full
    assert read("rtu+tcp://10.0.0.4:4196") == TcpAddress("10.0.0.4", 4196, rtu=True)
    assert str(read("rtu+tcp://10.0.0.4:4196")) == "rtu+tcp://10.0.0.4:4196"


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ({"address": "rtu://ttyUSB0"}, "names no serial port"),
        ({"address": "rtu:///dev/ttyUSB0?speed=9600"}, "does not set the port"),
        ({"address": "rtu:///dev/ttyUSB0?baud=9600&baud=9600"}, "does not set the port"),
        ({"address": "rtu:///dev/ttyUSB0?parity=even"}, "parity is one of E, O, N"),
        ({"address": "rtu:///dev/ttyUSB0", "unit": 0}, "unit 0 cannot be asked"),
        ({"address": "rtu+tcp://10.0.0.4:4196", "unit": 248}, "unit 248 cannot be asked"),
        ({"address": "rtu+tcp://10.0.0.4:0"}, "is not a port"),
    ],
)
def test_a_mistake_in_a_line_says_what_to_write(section: dict[str, object], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        ModbusConfig.model_validate(section)
