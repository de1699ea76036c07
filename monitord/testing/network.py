"""The network of full mode: ``create_connection`` answered from the simulated world.

The real driver, and pymodbus inside it, open connections through the running loop; this loop
gives them an in-memory transport whose other end is a simulated panel (its pure core). Cables are
cut, panels reboot and answer late, slowly or never as the script says. Real sockets are refused.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Final

from monitord.core.site import Device, Site
from monitord.runtime.simulated import section_of
from monitord.testing.loop import VirtualLoop
from monitord.testing.script import Fault, PanelTrouble, Setting, Timeline
from monitord_simulators.panel import Fault as PanelFault
from monitord_simulators.panel import FaultKind, Position, Reset, Send, StopReading, build_panels
from monitord_simulators.panel.core import Conversation

#: From our side to the panel and back, each.
WIRE_MS: Final = 1


class SimPanel:
    """One panel on the network: its core, kept at what the world's script says is so."""

    def __init__(self, site: Site, device: Device, timeline: Timeline) -> None:
        section = {**section_of(site, device, device.setup["address"]), "unit": 1}
        [self._built] = build_panels([section], seed=len(device.id))
        self.core = self._built.panel.core
        self._device, self._timeline = device.id, timeline
        self._active = dict.fromkeys(device.points, False)
        self._settings = sorted(
            (setting, point)
            for point in device.points
            for setting in timeline.script.settings.get(point, ())
        )
        self._due_ms = 0
        self.asked = 0
        self._trouble: PanelTrouble | None = None

    def is_cut(self, at_ms: int) -> bool:
        """Whether the cable is cut."""
        trouble = self._timeline.trouble(self._device, at_ms)
        return trouble is not None and trouble.fault is Fault.CUT

    def look(self, at_ms: int) -> None:
        """Bring contacts and faults up to now."""
        if at_ms < self._due_ms:
            return
        for point, was in self._active.items():
            active = self._timeline.is_active(point, at_ms)
            if active is not was:
                self._active[point] = active
                self._built.set_active(point, active)
        while self._settings and self._settings[0][0].at_ms <= at_ms:
            self._set(*self._settings.pop(0))
        trouble = self._timeline.trouble(self._device, at_ms)
        if trouble != self._trouble:
            self.core.clear()
            if trouble is not None and trouble.fault is not Fault.CUT:
                self.core.inject(_as_panel_has_it(trouble, at_ms), at_ms)
        self._trouble = trouble
        self._due_ms = self._timeline.next_change(self._device, at_ms)

    def _set(self, setting: Setting, point: str) -> None:
        if setting.position:
            self._built.put(point, Position(setting.position))
        else:
            self._built.ramp(point, setting.to, setting.over_ms, setting.at_ms)


def _as_panel_has_it(trouble: PanelTrouble, at_ms: int) -> PanelFault:
    kind = FaultKind(str(trouble.fault))
    delay_ms = 0 if kind is FaultKind.REBOOT else 300
    return PanelFault(kind, for_ms=trouble.until_ms - at_ms, delay_ms=delay_ms)


class Network:
    """Every panel of the site by ``host:port``."""

    def __init__(self, site: Site, timeline: Timeline) -> None:
        self._panels: Mapping[str, SimPanel] = {
            _place(device.setup["address"]): SimPanel(site, device, timeline)
            for device in site.devices.values()
        }

    def asked(self) -> dict[str, int]:
        """How many requests came to each panel, by ``host:port``."""
        return {place: panel.asked for place, panel in self._panels.items()}

    def panel(self, host: str, port: int) -> SimPanel:
        """Raises ``ConnectionRefusedError`` for a place where nobody listens."""
        place = f"{host}:{port}"
        if place not in self._panels:
            raise ConnectionRefusedError(f"there is no {place} in this world")
        return self._panels[place]


def _place(address: str) -> str:
    return address.removeprefix("tcp://")


class NetworkLoop(VirtualLoop):
    """A virtual loop with a network."""

    def __init__(self, network: Network, start_ms: int = 0) -> None:
        super().__init__(start_ms)
        self._network = network

    async def create_connection(  # type: ignore[override]
        self,
        protocol_factory: Callable[[], asyncio.Protocol],
        host: str = "",
        port: int = 0,
        **_options: Any,
    ) -> tuple[asyncio.Transport, asyncio.Protocol]:
        """Connect to a simulated panel; hangs where the cable is cut, until it is given up."""
        panel = self._network.panel(host, port)
        if panel.is_cut(self.now_ms):
            await self.create_future()
        await asyncio.sleep(WIRE_MS / 1000)
        panel.look(self.now_ms)
        if panel.core.is_away(self.now_ms):
            raise ConnectionRefusedError(f"{host} refuses")
        protocol = protocol_factory()
        transport = Wire(self, panel, protocol)
        protocol.connection_made(transport)
        return transport, protocol


class Wire(asyncio.Transport):
    """Our end of a connection to a simulated panel."""

    def __init__(self, loop: VirtualLoop, panel: SimPanel, protocol: asyncio.Protocol) -> None:
        super().__init__()
        self._world, self._panel, self._protocol = loop, panel, protocol
        self._talk: Conversation = panel.core.converse()
        self._closed = False

    def write(self, data: Any) -> None:
        """Bytes on their way to the panel; what it does about them arrives a little later."""
        if not self._closed:
            self._world.call_later(WIRE_MS / 1000, self._arrive, bytes(data))

    def _arrive(self, data: bytes) -> None:
        now_ms = self._world.now_ms
        if self._closed or self._panel.is_cut(now_ms):
            return
        self._panel.look(now_ms)
        self._panel.asked += 1
        for action in self._talk.receive(data, now_ms):
            match action:
                case Send(answer, 0):
                    self._hear(answer)
                case Send(answer, after_ms):
                    self._world.call_later(after_ms / 1000, self._hear, answer)
                case StopReading():
                    pass  # the core remembers: it never answers on this connection again
                case Reset():
                    self._lose(ConnectionResetError("reset by the panel"))
                case _:
                    self._lose(None)

    def _hear(self, answer: bytes) -> None:
        if not self._closed and not self._panel.is_cut(self._world.now_ms):
            self._protocol.data_received(answer)

    def _lose(self, error: Exception | None) -> None:
        if not self._closed:
            self._closed = True
            self._protocol.connection_lost(error)

    def close(self) -> None:
        """End it; the protocol hears of it in the next turn, as on a real socket."""
        if not self._closed:
            self._closed = True
            self._world.call_soon(self._protocol.connection_lost, None)

    def abort(self) -> None:
        """No different here: nothing is ever left to send."""
        self.close()

    def is_closing(self) -> bool:
        """Whether it has ended."""
        return self._closed

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """There is no socket behind it."""
        return default
