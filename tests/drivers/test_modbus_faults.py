"""The Modbus driver against a panel that misbehaves (T6.2, T6.3; issue 2: hostile panels)."""

import asyncio
import re

import pytest

from monitord.driver import AuthFault, Cause, ConfigFault, DeviceFault
from monitord_drivers.modbus import ModbusDriver
from monitord_simulators.panel import Fault, FaultKind, Panel

from .conftest import MakeDriver

ALL_INPUTS = [f"discrete/{i}" for i in range(16)]

#: Every fault, the cause that the guard reads, and the words beside it.
FAULTS = [
    (Fault(FaultKind.HANG), Cause.SILENT, "no answer within 450 ms"),
    (Fault(FaultKind.HALF_OPEN), Cause.SILENT, "no answer within 450 ms"),
    (Fault(FaultKind.SLOW, delay_ms=5_000), Cause.SILENT, "no answer within 450 ms"),
    (Fault(FaultKind.RESET), Cause.SILENT, "closed the connection in the middle of an answer"),
    (Fault(FaultKind.GARBAGE), Cause.PROTOCOL, "another request|not Modbus"),
    (Fault(FaultKind.WRONG_TRANSACTION), Cause.PROTOCOL, "answered another request"),
    (Fault(FaultKind.WRONG_FUNCTION), Cause.PROTOCOL, "answered with function 3, not 2"),
    (Fault(FaultKind.WRONG_UNIT), Cause.PROTOCOL, "unit 2 answered, unit 1 was asked"),
    (Fault(FaultKind.SHORT), Cause.PROTOCOL, "announced 10 bytes, the answer has 11"),
    (Fault(FaultKind.LYING_COUNT), Cause.PROTOCOL, "byte count is not the 2"),
    (Fault(FaultKind.TRUNCATED), Cause.PROTOCOL, "broke off after 9 of 11 bytes"),
    (Fault(FaultKind.LATE), Cause.SILENT, "no answer within 450 ms"),
    (Fault(FaultKind.FLOOD), Cause.PROTOCOL, "answered another request"),
    (Fault(FaultKind.BUSY), Cause.BUSY, "busy .exception 06"),
    (Fault(FaultKind.EXCEPTION, code=1), Cause.CONFIGURATION, "no such function"),
    (Fault(FaultKind.EXCEPTION, code=2), Cause.CONFIGURATION, "no discrete/0-15 .manual 10001-"),
    (Fault(FaultKind.EXCEPTION, code=3), Cause.CONFIGURATION, "refuses the request"),
    (Fault(FaultKind.EXCEPTION, code=4), Cause.DEVICE, "has failed"),
    (Fault(FaultKind.EXCEPTION, code=5), Cause.BUSY, "exception 05"),
    (Fault(FaultKind.EXCEPTION, code=8), Cause.PROTOCOL, "damaged memory"),
    (Fault(FaultKind.EXCEPTION, code=10), Cause.GATEWAY, "no path"),
    (Fault(FaultKind.EXCEPTION, code=11), Cause.TARGET, "the unit behind it does not"),
    (Fault(FaultKind.EXCEPTION, code=99), Cause.PROTOCOL, "unknown exception 63"),
]


@pytest.mark.parametrize(("fault", "cause", "words"), FAULTS, ids=lambda value: str(value))
async def test_each_fault_has_its_cause_and_ends_with_the_fault(
    panel: Panel, make_driver: MakeDriver, fault: Fault, cause: Cause, words: str
) -> None:
    """T6.2: never a value from a bad answer, the right cause, and back once the panel is well."""
    driver = make_driver(panel.port, *ALL_INPUTS)
    await driver.open()
    panel.set_input(3, value=True)
    expected = [i == 3 for i in range(16)]
    assert list(await driver.poll()) == expected

    panel.fault(fault)
    with pytest.raises(DeviceFault, match=words) as caught:
        await driver.poll()
    assert caught.value.cause is cause
    assert isinstance(caught.value, ConfigFault) is (cause is Cause.CONFIGURATION)
    assert not isinstance(caught.value, AuthFault)

    panel.clear()
    await driver.open()
    assert list(await driver.poll()) == expected


