"""What the driver tests share: a simulated panel on a socket, and drivers that are closed again."""

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import pytest

from monitord.driver import Point
from monitord_drivers.modbus import ModbusConfig, ModbusDriver, ModbusPointConfig
from monitord_simulators.panel import Panel

MakeDriver = Callable[..., ModbusDriver]


class ImpatientDriver(ModbusDriver):
    """The driver with a wait short enough for tests and long enough for a busy machine."""

    timeout_ms = 500


@pytest.fixture
async def panel() -> AsyncIterator[Panel]:
    """A panel of 64 inputs, units 1 and 7."""
    async with Panel(64, units=(1, 7)) as running:
        yield running


@pytest.fixture
async def make_driver() -> AsyncIterator[MakeDriver]:
    """``make_driver(port, "discrete/0", ("holding/1", "i16"), unit=7)``: a driver, not yet open."""
    made: list[ModbusDriver] = []

    def make(
        port: int,
        *reads: str | tuple[str, str],
        orders: Mapping[int, str] | None = None,
        **config: Any,
    ) -> ModbusDriver:
        points = []
        for index, read in enumerate(reads):
            text, form = (read, None) if isinstance(read, str) else read
            order = (orders or {}).get(index)
            section = {"read": text, "format": form, "order": order}
            point = ModbusPointConfig.model_validate(section)
            points.append(Point(f"p{index}", point))
        section = {"address": f"tcp://127.0.0.1:{port}", **config}
        made.append(ImpatientDriver(ModbusConfig.model_validate(section), points))
        return made[-1]

    yield make
    for driver in made:
        await driver.close()
