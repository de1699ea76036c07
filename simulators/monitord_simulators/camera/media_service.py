"""Media and Media2: two profiles of one video source, and where their pictures come from."""

from collections.abc import Callable, Mapping
from typing import Final

from monitord_simulators.camera.device import SOURCE, Device
from monitord_simulators.camera.soap import Request, SoapFault, tag

#: Token and name of each profile; all show the same room.
PROFILES: Final = {"profile-main": "Main", "profile-sub": "Sub"}
SNAPSHOT: Final = "/snapshot.jpg"


def _profile_of(request: Request) -> str:
    token = request.text("ProfileToken")
    if token not in PROFILES:
        raise SoapFault("Sender", "ter:InvalidArgVal", "ter:NoProfile", reason=f"no '{token}'")
    return token


def _stream(device: Device, request: Request) -> str:
    return f"rtsp://{device.told_stream_host}/{_profile_of(request)}"


def _snapshot(device: Device, request: Request) -> str:
    right = f"http://{device.told_host}{SNAPSHOT}?profile={_profile_of(request)}"
    return device.quirks.snapshot_uri or right


def _source_configuration(device: Device, name: str) -> str:
    width, height = device.scene.size
    return (
        f'<{name} token="source-config-1"><tt:Name>Room</tt:Name><tt:UseCount>2</tt:UseCount>'
        f"{tag('tt:SourceToken', SOURCE)}"
        f'<tt:Bounds x="0" y="0" width="{width}" height="{height}"/></{name}>'
    )


def _resolution(device: Device) -> str:
    width, height = device.stream_size
    return (
        f"<tt:Resolution><tt:Width>{width}</tt:Width><tt:Height>{height}</tt:Height>"
        "</tt:Resolution>"
    )


def _encoder_configuration(device: Device) -> str:
    return (
        '<tt:VideoEncoderConfiguration token="encoder-1"><tt:Name>H264</tt:Name>'
        "<tt:UseCount>2</tt:UseCount><tt:Encoding>H264</tt:Encoding>"
        f"{_resolution(device)}<tt:Quality>5</tt:Quality><tt:RateControl>"
        "<tt:FrameRateLimit>5</tt:FrameRateLimit><tt:EncodingInterval>1</tt:EncodingInterval>"
        "<tt:BitrateLimit>1024</tt:BitrateLimit></tt:RateControl><tt:H264>"
        "<tt:GovLength>10</tt:GovLength><tt:H264Profile>Baseline</tt:H264Profile></tt:H264>"
        "<tt:Multicast><tt:Address><tt:Type>IPv4</tt:Type><tt:IPv4Address>0.0.0.0"
        "</tt:IPv4Address></tt:Address><tt:Port>0</tt:Port><tt:TTL>1</tt:TTL>"
        "<tt:AutoStart>false</tt:AutoStart></tt:Multicast>"
        "<tt:SessionTimeout>PT60S</tt:SessionTimeout></tt:VideoEncoderConfiguration>"
    )


def _turning() -> str:
    return (
        '<tt:PTZConfiguration token="ptz-1"><tt:Name>Head</tt:Name><tt:UseCount>2</tt:UseCount>'
        "<tt:NodeToken>node-1</tt:NodeToken></tt:PTZConfiguration>"
    )


def profiles(device: Device, request: Request) -> str:
    """Both profiles, as Media tells them."""
    made = "".join(
        f'<trt:Profiles token="{token}" fixed="true">{tag("tt:Name", name)}'
        f"{_source_configuration(device, 'tt:VideoSourceConfiguration')}"
        f"{_encoder_configuration(device)}{_turning()}</trt:Profiles>"
        for token, name in PROFILES.items()
    )
    return f"<trt:GetProfilesResponse>{made}</trt:GetProfilesResponse>"


