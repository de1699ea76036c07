"""Sensors, loops and pairs of inputs from the wire to the change, against a simulated panel."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import pytest
from pydantic import ValidationError

from monitord.core.signals import ALIKE, DeviceSignals, rule_of
from monitord.core.signals.loops import CUT, MASKED, SHORT
from monitord.core.site import Point as SitePoint
from monitord.driver import Paired, Point
from monitord.runtime.readings import unwrap
from monitord.vocabulary import Kind, PointState
from monitord_drivers.modbus import ModbusConfig, ModbusDriver, ModbusPointConfig
from monitord_simulators.panel import BuiltPanel, Position, build_panels
from tests.runtime.supervised import point_of

NORMAL, ACTIVE = PointState.NORMAL, PointState.ACTIVE
TAMPER, FAULT = PointState.TAMPER, PointState.FAULT
MIN: Final = 60_000

RIVER: Final = {
    "scale": 0.01,
    "unit": "m",
    "limits": {
        "high": 1.2,
        "high_high": 1.5,
        "rise": {"by": 0.2, "unit": "m", "within_ms": 10 * MIN},
        "valid": [0.1, 4],
        "deadband": 0.05,
    },
}
EOL2: Final = {"wiring": "eol2", "loop": {"end": 4700, "alarm": 4700, "full": 65_535}}
EOL3: Final = {
    "wiring": "eol3",
    "loop": {"end": 2200, "alarm": 4700, "mask": 2200, "full": 4095},
}


class Bench:
    """One simulated point, polled through the real driver at the times that the test chooses."""

    def __init__(self, built: BuiltPanel, driver: ModbusDriver, point: SitePoint) -> None:
        self.built = built
        self._driver = driver
        self._signals = DeviceSignals([rule_of(point)], unwrap)

    async def at(self, ms: int) -> list[tuple[PointState, Any]]:
        """What is told of the poll at this time; the panel's ramps are then where they are."""
        items = await self._driver.poll()
        return [(c.sample.state, c.sample.value) for c in self._signals.take(items, ms)]

    async def crossed(self, ms: int) -> list[str]:
        await self.at(ms)
        return [str(limit) for limit in self._signals.everything()[0].crossed]

    def stands_at(self, at_ms: int, value: float) -> None:
        """The sensor measures this now."""
        self.built.ramp("d.p", value, 0, at_ms)


@asynccontextmanager
async def bench(read: dict[str, Any], kind: Kind, **setup: Any) -> AsyncIterator[Bench]:
    section = {"id": "d", "address": "tcp://127.0.0.1:0", "points": {"p": {**read, **setup}}}
    [built] = build_panels([section])
    async with built.panel as panel:
        config = ModbusConfig.model_validate({"address": f"tcp://127.0.0.1:{panel.port}"})
        point = Point("p", ModbusPointConfig.model_validate(read))
        driver = ModbusDriver(config, [point])
        await driver.open()
        yield Bench(built, driver, point_of("d.p", "d", kind, **setup))
        await driver.close()


async def test_e2_a_slow_ramp_passes_both_limits_and_never_rises_fast() -> None:
    """E2: 0.6 m to 1.6 m in 100 min."""
    async with bench({"read": "input/4"}, Kind.WATER_LEVEL, **RIVER) as river:
        seen: list[tuple[int, str]] = []
        for minute in range(101):
            river.stands_at(minute * MIN, 0.6 + minute * 0.01)
            seen += [(minute, limit) for limit in await river.crossed(minute * MIN)]
        first = {limit: min(m for m, of in seen if of == limit) for _, limit in seen}
        assert first == {"high": 60, "high-high": 90}


async def test_e2_a_fast_ramp_is_told_by_its_rise_long_before_its_limit() -> None:
    """E2: the cellar has more time by it: 0.4 m to 1.6 m in 12 min."""
    async with bench({"read": "input/4"}, Kind.WATER_LEVEL, **RIVER) as river:
        first: dict[str, int] = {}
        for second in range(0, 721, 10):
            river.stands_at(second * 1_000, 0.4 + second * 1.2 / 720)
            for limit in await river.crossed(second * 1_000):
                first.setdefault(limit, second)
        assert first["rise"] <= 130
        assert first["rise"] < first["high"] < first["high-high"]


