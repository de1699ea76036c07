"""The device management service: who the camera is, what time it has, what it can do."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final

from monitord_simulators.camera.device import Device
from monitord_simulators.camera.input_service import relay_outputs, set_relay_output_state
from monitord_simulators.camera.soap import NAMESPACES, Request, tag

#: Service prefix and its path.
PATHS: Final = {
    "tds": "/onvif/device_service",
    "trt": "/onvif/media_service",
    "tr2": "/onvif/media2_service",
    "tev": "/onvif/event_service",
    "tmd": "/onvif/deviceio_service",
    "tptz": "/onvif/ptz_service",
    "trc": "/onvif/recording_service",
    "tse": "/onvif/search_service",
}
_SCOPES: Final = (
    "onvif://www.onvif.org/type/video_encoder",
    "onvif://www.onvif.org/type/ptz",
    "onvif://www.onvif.org/Profile/Streaming",
    "onvif://www.onvif.org/Profile/T",
    "onvif://www.onvif.org/Profile/G",
    "onvif://www.onvif.org/Profile/M",
)


def address(device: Device, prefix: str) -> str:
    """Where a service is said to be."""
    return f"http://{device.told_host}{PATHS[prefix]}"


def system_date_and_time(device: Device, request: Request) -> str:
    """The camera's clock, in UTC."""
    now = datetime.fromtimestamp(device.clock.now_ms() // 1_000, UTC)
    date, clock = (now.year, now.month, now.day), (now.hour, now.minute, now.second)
    if device.quirks.impossible_date:
        date = (0, 0, 0)
    written = "".join(
        f"<tt:{name}><tt:Time>{_parts(('Hour', 'Minute', 'Second'), clock)}</tt:Time>"
        f"<tt:Date>{_parts(('Year', 'Month', 'Day'), date)}</tt:Date></tt:{name}>"
        for name in ("UTCDateTime", "LocalDateTime")
    )
    return (
        "<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime>"
        "<tt:DateTimeType>NTP</tt:DateTimeType><tt:DaylightSavings>false</tt:DaylightSavings>"
        f"<tt:TimeZone><tt:TZ>UTC0</tt:TZ></tt:TimeZone>{written}"
        "</tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>"
    )


def _parts(names: tuple[str, ...], values: tuple[int, ...]) -> str:
    return "".join(tag(f"tt:{name}", value) for name, value in zip(names, values, strict=True))


def device_information(device: Device, request: Request) -> str:
    """Maker, model, firmware and serial number."""
    who = device.identity
    return (
        "<tds:GetDeviceInformationResponse>"
        + tag("tds:Manufacturer", who.manufacturer)
        + tag("tds:Model", who.model)
        + tag("tds:FirmwareVersion", who.firmware)
        + tag("tds:SerialNumber", device.serial)
        + tag("tds:HardwareId", who.hardware)
        + "</tds:GetDeviceInformationResponse>"
    )


def own_scopes(device: Device) -> list[str]:
    """What it is, what it is called and where it is, as addresses."""
    return [
        *_SCOPES,
        f"onvif://www.onvif.org/name/{device.name}",
        f"onvif://www.onvif.org/hardware/{device.identity.hardware}",
        f"onvif://www.onvif.org/location/{device.name}",
    ]


def scopes(device: Device, request: Request) -> str:
    """The same as an answer."""
    made = "".join(
        f"<tds:Scopes>{tag('tt:ScopeDef', 'Fixed')}{tag('tt:ScopeItem', each)}</tds:Scopes>"
        for each in own_scopes(device)
    )
    return f"<tds:GetScopesResponse>{made}</tds:GetScopesResponse>"


def network_interfaces(device: Device, request: Request) -> str:
    """Its one network interface; the hardware address follows from the serial number."""
    number = sum(map(ord, device.serial)) % 0xFFFF
    mac = f"02:00:00:00:{number >> 8:02x}:{number & 0xFF:02x}"
    return (
        '<tds:GetNetworkInterfacesResponse><tds:NetworkInterfaces token="eth0">'
        "<tt:Enabled>true</tt:Enabled><tt:Info><tt:Name>eth0</tt:Name>"
        f"{tag('tt:HwAddress', mac)}<tt:MTU>1500</tt:MTU></tt:Info>"
        "<tt:IPv4><tt:Enabled>true</tt:Enabled><tt:Config><tt:Manual>"
        f"{tag('tt:Address', device.told_host.partition(':')[0])}"
        "<tt:PrefixLength>24</tt:PrefixLength></tt:Manual><tt:DHCP>false</tt:DHCP></tt:Config>"
        "</tt:IPv4></tds:NetworkInterfaces></tds:GetNetworkInterfacesResponse>"
    )


def hostname(device: Device, request: Request) -> str:
    """Its name."""
    return (
        "<tds:GetHostnameResponse><tds:HostnameInformation><tt:FromDHCP>false</tt:FromDHCP>"
        f"{tag('tt:Name', device.name)}</tds:HostnameInformation></tds:GetHostnameResponse>"
    )


def services(device: Device, request: Request) -> str:
    """Every service with its namespace and address."""
    made = "".join(
        f"<tds:Service>{tag('tds:Namespace', NAMESPACES[prefix])}"
        f"{tag('tds:XAddr', address(device, prefix))}"
        "<tds:Version><tt:Major>2</tt:Major><tt:Minor>60</tt:Minor></tds:Version></tds:Service>"
        for prefix in PATHS
        if prefix != "tr2" or device.quirks.media2
    )
    return f"<tds:GetServicesResponse>{made}</tds:GetServicesResponse>"


def capabilities(device: Device, request: Request) -> str:
    """The older way to say the same."""

    def at(prefix: str) -> str:
        return tag("tt:XAddr", address(device, prefix))

    return (
        "<tds:GetCapabilitiesResponse><tds:Capabilities>"
        f"<tt:Device>{at('tds')}</tt:Device>"
        f"<tt:Events>{at('tev')}<tt:WSSubscriptionPolicySupport>true"
        "</tt:WSSubscriptionPolicySupport><tt:WSPullPointSupport>true</tt:WSPullPointSupport>"
        "<tt:WSPausableSubscriptionManagerInterfaceSupport>false"
        "</tt:WSPausableSubscriptionManagerInterfaceSupport></tt:Events>"
        f"<tt:Media>{at('trt')}<tt:StreamingCapabilities><tt:RTPMulticast>false</tt:RTPMulticast>"
        "<tt:RTP_TCP>true</tt:RTP_TCP><tt:RTP_RTSP_TCP>true</tt:RTP_RTSP_TCP>"
        f"</tt:StreamingCapabilities></tt:Media><tt:PTZ>{at('tptz')}</tt:PTZ>"
        f"<tt:Extension><tt:DeviceIO>{at('tmd')}<tt:VideoSources>1</tt:VideoSources>"
        "<tt:VideoOutputs>0</tt:VideoOutputs><tt:AudioSources>0</tt:AudioSources>"
        f"<tt:AudioOutputs>0</tt:AudioOutputs><tt:RelayOutputs>{len(device.relays)}"
        f"</tt:RelayOutputs></tt:DeviceIO></tt:Extension>"
        "</tds:Capabilities></tds:GetCapabilitiesResponse>"
    )


def service_capabilities(device: Device, request: Request) -> str:
    """What the device service can do."""
    token = "true" if device.quirks.takes_tokens else "false"
    return (
        "<tds:GetServiceCapabilitiesResponse><tds:Capabilities>"
        '<tds:Network IPFilter="false" NTP="1"/>'
        f'<tds:Security UsernameToken="{token}" HttpDigest="true" TLS1.2="false"/>'
        '<tds:System DiscoveryBye="true" FirmwareUpgrade="false"/>'
        "</tds:Capabilities></tds:GetServiceCapabilitiesResponse>"
    )


OPERATIONS: Final[Mapping[str, Callable[[Device, Request], str]]] = {
    "GetSystemDateAndTime": system_date_and_time,
    "GetDeviceInformation": device_information,
    "GetScopes": scopes,
    "GetNetworkInterfaces": network_interfaces,
    "GetHostname": hostname,
    "GetServices": services,
    "GetCapabilities": capabilities,
    "GetServiceCapabilities": service_capabilities,
    "GetRelayOutputs": relay_outputs,
    "SetRelayOutputState": set_relay_output_state,
}
