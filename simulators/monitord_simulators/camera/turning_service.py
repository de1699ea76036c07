"""The service of a camera that can turn: its presets, and where it looks."""

from collections.abc import Callable, Mapping
from typing import Final

from monitord_simulators.camera.device import Device
from monitord_simulators.camera.faults import CameraFault
from monitord_simulators.camera.moments import moment
from monitord_simulators.camera.soap import Request, SoapFault, tag

_PAN_PX: Final = 320.0  # so many pixels are a whole turn of 1.0


def _place(name: str, pixels: float) -> str:
    pan = max(-1.0, min(1.0, pixels / _PAN_PX))
    return f'<{name}><tt:PanTilt x="{pan:.4f}" y="0"/><tt:Zoom x="0"/></{name}>'


def presets(device: Device, request: Request) -> str:
    """Every preset with its place."""
    made = "".join(
        f'<tptz:Preset token="{token}">{tag("tt:Name", token)}'
        f"{_place('tt:PTZPosition', pixels)}</tptz:Preset>"
        for token, pixels in device.head.presets.items()
    )
    return f"<tptz:GetPresetsResponse>{made}</tptz:GetPresetsResponse>"


def go_to_preset(device: Device, request: Request) -> str:
    """Turn there."""
    token = request.text("PresetToken")
    if token not in device.head.presets:
        raise SoapFault("Sender", "ter:InvalidArgVal", "ter:NoToken", reason=f"no preset '{token}'")
    if device.faults.take(CameraFault.PRESET_REFUSED) is not None:
        raise SoapFault("Receiver", "ter:Action", "ter:MovingPTZ", reason="the head is locked")
    device.go_to(token)
    return "<tptz:GotoPresetResponse/>"


def status(device: Device, request: Request) -> str:
    """Where it looks, and whether it turns."""
    state = "MOVING" if device.is_turning() else "IDLE"
    untold = device.faults.has(CameraFault.POSITION_UNTOLD)
    position = "" if untold else _place("tt:Position", device.scene.pan_px)
    return (
        f"<tptz:GetStatusResponse><tptz:PTZStatus>{position}"
        f"<tt:MoveStatus><tt:PanTilt>{state}</tt:PanTilt><tt:Zoom>IDLE</tt:Zoom></tt:MoveStatus>"
        f"{tag('tt:UtcTime', moment(device.clock.now_ms()))}"
        "</tptz:PTZStatus></tptz:GetStatusResponse>"
    )


def service_capabilities(device: Device, request: Request) -> str:
    """What turning can do."""
    return (
        '<tptz:GetServiceCapabilitiesResponse><tptz:Capabilities MoveStatus="true" '
        'StatusPosition="true"/></tptz:GetServiceCapabilitiesResponse>'
    )


OPERATIONS: Final[Mapping[str, Callable[[Device, Request], str]]] = {
    "GetPresets": presets,
    "GotoPreset": go_to_preset,
    "GetStatus": status,
    "GetServiceCapabilities": service_capabilities,
}