def profiles_2(device: Device, request: Request) -> str:
    """Both profiles, as Media2 tells them: of each its name, and what was asked for by type."""
    encoder = (
        '<tr2:VideoEncoder token="encoder-1" GovLength="10" Profile="Baseline">'
        "<tt:Name>H264</tt:Name><tt:UseCount>2</tt:UseCount><tt:Encoding>H264</tt:Encoding>"
        f"{_resolution(device)}<tt:Quality>5</tt:Quality></tr2:VideoEncoder>"
    )
    turning = (
        '<tr2:PTZ token="ptz-1"><tt:Name>Head</tt:Name><tt:UseCount>2</tt:UseCount>'
        "<tt:NodeToken>node-1</tt:NodeToken></tr2:PTZ>"
    )
    parts = {
        "VideoSource": _source_configuration(device, "tr2:VideoSource"),
        "VideoEncoder": encoder,
        "PTZ": turning,
    }
    asked = request.texts("Type")
    told = "".join(part for kind, part in parts.items() if asked & {kind, "All"})
    configurations = f"<tr2:Configurations>{told}</tr2:Configurations>" if told else ""
    made = "".join(
        f'<tr2:Profiles token="{token}" fixed="true">{tag("tr2:Name", name)}{configurations}'
        "</tr2:Profiles>"
        for token, name in PROFILES.items()
    )
    return f"<tr2:GetProfilesResponse>{made}</tr2:GetProfilesResponse>"


def video_sources(device: Device, request: Request) -> str:
    """The one video source."""
    width, height = device.scene.size
    return (
        f'<trt:GetVideoSourcesResponse><trt:VideoSources token="{SOURCE}">'
        "<tt:Framerate>5</tt:Framerate>"
        f"<tt:Resolution><tt:Width>{width}</tt:Width><tt:Height>{height}</tt:Height>"
        "</tt:Resolution></trt:VideoSources></trt:GetVideoSourcesResponse>"
    )


def _media_uri(operation: str, uri: str) -> str:
    return (
        f"<trt:{operation}Response><trt:MediaUri>{tag('tt:Uri', uri)}"
        "<tt:InvalidAfterConnect>false</tt:InvalidAfterConnect>"
        "<tt:InvalidAfterReboot>false</tt:InvalidAfterReboot><tt:Timeout>PT0S</tt:Timeout>"
        f"</trt:MediaUri></trt:{operation}Response>"
    )


def stream_uri(device: Device, request: Request) -> str:
    """Where a profile streams."""
    return _media_uri("GetStreamUri", _stream(device, request))


def snapshot_uri(device: Device, request: Request) -> str:
    """Where a profile's picture is."""
    return _media_uri("GetSnapshotUri", _snapshot(device, request))


def stream_uri_2(device: Device, request: Request) -> str:
    """The same, by Media2."""
    uri = tag("tr2:Uri", _stream(device, request))
    return f"<tr2:GetStreamUriResponse>{uri}</tr2:GetStreamUriResponse>"


def snapshot_uri_2(device: Device, request: Request) -> str:
    """The same, by Media2."""
    uri = tag("tr2:Uri", _snapshot(device, request))
    return f"<tr2:GetSnapshotUriResponse>{uri}</tr2:GetSnapshotUriResponse>"


def service_capabilities(device: Device, request: Request) -> str:
    """What Media can do."""
    return (
        '<trt:GetServiceCapabilitiesResponse><trt:Capabilities SnapshotUri="true">'
        '<trt:ProfileCapabilities MaximumNumberOfProfiles="2"/>'
        '<trt:StreamingCapabilities RTP_TCP="true" RTP_RTSP_TCP="true"/>'
        "</trt:Capabilities></trt:GetServiceCapabilitiesResponse>"
    )


def service_capabilities_2(device: Device, request: Request) -> str:
    """What Media2 can do."""
    return (
        '<tr2:GetServiceCapabilitiesResponse><tr2:Capabilities SnapshotUri="true">'
        '<tr2:ProfileCapabilities MaximumNumberOfProfiles="2"/>'
        '<tr2:StreamingCapabilities RTSPStreaming="true" RTP_RTSP_TCP="true"/>'
        "</tr2:Capabilities></tr2:GetServiceCapabilitiesResponse>"
    )


OPERATIONS: Final[Mapping[str, Callable[[Device, Request], str]]] = {
    "GetProfiles": profiles,
    "GetVideoSources": video_sources,
    "GetStreamUri": stream_uri,
    "GetSnapshotUri": snapshot_uri,
    "GetServiceCapabilities": service_capabilities,
}
OPERATIONS_2: Final[Mapping[str, Callable[[Device, Request], str]]] = {
    "GetProfiles": profiles_2,
    "GetStreamUri": stream_uri_2,
    "GetSnapshotUri": snapshot_uri_2,
    "GetServiceCapabilities": service_capabilities_2,
}
