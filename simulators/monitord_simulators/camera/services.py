"""The services of a camera as one table: which operation is answered by what.

An answer is the content of a SOAP body, written with the prefixes of ``soap.NAMESPACES``.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from monitord_simulators.camera import (
    device_service,
    event_service,
    input_service,
    media_service,
    recording_service,
    turning_service,
)
from monitord_simulators.camera.device import Device
from monitord_simulators.camera.soap import NAMESPACES, Request, SoapFault

#: One answer, or one that has to be waited for.
Handler = Callable[[Device, Request], str | Awaitable[str]]

_TABLES: Final[Mapping[str, Mapping[str, Handler]]] = {
    "tds": device_service.OPERATIONS,
    "trt": media_service.OPERATIONS,
    "tr2": media_service.OPERATIONS_2,
    "tev": event_service.OPERATIONS,
    "wsnt": event_service.SUBSCRIPTION_OPERATIONS,
    "tmd": input_service.OPERATIONS,
    "tptz": turning_service.OPERATIONS,
    "trc": recording_service.OPERATIONS,
    "tse": recording_service.SEARCH_OPERATIONS,
}
_BY_NAMESPACE: Final = {NAMESPACES[prefix]: table for prefix, table in _TABLES.items()}

#: What anybody may ask.
OPEN: Final = frozenset(
    {
        "GetSystemDateAndTime",
        "GetCapabilities",
        "GetServices",
        "GetServiceCapabilities",
        "GetHostname",
    }
)


def handler(device: Device, request: Request) -> Handler:
    """What answers a request. Raises ``SoapFault`` for what this camera does not know."""
    table = _BY_NAMESPACE.get(request.namespace, {})
    found = table.get(request.operation)
    missing_media2 = request.namespace == NAMESPACES["tr2"] and not device.quirks.media2
    missing_services = request.operation == "GetServices" and not device.quirks.services
    if found is None or missing_media2 or missing_services:
        raise SoapFault(
            "Receiver",
            "ter:ActionNotSupported",
            reason=f"Optional Action Not Implemented: {request.operation}",
            status=500,
        )
    return found


def is_open(device: Device, request: Request) -> bool:
    """Whether the operation needs no sign-on."""
    if device.quirks.open_to_all:
        return True
    if request.operation == "GetSystemDateAndTime" and device.quirks.time_needs_sign_on:
        return False
    return request.operation in OPEN


def action(request: Request) -> str:
    """The WS-Addressing action of the answer."""
    if request.namespace == NAMESPACES["wsnt"]:
        port = "http://docs.oasis-open.org/wsn/bw-2/SubscriptionManager"
    elif request.operation in ("PullMessages", "SetSynchronizationPoint", "Seek"):
        port = f"{request.namespace}/PullPointSubscription"
    elif request.namespace == NAMESPACES["tev"]:
        port = f"{request.namespace}/EventPortType"
    else:
        port = request.namespace
    return f"{port}/{request.operation}Response"
