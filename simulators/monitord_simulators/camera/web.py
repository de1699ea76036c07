"""The web server of a camera: SOAP by POST to any path, its picture by GET."""

from collections import Counter
from collections.abc import Awaitable
from typing import Final

from aiohttp import hdrs, web

from monitord_simulators.camera import hostile, services, soap
from monitord_simulators.camera.device import Device
from monitord_simulators.camera.faults import OF_ANSWERS, CameraFault, Fault
from monitord_simulators.camera.media_service import SNAPSHOT
from monitord_simulators.camera.signon import Scheme

_REQUEST_BYTES_MAX: Final = 1 << 20
_SIGN_ON_PAGE: Final = "<html><body><form>User <input> Password <input></form></body></html>"


class Unsigned(Exception):
    """No sign-on, or a wrong one; ``scheme`` is what the camera wants to see."""

    def __init__(self, scheme: Scheme) -> None:
        super().__init__(scheme)
        self.scheme = scheme


class WebSide:
    """Answers for ``device``. ``requests`` counts what was asked, by operation."""

    def __init__(self, device: Device) -> None:
        self._device = device
        self.requests: Counter[str] = Counter()

    def application(self) -> web.Application:
        """The routes, for a server."""
        made = web.Application(client_max_size=_REQUEST_BYTES_MAX)
        made.router.add_get(SNAPSHOT, self._snapshot)
        made.router.add_get(hostile.LEAK, self._leak)
        made.router.add_post("/{path:.*}", self._soap)
        return made

    async def _soap(self, request: web.Request) -> web.StreamResponse:
        device = self._device
        odd = device.quirks.odd_prefixes
        try:
            asked = soap.parse(await request.read(), request.path)
            self.requests[asked.operation] += 1
            if fault := self._fault(asked.operation):
                return await hostile.bent(fault, request, device.host)
            self._admit(request, asked)
            if device.quirks.needs_addressing and "subscription" in request.path:
                _check_addressing(asked)
            made = services.handler(device, asked)(device, asked)
            body = await made if isinstance(made, Awaitable) else made
        except soap.SoapFault as error:
            return _answer(soap.fault(error, odd=odd), error.status)
        except Unsigned as error:
            no = soap.SoapFault("Sender", "ter:NotAuthorized", reason="sign on", status=401)
            return self._challenge(request, error.scheme, soap.fault(no, odd=odd))
        action = services.action(asked) if asked.message_id else ""
        body = soap.without(body, device.quirks.leaves_out)
        return _answer(soap.envelope(body, relates_to=asked.message_id, action=action, odd=odd))

    def _fault(self, operation: str) -> Fault | None:
        faults = self._device.faults
        found = (faults.take(kind, operation) for kind in OF_ANSWERS)
        return next((fault for fault in found if fault), None)

    def _admit(self, request: web.Request, asked: soap.Request) -> None:
        """Raises for a request that is not signed as it must be."""
        device = self._device
        if services.is_open(device, asked):
            return
        refused = device.faults.take(CameraFault.REFUSE_LOGIN) is not None
        header = request.headers.get(hdrs.AUTHORIZATION, "")
        if header or asked.token is None or not device.quirks.takes_tokens:
            right = device.sign_on.accepts_header(Scheme.DIGEST, header, "POST", request.raw_path)
            if refused or not right:
                raise Unsigned(Scheme.DIGEST)
            return
        if refused or not device.sign_on.accepts_token(asked.token):
            raise soap.SoapFault(
                "Sender", "ter:NotAuthorized", reason="Sender not authorized", status=400
            )

    def _challenge(self, request: web.Request, scheme: Scheme, body: bytes) -> web.Response:
        stale = self._device.sign_on.is_stale(request.headers.get(hdrs.AUTHORIZATION, ""))
        answer = _answer(body, 401)
        for value in self._device.sign_on.challenges(scheme, stale=stale):
            answer.headers.add(hdrs.WWW_AUTHENTICATE, value)
        return answer

    async def _snapshot(self, request: web.Request) -> web.StreamResponse:
        device = self._device
        self.requests["snapshot"] += 1
        if fault := self._fault("snapshot"):
            return await hostile.bent(fault, request, device.host)
        scheme = device.quirks.snapshot_scheme
        header = request.headers.get(hdrs.AUTHORIZATION, "")
        right = device.sign_on.accepts_header(scheme, header, "GET", request.raw_path)
        if not right or device.faults.take(CameraFault.REFUSE_LOGIN):
            return self._challenge(request, scheme, b"")
        if device.faults.take(CameraFault.SNAPSHOT_TYPE):
            return web.Response(text=_SIGN_ON_PAGE, content_type="text/html")
        device.is_turning()
        picture = device.scene.jpeg(device.clock.now_ms())
        if device.faults.take(CameraFault.SNAPSHOT_ENDLESS):
            return await hostile.endless(request, picture[:-2])
        if device.faults.take(CameraFault.SNAPSHOT_CUT):
            return await hostile.cut(request, picture)
        if device.faults.take(CameraFault.SNAPSHOT_LIES):
            picture = hostile.lying(picture)
        return web.Response(body=picture, content_type="image/jpeg")

    async def _leak(self, request: web.Request) -> web.Response:
        self._device.leaked += 1
        return web.Response(text="leaked")


def _check_addressing(asked: soap.Request) -> None:
    if asked.message_id is None:
        raise soap.SoapFault(
            "Sender", "wsa:MessageAddressingHeaderRequired", reason="no wsa:Action"
        )


def _answer(body: bytes, status: int = 200) -> web.Response:
    return web.Response(body=body, status=status, headers={"Content-Type": hostile.SOAP_TYPE})
