"""The driver of one ONVIF camera: joins what the other modules know. See ``monitord/driver.py``."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from monitord.driver import (
    About,
    ConfigFault,
    DeviceFault,
    Driver,
    Emit,
    Found,
    Frame,
    Kind,
    Line,
    OwnPoint,
    Search,
    Sought,
)
from monitord_drivers.onvif.config import OnvifConfig, OnvifPointConfig

if TYPE_CHECKING:
    from monitord_drivers.onvif.head import Head
    from monitord_drivers.onvif.listening import Ear
    from monitord_drivers.onvif.relays import Relays
    from monitord_drivers.onvif.session import Session


_HEALTH: Final = (
    OwnPoint("clock", Kind.EVENT, "Clock"),
    OwnPoint("events", Kind.EVENT, "Events"),
    OwnPoint("stream", Kind.EVENT, "Stream"),
    OwnPoint("hardware", Kind.EVENT, "Hardware"),
    OwnPoint("password", Kind.EVENT, "Password"),
    OwnPoint("identity", Kind.TAMPER, "Identity"),
    OwnPoint("firmware", Kind.EVENT, "Firmware"),
    OwnPoint("about", Kind.VALUE, "Make and model"),
)
_RECORDING: Final = (
    OwnPoint("recording", Kind.EVENT, "Recording"),
    OwnPoint("footage", Kind.VALUE, "Oldest footage"),
)
_RELAYS: Final = OwnPoint("relays", Kind.EVENT, "Relays")


class OnvifDriver(Driver[OnvifConfig]):
    """A camera. It runs in a worker; the libraries come with the first ``open``."""

    Config = OnvifConfig
    PointConfig = OnvifPointConfig
    isolate: ClassVar[bool] = True
    memory_mib: ClassVar[int] = 224
    timeout_ms = 20_000
    silence_ms = 8_000

    _session: "Session | None" = None
    _ear: "Ear | None" = None
    _relays: "Relays | None" = None
    _head: "Head | None" = None

    @classmethod
    def own_points(cls, config: OnvifConfig) -> Sequence[OwnPoint]:
        """The rungs of its health; `recording` where it records itself, `relays` with outputs."""
        recording = _RECORDING if config.recording == "camera" else ()
        return (*_HEALTH, *recording, _RELAYS) if config.outputs else (*_HEALTH, *recording)

    @classmethod
    async def seek(cls, search: Search) -> Sought:
        """Find cameras. Raises ``DeviceFault``."""
        try:
            from monitord_drivers.onvif import discovery
        except ImportError as error:
            raise ConfigFault(
                f"{error.name} is missing on this machine: pip install 'monitord[camera]'"
            ) from None
        return await discovery.seek(search)

    @classmethod
    async def introduce(cls, found: Found, user: str, password: str) -> About:
        """What a camera says of itself. Raises ``DeviceFault`` where it says nothing."""
        from monitord_drivers.onvif import introducing

        return await introducing.introduce(found, user, password)

    async def open(self, line: Line | None = None) -> None:
        """Sign on, and learn what the camera has. Raises ``DeviceFault``."""
        # Imported late: the daemon imports this module to check a site file, and nothing more.
        from monitord_drivers.onvif.head import Head
        from monitord_drivers.onvif.relays import Relays
        from monitord_drivers.onvif.session import Session

        config = self.config
        self._session = Session(config.address, *self._sign_on, config.profile)
        self._head = Head(self._session)
        self._relays = Relays(self._session, config.outputs)
        await self._session.open()

    async def listen(self, emit: Emit) -> None:
        """Tell what it sees and how it does, until it is lost. Raises ``DeviceFault``."""
        from monitord_drivers.onvif.listening import Ear
        from monitord_drivers.onvif.pins import Pins
        from monitord_drivers.onvif.tracking import Tracker

        config = self.config
        ear = self._ear = Ear(
            self._opened,
            self._relays,
            Tracker(self.points(), config),
            [own.id for own in self.own_points(config)],
            lease_s=config.lease,
            pins=Pins(str(config.address), config.identity, config.firmware),
            footage_s=config.footage,
            sign_on=self._sign_on,
        )
        await ear.hear(emit)

    async def write(self, output: str, value: bool) -> None:
        """Switch a declared relay; proven by its event where it has one. Raises ``DeviceFault``."""
        if self._relays is None:
            raise DeviceFault("the camera is not open")
        await self._relays.switch(output, value)

    async def aim(self, preset: str) -> None:
        """Begin to turn to a preset, by its name or token. Raises ``DeviceFault``."""
        await self._turning.turn(preset)

    async def aimed(self, preset: str) -> bool | None:
        """Whether its head stands there; None where it does not tell. Raises ``DeviceFault``."""
        return await self._turning.is_at(preset)

    async def frame(self) -> Frame:
        """What it sees now. Raises ``DeviceFault``."""
        return await self._opened.frame()

    async def footage(self, from_ms: int, until_ms: int) -> Sequence[tuple[int, int]]:
        """What it has not recorded of a span. Raises ``DeviceFault``."""
        from monitord_drivers.onvif import footage

        found = await footage.missing(self._opened, from_ms, until_ms)
        if self._ear is not None:
            self._ear.lacks(footage.words(found))
        return found

    async def close(self) -> None:
        """Let go of every connection."""
        ear, self._ear = self._ear, None
        session, self._session = self._session, None
        if ear is not None:
            await ear.end()
        if session is not None:
            await session.close()

    @property
    def _turning(self) -> "Head":
        if self._head is None:
            raise DeviceFault("the camera is not open")
        return self._head

    @property
    def _sign_on(self) -> tuple[str, str]:
        password = self.config.password
        return self.config.user, "" if password is None else password.reveal()

    @property
    def _opened(self) -> "Session":
        if self._session is None:
            raise DeviceFault("the camera is not open")
        return self._session
