"""What the field's client has no words for: Media2 and the capabilities of each service."""

import aiohttp
import pytest

from monitord_simulators.camera import PASSWORD, PROFILES, USER, SimulatedCamera
from monitord_simulators.camera.device_service import PATHS
from monitord_simulators.camera.soap import NAMESPACES, without

from .conftest import Start
from .onvif_peer import bounded, client, pulled, subscribed


async def answer(camera: SimulatedCamera, prefix: str, operation: str, inner: str = "") -> str:
    """The text of an answer, signed by HTTP digest."""
    body = (
        f'<e:Envelope xmlns:e="{NAMESPACES["s"]}"><e:Body>'
        f'<{operation} xmlns="{NAMESPACES[prefix]}">{inner}</{operation}></e:Body></e:Envelope>'
    )
    digest = aiohttp.DigestAuthMiddleware(USER, PASSWORD)
    url = f"http://{camera.address}:{camera.port}{PATHS[prefix]}"
    async with (
        aiohttp.ClientSession(middlewares=(digest,)) as session,
        session.post(url, data=body.encode()) as found,
    ):
        return await found.text()


async def test_media2_tells_the_same_as_media(camera: SimulatedCamera) -> None:
    profiles = await answer(camera, "tr2", "GetProfiles", "<Type>All</Type>")
    assert profiles.count("<tr2:Profiles ") == 2
    assert "<tt:Width>320</tt:Width>" in profiles
    assert "node-1" in profiles
    token = "<ProfileToken>profile-main</ProfileToken>"
    stream = await answer(camera, "tr2", "GetStreamUri", f"<Protocol>RTSP</Protocol>{token}")
    assert f"<tr2:Uri>{camera.stream_url}</tr2:Uri>" in stream
    picture = await answer(camera, "tr2", "GetSnapshotUri", token)
    assert f"<tr2:Uri>{camera.snapshot_url}</tr2:Uri>" in picture


async def test_media2_tells_of_profiles_what_is_asked_for(camera: SimulatedCamera) -> None:
    names = await answer(camera, "tr2", "GetProfiles")
    assert names.count("<tr2:Profiles ") == names.count("<tr2:Name>") == 2
    assert "Configurations" not in names
    sizes = await answer(camera, "tr2", "GetProfiles", "<Type>VideoEncoder</Type>")
    assert "<tt:Width>320</tt:Width>" in sizes
    assert "node-1" not in sizes


async def test_an_old_camera_has_no_media2(start: Start) -> None:
    camera = await start(profile="old-media")
    assert "ter:ActionNotSupported" in await answer(camera, "tr2", "GetProfiles")
    assert "ter:ActionNotSupported" in await answer(camera, "tds", "GetServices")


@pytest.mark.parametrize("prefix", sorted(PATHS.keys() - {"tse"}))
async def test_each_service_says_what_it_can(camera: SimulatedCamera, prefix: str) -> None:
    told = await answer(camera, prefix, "GetServiceCapabilities")
    assert f"<{prefix}:GetServiceCapabilitiesResponse>" in told


async def test_a_sparse_camera_leaves_things_out_and_is_still_understood(start: Start) -> None:
    camera = await start(profile="sparse")
    async with client(camera) as peer:
        device = await peer.create_devicemgmt_service()
        who = await bounded(device.GetDeviceInformation())
        assert (who.Model, who.SerialNumber) == ("Room 1", None)
        media = await peer.create_media_service()
        profiles = await bounded(media.GetProfiles())
        assert profiles[0].VideoEncoderConfiguration is None
        manager = await subscribed(peer)
        messages = await pulled(manager)
        assert messages
        assert all(each.Message._value_1.Source is None for each in messages)
        await bounded(manager.shutdown())


def test_only_whole_elements_are_left_out() -> None:
    body = '<tt:Source><tt:A Name="x"/></tt:Source><tt:SourceToken>s</tt:SourceToken>'
    assert without(body, PROFILES["sparse"].leaves_out) == "<tt:SourceToken>s</tt:SourceToken>"