async def test_every_fault_that_a_panel_knows_is_tried_here() -> None:
    """A new kind of fault must come with its cause; REBOOT has a test of its own."""
    assert {fault.kind for fault, _, _ in FAULTS} | {FaultKind.REBOOT} == set(FaultKind)


@pytest.mark.parametrize(
    ("kind", "words", "cause"),
    [
        (FaultKind.WRONG_FUNCTION, "function 3", Cause.PROTOCOL),
        (FaultKind.HANG, "no answer within", Cause.SILENT),
        (FaultKind.TRUNCATED, "broke off", Cause.PROTOCOL),
    ],
)
async def test_after_a_bad_answer_or_none_the_connection_is_not_used_again(
    panel: Panel, make_driver: MakeDriver, kind: FaultKind, words: str, cause: Cause
) -> None:
    """What comes late has nowhere to arrive: the panel sees the connection end."""
    driver = make_driver(panel.port, *ALL_INPUTS)
    await driver.open()
    panel.fault(Fault(kind, count=1))
    for _ in range(3):
        with pytest.raises(DeviceFault, match=words) as caught:
            await driver.poll()
        assert caught.value.cause is cause
    async with asyncio.timeout(10):
        while panel.connection_count:
            await asyncio.sleep(0.001)
    assert len(panel.seen) == 1
    await driver.open()
    assert list(await driver.poll()) == [False] * 16


@pytest.mark.parametrize("kind", [FaultKind.GARBAGE, FaultKind.RESET])
async def test_what_is_wrong_for_certain_is_told_without_waiting(
    panel: Panel, make_driver: MakeDriver, kind: FaultKind
) -> None:
    """A poll that has failed ends before one that began earlier and waits for its answer."""
    waiting, failing = (
        make_driver(panel.port, *ALL_INPUTS, unit=7),
        make_driver(panel.port, "coil/0"),
    )
    await waiting.open()
    await failing.open()
    panel.fault(Fault(FaultKind.HANG, unit=7))
    panel.fault(Fault(kind, unit=1))
    silent = asyncio.create_task(waiting.poll())
    await asyncio.sleep(0)
    with pytest.raises(DeviceFault):
        await failing.poll()
    assert not silent.done()
    with pytest.raises(DeviceFault, match="no answer"):
        await silent


async def test_an_exception_answer_keeps_the_connection(
    panel: Panel, make_driver: MakeDriver
) -> None:
    driver = make_driver(panel.port, *ALL_INPUTS)
    await driver.open()
    panel.fault(Fault(FaultKind.BUSY, count=1))
    with pytest.raises(DeviceFault, match="busy"):
        await driver.poll()
    assert list(await driver.poll()) == [False] * 16


async def test_one_silent_unit_leaves_the_others_healthy(
    panel: Panel, make_driver: MakeDriver
) -> None:
    """T6.3: exception 0B on unit 7 is a fault of unit 7 only."""
    well, ill = make_driver(panel.port, *ALL_INPUTS), make_driver(panel.port, *ALL_INPUTS, unit=7)
    await well.open()
    await ill.open()
    panel.fault(Fault(FaultKind.EXCEPTION, code=11, unit=7))
    with pytest.raises(DeviceFault) as caught:
        await ill.poll()
    assert caught.value.cause is Cause.TARGET
    assert list(await well.poll()) == [False] * 16


