"""The service of a camera that can turn: its presets, and where it looks."""

from collections.abc import Callable, Mapping
from typing import Final

from monitord_simulators.camera.device import Device
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
    device.go_to(token)
    return "<tptz:GotoPresetResponse/>"


def status(device: Device, request: Request) -> str:
    """Where it looks, and whether it turns."""
    state = "MOVING" if device.now_s() < device.head.moves_until_s else "IDLE"
    return (
        f"<tptz:GetStatusResponse><tptz:PTZStatus>{_place('tt:Position', device.scene.pan_px)}"
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
