"""Counting modules: what the driver hands on of them, against a simulated panel (T5.3, T5.4)."""

from collections.abc import Sequence
from typing import Any

import pytest
from pydantic import ValidationError

from monitord.core.signals import DeviceSignals, SignalRule
from monitord.driver import Counted, Item, Point
from monitord.runtime.readings import unwrap
from monitord.vocabulary import PointState
from monitord_drivers.modbus import ModbusConfig, ModbusDriver, ModbusPointConfig
from monitord_simulators.panel import Fault, FaultKind, Panel, build_panels

NORMAL, ACTIVE = PointState.NORMAL, PointState.ACTIVE


def driver_of(port: int, **points: dict[str, Any]) -> ModbusDriver:
    config = ModbusConfig.model_validate({"address": f"tcp://127.0.0.1:{port}"})
    read = {name: ModbusPointConfig.model_validate(point) for name, point in points.items()}
    return ModbusDriver(config, [Point(name, point) for name, point in read.items()])


async def test_contacts_and_their_counts_come_in_one_answer() -> None:
    """T6.1: 16 and 32 bits, either half first, coalesced with what else is read."""
    points: dict[str, dict[str, Any]] = {
        "plain": {"read": "discrete/0"},
        "short": {"read": "discrete/1", "counter": "input/0"},
        "wide": {"read": "discrete/2", "counter": "input/1", "counter-bits": "32"},
        "little": {
            "read": "discrete/3",
            "counter": "input/3",
            "counter-bits": "32",
            "order": "little",
        },
        "level": {"read": "input/5"},
    }
    section = {"id": "p", "address": "tcp://127.0.0.1:0", "points": points}
    panel = build_panels([section])[0].panel
    async with panel:
        unit = panel.unit()
        for address, value in enumerate((0xFFFF, 0x0001, 0xFFFF, 0xFFFF, 0x0001, 4_711)):
            unit.registers.set(address, value)
        for address in (1, 2, 3):
            unit.pulse(address)
        driver = driver_of(panel.port, **points)
        await driver.open()
        assert list(await driver.poll()) == [
            False,
            Counted(False, 0),
            Counted(False, 0x2_0000, 32),
            Counted(False, 0x2_0000, 32),
            4_711,
        ]
        assert [(seen.function, seen.address, seen.quantity) for seen in panel.seen] == [
            (2, 0, 4),
            (4, 0, 6),
        ]
        await driver.close()


async def test_a_pulse_that_no_poll_saw_is_an_alarm_and_a_reboot_is_none() -> None:
    """T5.3, T5.4: from the module's counter to the change that is told."""
    async with Panel(8, counters=True) as panel:
        driver = driver_of(panel.port, case={"read": "discrete/5", "counter": "input/5"})
        signals = DeviceSignals([SignalRule("d.case")], unwrap)
        at_ms = 0

        async def believed() -> Sequence[PointState]:
            nonlocal at_ms
            at_ms += 200
            items: Sequence[Item] = await driver.poll()
            return [change.sample.state for change in signals.take(items, at_ms)]

        panel.unit().registers.set(5, 0xFFFF)
        await driver.open()
        assert await believed() == [NORMAL]
        panel.unit().pulse(5)
        assert await believed() == [ACTIVE], "over the wrap"
        assert [await believed() for _ in range(3)] == [[], [NORMAL], []]
        panel.unit().registers.set(5, 900)
        assert await believed() == [ACTIVE]
        panel.fault(Fault(FaultKind.REBOOT, for_ms=0, delay_ms=0))
        at_ms += 400
        await driver.open()
        assert await believed() == [NORMAL], "the alarm ends, and the restart is no new one"
        assert await believed() == []
        assert signals.noticed[0].pulses is None
        await driver.close()


@pytest.mark.parametrize(
    ("point", "words"),
    [
        ({"read": "discrete/1", "counter": "coil/1"}, "coil/1 is a single bit"),
        ({"read": "discrete/1", "counter-bits": 32}, "'counter-bits' without a counter"),
        ({"read": "discrete/1", "counter": "input/1", "counter-bits": 8}, "16 or 32, not 8"),
        ({"read": "input/1", "counter": "input/1"}, "is the contact itself"),
        ({"read": "input/1", "format": "i16", "counter": "input/2"}, "belongs to a contact"),
        ({"read": "discrete/1", "counter": "input/65535", "counter-bits": 32}, "needs two"),
        ({"read": "discrete/1", "counter": "input/1", "order": "big"}, "'order' is for two"),
    ],
)
def test_a_mistake_in_a_counter_says_what_to_write(point: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        ModbusPointConfig.model_validate(point)
