"""The one place where the ONVIF library is touched: it writes our requests and signs them.

It brings the WSDL of each service, WS-UsernameToken with the device's time, and WS-Addressing. Its
transport is ours, so that every answer is bounded, no redirect is followed and no address of the
camera's is believed; its reading of answers is not used. Imported once in a worker, in a thread:
it takes a second. Importing it must change nothing else in the process: see ``loaded``.
"""

import asyncio
import importlib
import logging
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

from monitord.driver import ConfigFault, DeviceFault
from monitord_drivers.http import Http
from monitord_drivers.onvif.answers import ANSWER_MAX, Node, parse

if TYPE_CHECKING:
    from types import ModuleType

_MEDIA2: Final = "http://www.onvif.org/ver20/media/wsdl"
#: One lock for each loop: thirty-two cameras must not read the same descriptions at once.
_locks: Final[WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock]] = WeakKeyDictionary()


def _imported() -> "ModuleType":
    """The library without its side effect: it sets up the root log when it is imported."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    try:
        return importlib.import_module("onvif.client")
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)


async def begun(name: str, url: str, http: Http, sign: "Sign") -> "Service":
    """A service of a camera, ready to be asked. Raises ``DeviceFault``."""
    lock = _locks.setdefault(asyncio.get_running_loop(), asyncio.Lock())
    async with lock:
        try:
            client = await asyncio.to_thread(_imported)
        except ImportError as error:
            raise ConfigFault(
                f"{error.name} is missing on this machine: pip install 'monitord[camera]'"
            ) from None
        service = Service(client, http, name, url, sign)
        await service.begin()
    return service


def _definition(client: "ModuleType", name: str) -> tuple[str, str, str]:
    """Namespace, description and binding of a service."""
    if name == "media2":
        return _MEDIA2, str(Path(__file__).with_name("media2.wsdl")), "Media2Binding"
    known = client.SERVICES[name]
    wsdl = Path(str(client.__file__)).with_name("wsdl") / known["wsdl"]
    return known["ns"], str(wsdl), known["binding"]


class Service:
    """One service of a camera at one address."""

    def __init__(self, client: "ModuleType", http: Http, name: str, url: str, sign: "Sign") -> None:
        self.url = url
        self._client, self._sign = client, sign
        self._transport = Transport(http)
        namespace, wsdl, binding = _definition(client, name)
        self._made = client.ONVIFService(
            url,
            sign.user or None,
            sign.password or None,
            wsdl,
            no_cache=True,
            binding_name=f"{{{namespace}}}{binding}",
            binding_key=(name, None),
        )

    async def begin(self) -> None:
        """Read what the service is like; once for each kind in a process."""
        await self._made.close()  # connections of its own: ours are used
        self._made.transport = self._transport
        await self._made.setup()
        settings = self._client.zeep.Settings(strict=False, raw_response=True)
        for client in (self._made.zeep_client, self._made.zeep_client_authless):
            client.settings = settings

    async def call(
        self,
        operation: str,
        params: dict[str, Any],
        *,
        within_s: float,
        signed: bool = True,
        headers: list[Any] | None = None,
    ) -> Node:
        """One question and its answer. Raises ``DeviceFault``."""
        made, sign = self._made, self._sign
        signed = signed and bool(sign.user)
        if signed:
            made.zeep_client.wsse.dt_diff = sign.ahead
        proxy = made.ws_client if signed else made.ws_client_authless
        self._transport.within_s = within_s
        more = {"_soapheaders": headers} if headers else {}
        node: Node = await getattr(proxy, operation)(**params, **more)
        return node


class Sign:
    """Who we are for one camera, and how far its clock is ahead of ours."""

    def __init__(self, user: str, password: str) -> None:
        self.user, self.password = user, password
        self.ahead: timedelta | None = None


class Transport:
    """What the library sends through: the camera's own HTTP, and answers read by us."""

    cache = None

    def __init__(self, http: Http) -> None:
        self._http = http
        self.within_s = 5.0

    async def post_xml(self, address: str, envelope: Any, headers: dict[str, str]) -> Node:
        """Send an envelope; what came back."""
        from lxml import etree

        body = etree.tostring(envelope, xml_declaration=True, encoding="utf-8")
        answer = await self._http.post(
            address, body, headers, within_s=self.within_s, most=ANSWER_MAX
        )
        return parse(answer.body, answer.status)

    def load(self, url: str) -> bytes:
        """Nothing is fetched for a description of a service."""
        raise DeviceFault(f"the description of a service asks for {Path(url).name}")

    async def aclose(self) -> None:
        """The HTTP is not ours."""
