"""Modbus devices: panels and input modules polled over Modbus TCP.

``address``, ``config`` and ``point`` are what a person writes, ``planner`` turns points into
requests, ``replies`` says which answer may be believed, ``extraction`` makes items of it,
``connection`` speaks, ``driver`` joins them.
"""

from monitord_drivers.modbus.config import ModbusConfig, ModbusOutputConfig
from monitord_drivers.modbus.driver import ModbusDriver
from monitord_drivers.modbus.point import ModbusPointConfig

__all__ = ["ModbusConfig", "ModbusDriver", "ModbusOutputConfig", "ModbusPointConfig"]
