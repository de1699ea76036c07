"""Numbers in one and two registers: what a device stored is what comes back."""

import math
import struct
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitord.driver import ConfigFault, PointState
from monitord_drivers.modbus.address import Gap, Spot, Table
from monitord_drivers.modbus.numbers import number
from monitord_drivers.modbus.planner import REGISTERS_MAX, PlanError, plan
from monitord_drivers.modbus.point import Format, Order
from monitord_simulators.panel import Panel, build_panels

from .conftest import MakeDriver

#: How Python's own packing writes each format, high byte first.
PACKED = {"u16": ">H", "i16": ">h", "u32": ">I", "i32": ">i", "f32": ">f"}
VALUES = {
    "u16": st.integers(0, 2**16 - 1),
    "i16": st.integers(-(2**15), 2**15 - 1),
    "u32": st.integers(0, 2**32 - 1),
    "i32": st.integers(-(2**31), 2**31 - 1),
    "f32": st.floats(width=32, allow_nan=False, allow_infinity=False),
}


def registers(form: str, value: float) -> list[int]:
    """The registers that hold ``value``, the higher half first."""
    raw = struct.pack(PACKED[form], value)
    return [int.from_bytes(raw[at : at + 2], "big") for at in range(0, len(raw), 2)]


@given(st.sampled_from(Format).flatmap(lambda f: st.tuples(st.just(f), VALUES[f.value])))
def test_every_number_comes_back_in_either_order(case: tuple[Format, float]) -> None:
    form, value = case
    words = registers(form, value)
    assert number(form, None, *words) == value
    if form.is_wide:
        assert number(form, Order.BIG, *words) == value
        assert number(form, Order.LITTLE, *reversed(words)) == value


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_float_that_is_no_number_is_unknown(value: float) -> None:
    """Law 4: a cut sensor is never a normal value."""
    assert number(Format.F32, Order.BIG, *registers("f32", value)) is PointState.FAULT


SPOTS = st.builds(Spot, st.sampled_from([Table.INPUT, Table.HOLDING]), st.integers(0, 400))


@settings(deadline=None)
@given(
    st.lists(SPOTS, max_size=40),
    st.lists(SPOTS, min_size=1, max_size=40) | st.just([Spot(Table.INPUT, a) for a in range(300)]),
    st.lists(st.builds(Gap, st.just(Table.INPUT), st.integers(402, 420), st.integers(420, 430))),
)
def test_both_halves_come_in_one_request(
    single: list[Spot], wide: list[Spot], gaps: list[Gap]
) -> None:
    """T6.1: two halves that were read at different moments are a number that never was."""
    requests = plan(single, gaps, wide)
    for spot in wide:
        assert any(
            r.table is spot.table and r.address <= spot.address < r.last for r in requests
        ), spot
    for spot in single:
        assert any(r.table is spot.table and r.address <= spot.address <= r.last for r in requests)
    assert all(r.count <= REGISTERS_MAX for r in requests)
    assert all(a.address < b.address for a, b in pairwise(requests) if a.table is b.table)


def test_a_half_in_a_gap_is_refused() -> None:
    with pytest.raises(PlanError, match="input/5"):
        plan([], [Gap(Table.INPUT, 5, 6)], [Spot(Table.INPUT, 4)])


async def test_a_panel_s_numbers_among_single_registers(
    panel: Panel, make_driver: MakeDriver
) -> None:
    """In any order of points, overlapping, over several tables."""
    meter, level = registers("u32", 3_000_000_007), registers("f32", 1.5)
    for address, word in enumerate([*meter, 0xFFFF, *reversed(level)]):
        panel.set_register(address, word)
    reads = [
        ("input/3", "f32"),
        ("input/2", "i16"),
        "discrete/0",
        ("input/0", "u32"),
        "input/1",
        ("input/2", "i32"),
    ]
    driver = make_driver(panel.port, *reads, orders={0: "little"})
    await driver.open()
    low = (0xFFFF << 16 | level[1]) - 2**32
    assert list(await driver.poll()) == [1.5, -1, False, 3_000_000_007, meter[1], low]


async def test_overlapping_requests_give_every_point_its_own_registers(
    make_driver: MakeDriver,
) -> None:
    """A number that a full request cannot take any more begins the next one."""
    async with Panel(1, registers=130) as panel:
        for address in range(130):
            panel.set_register(address, address)
        reads = [(f"input/{address}", "u32") for address in range(129)]
        driver = make_driver(panel.port, *reads, "input/7")
        await driver.open()
        wanted = [address << 16 | address + 1 for address in range(129)]
        assert list(await driver.poll()) == [*wanted, 7]


async def test_a_number_that_reaches_into_a_gap_is_a_configuration_fault(
    panel: Panel, make_driver: MakeDriver
) -> None:
    driver = make_driver(panel.port, ("input/4", "f32"), gaps=["input/5"])
    with pytest.raises(ConfigFault, match="declared gap input/5"):
        await driver.open()


def test_a_panel_built_from_a_section_has_both_registers() -> None:
    section = {
        "id": "meter",
        "address": "tcp://127.0.0.1:1502",
        "points": {"energy": {"read": "input/4", "format": "u32"}},
    }
    (built,) = build_panels([section])
    built.panel.unit(1).registers.set(5, 1)
    with pytest.raises(ValueError, match="6"):
        built.panel.unit(1).registers.set(6, 1)
