"""One camera, spoken to: its services, our sign-on there, its time, who it is, where its pictures
are. Imported only where a camera is spoken to.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from monitord.driver import AuthFault, Cause, DeviceFault, Frame
from monitord_drivers.http import Http, refused
from monitord_drivers.onvif import clock
from monitord_drivers.onvif.answers import Node, Told, missing, printable
from monitord_drivers.onvif.library import Service, Sign, begun
from monitord_drivers.onvif.place import Place

CALL_S: Final = 5.0
PICTURE_MAX: Final = 8 << 20
PICTURE_S: Final = 4.0
_VER: Final = "http://www.onvif.org/ver"
NAMESPACES: Final[Mapping[str, str]] = {
    "media2": f"{_VER}20/media/wsdl",
    "media": f"{_VER}10/media/wsdl",
    "events": f"{_VER}10/events/wsdl",
    "recording": f"{_VER}10/recording/wsdl",
    "search": f"{_VER}10/search/wsdl",
    "ptz": f"{_VER}20/ptz/wsdl",
}
#: A camera that signs by time is off by so much more than when we measured: measure anew, once.
_MOVED_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a camera says it is."""

    maker: str
    model: str
    firmware: str
    serial: str
    hardware: str

    @property
    def number(self) -> str:
        """What does not change while it is the same camera."""
        return self.serial or self.hardware


