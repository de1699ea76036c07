"""The Modbus driver: joins points, plan and connection.

It never sleeps, retries, debounces or inverts: it says what the device's bits and registers are,
and the runtime does the rest. What one poll needs is worked out once, at ``open``.
"""

import difflib
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter
from typing import Any, ClassVar, Final

from pydantic import BaseModel
from pymodbus.pdu import ExceptionResponse, ModbusPDU
from pymodbus.pdu.bit_message import (
    ReadCoilsRequest,
    ReadCoilsResponse,
    ReadDiscreteInputsRequest,
    ReadDiscreteInputsResponse,
    WriteSingleCoilRequest,
    WriteSingleCoilResponse,
)
from pymodbus.pdu.register_message import (
    ReadHoldingRegistersRequest,
    ReadHoldingRegistersResponse,
    ReadInputRegistersRequest,
    ReadInputRegistersResponse,
)

from monitord.driver import (
    Cause,
    ConfigFault,
    DeviceFault,
    Driver,
    Item,
    Line,
    Point,
    PollCost,
)
from monitord_drivers.modbus.address import Table
from monitord_drivers.modbus.config import ModbusConfig, parse_address
from monitord_drivers.modbus.connection import Connection
from monitord_drivers.modbus.cost import poll_cost
from monitord_drivers.modbus.extraction import Answer, Extract, extraction, nothing
from monitord_drivers.modbus.line import ModbusLine
from monitord_drivers.modbus.planner import PlanError, Request, plan
from monitord_drivers.modbus.point import ModbusPointConfig
from monitord_drivers.modbus.replies import Expected, exception_fault, read_reply, write_reply

# Every fault reaches the runtime as a DeviceFault; a hostile panel must not also fill the log.
logging.getLogger("pymodbus").setLevel(logging.CRITICAL)

_PDUS: Final[dict[Table, tuple[type[ModbusPDU], type[ModbusPDU]]]] = {
    Table.COIL: (ReadCoilsRequest, ReadCoilsResponse),
    Table.DISCRETE: (ReadDiscreteInputsRequest, ReadDiscreteInputsResponse),
    Table.HOLDING: (ReadHoldingRegistersRequest, ReadHoldingRegistersResponse),
    Table.INPUT: (ReadInputRegistersRequest, ReadInputRegistersResponse),
}


@dataclass(frozen=True, slots=True)
class _Read:
    """One request of the plan, ready to be sent any number of times."""

    pdu: ModbusPDU
    expected: Expected
    reply_type: type[ModbusPDU]
    values: Callable[[ModbusPDU], Answer]
    count: int
    words: str

    def answer(self, reply: ModbusPDU) -> Answer:
        """What the reply says, ``count`` values long. Raises ``DeviceFault``."""
        if type(reply) is not self.reply_type:
            raise _refusal(reply, self.words)
        values = self.values(reply)
        if len(values) == self.count:
            return values
        if len(values) < self.count:
            raise DeviceFault(f"{len(values)} of {self.count} values came back", Cause.PROTOCOL)
        return values[: self.count]


class ModbusDriver(Driver[ModbusConfig]):
    """A panel or input module, over TCP or a serial bus: bits as ``bool``, registers as ``int``."""

    Config: ClassVar[type[BaseModel]] = ModbusConfig
    PointConfig: ClassVar[type[BaseModel]] = ModbusPointConfig
    poll_ms = 200
    timeout_ms = 1_000
    samples: ClassVar[Mapping[str, Sequence[Mapping[str, Any]]]] = {
        table.value: [{"read": f"{table.value}/{address}"} for address in range(16)]
        for table in (Table.DISCRETE, Table.COIL, Table.INPUT, Table.HOLDING)
    }

    def __init__(self, config: ModbusConfig, points: Sequence[Point]) -> None:
        super().__init__(config, points)
        self._connection = Connection(config.address)
        self._asked: Connection | ModbusLine = self._connection
        self._reads: tuple[_Read, ...] = ()
        self._extract: Extract = nothing

    @classmethod
    async def connect(cls, address: str) -> Line:
        """The line at ``address``; it connects when it is first asked."""
        return ModbusLine(parse_address(address))

    @classmethod
    def cost(cls, config: ModbusConfig, points: Sequence[Point], *, shared: bool) -> PollCost:
        """By the bytes of its requests and answers. Raises ``ConfigFault`` for a point in a gap."""
        return poll_cost(config.address, _planned(config, points)[1], shared=shared)

    async def open(self, line: Line | None = None) -> None:
        """Plan and connect. Raises ``ConfigFault`` for a point in a gap, or ``DeviceFault``."""
        configs, requests = _planned(self.config, self._points)
        self._reads = tuple(_read(self.config.unit, request) for request in requests)
        self._extract = extraction(configs, requests)
        if isinstance(line, ModbusLine):
            self._asked = line
        else:
            await self._connection.open(self.timeout_ms)

    async def poll(self) -> Sequence[Item]:
        """One value per point. Raises ``DeviceFault``; after one, ``open`` connects anew."""
        ask = self._asked.ask
        return self._extract(
            [read.answer(await ask(read.pdu, read.expected)) for read in self._reads]
        )

    async def write(self, output: str, value: bool) -> None:
        """Switch a declared output and check that the device confirms it (function 5)."""
        declared = self.config.outputs.get(output)
        if declared is None:
            near = difflib.get_close_matches(output, self.config.outputs, n=1)
            hint = f", did you mean '{near[0]}'?" if near else ""
            raise ConfigFault(f"no output '{output}' is declared for this device{hint}")
        address, unit = declared.write.address, self.config.unit
        pdu = WriteSingleCoilRequest(address=address, bits=[value], dev_id=unit)
        reply = await self._asked.ask(pdu, write_reply(unit, address, value))
        if type(reply) is not WriteSingleCoilResponse:
            raise _refusal(reply, declared.write.words)

    async def close(self) -> None:
        """Let go of the connection; never raises."""
        await self._connection.close()


def _planned(
    config: ModbusConfig, points: Sequence[Point]
) -> tuple[list[ModbusPointConfig], tuple[Request, ...]]:
    """What is asked for the points; of a device with outputs alone these prove it alive."""
    configs: list[ModbusPointConfig] = [point.config for point in points]
    spots = list(chain.from_iterable(point.spots for point in configs))
    spots = spots or [output.write for output in config.outputs.values()]
    if not spots:
        raise ConfigFault("the device has neither points nor outputs: give it at least one")
    try:
        wide = chain.from_iterable(point.wide_spots for point in configs)
        return configs, plan(spots, config.gaps, wide)
    except PlanError as error:
        raise ConfigFault(str(error)) from error


def _read(unit: int, request: Request) -> _Read:
    ask, reply = _PDUS[request.table]
    pdu = ask(address=request.address, count=request.count, dev_id=unit)
    values = attrgetter("bits" if request.table.is_bits else "registers")
    expected = read_reply(unit, request)
    return _Read(pdu, expected, reply, values, request.count, str(request))


def _refusal(reply: ModbusPDU, what: str) -> DeviceFault:
    if isinstance(reply, ExceptionResponse):
        return exception_fault(reply.exception_code, what)
    return DeviceFault(f"function {reply.function_code} answered for {what}", Cause.PROTOCOL)
