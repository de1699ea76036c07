"""The driver of a camera that is known by the address of its picture. See ``monitord/driver.py``.

Its picture says whether it is well; between two of them, that its port opens says that it is there.
"""

import asyncio
import contextlib
from typing import TYPE_CHECKING, ClassVar, Final

from monitord.driver import Cause, ConfigFault, DeviceFault, Driver, Emit, Frame, Line
from monitord_drivers.snapshot.config import SnapshotConfig, SnapshotPointConfig

if TYPE_CHECKING:
    from monitord_drivers.http import Http

#: A longer picture is none: 4K at the best quality stays below it.
PICTURE_MAX: Final = 8 << 20
PICTURE_S: Final = 4.0
KNOCK_S: Final = 2.0
EVERY_S: Final = 3.0
_JPEG: Final = b"\xff\xd8\xff"


class SnapshotDriver(Driver[SnapshotConfig]):
    """A camera without events."""

    Config = SnapshotConfig
    PointConfig = SnapshotPointConfig
    isolate: ClassVar[bool] = True
    memory_mib: ClassVar[int] = 224
    timeout_ms = 5_000
    silence_ms = 8_000

    _http: "Http | None" = None

    async def open(self, line: Line | None = None) -> None:
        """Get ready; ``listen`` is the first to speak to it."""
        # Imported late: the daemon imports this module to check a site file, and nothing more.
        from monitord_drivers.http import Http

        config = self.config
        password = "" if config.password is None else config.password.reveal()
        self._http = Http(config.user, password, verify=config.verify)

    async def listen(self, emit: Emit) -> None:
        """Say that it is there, until it is not. Raises ``DeviceFault``."""
        while True:
            await _knock(*self.config.place)
            await emit([])
            await asyncio.sleep(EVERY_S)

    async def frame(self) -> Frame:
        """What it sees now. Raises ``DeviceFault``."""
        if self._http is None:
            raise DeviceFault("the camera is not open")
        got = await self._http.get(self.config.address, within_s=PICTURE_S, most=PICTURE_MAX)
        if got.status in (401, 403):
            from monitord_drivers.http import refused

            raise refused()
        if got.status in (404, 410):
            raise ConfigFault("the camera has no picture at this address")
        if got.status != 200:
            raise DeviceFault(f"it answers {got.status} when asked for a picture", Cause.DEVICE)
        if not got.body.startswith(_JPEG):
            raise DeviceFault("what it gives is no JPEG picture", Cause.PROTOCOL)
        return Frame(jpeg=got.body)

    async def close(self) -> None:
        """Let go of every connection."""
        http, self._http = self._http, None
        if http is not None:
            await http.close()


async def _knock(host: str, port: int) -> None:
    """Open its port and close it again. Raises ``DeviceFault``."""
    try:
        async with asyncio.timeout(KNOCK_S):
            _, writer = await asyncio.open_connection(host, port)
    except TimeoutError:
        raise DeviceFault(f"no answer within {KNOCK_S:g} s") from None
    except ConnectionRefusedError:
        raise DeviceFault("nobody listens at its address", Cause.REFUSED) from None
    except OSError as error:
        raise DeviceFault(f"cannot be reached: {error.strerror or 'no connection'}") from None
    writer.transport.abort()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