class Session:
    """What is said to one camera from ``open`` to ``close``."""

    def __init__(self, place: Place, user: str, password: str, profile: str = "") -> None:
        self._place, self._profile = place, profile
        self._http, self._sign = Http(user, password), Sign(user, password)
        self._services: dict[tuple[str, str], Service] = {}
        self._urls: dict[str, str] = {}
        self.identity = Identity("", "", "", "", "")
        #: How far its clock is ahead of ours, in seconds; None where it tells no possible date.
        self.ahead_s: float | None = None
        #: The token of the media profile that is looked through.
        self.profile = ""
        self.snapshot = ""
        self.stream = ""
        #: Why there is no picture, in words.
        self.no_picture = ""

    async def open(self) -> None:
        """Learn all that is asked for later. Raises ``DeviceFault``."""
        await self.measure()
        await self._learn_services()
        await self.who()
        try:
            await self._learn_media()
        except AuthFault:
            raise
        except DeviceFault as fault:
            self.no_picture = fault.detail

    async def who(self) -> None:
        """Ask it who it is; that is signed, so it proves our sign-on, too."""
        told = await self.call("devicemgmt", "GetDeviceInformation")
        names = ("Manufacturer", "Model", "FirmwareVersion", "SerialNumber", "HardwareId")
        self.identity = Identity(*(printable(told.at(name)) for name in names))

    async def close(self) -> None:
        """Let go of its connections."""
        await self._http.close()

    @property
    def device_ms(self) -> int | None:
        """What its clock says now, UTC milliseconds."""
        return None if self.ahead_s is None else clock.now_ms() + round(self.ahead_s * 1_000)

    def has(self, service: str) -> bool:
        """Whether it says that it has that service."""
        return service in self._urls

    def stream_place(self) -> tuple[str, int, str]:
        """Host, port and address of its stream. Raises ``DeviceFault`` where it has none."""
        if not self.stream:
            raise DeviceFault(self.no_picture or "the camera tells no address of a stream")
        try:
            return self._place.stream(self.stream)
        except ValueError as error:
            raise DeviceFault(str(error), Cause.PROTOCOL) from None

    def besides(self, told: str) -> str:
        """An address that it tells for itself, as we use it. Raises ``DeviceFault``."""
        try:
            return self._place.besides(told)
        except ValueError as error:
            raise DeviceFault(f"of its subscription {error}", Cause.PROTOCOL) from None

    # --- questions --------------------------------------------------------------------------

    async def call(
        self,
        name: str,
        operation: str,
        params: Mapping[str, Any] | None = None,
        *,
        url: str = "",
        within_s: float = CALL_S,
        headers: list[Any] | None = None,
    ) -> Node:
        """One question, signed. Raises ``DeviceFault``, in words.

        When it is refused, its clock may have been set since it was measured: that is looked at
        once before the user and the password are blamed.
        """
        service = await self._service(name, url)
        ask = service.call(operation, dict(params or {}), within_s=within_s, headers=headers)
        try:
            return await ask
        except AuthFault:
            before = self.ahead_s
            await self.measure()
            if not _moved(before, self.ahead_s):
                raise
        again = service.call(operation, dict(params or {}), within_s=within_s, headers=headers)
        return await again

    async def measure(self) -> None:
        """How far its clock is off; what is signed from now on is dated by it."""
        service = await self._service("devicemgmt")
        asked = clock.now_ms()
        try:
            told = await self._date(service, signed=False)
        except (AuthFault, Told):
            asked = clock.now_ms()
            told = await self._date(service, signed=True)
        told_ms = clock.told_ms(told)
        if told_ms is None:
            self.ahead_s, self._sign.ahead = None, None
            return
        self.ahead_s = clock.ahead_s(told_ms, asked, clock.now_ms())
        self._sign.ahead = timedelta(seconds=self.ahead_s)

    async def _date(self, service: Service, *, signed: bool) -> Node:
        return await service.call("GetSystemDateAndTime", {}, within_s=CALL_S, signed=signed)

    async def _service(self, name: str, url: str = "") -> Service:
        if not url:
            url = self._place.device_service if name == "devicemgmt" else self._urls.get(name, "")
        if not url:
            raise missing(_WORDS.get(name, name))
        made = self._services.get((name, url))
        if made is None:
            for old in [key for key in self._services if key[0] == name]:
                del self._services[old]
            made = self._services[name, url] = await begun(name, url, self._http, self._sign)
        return made

    # --- what it has ------------------------------------------------------------------------

    async def _learn_services(self) -> None:
        known = {namespace: name for name, namespace in NAMESPACES.items()}
        try:
            told = await self.call("devicemgmt", "GetServices", {"IncludeCapability": False})
            pairs = [(each.at("Namespace"), each.at("XAddr")) for each in told.all("Service")]
        except Told:
            pairs = []
        if not pairs:
            told = await self.call("devicemgmt", "GetCapabilities", {"Category": "All"})
            pairs = _from_capabilities(told)
        for namespace, address in pairs:
            name = known.get(namespace.rstrip("/"))
            if name is not None:
                self._urls[name] = self._address(address)

    def _address(self, told: str) -> str:
        try:
            return self._place.service(told)
        except ValueError as error:
            raise DeviceFault(f"of a service {error}", Cause.PROTOCOL) from None

    async def _learn_media(self) -> None:
        """Media2 where there is one that works, else Media."""
        for name in ("media2", "media"):
            if not self.has(name):
                continue
            try:
                await self._learn_profile(name)
            except AuthFault:
                raise
            except DeviceFault as fault:
                self.no_picture = fault.detail
            else:
                return
        if not self.no_picture:
            self.no_picture = "the camera has no media service"

    async def _learn_profile(self, name: str) -> None:
        told = await self.call(name, "GetProfiles")
        tokens = [token for each in told.all("Profiles") if (token := each.attributes.get("token"))]
        if self._profile and self._profile not in tokens:
            raise missing(f"media profile {self._profile!r}; it has {', '.join(tokens[:8])}")
        if not tokens:
            raise missing("media profile")
        token = self.profile = self._profile or tokens[0]
        self.stream = await self._uri(name, "GetStreamUri", token)
        told_picture = await self._uri(name, "GetSnapshotUri", token)
        try:
            self.snapshot = self._place.besides(told_picture)
            self.no_picture = ""
        except ValueError as error:
            self.no_picture = f"it gives no picture by HTTP: {error}"

    async def _uri(self, name: str, operation: str, token: str) -> str:
        params: dict[str, Any] = {"ProfileToken": token}
        if operation == "GetStreamUri" and name == "media2":
            params["Protocol"] = "RTSP"
        elif operation == "GetStreamUri":
            params["StreamSetup"] = {"Stream": "RTP-Unicast", "Transport": {"Protocol": "RTSP"}}
        try:
            told = await self.call(name, operation, params)
        except Told:
            return ""
        found = told.find("Uri")
        return "" if found is None else found.text

    # --- pictures -----------------------------------------------------------------------------

    async def frame(self) -> Frame:
        """What it sees now. Raises ``DeviceFault``."""
        if not self.snapshot:
            raise DeviceFault(self.no_picture or "the camera gives no picture", Cause.CONFIGURATION)
        before = self.device_ms
        got = await self._http.get(self.snapshot, within_s=PICTURE_S, most=PICTURE_MAX)
        if got.status in (401, 403):
            raise refused()
        if got.status != 200:
            raise DeviceFault(f"it answers {got.status} when asked for a picture", Cause.DEVICE)
        if not got.body.startswith(b"\xff\xd8\xff"):
            what = f" but {printable(got.kind, 40)}" if "image" not in got.kind else ""
            raise DeviceFault(f"what it gives is no picture{what}", Cause.PROTOCOL)
        return Frame(jpeg=got.body, device_ms=before)


_WORDS: Final = {
    "media2": "media service",
    "media": "media service",
    "events": "event service",
    "recording": "recording service",
    "search": "search service",
    "ptz": "head that turns (PTZ service)",
}


def _moved(before: float | None, now: float | None) -> bool:
    return (before is None) != (now is None) or (
        before is not None and now is not None and abs(now - before) > _MOVED_S
    )


def _from_capabilities(told: Node) -> list[tuple[str, str]]:
    """What older cameras say of their services."""
    found = []
    for element, name in (
        ("Media", "media"),
        ("Events", "events"),
        ("Recording", "recording"),
        ("Search", "search"),
        ("PTZ", "ptz"),
    ):
        node = told.find(element)
        if node is not None and node.at("XAddr"):
            found.append((NAMESPACES[name], node.at("XAddr")))
    return found