@pytest.mark.parametrize("raw", [0, 9, 401, 0x8000, 0xFFFF])
async def test_e2_a_sensor_out_of_range_is_at_fault_and_never_zero(raw: int) -> None:
    """E2: a burnt-out module, a cut wire, a short: no level at all, and a level when it is back."""
    async with bench({"read": "input/4"}, Kind.WATER_LEVEL, **RIVER) as river:
        assert await river.at(0) == [(NORMAL, 0.65)]
        river.built.set_value("d.p", raw)
        assert await river.at(200) == [(FAULT, None)]
        river.built.put("d.p", Position.REST)
        assert await river.at(400) == []
        assert await river.at(800) == [(NORMAL, 0.65)]


@pytest.mark.parametrize(
    ("setup", "position", "told"),
    [
        (EOL2, Position.ACTIVE, (ACTIVE, None)),
        (EOL2, Position.SHORT, (TAMPER, SHORT)),
        (EOL2, Position.CUT, (TAMPER, CUT)),
        (EOL3, Position.ACTIVE, (ACTIVE, None)),
        (EOL3, Position.SHORT, (TAMPER, SHORT)),
        (EOL3, Position.CUT, (TAMPER, CUT)),
        (EOL3, Position.MASKED, (TAMPER, MASKED)),
    ],
)
async def test_t51_a_loop_on_an_analogue_input(
    setup: dict[str, Any], position: Position, told: tuple[PointState, str | None]
) -> None:
    """T5.1: what the module measures of real resistors, computed by the other side."""
    async with bench({"read": "input/0"}, Kind.MOTION, **setup) as loop:
        assert await loop.at(0) == [(NORMAL, None)]
        loop.built.put("d.p", position)
        assert await loop.at(200) == [told]
        loop.built.put("d.p", Position.REST)
        assert await loop.at(400) == []
        assert await loop.at(800) == [(NORMAL, None)]


async def test_t52_a_contact_on_two_inputs() -> None:
    """T5.2: one answer carries both; short and cut are told once they have held."""
    read = {"read": "discrete/0", "opposite": "discrete/9"}
    async with bench(read, Kind.CASE) as pair:
        assert await pair.at(0) == [(NORMAL, None)]
        assert len(pair.built.panel.seen) == 1
        pair.built.set_active("d.p", active=True)
        assert await pair.at(200) == [(ACTIVE, None)]
        for at_ms, position in ((1_000, Position.SHORT), (3_000, Position.CUT)):
            pair.built.put("d.p", position)
            assert await pair.at(at_ms) == []
            assert await pair.at(at_ms + 400) == [(TAMPER, ALIKE)]
            pair.built.put("d.p", Position.REST)
            await pair.at(at_ms + 600)
            assert await pair.at(at_ms + 1_000) == [(NORMAL, None)]


async def test_a_pair_is_an_item_of_its_own() -> None:
    """For whoever writes a driver: both bits as they are."""
    async with bench({"read": "discrete/0", "opposite": "discrete/1"}, Kind.CASE) as pair:
        assert list(await pair._driver.poll()) == [Paired(contact=False, opposite=True)]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"read": "input/0", "opposite": "discrete/1"}, "two single bits"),
        ({"read": "discrete/0", "opposite": "input/1"}, "two single bits"),
        ({"read": "discrete/0", "opposite": "discrete/0"}, "the contact itself"),
        ({"read": "discrete/0", "opposite": "discrete/1", "counter": "input/0"}, "no counter"),
    ],
)
def test_a_pair_that_is_none_is_refused(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        ModbusPointConfig.model_validate(wrong)


def test_a_ramp_of_a_panel_moves_evenly_and_ends() -> None:
    """In the panel's own time; whoever sets the register ends it."""
    section = {
        "id": "d",
        "address": "tcp://127.0.0.1:1",
        "points": {"p": {"read": "input/0", "scale": 0.1, "format": "i16"}},
    }
    [built] = build_panels([section])
    built.ramp("d.p", -10, 1_000, 5_000)
    request = bytes.fromhex("00010000000601040000 0001".replace(" ", ""))
    shown = [
        int.from_bytes(built.panel.core.answer(request, at)[-2:], "big", signed=True)
        for at in (5_000, 5_250, 5_999, 6_000, 9_000)
    ]
    assert shown == [0, -25, -100, -100, -100]
    built.ramp("d.p", 10, 1_000, 9_000)
    built.set_value("d.p", 7)
    assert built.panel.core.answer(request, 9_500)[-1] == 7
    with pytest.raises(ValueError, match="does not fit a register"):
        built.ramp("d.p", 7_000, 1_000, 9_000)
