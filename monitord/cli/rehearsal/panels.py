"""The simulated panels of a rehearsal, on a loop in a thread of their own.

Made from the site's device sections. Everything that is asked of them is done when the call
returns.
"""

import asyncio
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from monitord.cli.rehearsal.plan import LOOPBACK
from monitord_simulators.panel import Fault, FaultKind, Position, build_panels, now_ms

ANSWER_S: Final = 10.0


class Panels:
    """Every line of a site as a simulated panel. ``ports`` is by line, once started."""

    def __init__(self, sections: Sequence[Mapping[str, Any]]) -> None:
        """Raises ``ValueError`` naming the device that cannot be simulated."""
        self.ports: dict[str, int] = {}
        self._built = {f"tcp://{b.host}:{b.port}": b for b in build_panels(sections)}
        self._of_device = {
            str(s["id"]): (self._built[str(s["address"])], int(s["unit"])) for s in sections
        }
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="panels", daemon=True)

    def start(self) -> None:
        """Listen, each on a free port. Raises ``OSError``."""
        self._thread.start()
        for line, built in self._built.items():
            asyncio.run_coroutine_threadsafe(built.panel.start(LOOPBACK, 0), self._loop).result(
                ANSWER_S
            )
            self.ports[line] = built.panel.port

    def stop(self) -> None:
        """Hang up and end the thread. Safe to repeat."""
        if not self._thread.is_alive():
            return
        for built in self._built.values():
            asyncio.run_coroutine_threadsafe(built.panel.stop(), self._loop).result(ANSWER_S)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(ANSWER_S)
        self._loop.close()

    def set_active(self, point: str, *, active: bool) -> None:
        """Trip or restore a contact. Raises ``ValueError`` for a register, ``KeyError``."""
        built, _ = self._of_device[point.partition(".")[0]]
        self._do(lambda: built.set_active(point, active))

    def set_value(self, point: str, value: int) -> None:
        """Set a register as it stands on the panel. Raises ``ValueError`` for a contact."""
        built, _ = self._of_device[point.partition(".")[0]]
        self._do(lambda: built.set_value(point, value))

    def put(self, point: str, position: str) -> None:
        """Short, cut or mask what hangs there. Raises ``ValueError`` for what it cannot be."""
        built, _ = self._of_device[point.partition(".")[0]]
        self._do(lambda: built.put(point, Position(position)))

    def ramp(self, point: str, to: float, over_ms: int) -> None:
        """Move a value evenly. Raises ``ValueError`` for a contact."""
        built, _ = self._of_device[point.partition(".")[0]]
        self._do(lambda: built.ramp(point, to, over_ms, now_ms()))

    def fail(self, device: str) -> None:
        """The device answers no more, until :meth:`mend`; others on its line go on."""
        built, unit = self._of_device[device]
        self._do(lambda: built.panel.fault(Fault(FaultKind.HANG, unit=unit)))

    def mend(self, device: str) -> None:
        """The device answers again."""
        built, unit = self._of_device[device]
        self._do(lambda: built.panel.clear(unit))

    def _do(self, what: Callable[[], None]) -> None:
        async def do() -> None:
            what()

        asyncio.run_coroutine_threadsafe(do(), self._loop).result(ANSWER_S)
