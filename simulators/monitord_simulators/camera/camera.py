"""One simulated camera on this machine: started, driven and stopped by a test or the demo."""

import asyncio
import socket
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Final

from aiohttp import web

from monitord_simulators.camera.device import STREAM_SIZE, Device
from monitord_simulators.camera.faults import CameraFault, Fault
from monitord_simulators.camera.media_service import SNAPSHOT
from monitord_simulators.camera.quirks import PROFILES, Quirks
from monitord_simulators.camera.rtsp import StreamSide
from monitord_simulators.camera.scene import SIZE, Scene
from monitord_simulators.camera.spoil import PictureFault, Spoil
from monitord_simulators.camera.topics import Operation
from monitord_simulators.camera.web import WebSide

LOOPBACK: Final = "127.0.0.1"
USER: Final = "monitor"
PASSWORD: Final = "simulated-1"
PORTS_MAX: Final = 64


class SimulatedCamera:
    """A camera that speaks ONVIF and gives its picture, on loopback from ``start`` to ``stop``.

    ``profile`` is a name in ``quirks.PROFILES``; ``quirks`` takes its place where given.
    ``device`` and ``scene`` may be looked at and turned by tests.
    """

    def __init__(
        self,
        name: str,
        *,
        profile: str = "plain",
        quirks: Quirks | None = None,
        seed: int | None = None,
        size: tuple[int, int] = SIZE,
        stream_size: tuple[int, int] = STREAM_SIZE,
        user: str = USER,
        password: str = PASSWORD,
    ) -> None:
        """Raises ``KeyError`` for a profile that does not exist, ``ValueError`` for a size."""
        self.name = name
        self.scene = Scene(name, seed, size)
        self.device = Device(name, quirks or PROFILES[profile], self.scene, (user, password))
        self.device.stream_size = stream_size
        self.stream = StreamSide(self.device)
        self.device.fall_over = self._fall_over
        self.device.open_port = self._open_port
        self.device.later = self._later
        self._web = WebSide(self.device)
        self._runner: web.AppRunner | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._more_ports: list[int] = []
        self._back = asyncio.Event()
        self._turning = asyncio.Lock()  # on or off: one after the other
        self._port = 0
        self._stream_port = 0

    async def start(self, port: int = 0, stream_port: int = 0) -> None:
        """Listen; 0 is any free port. Raises ``OSError`` when one is taken."""
        self._port, self._stream_port = port, stream_port
        await self._listen()

    async def stop(self) -> None:
        """Drop every connection and be gone."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._hang_up()

    @property
    def address(self) -> str:
        """The host that it listens on."""
        return LOOPBACK

    @property
    def port(self) -> int:
        """The port of its web server; the same after a reboot."""
        return self._port

    @property
    def stream_port(self) -> int:
        """The port of its stream; the same after a reboot."""
        return self._stream_port

    @property
    def stream_url(self) -> str:
        """Where its stream is, without user and password."""
        return f"rtsp://{LOOPBACK}:{self._stream_port}/profile-main"

    @property
    def snapshot_url(self) -> str:
        """Where its picture is."""
        return f"http://{LOOPBACK}:{self._port}{SNAPSHOT}?profile=profile-main"

    @property
    def url(self) -> str:
        """Where its device service is."""
        return f"http://{LOOPBACK}:{self._port}/onvif/device_service"

    @property
    def requests(self) -> Counter[str]:
        """How often each SOAP operation, or "snapshot", was asked for."""
        return self._web.requests

    def event(
        self,
        topic: str,
        source: Mapping[str, str] | None = None,
        data: Mapping[str, str] | None = None,
        operation: Operation | None = None,
    ) -> None:
        """Tell an event. A known property is Changed unless said otherwise."""
        self.device.happen(topic, source, data, operation)

    def motion(self, moving: bool) -> None:
        """Somebody walks through the picture and is noticed, or has gone."""
        self.scene.person = moving
        self.device.motion(moving)

    def fault(
        self,
        name: str,
        *,
        for_s: float | None = None,
        count: int | None = None,
        operation: str | None = None,
        amount: float | None = None,
        over_s: float = 0.0,
        overlay: bool = False,
        reencoded: bool = False,
    ) -> None:
        """Begin a fault by its name in ``CameraFault`` or ``PictureFault``.

        ``for_s``, ``count``, ``operation`` are for those of the camera; ``over_s``, ``overlay``,
        ``reencoded`` for those of the picture. Raises ``ValueError`` for what does not fit.
        """
        if name in list(PictureFault):
            if for_s or count or operation:
                raise ValueError(f"{name} lasts until it is cleared")
            spoil = Spoil(PictureFault(name), amount, over_s, overlay, reencoded)
            self.scene.spoil(spoil, self.device.clock.now_ms())
            return
        if over_s or overlay or reencoded:
            raise ValueError(f"{name} is no fault of the picture")
        size = None if amount is None else int(amount)
        self.device.faults.begin(Fault(CameraFault(name), for_s, count, operation, size))
        self._say_what_changed()

    def clear(self, name: str | None = None) -> None:
        """End every fault, or that one."""
        if name is None or name in list(PictureFault):
            self.scene.clear(None if name is None else PictureFault(name))
        if name is None or name in list(CameraFault):
            self.device.faults.clear(None if name is None else CameraFault(name))
        self._say_what_changed()

    def drift_clock(self, seconds: float) -> None:
        """Put its clock so far ahead of the right time; behind with a minus."""
        self.device.clock.drift_s = seconds

    async def reboot(self, away_s: float = 0.5) -> None:
        """Drop everything, and be back after ``away_s``; see ``until_back``."""
        await self.unplug()
        self.soon(self._come_back(away_s))

    async def unplug(self) -> None:
        """Drop everything and be gone until ``plug_in``: connections are refused."""
        self._back.clear()
        await self._hang_up()
        self.device.power_cycled()

    async def plug_in(self) -> None:
        """Be back on the same ports, when it is not. Raises ``OSError`` when somebody took them."""
        await self._listen()

    async def until_back(self) -> None:
        """Wait for the end of a reboot."""
        await self._back.wait()

    def _say_what_changed(self) -> None:
        self.device.is_recording()  # tells its event when the job has stopped or begun

    def _fall_over(self) -> None:
        self.soon(self.reboot())

    def _later(self, wait_s: float, do: Callable[[], None]) -> None:
        async def wait() -> None:
            await asyncio.sleep(wait_s)
            do()

        self.soon(wait())

    def soon(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Do that in the background; it ends with the camera at the latest."""
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _come_back(self, away_s: float) -> None:
        await asyncio.sleep(away_s)
        await self._listen()

    async def _listen(self) -> None:
        async with self._turning:
            if self._runner is None:
                await self._open()

    async def _open(self) -> None:
        runner = web.AppRunner(
            self._web.application(),
            access_log=None,
            handler_cancellation=True,
            shutdown_timeout=0.01,
        )
        await runner.setup()
        try:
            site = web.TCPSite(runner, LOOPBACK, self._port)
            await site.start()
            self._stream_port = await self.stream.start(LOOPBACK, self._stream_port)
        except OSError:
            await runner.cleanup()
            raise
        self._runner = runner
        self._port = int(runner.addresses[0][1])
        self.device.host = f"{LOOPBACK}:{self._port}"
        self.device.stream_port = self._stream_port
        self._back.set()

    async def _hang_up(self) -> None:
        async with self._turning:
            runner, self._runner = self._runner, None
            self._more_ports.clear()
            await self.stream.stop()
            if runner is not None:
                await runner.cleanup()

    def _open_port(self) -> str:
        """One more port with the same answers. The socket takes connections at once."""
        if len(self._more_ports) >= PORTS_MAX:
            return f"{LOOPBACK}:{self._more_ports[-1]}"
        listening = socket.create_server((LOOPBACK, 0))
        port = int(listening.getsockname()[1])
        self._more_ports.append(port)
        self.soon(self._serve(listening))
        return f"{LOOPBACK}:{port}"

    async def _serve(self, listening: socket.socket) -> None:
        if self._runner is None:
            listening.close()
            return
        await web.SockSite(self._runner, listening).start()
