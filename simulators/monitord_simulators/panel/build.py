"""Panels made from device sections: plain data, as a site file has it once it is read.

A section is a mapping with ``id``, ``address`` (``tcp://host:port``), ``unit`` and ``points``,
where each point has ``read`` and may have ``wiring``, ``loop``, ``opposite``, ``scale``, ``limits``
and a ``counter``, which then counts. Sections with one address become units of one panel. At rest a
normally closed contact reads 1, every other one 0, and a sensor with limits a calm value.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from monitord_simulators.panel.core import PanelCore
from monitord_simulators.panel.field import Position, Positions, Wire, positions, raw
from monitord_simulators.panel.server import Panel
from monitord_simulators.panel.tables import Counter, Unit

_TABLES: Final = ("coil", "discrete", "input", "holding")
_MANUAL_TABLES: Final = {0: "coil", 1: "discrete", 3: "input", 4: "holding"}
_TWO_REGISTERS: Final = ("u32", "i32", "f32")
_PORT_DEFAULT: Final = 502


@dataclass(slots=True)
class BuiltPanel:
    """A panel for one address, and the points (``device.point``) that hang on it."""

    host: str
    port: int
    panel: Panel
    wires: dict[str, Wire] = field(default_factory=dict)
    positions: dict[str, Positions] = field(default_factory=dict)
    sections: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def put(self, point: str, position: Position) -> None:
        """Put what hangs there. Raises ``ValueError`` for what it cannot be."""
        self._wire(point)
        writes = self.positions[point].get(position)
        if writes is None:
            words = ", ".join(self.positions[point]) or "a value alone"
            raise ValueError(f"{point} is a register: it can be given {words}, not {position}")
        for wire, value in writes:
            self._write(wire, value)

    def set_active(self, point: str, active: bool) -> None:
        """Trip or restore ``point``. Raises ``ValueError`` for a register without limits."""
        self.put(point, Position.ACTIVE if active else Position.REST)

    def set_value(self, point: str, value: int) -> None:
        """Set the register of ``point``. Raises ``ValueError`` for a contact."""
        self._write(self._register(point), value)

    def ramp(self, point: str, to: float, over_ms: int, at_ms: int) -> None:
        """Move a value, in the point's unit, evenly to another. Raises ``ValueError``."""
        wire, section = self._register(point), self.sections[point]
        if section.get("format") in _TWO_REGISTERS:
            raise ValueError(f"{point} takes two registers: only one can be ramped")
        signed = section.get("format") == "i16"
        where = (wire.unit, wire.table, wire.address)
        self.panel.core.ramp(where, raw(section, to), over_ms, at_ms, signed=signed)

    def _register(self, point: str) -> Wire:
        wire = self._wire(point)
        if wire.is_bit:
            raise ValueError(f"{point} is a contact: trip or restore it")
        return wire

    def _write(self, wire: Wire, value: int) -> None:
        self.panel.core.hold((wire.unit, wire.table, wire.address))
        unit = self.panel.unit(wire.unit)
        match wire.table:
            case "discrete":
                unit.discrete.set(wire.address, bool(value))
            case "coil":
                unit.coils.set(wire.address, bool(value))
            case "input":
                unit.registers.set(wire.address, value)
            case _:
                unit.holding.set(wire.address, value)

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
    placed: dict[str, Positions] = {}
    points: dict[str, Mapping[str, Any]] = {}
    outputs: list[Wire] = []
    seconds: list[Wire] = []
    counters: list[tuple[Wire, Wire, Mapping[str, Any]]] = []
    for section in sections:
        number = int(section.get("unit", 1))
        for name, point in section.get("points", {}).items():
            rest = point.get("wiring") == "normally-closed"
            wire = _wire_of(section, name, number, point["read"], rest)
            full = f"{section['id']}.{name}"
            wires[full], points[full] = wire, point
            opposite = None
            if point.get("opposite"):
                opposite = _wire_of(section, name, number, point["opposite"], not rest)
                seconds.append(opposite)
            placed[full] = positions(point, wire, opposite)
            if point.get("format") in _TWO_REGISTERS:
                seconds.append(wire._replace(address=wire.address + 1))
            if point.get("counter"):
                counter = _wire_of(section, name, number, point["counter"], rest=False)
                counters.append((wire, counter, point))
                seconds += [counter, counter._replace(address=counter.address + 1)]
        for name, output in section.get("outputs", {}).items():
            outputs.append(_wire_of(section, name, number, output["write"], rest=False))
    numbers = sorted({int(section.get("unit", 1)) for section in sections})
    units = {number: _unit(number, [*wires.values(), *outputs, *seconds]) for number in numbers}
    for wire, counter, point in counters:
        if wire.table == "discrete":
            units[wire.unit].counters[wire.address] = _counter(units[wire.unit], counter, point)
    name = ", ".join(str(section["id"]) for section in sections)
    for wire in wires.values():
        if wire.table == "input":
            units[wire.unit].measured.add(wire.address)
    panel = Panel.of(PanelCore(units, seed), name)
    built = BuiltPanel(host, port, panel, wires, placed, points)
    for full in reversed(wires):  # of two points at one register the first has its rest
        if Position.REST in placed[full]:
            built.put(full, Position.REST)
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
