"""What a person may write about a Modbus device, and what a mistake is answered with."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from monitord.driver import ConfigFault, Driver
from monitord_drivers.modbus import ModbusConfig, ModbusDriver, ModbusPointConfig
from monitord_drivers.modbus.address import Gap, Spot, Table, parse_gap, parse_spot
from monitord_drivers.modbus.config import TcpAddress
from monitord_simulators.panel import Panel

from .conftest import MakeDriver

SPOTS = st.builds(Spot, st.sampled_from(Table), st.integers(0, 65_535))


@pytest.mark.parametrize(
    ("text", "wire", "manual"),
    [
        ("discrete/8", "discrete/8", "10009"),
        ("manual/10001", "discrete/0", "10001"),
        ("manual/30001", "input/0", "30001"),
        ("manual/40001", "holding/0", "40001"),
        ("manual/1", "coil/0", "00001"),
        ("manual/00001", "coil/0", "00001"),
        ("manual/9999", "coil/9998", "09999"),
        ("manual/010001", "coil/10000", "010001"),
        ("manual/49999", "holding/9998", "49999"),
        ("holding/9999", "holding/9999", "410000"),
        ("manual/465536", "holding/65535", "465536"),
        ("coil/65535", "coil/65535", "065536"),
    ],
)
def test_wire_and_manual_notation_name_the_same_place(text: str, wire: str, manual: str) -> None:
    spot = parse_spot(text)
    assert (str(spot), spot.manual) == (wire, manual)
    assert spot.words == f"{wire} (manual {manual})"


@given(SPOTS)
def test_both_notations_come_back_to_the_same_place(spot: Spot) -> None:
    assert parse_spot(str(spot)) == spot
    assert parse_spot(f"manual/{spot.manual}") == spot


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("discrete", "'discrete' is not an address: write a table and a wire address"),
        ("discrte/8", "did you mean discrete?"),
        ("discrete/65536", "wire addresses end at 65535"),
        ("discrete/-1", "not a wire address"),
        ("discrete/0x10", "not a wire address"),
        ("discrete/٣", "not a wire address"),
        ("manual/10000", "manuals count from 1, so the first one is 10001"),
        ("manual/0", "manuals count from 1, so the first one is 00001"),
        ("manual/20001", "manuals number coils from 1, discrete inputs from 10001"),
        ("manual/165537", "the last is 165536"),
        ("manual/x", "as the manual prints it"),
    ],
)
def test_a_wrong_address_is_answered_with_what_to_write(text: str, words: str) -> None:
    with pytest.raises(ValidationError) as caught:
        ModbusPointConfig.model_validate({"read": text})
    (problem,) = caught.value.errors()
    assert problem["loc"] == ("read",)
    assert words in problem["msg"]


@pytest.mark.parametrize(
    ("text", "gap"),
    [
        ("discrete/20-23", Gap(Table.DISCRETE, 20, 23)),
        ("coil/5", Gap(Table.COIL, 5, 5)),
        ("manual/10021-10024", Gap(Table.DISCRETE, 20, 23)),
    ],
)
def test_gaps(text: str, gap: Gap) -> None:
    assert parse_gap(text) == gap
    assert parse_gap(str(gap)) == gap


@pytest.mark.parametrize(
    ("section", "key", "words"),
    [
        ({"address": "10.0.20.11:502"}, "address", "does not say how to connect: write tcp://"),
        ({"address": "udp://panel"}, "address", "'udp://' is not spoken by this driver"),
        ({"address": "tcp://"}, "address", "more or less in it than a host and a port"),
        ({"address": "tcp://me:pw@host"}, "address", "more or less in it"),
        ({"address": "tcp://host/path"}, "address", "more or less in it"),
        ({"address": "tcp://10.0.20.256"}, "address", "four numbers from 0 to 255"),
        ({"address": "tcp://-panel"}, "address", "neither an IP address nor a host name"),
        ({"address": "tcp://[10.0.0.1]"}, "address", "not an IPv6 address"),
        ({"address": "tcp://panel:0"}, "address", "a number from 1 to 65535, mostly 502"),
        ({"address": "tcp://panel:70000"}, "address", "a number from 1 to 65535"),
        ({"address": "tcp://panel:"}, "address", "is not a port"),
        ({"unit": "256"}, "unit", "256 is no unit id: they go from 0 to 255"),
        ({"unit": "-1"}, "unit", "is no unit id"),
        ({"gaps": ["discrete/23-20"]}, "gaps", "write the lower address first"),
        ({"gaps": ["manual/9999-10001"]}, "gaps", "begins in one table and ends in another"),
        ({"gaps": ["20-23"]}, "gaps", "write it as in discrete/20-23"),
        ({"outputs": {"siren": {"write": "discrete/0"}}}, "outputs", "outputs are coils"),
        ({"speed": "9600"}, "speed", "Extra inputs"),
    ],
)
def test_a_mistake_in_a_device_says_what_to_write(
    section: dict[str, Any], key: str, words: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        ModbusConfig.model_validate({"address": "tcp://panel", **section})
    (problem,) = caught.value.errors()
    assert problem["loc"][0] == key
    assert words in problem["msg"]


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("tcp://10.0.20.11:502", "10.0.20.11", 502),
        ("tcp://10.0.20.11", "10.0.20.11", 502),
        ("tcp://east-panel.museum.example:1502", "east-panel.museum.example", 1502),
        ("tcp://[fd00::11]:1502", "fd00::11", 1502),
    ],
)
def test_addresses(text: str, host: str, port: int) -> None:
    assert ModbusConfig.model_validate({"address": text}).address == TcpAddress(host, port)


def test_a_format_is_for_registers() -> None:
    assert ModbusPointConfig.model_validate({"read": "input/4", "format": "i16"}).format == "i16"
    with pytest.raises(ValidationError, match="discrete/4 is a single bit"):
        ModbusPointConfig.model_validate({"read": "discrete/4", "format": "u16"})
    with pytest.raises(ValidationError, match="'u16', 'i16', 'u32', 'i32' or 'f32'"):
        ModbusPointConfig.model_validate({"read": "input/4", "format": "f64"})


def test_a_32_bit_number_needs_two_registers_and_only_it_has_an_order() -> None:
    wide = ModbusPointConfig.model_validate({"read": "input/4", "format": "f32", "order": "little"})
    assert ModbusPointConfig.model_validate(wide.model_dump(mode="json")) == wide
    with pytest.raises(ValidationError, match="input/65535 is the last register"):
        ModbusPointConfig.model_validate({"read": "input/65535", "format": "u32"})
    for form in ("i16", None):
        with pytest.raises(ValidationError, match="'order' is for two registers"):
            ModbusPointConfig.model_validate({"read": "input/4", "format": form, "order": "big"})
    with pytest.raises(ValidationError, match="is a single bit"):
        ModbusPointConfig.model_validate({"read": "discrete/4", "format": "u32"})


def test_a_dumped_config_can_be_read_again() -> None:
    """The compiled site keeps plain text; what the runtime reads back is the same config."""
    config = ModbusConfig.model_validate(
        {
            "address": "tcp://[fd00::11]",
            "unit": "7",
            "gaps": ["manual/10021-10024"],
            "outputs": {"siren": {"write": "manual/1"}},
        }
    )
    dumped = config.model_dump(mode="json")
    assert dumped == {
        "address": "tcp://[fd00::11]:502",
        "unit": 7,
        "gaps": ["discrete/20-23"],
        "outputs": {"siren": {"write": "coil/0"}},
    }
    assert ModbusConfig.model_validate(dumped) == config
    point = ModbusPointConfig.model_validate({"read": "manual/30005", "format": "i16"})
    assert ModbusPointConfig.model_validate(point.model_dump(mode="json")) == point


def test_editors_get_a_schema_with_examples() -> None:
    schema = ModbusPointConfig.model_json_schema()
    assert schema["properties"]["read"]["examples"] == ["discrete/8", "manual/10009"]
    assert ModbusConfig.model_json_schema()["properties"]["address"]["pattern"] == (
        r"^(tcp|rtu\+tcp|rtu)://"
    )


async def test_a_point_in_a_gap_is_a_configuration_fault(make_driver: MakeDriver) -> None:
    driver = make_driver(1, "discrete/21", gaps=["discrete/20-23"])
    with pytest.raises(ConfigFault, match=r"discrete/21 \(manual 10022\)"):
        await driver.open()


async def test_an_empty_device_is_a_configuration_fault(make_driver: MakeDriver) -> None:
    with pytest.raises(ConfigFault, match="neither points nor outputs"):
        await make_driver(1).open()


async def test_a_device_with_outputs_alone_is_still_proven_alive(
    panel: Panel, make_driver: MakeDriver
) -> None:
    driver = make_driver(panel.port, outputs={"siren": {"write": "coil/3"}})
    await driver.open()
    assert list(await driver.poll()) == []
    assert [(seen.function, seen.address) for seen in panel.seen] == [(1, 3)]


async def test_an_output_that_is_not_declared_is_never_written(
    panel: Panel, make_driver: MakeDriver
) -> None:
    """Law 11: outputs are declared one by one."""
    driver = make_driver(panel.port, "discrete/0", outputs={"siren": {"write": "coil/3"}})
    await driver.open()
    with pytest.raises(ConfigFault, match=r"no output 'sirene'.*did you mean 'siren'"):
        await driver.write("sirene", value=True)
    assert not panel.seen
    await driver.write("siren", value=True)
    assert panel.unit().coils.get(3)


async def test_an_output_that_the_panel_lacks(panel: Panel, make_driver: MakeDriver) -> None:
    driver = make_driver(panel.port, "discrete/0", outputs={"siren": {"write": "coil/999"}})
    await driver.open()
    with pytest.raises(ConfigFault, match=r"no coil/999 \(manual 01000\)"):
        await driver.write("siren", value=True)


def test_the_driver_registers_like_everybodys() -> None:
    assert issubclass(ModbusDriver, Driver)
    assert (ModbusDriver.Config, ModbusDriver.PointConfig) == (ModbusConfig, ModbusPointConfig)
    assert (ModbusDriver.poll_ms, ModbusDriver.timeout_ms) == (200, 1_000)


async def test_a_poll_asks_for_all_points_at_once(panel: Panel, make_driver: MakeDriver) -> None:
    """T6.1, on the wire: 64 inputs are one request that ends at the last of them."""
    driver = make_driver(panel.port, *[f"discrete/{i}" for i in reversed(range(64))])
    panel.set_input(63, value=True)
    await driver.open()
    assert list(await driver.poll()) == [True] + [False] * 63
    (seen,) = panel.seen
    assert (seen.unit, seen.function, seen.address, seen.quantity) == (1, 2, 0, 64)
