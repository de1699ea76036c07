"""Each make has its habit, as it was reported of real ones (T7.1)."""

import asyncio
import contextlib
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
import zeep.exceptions

from monitord_simulators.camera import PASSWORD, PROFILES, USER

from .conftest import Start
from .onvif_peer import bounded, client, pulled, subscribed, told

MOTION = "tns1:VideoSource/MotionAlarm"


def test_there_is_a_dozen_at_least() -> None:
    assert len(PROFILES) >= 12
    assert len({quirks.words for quirks in PROFILES.values()}) == len(PROFILES)


@pytest.mark.parametrize(
    "profile", sorted(PROFILES.keys() - {"impossible-date", "http-digest-only"})
)
async def test_the_fields_client_gets_an_event_from_every_make(start: Start, profile: str) -> None:
    """All but the two that it cannot sign on to."""
    camera = await start(profile=profile)
    async with client(camera, nat=profile != "moving-port") as peer:
        device = await peer.create_devicemgmt_service()
        assert (await bounded(device.GetDeviceInformation())).Model == "Room 1"
        if profile == "renew-refused":
            return  # its manager renews at once where the lease looks short
        manager = await subscribed(peer)
        await pulled(manager, "PT0S")
        camera.motion(True)
        topics = [told(message)[0] for message in await pulled(manager)]
        assert [topic.rstrip("/.") for topic in topics] == [MOTION]
        await bounded(manager.shutdown())


async def test_an_impossible_date_and_a_camera_that_knows_no_tokens(start: Start) -> None:
    odd = await start(profile="impossible-date")
    with pytest.raises(ValueError, match=r"year 0|month must be"):
        async with client(odd):
            pytest.fail("it took the date")
    async with client(odd, adjust=False) as peer:
        device = await peer.create_devicemgmt_service()
        assert (await bounded(device.GetDeviceInformation())).Model == "Room 1"
    closed = await start(profile="http-digest-only")
    async with client(closed) as peer:
        device = await peer.create_devicemgmt_service()
        with pytest.raises(zeep.exceptions.Error):
            await bounded(device.GetDeviceInformation())


async def renewed_often(service: Any) -> None:
    """Faster than a person could."""
    for _ in range(3):
        await bounded(service.Renew("PT600S"))
        await asyncio.sleep(0.02)


async def test_each_subscription_has_a_port_of_its_own_and_a_fast_renewal_reboots(
    start: Start,
) -> None:
    camera = await start(profile="moving-port")
    async with client(camera, nat=False) as peer:
        events = await peer.create_events_service()
        ports = set()
        for _ in range(2):
            made = await bounded(
                events.CreatePullPointSubscription({"InitialTerminationTime": "PT600S"})
            )
            ports.add(urlsplit(made.SubscriptionReference.Address._value_1).port)
        assert len(ports | {camera.port}) == 3
        manager = await subscribed(peer)
        renewing = await peer.create_subscription_service("PullPointSubscription")
        await bounded(renewing.Renew("PT600S"))
        with pytest.raises((aiohttp.ClientError, zeep.exceptions.Error)):
            await renewed_often(renewing)
        await bounded(camera.until_back())
        with contextlib.suppress(aiohttp.ClientError, zeep.exceptions.Error):
            await bounded(manager.shutdown())


async def test_minutes_are_read_as_seconds(start: Start) -> None:
    camera = await start(profile="minutes-as-seconds")
    async with client(camera) as peer:
        events = await peer.create_events_service()
        leases = {}
        for asked in ("PT10M", "PT600S"):
            made = await bounded(
                events.CreatePullPointSubscription({"InitialTerminationTime": asked})
            )
            leases[asked] = made.TerminationTime - made.CurrentTime
        assert leases == {"PT10M": timedelta(seconds=10), "PT600S": timedelta(minutes=10)}


async def test_a_lease_may_end_at_a_date_and_is_cut_where_the_make_does(start: Start) -> None:
    camera, short = await start(), await start(profile="short-lease")
    until = "2999-01-01T00:00:00Z"
    for each, most in ((camera, timedelta(days=1)), (short, timedelta(seconds=60))):
        async with client(each) as peer:
            events = await peer.create_events_service()
            made = await bounded(
                events.CreatePullPointSubscription({"InitialTerminationTime": until})
            )
            assert made.TerminationTime - made.CurrentTime == most
            past = {"InitialTerminationTime": "2001-01-01T00:00:00Z"}
            with pytest.raises(zeep.exceptions.Fault, match="none that is to come"):
                await bounded(events.CreatePullPointSubscription(past))


async def test_one_listener_keeps_newcomers_out_until_it_gives_up_or_ends(start: Start) -> None:
    camera = await start(profile="one-listener")
    async with client(camera) as first, client(camera) as second:
        manager = await subscribed(first)
        with pytest.raises(zeep.exceptions.Fault, match="maximum number"):
            await subscribed(second)
        await bounded(manager.shutdown())
        newcomer = await subscribed(second)
        await bounded(newcomer.shutdown())


