"""A panel on a socket: hands bytes to the core and does what it asks.

Protocols, not streams: two hundred panels polled five times a second cost little that way.
"""

import asyncio
import socket
import struct
from collections.abc import Sequence
from types import TracebackType
from typing import Final, Self, assert_never, cast

from monitord_simulators.panel.core import PanelCore, Seen
from monitord_simulators.panel.faults import (
    Action,
    Close,
    Fault,
    FaultKind,
    Reset,
    Send,
    StopReading,
)
from monitord_simulators.panel.tables import Counter, Unit

#: More than real modules take (8 to 15); the oldest one that is no longer read makes room.
CONNECTIONS_MAX: Final = 32
_PENDING_SENDS_MAX: Final = 64


class Panel:
    """A simulated panel: ``await start()``, then set inputs and inject faults.

    Sizes are counts of addresses from 0, the same for each of ``units``. With ``counters`` the
    pulses of input N are counted in input register N. Changing what does not exist raises
    ``ValueError`` with words for a tester.
    """

    def __init__(
        self,
        inputs: int = 64,
        *,
        coils: int = 16,
        registers: int = 16,
        holding: int = 16,
        units: Sequence[int] = (1,),
        name: str = "panel",
        seed: int = 0,
        counters: bool = False,
    ) -> None:
        self.name = name
        registers = max(registers, inputs) if counters else registers
        self.core = PanelCore(
            {
                number: Unit(inputs=inputs, coils=coils, registers=registers, holding=holding)
                for number in units
            },
            seed,
        )
        if counters:
            for unit in self.core.units.values():
                unit.counters = {n: Counter(unit.registers, n) for n in range(inputs)}
        self._default_unit = units[0]
        self._server: asyncio.Server | None = None
        self._port = 0
        self._connections: list[_Connection] = []

    @classmethod
    def of(cls, core: PanelCore, name: str = "panel") -> Self:
        """A panel around a core that exists."""
        panel = cls(0, units=tuple(core.units), name=name)
        panel.core = core
        return panel

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen; port 0 takes a free one. Raises ``OSError`` when the port is taken."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Connection(self), host, port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stop listening and drop every connection."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self._drop_connections()
        await asyncio.sleep(0)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.stop()

    @property
    def port(self) -> int:
        """The port that the panel listens on."""
        return self._port

    @property
    def seen(self) -> Sequence[Seen]:
        """The last 1,000 requests, oldest first."""
        return tuple(self.core.seen)

    @property
    def connection_count(self) -> int:
        """How many connections are open."""
        return len(self._connections)

    def unit(self, number: int | None = None) -> Unit:
        """One unit's tables; without a number the first unit's."""
        number = self._default_unit if number is None else number
        if number not in self.core.units:
            raise ValueError(f"there is no unit {number} on {self.name}")
        return self.core.units[number]

    def set_input(self, address: int, value: bool, unit: int | None = None) -> None:
        """Set a discrete input, as its contact would."""
        self.unit(unit).discrete.set(address, value)

    def set_register(self, address: int, value: int, unit: int | None = None) -> None:
        """Set an input register, -32768 to 65535."""
        self.unit(unit).registers.set(address, value)

    def ramp(
        self, table: str, address: int, to: int, over_ms: int, unit: int | None = None
    ) -> None:
        """Move a register (``input`` or ``holding``) evenly to another value."""
        number = self._default_unit if unit is None else unit
        self.unit(number)
        self.core.ramp((number, table, address), to, over_ms, now_ms())

    def hold(self, table: str, address: int, unit: int | None = None) -> None:
        """End a ramp: somebody has set the register."""
        self.core.hold((self._default_unit if unit is None else unit, table, address))

    def fault(self, fault: Fault | FaultKind) -> None:
        """Begin a fault; a bare kind lasts until ``clear``."""
        fault = Fault(fault) if isinstance(fault, FaultKind) else fault
        if fault.unit is not None:
            self.unit(fault.unit)
        self.core.inject(fault, now_ms())
        if fault.kind is FaultKind.REBOOT:
            self._drop_connections()

    def clear(self, unit: int | None = None) -> None:
        """End every fault, or those of a unit; connections that it killed stay dead."""
        self.core.clear(unit)

    def faults(self) -> Sequence[Fault]:
        """What is wrong now."""
        return self.core.faults(now_ms())

    def admit(self, connection: "_Connection") -> bool:
        """Take a connection in; False when the panel has as many as it can hold."""
        if len(self._connections) >= CONNECTIONS_MAX:
            unread = next((one for one in self._connections if one.is_unread), None)
            if unread is None:
                return False
            unread.drop()
        self._connections.append(connection)
        return True

    def forget(self, connection: "_Connection") -> None:
        """A connection has ended."""
        if connection in self._connections:
            self._connections.remove(connection)

    def _drop_connections(self) -> None:
        for connection in tuple(self._connections):
            connection.drop()


class _Connection(asyncio.Protocol):
    """One connection: bytes to the core, actions to the transport."""

    def __init__(self, panel: Panel) -> None:
        self._panel = panel
        self._conversation = panel.core.converse()
        self._transport: asyncio.Transport | None = None
        self._pending: set[asyncio.TimerHandle] = set()
        self.is_unread = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        if self._panel.core.is_away(now_ms()) or not self._panel.admit(self):
            self.drop()

    def data_received(self, data: bytes) -> None:
        for action in self._conversation.receive(data, now_ms()):
            self._do(action)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        for handle in self._pending:
            handle.cancel()
        self._pending.clear()
        self._panel.forget(self)

    def drop(self) -> None:
        """Reset the connection: the other side sees RST, not an orderly end."""
        if self._transport is None:
            return
        raw = self._transport.get_extra_info("socket")
        if raw is not None:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._transport.abort()
        self._transport = None
        self._panel.forget(self)

    def _do(self, action: Action) -> None:
        if self._transport is None:
            return
        match action:
            case Send(data, 0):
                self._transport.write(data)
            case Send(data, after_ms):
                self._send_later(data, after_ms)
            case Reset():
                self.drop()
            case Close():
                self._transport.close()
            case StopReading():
                self.is_unread = True
                self._transport.pause_reading()
            case _:
                assert_never(action)

    def _send_later(self, data: bytes, after_ms: int) -> None:
        if len(self._pending) >= _PENDING_SENDS_MAX:
            return

        def send() -> None:
            self._pending.discard(handle)
            if self._transport is not None:
                self._transport.write(data)

        handle = asyncio.get_running_loop().call_later(after_ms / 1_000, send)
        self._pending.add(handle)


def now_ms() -> int:
    """The running loop's time: a loop on virtual time brings its own."""
    return int(asyncio.get_running_loop().time() * 1_000)