async def test_a_reboot_drops_the_connection_and_shows_blank_inputs_first(
    panel: Panel, make_driver: MakeDriver
) -> None:
    driver = make_driver(panel.port, "discrete/3", "input/0", "holding/0")
    await driver.open()
    panel.set_input(3, value=True)
    panel.set_register(0, 41)
    panel.unit().holding.set(0, 7)
    assert list(await driver.poll()) == [True, 41, 7]

    panel.fault(Fault(FaultKind.REBOOT, for_ms=30, delay_ms=60_000))
    with pytest.raises(DeviceFault) as caught:
        await driver.poll()
    assert caught.value.cause is Cause.SILENT
    await _until_open_and_polled(driver)
    assert list(await driver.poll()) == [False, 0, 0]
    panel.clear()
    assert list(await driver.poll()) == [True, 0, 0]


async def _until_open_and_polled(driver: ModbusDriver) -> None:
    async with asyncio.timeout(10):
        while True:
            await driver.open()
            try:
                await driver.poll()
            except DeviceFault:
                await asyncio.sleep(0.005)
            else:
                return


async def test_nobody_listening_is_told_from_silence(
    make_driver: MakeDriver, unused_tcp_port: int
) -> None:
    driver = make_driver(unused_tcp_port, "discrete/0")
    with pytest.raises(
        DeviceFault, match=f"nobody listens at 127.0.0.1 port {unused_tcp_port}"
    ) as e:
        await driver.open()
    assert e.value.cause is Cause.REFUSED


async def test_poll_without_open_says_so(make_driver: MakeDriver, panel: Panel) -> None:
    driver = make_driver(panel.port, "discrete/0")
    await driver.open()
    await driver.close()
    await driver.close()
    with pytest.raises(DeviceFault, match="not open"):
        await driver.poll()


async def test_bytes_that_nobody_asked_for_end_the_connection(make_driver: MakeDriver) -> None:
    """A duplicate of a good answer may not lie in wait for the next request."""
    answer = bytes.fromhex("0001 0000 0004 01 02 01 01")

    async def twice(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(12)
        writer.write(answer)
        await asyncio.sleep(0.02)
        writer.write(answer)
        await reader.read()
        writer.close()

    server = await asyncio.start_server(twice, "127.0.0.1", 0)
    driver = make_driver(server.sockets[0].getsockname()[1], "discrete/0")
    await driver.open()
    assert list(await driver.poll()) == [True]
    await asyncio.sleep(0.05)
    with pytest.raises(DeviceFault, match="nobody asked") as caught:
        await driver.poll()
    assert caught.value.cause is Cause.PROTOCOL
    server.close()


async def test_a_cancelled_poll_leaves_no_connection_behind(
    panel: Panel, make_driver: MakeDriver
) -> None:
    """The runtime's own bound cancels a poll: what comes late must find nobody."""
    driver = make_driver(panel.port, "discrete/0")
    await driver.open()
    panel.fault(Fault(FaultKind.HANG))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.02):
            await driver.poll()
    panel.clear()
    with pytest.raises(DeviceFault, match="given up on"):
        await driver.poll()


async def test_a_hostile_panel_writes_nothing_to_the_log(
    panel: Panel, make_driver: MakeDriver, caplog: pytest.LogCaptureFixture
) -> None:
    for kind in (FaultKind.FLOOD, FaultKind.GARBAGE, FaultKind.HANG, FaultKind.WRONG_UNIT):
        driver = make_driver(panel.port, *ALL_INPUTS)
        await driver.open()
        panel.fault(kind)
        with pytest.raises(DeviceFault):
            await driver.poll()
    assert not caplog.records


async def test_details_never_run_on(panel: Panel, make_driver: MakeDriver) -> None:
    """What a hostile panel sends is shown in part only."""
    driver = make_driver(panel.port, *ALL_INPUTS)
    await driver.open()
    panel.fault(FaultKind.FLOOD)
    with pytest.raises(DeviceFault) as caught:
        await driver.poll()
    assert len(caught.value.detail) < 200
    assert re.search(r"received( [0-9a-f]{2}){24}\)", caught.value.detail)
