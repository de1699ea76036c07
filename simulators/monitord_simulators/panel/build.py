"""Panels made from device sections: plain data, as a site file has it once it is read.

A section is a mapping with ``id``, ``address`` (``tcp://host:port``), ``unit`` and ``points``,
where each point has ``read`` and may have ``wiring: normally-closed`` and a ``counter``, which then
counts. Sections with one address become units of one panel. At rest a normally closed contact
reads 1, every other one 0.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from monitord_simulators.panel.core import PanelCore
from monitord_simulators.panel.server import Panel
from monitord_simulators.panel.tables import Counter, Unit

_TABLES: Final = ("coil", "discrete", "input", "holding")
_MANUAL_TABLES: Final = {0: "coil", 1: "discrete", 3: "input", 4: "holding"}
_TWO_REGISTERS: Final = ("u32", "i32", "f32")
_PORT_DEFAULT: Final = 502


@dataclass(frozen=True, slots=True)
class Wire:
    """Where a point's contact ends: unit, table and wire address; ``rest`` is the bit at rest."""

    unit: int
    table: str
    address: int
    rest: bool = False


@dataclass(slots=True)
class BuiltPanel:
    """A panel for one address, and the points (``device.point``) that hang on it."""

    host: str
    port: int
    panel: Panel
    wires: dict[str, Wire] = field(default_factory=dict)

    def set_active(self, point: str, active: bool) -> None:
        """Trip or restore the contact of ``point``. Raises ``ValueError`` for a register."""
        wire = self._wire(point)
        unit = self.panel.unit(wire.unit)
        match wire.table:
            case "discrete":
                unit.discrete.set(wire.address, active is not wire.rest)
            case "coil":
                unit.coils.set(wire.address, active is not wire.rest)
            case _:
                raise ValueError(f"{point} is a register: give it a value")

    def set_value(self, point: str, value: int) -> None:
        """Set the register of ``point``. Raises ``ValueError`` for a contact."""
        wire = self._wire(point)
        unit = self.panel.unit(wire.unit)
        match wire.table:
            case "input":
                unit.registers.set(wire.address, value)
            case "holding":
                unit.holding.set(wire.address, value)
            case _:
                raise ValueError(f"{point} is a contact: trip or restore it")

    def _wire(self, point: str) -> Wire:
        if point not in self.wires:
            raise ValueError(f"no point {point} hangs on the panel at {self.host}:{self.port}")
        return self.wires[point]


def build_panels(sections: Iterable[Mapping[str, Any]], seed: int = 0) -> list[BuiltPanel]:
    """One panel per address, in the order of the sections, every contact at rest.

    Raises ``ValueError`` naming the device and point that cannot be built.
    """
    groups: dict[tuple[str, int], list[Mapping[str, Any]]] = {}
    for section in sections:
        groups.setdefault(_host_and_port(section), []).append(section)
    return [
        _build(host, port, group, seed + index)
        for index, ((host, port), group) in enumerate(groups.items())
    ]


def _build(host: str, port: int, sections: list[Mapping[str, Any]], seed: int) -> BuiltPanel:
    wires: dict[str, Wire] = {}
    outputs: list[Wire] = []
    seconds: list[Wire] = []
    counters: list[tuple[Wire, Wire, Mapping[str, Any]]] = []
    for section in sections:
        number = int(section.get("unit", 1))
        for name, point in section.get("points", {}).items():
            rest = point.get("wiring") == "normally-closed"
            wire = _wire_of(section, name, number, point["read"], rest)
            wires[f"{section['id']}.{name}"] = wire
            if point.get("format") in _TWO_REGISTERS:
                seconds.append(replace(wire, address=wire.address + 1))
            if point.get("counter"):
                counter = _wire_of(section, name, number, point["counter"], rest=False)
                counters.append((wire, counter, point))
                seconds += [counter, replace(counter, address=counter.address + 1)]
        for name, output in section.get("outputs", {}).items():
            outputs.append(_wire_of(section, name, number, output["write"], rest=False))
    numbers = sorted({int(section.get("unit", 1)) for section in sections})
    units = {number: _unit(number, [*wires.values(), *outputs, *seconds]) for number in numbers}
    for wire, counter, point in counters:
        if wire.table == "discrete":
            units[wire.unit].counters[wire.address] = _counter(units[wire.unit], counter, point)
    name = ", ".join(str(section["id"]) for section in sections)
    built = BuiltPanel(host, port, Panel.of(PanelCore(units, seed), name), wires)
    for point, wire in wires.items():
        if wire.rest:
            built.set_active(point, False)
    return built


def _unit(number: int, wires: list[Wire]) -> Unit:
    def size(table: str) -> int:
        mine = [w.address for w in wires if w.unit == number and w.table == table]
        return max(mine, default=-1) + 1

    return Unit(
        inputs=size("discrete"),
        coils=size("coil"),
        registers=size("input"),
        holding=size("holding"),
    )


def _counter(unit: Unit, wire: Wire, point: Mapping[str, Any]) -> Counter:
    return Counter(
        unit.registers if wire.table == "input" else unit.holding,
        wire.address,
        wide=str(point.get("counter-bits")) == "32",
        little=point.get("order") == "little",
    )


def _wire_of(section: Mapping[str, Any], name: str, unit: int, text: str, rest: bool) -> Wire:
    table, _, number = text.partition("/")
    where = f"{section['id']}.{name}: '{text}'"
    if not number.isascii() or not number.isdigit():
        raise ValueError(f"{where} is not an address such as discrete/8")
    if table == "manual":
        digit, count = divmod(int(number), 100_000 if len(number) == 6 else 10_000)
        if digit not in _MANUAL_TABLES or count < 1:
            raise ValueError(f"{where} is not a number that a manual would print")
        return Wire(unit, _MANUAL_TABLES[digit], count - 1, rest)
    if table not in _TABLES:
        raise ValueError(f"{where} names none of {', '.join(_TABLES)}, manual")
    return Wire(unit, table, int(number), rest)


def _host_and_port(section: Mapping[str, Any]) -> tuple[str, int]:
    address = str(section["address"])
    host, colon, port = address.removeprefix("tcp://").rpartition(":")
    if not colon or host.endswith(":"):
        host, port = address.removeprefix("tcp://"), str(_PORT_DEFAULT)
    if not address.startswith("tcp://") or not host or not port.isdigit():
        raise ValueError(f"{section['id']}: '{address}' is not tcp://host:port")
    return host.strip("[]"), int(port)
