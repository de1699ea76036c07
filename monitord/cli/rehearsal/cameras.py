"""The simulated cameras of a rehearsal, on a loop in a thread of their own.

Everything that is asked of them is done when the call returns. The simulator draws pictures, so it
is brought in with the first camera.
"""

import asyncio
import secrets
import threading
from collections.abc import Callable, Coroutine, Mapping
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from monitord_simulators.camera import SimulatedCamera

ANSWER_S: Final = 10.0
USER: Final = "rehearsal"
#: The name of the credential that all of them have in a rehearsal.
CREDENTIAL: Final = "rehearsal-camera"


class Cameras:
    """Every camera of a site. ``addresses`` is by device, once started.

    ``points`` gives what each point of them reads; ``password`` is of this rehearsal alone.
    """

    def __init__(self, points: Mapping[str, Mapping[str, Any]]) -> None:
        self.addresses: dict[str, str] = {}
        self.password = secrets.token_urlsafe(16)
        self._points = points
        self._made: dict[str, SimulatedCamera] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="cameras", daemon=True)

    def start(self) -> None:
        """Listen, each on a free port. Raises ``OSError``."""
        if not self._points:
            return
        from monitord_simulators.camera import SimulatedCamera

        self._thread.start()
        for device in self._points:
            camera = SimulatedCamera(device, user=USER, password=self.password)
            self._do(camera.start())
            self._made[device] = camera
            self.addresses[device] = f"http://{camera.address}:{camera.port}"

    def stop(self) -> None:
        """Hang up and end the thread. Safe to repeat."""
        if not self._thread.is_alive():
            return
        for camera in self._made.values():
            self._do(camera.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(ANSWER_S)
        self._loop.close()

    def has(self, device: str) -> bool:
        """Whether it is one of them."""
        return device in self._points

    def set_active(self, point: str, *, active: bool) -> None:
        """Have the camera notice somebody, or nobody any more. Raises ``ValueError``."""
        device, _, short = point.partition(".")
        read = str(self._points[device].get(short) or "")
        if read != "motion":
            raise ValueError(f"{point} cannot be tripped: it is no motion that a camera notices")
        self._call(device, lambda camera: camera.motion(active))

    def spoil(self, device: str, fault: str) -> None:
        """Cover, blacken, freeze, blur or turn it. Raises ``ValueError`` for no such fault."""
        self._call(device, lambda camera: camera.fault(fault))

    def fail(self, device: str) -> None:
        """Its cable is cut."""
        self._do(self._made[device].unplug())

    def mend(self, device: str) -> None:
        """Its cable is there again, and nothing is wrong with its picture."""
        self._call(device, lambda camera: camera.clear())
        self._do(self._made[device].plug_in())

    def _call(self, device: str, what: "Callable[[SimulatedCamera], None]") -> None:
        async def do() -> None:
            what(self._made[device])

        self._do(do())

    def _do(self, what: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(what, self._loop).result(ANSWER_S)
