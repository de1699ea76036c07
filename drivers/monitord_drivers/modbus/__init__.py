"""Modbus devices: panels and input modules polled over Modbus TCP.

``address`` and ``config`` are what a person writes, ``planner`` turns points into requests,
``replies`` says which answer may be believed, ``connection`` speaks, ``driver`` joins them.
"""

from monitord_drivers.modbus.config import ModbusConfig, ModbusOutputConfig, ModbusPointConfig
from monitord_drivers.modbus.driver import ModbusDriver

__all__ = ["ModbusConfig", "ModbusDriver", "ModbusOutputConfig", "ModbusPointConfig"]
