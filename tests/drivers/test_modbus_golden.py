"""Golden bytes: zone 1 must be zone 1 (style.md 4, avoid 7), and late answers answer nothing."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitord.driver import Cause, DeviceFault, Point
from monitord_drivers.modbus import ModbusConfig, ModbusDriver, ModbusPointConfig
from monitord_drivers.modbus.address import Table
from monitord_drivers.modbus.planner import Request
from monitord_drivers.modbus.replies import read_reply, write_reply
from monitord_simulators.panel import Conversation, Fault, FaultKind, Panel, PanelCore, Send
from monitord_simulators.panel.tables import Unit

from .conftest import MakeDriver

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def answering(*exchanges: tuple[str, str]) -> AsyncIterator[int]:
    """A server that expects exactly these requests and gives exactly these answers, in hex."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for request, answer in exchanges:
            assert (await reader.readexactly(12)).hex() == bytes.fromhex(request).hex()
            writer.write(bytes.fromhex(answer))
        await reader.read()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


GOLDEN = [
    # Inputs 1 and 7 of 16: pymodbus 3.10 made 9 and 15 of them.
    (
        [f"discrete/{i}" for i in range(16)],
        "0001 0000 0006 01 02 0000 0010",
        "0001 0000 0005 01 02 02 82 00",
        [i in (1, 7) for i in range(16)],
    ),
    # Zone 1 alone, and zone 9 alone.
    (
        [f"discrete/{i}" for i in range(10)],
        "0001 0000 0006 01 02 0000 000a",
        "0001 0000 0005 01 02 02 01 00",
        [i == 0 for i in range(10)],
    ),
    (
        [f"discrete/{i}" for i in range(10)],
        "0001 0000 0006 01 02 0000 000a",
        "0001 0000 0005 01 02 02 00 01",
        [i == 8 for i in range(10)],
    ),
    # The specification's own examples: 19 coils from 20, 22 inputs from 197, register 108.
    (
        [f"coil/{i}" for i in range(19, 38)],
        "0001 0000 0006 01 01 0013 0013",
        "0001 0000 0006 01 01 03 cd 6b 05",
        [bit == "1" for bit in "1011001111010110101"],
    ),
    (
        [f"discrete/{i}" for i in range(196, 218)],
        "0001 0000 0006 01 02 00c4 0016",
        "0001 0000 0006 01 02 03 ac db 35",
        [bit == "1" for bit in "0011010111011011101011"],
    ),
    (
        ["holding/107", "holding/108", "holding/109"],
        "0001 0000 0006 01 03 006b 0003",
        "0001 0000 0009 01 03 06 022b 0000 0064",
        [555, 0, 100],
    ),
    (["input/8"], "0001 0000 0006 01 04 0008 0001", "0001 0000 0005 01 04 02 000a", [10]),
    # In the order of the points, not of the wire; one address twice; signed beside unsigned.
    (
        ["discrete/2", "discrete/0", "discrete/2"],
        "0001 0000 0006 01 02 0000 0003",
        "0001 0000 0004 01 02 01 04",
        [True, False, True],
    ),
    (
        [("input/1", "i16"), ("input/0", "u16"), ("input/0", "i16")],
        "0001 0000 0006 01 04 0000 0002",
        "0001 0000 0007 01 04 04 ffff 8000",
        [-32768, 65535, -1],
    ),
]


@pytest.mark.parametrize(("reads", "request_hex", "answer_hex", "values"), GOLDEN)
async def test_the_bytes_of_each_read(
    make_driver: MakeDriver, reads: list[Any], request_hex: str, answer_hex: str, values: list[Any]
) -> None:
    async with answering((request_hex, answer_hex)) as port:
        driver = make_driver(port, *reads)
        await driver.open()
        polled = list(await driver.poll())
        assert polled == values
        assert [type(value) for value in polled] == [type(value) for value in values]


async def test_several_requests_make_one_answer(make_driver: MakeDriver) -> None:
    async with answering(
        ("0001 0000 0006 05 01 0003 0001", "0001 0000 0004 05 01 01 01"),
        ("0002 0000 0006 05 02 0000 0001", "0002 0000 0004 05 02 01 00"),
        ("0003 0000 0006 05 02 0064 0002", "0003 0000 0004 05 02 01 02"),
        ("0004 0000 0006 05 04 0000 0001", "0004 0000 0005 05 04 02 1234"),
    ) as port:
        reads = ["input/0", "discrete/101", "coil/3", "discrete/0", "discrete/100"]
        driver = make_driver(port, *reads, unit=5)
        await driver.open()
        assert list(await driver.poll()) == [0x1234, True, True, False, False]


@pytest.mark.parametrize(("value", "word"), [(True, "ff00"), (False, "0000")])
async def test_the_bytes_of_a_write(make_driver: MakeDriver, value: bool, word: str) -> None:
    request = f"0001 0000 0006 01 05 0003 {word}"
    async with answering((request, request)) as port:
        driver = make_driver(port, "discrete/0", outputs={"siren": {"write": "coil/3"}})
        await driver.open()
        await driver.write("siren", value)


