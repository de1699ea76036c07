"""One Modbus connection, TCP or serial: asks one thing at a time, believes only the right answer.

pymodbus frames and decodes; this module decides. Every byte received passes ``_inspect`` first,
which holds back what does not fit the one outstanding request and ends the connection. So does
every request that is given up on, whatever the reason: a late answer has nowhere to arrive, and
can never be taken for the answer to the next request.

It never retries and never reconnects by itself: that belongs to the runtime.
"""

import asyncio
import socket
from typing import Any, Final

from pymodbus.client import AsyncModbusSerialClient, AsyncModbusTcpClient
from pymodbus.exceptions import ModbusException
from pymodbus.framer import FramerType
from pymodbus.pdu import ModbusPDU

from monitord.driver import Cause, DeviceFault
from monitord_drivers.modbus.config import Address, SerialAddress, TcpAddress
from monitord_drivers.modbus.replies import Expected

#: No answer is waited for longer than this, whatever the site file says.
TIMEOUT_MS_MAX: Final = 1_000

#: Of the caller's bound: what went wrong is better known here, so this wait must end first.
_SHARE_PERCENT: Final = 90

#: pymodbus throws a larger heap away unseen; ours is above all that one read can bring, so that
#: every byte is inspected. It stays small: the first bytes that do not fit end the connection.
_RECEIVED_BYTES_MAX: Final = 1 << 20

_NOT_OPEN: Final = ("the connection is not open", Cause.SILENT)


Client = AsyncModbusTcpClient | AsyncModbusSerialClient


class Connection:
    """A connection to ``address``, opened and ended any number of times."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._timeout_ms = TIMEOUT_MS_MAX
        self._client: Client | None = None
        self._turn = asyncio.Lock()
        self._connected = asyncio.Event()
        self._expected: Expected | None = None
        self._transaction = b""
        self._received = b""
        self._why_ended = _NOT_OPEN

    async def open(self, timeout_ms: int) -> None:
        """Connect anew; each wait from now on ends well before ``timeout_ms``, 1 s at most.

        Raises ``DeviceFault``: REFUSED, or SILENT with what is known.
        """
        await self.close()
        self._timeout_ms = min(timeout_ms, TIMEOUT_MS_MAX) * _SHARE_PERCENT // 100
        client = self._make_client()
        self._connected.clear()
        client.ctx.max_buffer_size = _RECEIVED_BYTES_MAX
        try:
            # connect() of pymodbus swallows why it failed; a guard is told refused from silent.
            async with asyncio.timeout(self._timeout_ms / 1_000):
                await client.ctx.call_create()
                await self._connected.wait()  # a serial port says so a step later
        except OSError as error:
            client.close()
            raise self._why_not(error) from error
        except asyncio.CancelledError:
            client.close()
            raise
        self._client = client

    @property
    def is_open(self) -> bool:
        """Whether a request can be sent."""
        return self._client is not None

    def _make_client(self) -> Client:
        address = self._address
        common: dict[str, Any] = {
            "timeout": self._timeout_ms / 1_000,
            "retries": 0,
            "reconnect_delay": 0,
            "trace_packet": self._inspect,
            "trace_connect": self._connection_changed,
        }
        match address:
            case TcpAddress():
                framer = FramerType.RTU if address.rtu else FramerType.SOCKET
                return AsyncModbusTcpClient(
                    address.host, port=address.port, framer=framer, **common
                )
            case SerialAddress():
                return AsyncModbusSerialClient(
                    address.path,
                    baudrate=address.baud,
                    parity=address.parity,
                    stopbits=address.stopbits,
                    **common,
                )

    async def ask(self, request: ModbusPDU, expected: Expected) -> ModbusPDU:
        """Send ``request`` and return the answer that fits, or a well-formed exception answer.

        Raises ``DeviceFault``: SILENT without an answer in time or without a connection,
        PROTOCOL for an answer that does not fit. Either way the connection has ended.
        """
        async with self._turn:
            if self._client is None:
                raise DeviceFault(*self._why_ended)
            self._expected, self._received = expected, b""
            try:
                reply: ModbusPDU = await self._client.execute(False, request)
            except ModbusException as error:
                self._end(*self._unanswered(expected))
                raise DeviceFault(*self._why_ended) from error
            except asyncio.CancelledError:
                self._end("a request was given up on")
                raise
            finally:
                self._expected = None
            return reply

    async def close(self) -> None:
        """Let go of the connection; never raises."""
        self._end(*_NOT_OPEN)

    def _inspect(self, sending: bool, frame: bytes) -> bytes:
        """Pass on what may be believed (called by pymodbus with all bytes of a frame so far)."""
        if sending:
            self._transaction = frame[:2]
            return frame
        self._received = frame
        if self._expected is None:
            problem: str | None = "it sent what nobody asked for"
        else:
            problem = self._problem(self._expected, frame)
        if problem is None:
            return frame
        self._end(problem, Cause.PROTOCOL)
        return b""

    def _problem(self, expected: Expected, frame: bytes) -> str | None:
        if self._address.rtu:
            return expected.rtu_problem(frame)
        return expected.problem(self._transaction, frame)

    def _connection_changed(self, connected: bool) -> None:
        """Called by pymodbus; only the other side's doing is news."""
        if connected:
            self._connected.set()
        if not connected and self._client is not None:
            broken = " in the middle of an answer" if self._received and self._expected else ""
            self._end(f"the device closed the connection{broken}")

    def _end(self, detail: str, cause: Cause = Cause.SILENT) -> None:
        """Close, keep why, and wake a request that would otherwise wait for its timeout."""
        client, self._client = self._client, None
        if client is None:
            return
        self._why_ended = (detail, cause)
        outstanding = client.ctx.response_future
        if self._expected is not None and not outstanding.done():
            outstanding.set_exception(DeviceFault(detail, cause))
        client.close()

    def _unanswered(self, expected: Expected) -> tuple[str, Cause]:
        if self._received:
            size = expected.rtu_size if self._address.rtu else expected.size
            got = f"{len(self._received)} of {size} bytes"
            return f"the answer broke off after {got}", Cause.PROTOCOL
        return f"no answer within {self._timeout_ms} ms", Cause.SILENT

    def _why_not(self, error: OSError) -> DeviceFault:
        where = self._address.words
        match error:
            case ConnectionRefusedError():
                return DeviceFault(f"nobody listens at {where}", Cause.REFUSED)
            case TimeoutError():
                return DeviceFault(f"{where} does not answer the call to connect")
            case socket.gaierror():
                return DeviceFault(f"the name in {self._address} is not known to this network")
            case _:
                return DeviceFault(f"no connection to {where}: {error.strerror or error}")
