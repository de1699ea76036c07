"""A simulated Modbus TCP panel that can misbehave in every way that real ones do.

``tables`` hold what is read and written, ``faults`` bend answers, ``core`` joins them without any
input or output, ``server`` puts a core on a socket, ``build`` makes panels from device sections,
``commands`` and ``__main__`` let a tester drive them. Nothing here knows the code it tests.
"""

from monitord_simulators.panel.build import BuiltPanel, build_panels
from monitord_simulators.panel.core import Conversation, PanelCore, Seen
from monitord_simulators.panel.faults import (
    Action,
    Close,
    Fault,
    FaultKind,
    Reset,
    Send,
    StopReading,
)
from monitord_simulators.panel.field import Position, Wire
from monitord_simulators.panel.server import Panel, now_ms

__all__ = [
    "Action",
    "BuiltPanel",
    "Close",
    "Conversation",
    "Fault",
    "FaultKind",
    "Panel",
    "PanelCore",
    "Position",
    "Reset",
    "Seen",
    "Send",
    "StopReading",
    "Wire",
    "build_panels",
    "now_ms",
]