@pytest.mark.parametrize("word", ["0004 ff00", "0003 0000"])
async def test_a_write_that_is_confirmed_wrongly_is_a_fault(
    make_driver: MakeDriver, word: str
) -> None:
    async with answering(
        ("0001 0000 0006 01 05 0003 ff00", f"0001 0000 0006 01 05 {word}")
    ) as port:
        driver = make_driver(port, "discrete/0", outputs={"siren": {"write": "coil/3"}})
        await driver.open()
        with pytest.raises(DeviceFault, match="another coil or state") as caught:
            await driver.write("siren", value=True)
        assert caught.value.cause is Cause.PROTOCOL


RIGHT = bytes.fromhex("0007 0000 0005 01 02 02 82 00")
EXPECTED = read_reply(1, Request(Table.DISCRETE, 0, 16))


@given(cut=st.integers(0, len(RIGHT)))
def test_the_right_answer_may_come_in_pieces(cut: int) -> None:
    assert EXPECTED.problem(RIGHT[:2], RIGHT[:cut]) is None


@given(frame=st.binary(max_size=40), keep=st.integers(0, len(RIGHT)))
def test_nothing_else_is_ever_taken_for_the_answer(frame: bytes, keep: int) -> None:
    """What passes is the beginning of an answer, the answer, or an exception to this request."""
    tried = RIGHT[:keep] + frame
    if EXPECTED.problem(RIGHT[:2], tried) is None and len(tried) >= len(RIGHT):
        assert len(tried) == len(RIGHT)
        assert tried[:9] == RIGHT[:9]


@pytest.mark.parametrize("position", range(9))
def test_every_byte_before_the_values_matters(position: int) -> None:
    wrong = bytearray(RIGHT)
    wrong[position] ^= 0x01
    assert EXPECTED.problem(RIGHT[:2], bytes(wrong)) is not None


def test_a_transaction_number_of_0_is_not_ours() -> None:
    """pymodbus takes an answer with number 0 for the answer to anything."""
    assert EXPECTED.problem(RIGHT[:2], b"\0\0" + RIGHT[2:]) is not None


def test_an_exception_answer_of_the_wrong_length_is_none() -> None:
    right = bytes.fromhex("0007 0000 0003 01 82 02")
    assert EXPECTED.problem(RIGHT[:2], right) is None
    assert EXPECTED.problem(RIGHT[:2], right + b"\0") is not None
    assert EXPECTED.problem(RIGHT[:2], bytes.fromhex("0007 0000 0003 01 83 02")) is not None
    assert write_reply(1, 3, value=True).problem(RIGHT[:2], right) is not None


@settings(max_examples=12, deadline=None)
@given(delays_ms=st.lists(st.integers(0, 40), min_size=6, max_size=10))
async def test_a_late_answer_never_answers_the_next_request(delays_ms: list[int]) -> None:
    """Inputs change before each poll; what is believed is what the panel saw at that request.

    The driver waits 20 ms, the panel takes 0 to 40: some answers come after the next request.
    """
    points = [Point(f"p{i}", ModbusPointConfig(read=f"discrete/{i}")) for i in range(8)]
    async with Panel(8) as panel:
        config = ModbusConfig.model_validate({"address": f"tcp://127.0.0.1:{panel.port}"})
        driver = ModbusDriver(config, points)
        driver.timeout_ms = 20  # type: ignore[misc]
        await _opened(driver)
        for number, delay_ms in enumerate(delays_ms):
            _show(panel, number)
            panel.fault(Fault(FaultKind.SLOW, delay_ms=delay_ms))
            try:
                values = await driver.poll()
            except DeviceFault:
                await _opened(driver)
            else:
                assert [int(bool(value)) for value in values] == _bits_of(number)
        await driver.close()


async def _opened(driver: ModbusDriver) -> None:
    """Open, as often as it takes on a machine where connecting may last longer than 20 ms."""
    async with asyncio.timeout(30):
        while True:
            with suppress(DeviceFault):
                return await driver.open()


def _bits_of(number: int) -> list[int]:
    return [number >> i & 1 for i in range(8)]


def _show(panel: Panel, number: int) -> None:
    for i, bit in enumerate(_bits_of(number)):
        panel.set_input(i, bool(bit))


async def test_the_panel_that_answers_one_request_behind_is_never_believed(
    panel: Panel, make_driver: MakeDriver
) -> None:
    """NModbus #88: after one timeout, answer n-1 otherwise answers request n for ever."""
    driver = make_driver(panel.port, *[f"discrete/{i}" for i in range(8)])
    await driver.open()
    panel.fault(FaultKind.LATE)
    for number in range(3):
        _show(panel, number)
        with pytest.raises(DeviceFault, match="no answer"):
            await driver.poll()
        await driver.open()


@given(
    first=st.integers(0, 1_900),
    bits=st.lists(st.booleans(), min_size=1, max_size=100),
)
def test_the_simulated_panel_and_the_specification_agree_on_bit_order(
    first: int, bits: list[bool]
) -> None:
    """Address ``first`` is the lowest bit of the first byte, padding is 0."""
    unit = Unit(inputs=2_000, coils=0, registers=0, holding=0)
    for i, bit in enumerate(bits):
        unit.discrete.set(first + i, bit)
    request = b"\0\1\0\0\0\6\1\2" + first.to_bytes(2, "big") + len(bits).to_bytes(2, "big")
    (action,) = Conversation(PanelCore({1: unit})).receive(request, 0)
    assert isinstance(action, Send)
    data = action.data[9:]
    unpacked = [bool(data[i // 8] >> i % 8 & 1) for i in range(8 * len(data))]
    assert unpacked == bits + [False] * (8 * len(data) - len(bits))
