"""A gateway or serial bus that several units share.

A request that was given up on ends the connection, so that its late answer has nowhere to arrive;
whoever asks next connects anew. A failed attempt to connect stands for all units for a while: one
dead gateway is not called once for each of them.
"""

import asyncio
from typing import Final

from pymodbus.pdu import ModbusPDU

from monitord.driver import DeviceFault
from monitord_drivers.modbus.config import Address
from monitord_drivers.modbus.connection import TIMEOUT_MS_MAX, Connection
from monitord_drivers.modbus.replies import Expected

FAILED_FOR_MS: Final = 500


class ModbusLine:
    """One connection for all units at ``address``."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self._connection = Connection(address)
        self._failed: tuple[float, DeviceFault] | None = None

    async def ask(self, request: ModbusPDU, expected: Expected) -> ModbusPDU:
        """As ``Connection.ask``, connecting first where that is needed."""
        if not self._connection.is_open:
            await self._connect()
        return await self._connection.ask(request, expected)

    async def _connect(self) -> None:
        now_s = asyncio.get_running_loop().time()
        if self._failed is not None and now_s - self._failed[0] < FAILED_FOR_MS / 1000:
            fault = self._failed[1]
            raise DeviceFault(fault.detail, fault.cause)
        try:
            await self._connection.open(TIMEOUT_MS_MAX)
        except DeviceFault as fault:
            self._failed = (now_s, fault)
            raise
        self._failed = None

    async def close(self) -> None:
        """Let go of the connection; never raises."""
        await self._connection.close()