async def test_renewals_are_refused(start: Start) -> None:
    camera = await start(profile="renew-refused")
    async with client(camera) as peer:
        manager = await subscribed(peer)
        renewing = await peer.create_subscription_service("PullPointSubscription")
        with pytest.raises(zeep.exceptions.Fault, match="not acceptable"):
            await bounded(renewing.Renew("PT600S"))
        await bounded(manager.shutdown())


@pytest.mark.parametrize(
    ("profile", "told_uri"),
    [("snapshot-null", "(null)"), ("snapshot-rtsp", "rtsp://127.0.0.1:554/snap")],
)
async def test_a_pictures_address_that_leads_nowhere(
    start: Start, profile: str, told_uri: str
) -> None:
    camera = await start(profile=profile)
    async with client(camera) as peer:
        media = await peer.create_media_service()
        answer = await bounded(media.GetSnapshotUri({"ProfileToken": "profile-main"}))
        assert answer.Uri == told_uri


async def test_addresses_of_another_network(start: Start) -> None:
    camera = await start(profile="behind-nat")
    async with client(camera, nat=True) as peer:
        media = await peer.create_media_service()
        answer = await bounded(media.GetSnapshotUri({"ProfileToken": "profile-main"}))
        assert urlsplit(answer.Uri).netloc == "192.0.2.10:80"
        stream = {"StreamSetup": {"Stream": "RTP-Unicast", "Transport": {"Protocol": "RTSP"}}}
        told_stream = await bounded(media.GetStreamUri({**stream, "ProfileToken": "profile-main"}))
        assert urlsplit(told_stream.Uri).netloc == f"192.0.2.10:{camera.stream_port}"
        assert (await bounded(peer.get_snapshot("profile-main"))).startswith(b"\xff\xd8")


async def test_pictures_by_basic(start: Start) -> None:
    camera = await start(profile="snapshot-basic")
    header = {"Authorization": aiohttp.encode_basic_auth(USER, PASSWORD)}
    async with aiohttp.ClientSession() as session:
        async with session.get(camera.snapshot_url, headers=header) as picture:
            assert (picture.status, picture.content_type) == (200, "image/jpeg")
        async with session.get(camera.snapshot_url) as bare:
            assert bare.status == 401
        assert bare.headers.getall("WWW-Authenticate") == ['Basic realm="camera"']


async def test_odd_topics(start: Start) -> None:
    camera = await start(profile="odd-topics")
    async with client(camera) as peer:
        manager = await subscribed(peer)
        await pulled(manager)
        camera.motion(True)
        [message] = await pulled(manager)
        assert told(message) == (f"{MOTION}//.", "Changed", {"State": "1"})
        source = message.Message._value_1.Source.SimpleItem[0]
        assert (source.Name, source.Value) == ("Source", "vsconf")
        await bounded(manager.shutdown())


async def test_motion_that_never_ends_and_first_states_that_never_come(start: Start) -> None:
    sticky, silent = (
        await start(profile="motion-never-ends"),
        await start("foyer", profile="no-first-states"),
    )
    for camera in (sticky, silent):
        async with client(camera) as peer:
            manager = await subscribed(peer)
            first = await pulled(manager, "PT0S")
            assert bool(first) is (camera is sticky)
            for moving in (True, False):
                camera.motion(moving)
            states = [told(message)[2]["State"] for message in await pulled(manager)]
            assert states == (["true"] if camera is sticky else ["true", "false"])
            await bounded(manager.shutdown())


async def test_odd_prefixes_hide_nothing(start: Start) -> None:
    camera = await start(profile="odd-prefixes")
    bare = (
        b'<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"><e:Body>'
        b'<d:GetHostname xmlns:d="http://www.onvif.org/ver10/device/wsdl"/></e:Body></e:Envelope>'
    )
    async with (
        aiohttp.ClientSession() as session,
        session.post(camera.url, data=bare) as answer,
    ):
        text = await answer.text()
    assert "<SOAP-ENV:Envelope" in text
    assert "<tds:" not in text
    async with client(camera, "wrong") as peer:
        device = await peer.create_devicemgmt_service()
        with pytest.raises(zeep.exceptions.Fault, match="not authorized"):
            await bounded(device.GetDeviceInformation())


async def test_an_old_camera_knows_neither_services_nor_media2(start: Start) -> None:
    camera = await start(profile="old-media")
    async with client(camera) as peer:
        assert not [name for name in peer.xaddrs if "ver20/media" in name]
        assert camera.requests["GetCapabilities"] == 1


async def test_addressing_may_be_needed(start: Start) -> None:
    camera = await start(profile="needs-addressing")
    async with client(camera) as peer:
        manager = await subscribed(peer)
        assert await pulled(manager), "the client sends it"
        await bounded(manager.shutdown())
    digest = aiohttp.DigestAuthMiddleware(USER, PASSWORD)
    body = (
        b'<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"><e:Body>'
        b'<PullMessages xmlns="http://www.onvif.org/ver10/events/wsdl"/></e:Body></e:Envelope>'
    )
    url = f"http://{camera.address}:{camera.port}/onvif/subscription/1"
    async with (
        aiohttp.ClientSession(middlewares=(digest,)) as session,
        session.post(url, data=body) as answer,
    ):
        assert answer.status == 400
        assert "MessageAddressingHeaderRequired" in await answer.text()
