"""Each fault of the network bites as it says, and ends when it should."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import aiohttp
import cv2
import numpy as np
import pytest
import zeep.exceptions

from monitord_simulators.camera import PASSWORD, USER, CameraFault, SimulatedCamera
from monitord_simulators.camera.faults import OF_ANSWERS, Fault, Faults

from .onvif_peer import bounded, client, pulled, subscribed, told

MOTION = "tns1:VideoSource/MotionAlarm"
TIME = (
    b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>'
    b'<GetSystemDateAndTime xmlns="http://www.onvif.org/ver10/device/wsdl"/>'
    b"</s:Body></s:Envelope>"
)


@asynccontextmanager
async def asking_time(camera: SimulatedCamera) -> AsyncIterator[aiohttp.ClientResponse]:
    async with (
        asyncio.timeout(10),
        aiohttp.ClientSession() as session,
        session.post(camera.url, data=TIME) as answer,
    ):
        yield answer


@asynccontextmanager
async def asking_picture(camera: SimulatedCamera) -> AsyncIterator[aiohttp.ClientResponse]:
    digest = aiohttp.DigestAuthMiddleware(USER, PASSWORD)
    async with (
        asyncio.timeout(10),
        aiohttp.ClientSession(middlewares=(digest,)) as session,
        session.get(camera.snapshot_url) as answer,
    ):
        yield answer


def test_a_fault_ends_by_time_by_count_or_by_hand() -> None:
    now_s = 0.0
    faults = Faults(lambda: now_s)
    faults.begin(Fault(CameraFault.HANG, for_s=5))
    faults.begin(Fault(CameraFault.GARBAGE, count=2, operation="snapshot"))
    faults.begin(Fault(CameraFault.OTHER_CAMERA))
    assert faults.take(CameraFault.GARBAGE, "GetProfiles") is None
    assert [bool(faults.take(CameraFault.GARBAGE, "snapshot")) for _ in range(3)] == [1, 1, 0]
    assert faults.has(CameraFault.HANG)
    now_s = 5.0
    assert not faults.has(CameraFault.HANG)
    assert [fault.kind for fault in faults.now()] == [CameraFault.OTHER_CAMERA]
    faults.clear()
    assert faults.now() == []


def test_a_fault_that_makes_no_sense_is_refused() -> None:
    for wrong in ({"for_s": 0.0}, {"count": 0}, {"amount": -1}):
        with pytest.raises(ValueError, match=r"fault|bytes"):
            Fault(CameraFault.HANG, **wrong)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="not of one operation"):
        Fault(CameraFault.STREAM_DROP, operation="snapshot")


async def test_a_hang_never_answers_and_leaves_the_others_alone(camera: SimulatedCamera) -> None:
    camera.fault("hang", operation="GetSystemDateAndTime")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05), asking_time(camera):
            pytest.fail("it answered")
    async with asking_picture(camera) as answer:
        assert answer.status == 200
    camera.clear("hang")
    async with asking_time(camera) as answer:
        assert answer.status == 200


async def test_answers_that_are_none(camera: SimulatedCamera) -> None:
    camera.fault("garbage", count=1)
    async with asking_time(camera) as answer:
        assert answer.status == 200
        assert b"<" not in (await answer.read())[:20]
    camera.fault("error-500", count=1)
    async with asking_time(camera) as answer:
        assert (answer.status, answer.content_type) == (500, "text/html")
    async with asking_time(camera) as answer:
        assert b"UTCDateTime" in await answer.read()


async def test_a_huge_answer_is_as_large_as_it_says_and_well_formed(
    camera: SimulatedCamera,
) -> None:
    camera.fault("huge", amount=3 << 20)
    async with asking_time(camera) as answer:
        body = await answer.read()
    assert 3 << 20 <= len(body) < (3 << 20) + 1_000
    assert body.endswith(b"</s:Envelope>")


async def test_a_huge_answer_costs_the_simulator_nothing_when_nobody_reads_it(
    camera: SimulatedCamera,
) -> None:
    """100 MiB by default; a client that goes away in the middle ends it."""
    camera.fault("huge")
    async with asking_time(camera) as answer:
        assert len(await answer.content.readexactly(100_000)) == 100_000
        answer.close()
    camera.clear()
    async with asking_time(camera) as answer:
        assert answer.status == 200


async def test_hostile_xml(camera: SimulatedCamera) -> None:
    camera.fault("xml-bomb", count=1)
    async with asking_time(camera) as answer:
        bomb = await answer.read()
    assert bomb.count(b"<!ENTITY") == 12
    assert len(bomb) < 2_000
    camera.fault("external-entity", count=1)
    async with asking_time(camera) as answer:
        entity = await answer.text()
    address = entity.partition('SYSTEM "')[2].partition('"')[0]
    assert camera.device.leaked == 0
    async with aiohttp.ClientSession() as session, session.get(address) as leak:
        assert leak.status == 200
    assert camera.device.leaked == 1


@pytest.mark.parametrize("fault", ["garbage", "error-500", "xml-bomb", "external-entity"])
async def test_the_fields_client_does_not_take_them_for_answers(
    camera: SimulatedCamera, fault: str
) -> None:
    """It has no error of its own for bytes that are no XML at all."""
    async with client(camera) as peer:
        device = await peer.create_devicemgmt_service()
        camera.fault(fault)
        with pytest.raises((zeep.exceptions.Error, AttributeError)):
            await bounded(device.GetDeviceInformation())
        assert camera.device.leaked == 0


async def test_pictures_that_lie(camera: SimulatedCamera) -> None:
    camera.fault("snapshot-lies", count=1)
    async with asking_picture(camera) as answer:
        lying = await answer.read()
    assert lying[lying.index(b"\xff\xc0") + 5 :][:4] == (65_500).to_bytes(2, "big") * 2
    assert lying.endswith(b"\xff\xd9"), "the rest of it is whole"
    camera.fault("snapshot-type", count=1)
    async with asking_picture(camera) as answer:
        assert (answer.status, answer.content_type) == (200, "text/html")
    camera.fault("snapshot-cut", count=1)
    async with asking_picture(camera) as answer:
        with pytest.raises(aiohttp.ClientPayloadError):
            await answer.read()
    camera.fault("garbage", operation="snapshot", count=1)
    async with asking_picture(camera) as answer:
        assert not (await answer.read()).startswith(b"\xff\xd8")
    async with asking_picture(camera) as answer:
        data = np.frombuffer(await answer.read(), np.uint8)
    assert cv2.imdecode(data, cv2.IMREAD_COLOR).shape == (360, 640, 3)


async def test_a_picture_without_an_end(camera: SimulatedCamera) -> None:
    camera.fault("snapshot-endless")
    async with asking_picture(camera) as answer:
        assert len(await answer.content.readexactly(1_000_000)) == 1_000_000
        answer.close()


async def test_a_full_table_a_refused_renewal_and_a_lost_subscription(
    camera: SimulatedCamera,
) -> None:
    async with client(camera) as peer:
        camera.fault("subscriptions-full")
        with pytest.raises(zeep.exceptions.Fault, match="maximum number of pull points"):
            await subscribed(peer)
        camera.clear()
        manager = await subscribed(peer)
        camera.fault("renew-refused", count=1)
        renewing = await peer.create_subscription_service("PullPointSubscription")
        with pytest.raises(zeep.exceptions.Fault, match="not acceptable"):
            await bounded(renewing.Renew("PT600S"))
        renewed = await bounded(renewing.Renew("PT600S"))
        assert renewed.TerminationTime - renewed.CurrentTime == timedelta(minutes=10)
        camera.fault("subscription-lost", count=1)
        with pytest.raises(zeep.exceptions.Fault, match="no such subscription"):
            await pulled(manager)
        assert await pulled(manager)
        await bounded(manager.shutdown())


async def test_a_reboot_forgets_subscriptions_and_tells_a_new_start(
    camera: SimulatedCamera,
) -> None:
    async with client(camera) as peer:
        manager = await subscribed(peer)
        await pulled(manager)
        waiting = asyncio.create_task(pulled(manager, "PT60S"))
        await asyncio.sleep(0.02)
        await camera.reboot(0.01)
        with pytest.raises((aiohttp.ClientError, zeep.exceptions.Error)):
            await bounded(waiting)
        await bounded(camera.until_back())
        with pytest.raises(zeep.exceptions.Fault, match="no such subscription"):
            await pulled(manager)
        with contextlib.suppress(zeep.exceptions.Error):
            await manager.shutdown()


async def test_motion_that_never_ends(camera: SimulatedCamera) -> None:
    async with client(camera) as peer:
        manager = await subscribed(peer)
        await pulled(manager)
        camera.fault("stuck-motion")
        for moving in (True, False):
            camera.motion(moving)
        assert [told(m)[2] for m in await pulled(manager)] == [{"State": "true"}]
        camera.clear()
        camera.motion(False)
        assert [told(m)[2] for m in await pulled(manager)] == [{"State": "false"}]
        await bounded(manager.shutdown())


async def test_a_camera_that_tells_no_states(camera: SimulatedCamera) -> None:
    camera.fault("no-initial-state")
    async with client(camera) as peer:
        manager = await subscribed(peer)
        assert await pulled(manager, "PT0S") == []
        await bounded(manager.set_synchronization_point())
        assert await pulled(manager, "PT0S") == []
        camera.motion(True)
        assert [told(message)[0] for message in await pulled(manager)] == [MOTION]
        await bounded(manager.shutdown())


def test_only_answers_can_be_wrong_for_one_operation() -> None:
    assert {kind for kind in CameraFault if kind.value.startswith("stream")}.isdisjoint(OF_ANSWERS)
