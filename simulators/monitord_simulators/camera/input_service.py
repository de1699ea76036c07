"""The input and output service: digital inputs and relays, named by tokens."""

from collections.abc import Callable, Mapping
from typing import Final

from monitord_simulators.camera.device import SOURCE, Device
from monitord_simulators.camera.soap import NAMESPACES, Request, SoapFault


def _prefix(request: Request) -> str:
    return "tds" if request.namespace == NAMESPACES["tds"] else "tmd"


def relay_outputs(device: Device, request: Request) -> str:
    """The relays, of the device service and of this one."""
    prefix = _prefix(request)
    made = "".join(
        f'<{prefix}:RelayOutputs token="{token}"><tt:Properties>'
        f"<tt:Mode>{'Monostable' if token in device.pulses_s else 'Bistable'}</tt:Mode>"
        f"<tt:DelayTime>PT{device.pulses_s.get(token, 0):g}S</tt:DelayTime>"
        "<tt:IdleState>open</tt:IdleState></tt:Properties>"
        f"</{prefix}:RelayOutputs>"
        for token in device.relays
    )
    return f"<{prefix}:GetRelayOutputsResponse>{made}</{prefix}:GetRelayOutputsResponse>"


def set_relay_output_state(device: Device, request: Request) -> str:
    """Switch one."""
    token, state = request.text("RelayOutputToken"), request.text("LogicalState")
    if token not in device.relays or state not in ("active", "inactive"):
        raise SoapFault(
            "Sender", "ter:InvalidArgVal", "ter:RelayToken", reason=f"no relay '{token}'"
        )
    device.set_relay(token, state == "active")
    return f"<{_prefix(request)}:SetRelayOutputStateResponse/>"


def digital_inputs(device: Device, request: Request) -> str:
    """The inputs; their state comes as an event."""
    made = "".join(
        f'<tmd:DigitalInputs token="{token}" IdleState="open"/>' for token in device.inputs
    )
    return f"<tmd:GetDigitalInputsResponse>{made}</tmd:GetDigitalInputsResponse>"


def video_sources(device: Device, request: Request) -> str:
    """The tokens of the video sources."""
    return (
        f"<tmd:GetVideoSourcesResponse><tmd:Token>{SOURCE}</tmd:Token>"
        "</tmd:GetVideoSourcesResponse>"
    )


def service_capabilities(device: Device, request: Request) -> str:
    """How many there are."""
    return (
        '<tmd:GetServiceCapabilitiesResponse><tmd:Capabilities VideoSources="1" VideoOutputs="0" '
        f'AudioSources="0" AudioOutputs="0" RelayOutputs="{len(device.relays)}" '
        f'DigitalInputs="{len(device.inputs)}"/></tmd:GetServiceCapabilitiesResponse>'
    )


OPERATIONS: Final[Mapping[str, Callable[[Device, Request], str]]] = {
    "GetRelayOutputs": relay_outputs,
    "SetRelayOutputState": set_relay_output_state,
    "GetDigitalInputs": digital_inputs,
    "GetVideoSources": video_sources,
    "GetServiceCapabilities": service_capabilities,
}
