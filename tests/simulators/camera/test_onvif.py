"""The client that the field uses, against a simulated camera: real SOAP both ways."""

import asyncio

import aiohttp
import pytest
import zeep.exceptions

from monitord_simulators.camera import PASSWORD, USER, SimulatedCamera

from .onvif_peer import bounded, client, pulled, subscribed, told

MOTION = "tns1:VideoSource/MotionAlarm"
CROSSED = "tns1:RuleEngine/LineDetector/Crossed"


async def test_it_says_who_it_is_and_what_it_can(camera: SimulatedCamera) -> None:
    async with client(camera) as peer:
        device = await peer.create_devicemgmt_service()
        who = await bounded(device.GetDeviceInformation())
        assert (who.SerialNumber, who.FirmwareVersion) == ("SIM-vault", "1.4.2")
        scopes = await bounded(device.GetScopes())
        assert "onvif://www.onvif.org/Profile/T" in [scope.ScopeItem for scope in scopes]
        interfaces = await bounded(device.GetNetworkInterfaces())
        assert interfaces[0].Info.HwAddress.startswith("02:")
        capabilities = await bounded(peer.get_capabilities())
        assert capabilities["Events"]["WSPullPointSupport"] is True
        camera.fault("other-camera")
        assert (await bounded(device.GetDeviceInformation())).SerialNumber == "SIM-vault-B"


async def test_both_media_services_name_profiles_stream_and_picture(
    camera: SimulatedCamera,
) -> None:
    async with client(camera) as peer:
        media = await peer.create_media_service()
        profiles = await bounded(media.GetProfiles())
        assert [profile.token for profile in profiles] == ["profile-main", "profile-sub"]
        assert profiles[0].VideoEncoderConfiguration.Resolution.Width == 320
        sources = await bounded(media.GetVideoSources())
        assert sources[0].Resolution.Height == 360
        setup = {"Stream": "RTP-Unicast", "Transport": {"Protocol": "RTSP"}}
        asked = {"StreamSetup": setup, "ProfileToken": "profile-main"}
        assert (await bounded(media.GetStreamUri(asked))).Uri.startswith("rtsp://127.0.0.1:")
        with pytest.raises(zeep.exceptions.Fault, match="no 'nonsense'"):
            await bounded(media.GetSnapshotUri({"ProfileToken": "nonsense"}))


async def test_its_picture_comes_by_digest(camera: SimulatedCamera) -> None:
    async with client(camera) as peer:
        picture = await bounded(peer.get_snapshot("profile-main"))
        assert picture.startswith(b"\xff\xd8")
        assert picture.endswith(b"\xff\xd9")
        assert camera.requests["snapshot"] == 2, "asked for the sign-on, then signed"


async def test_a_picture_without_sign_on_is_refused(camera: SimulatedCamera) -> None:
    url = f"http://{camera.address}:{camera.port}/snapshot.jpg?profile=profile-main"
    basic_header = {"Authorization": aiohttp.encode_basic_auth(USER, PASSWORD)}
    async with aiohttp.ClientSession() as session:
        async with session.get(url) as bare:
            assert bare.status == 401
            schemes = bare.headers.getall("WWW-Authenticate")
            assert all(scheme.startswith("Digest ") for scheme in schemes)
        async with session.get(url, headers=basic_header) as basic:
            assert basic.status == 401


async def test_states_come_first_and_changes_after(camera: SimulatedCamera) -> None:
    async with client(camera) as peer:
        manager = await subscribed(peer)
        first = [told(message) for message in await pulled(manager)]
        assert (MOTION, "Initialized", {"State": "false"}) in first
        assert all(operation == "Initialized" for _, operation, _ in first)
        waiting = asyncio.create_task(pulled(manager, "PT60S"))
        await asyncio.sleep(0.02)
        assert not waiting.done(), "no empty answer before its time"
        camera.motion(True)
        assert [told(m) for m in await bounded(waiting)] == [(MOTION, "Changed", {"State": "true"})]
        await bounded(manager.set_synchronization_point())
        again = [told(message) for message in await pulled(manager)]
        assert (MOTION, "Initialized", {"State": "true"}) in again
        await bounded(manager.shutdown())
        assert len(camera.device.pull_points) == 0


async def test_what_only_happens_comes_as_often_as_it_happens(camera: SimulatedCamera) -> None:
    """T7.3: two crossings are two events, and none of them is a state."""
    async with client(camera) as peer:
        manager = await subscribed(peer)
        await pulled(manager)
        for person in ("1", "2"):
            camera.event(CROSSED, {"Rule": "line"}, {"ObjectId": person})
        crossed = [told(message) for message in await pulled(manager)]
        assert crossed == [
            (CROSSED, None, {"ObjectId": "1"}),
            (CROSSED, None, {"ObjectId": "2"}),
        ]
        await bounded(manager.set_synchronization_point())
        assert CROSSED not in [told(message)[0] for message in await pulled(manager)]
        await bounded(manager.shutdown())


async def test_every_topic_is_announced(camera: SimulatedCamera) -> None:
    async with client(camera) as peer:
        events = await peer.create_events_service()
        properties = await bounded(events.GetEventProperties())
        found = {each.tag for each in properties.TopicSet._value_1}
        assert "{http://www.onvif.org/ver10/topics}VideoSource" in found


async def test_inputs_and_relays(camera: SimulatedCamera) -> None:
    async with client(camera) as peer:
        io = await peer.create_deviceio_service()
        assert [each.token for each in await bounded(io.GetDigitalInputs())] == [
            "input-1",
            "input-2",
        ]
        device = await peer.create_devicemgmt_service()
        relays = await bounded(device.GetRelayOutputs())
        assert [relay.token for relay in relays] == ["relay-1", "relay-2"]
        manager = await subscribed(peer)
        await pulled(manager)
        camera.device.set_input("input-2", True)
        on = {"RelayOutputToken": "relay-1", "LogicalState": "active"}
        await bounded(device.SetRelayOutputState(on))
        assert camera.device.relays["relay-1"]
        assert [told(message)[2] for message in await pulled(manager)] == [
            {"LogicalState": "true"},
            {"LogicalState": "active"},
        ]
        await bounded(manager.shutdown())


async def test_a_head_turns_to_presets_and_says_so(camera: SimulatedCamera) -> None:
    async with client(camera) as peer:
        head = await peer.create_ptz_service()
        where = {"ProfileToken": "profile-main"}
        now_s = 100.0
        camera.device.now_s = lambda: now_s
        names = [preset.token for preset in await bounded(head.GetPresets(where))]
        assert names == ["home", "door", "case"]
        await bounded(head.GotoPreset({**where, "PresetToken": "case"}))
        assert (await bounded(head.GetStatus(where))).MoveStatus.PanTilt == "MOVING"
        assert camera.scene.pan_px < 110, "it takes its time"
        now_s += 1
        status = await bounded(head.GetStatus(where))
        assert status.MoveStatus.PanTilt == "IDLE"
        assert status.Position.PanTilt.x == pytest.approx(110 / 320, abs=1e-3)
        camera.fault("preset-stuck", count=1)
        await bounded(head.GotoPreset({**where, "PresetToken": "home"}))
        assert not camera.device.is_turning()
        camera.fault("preset-refused", count=1)
        with pytest.raises(zeep.exceptions.Fault, match="the head is locked"):
            await bounded(head.GotoPreset({**where, "PresetToken": "home"}))
        camera.fault("motor-stalls", count=1)
        await bounded(head.GotoPreset({**where, "PresetToken": "home"}))
        now_s += 1
        status = await bounded(head.GetStatus(where))
        assert status.MoveStatus.PanTilt == "IDLE"
        assert status.Position.PanTilt.x == pytest.approx(55 / 320, abs=1e-3)
        camera.fault("position-untold")
        assert (await bounded(head.GetStatus(where))).Position is None


async def test_a_relay_may_fall_back_by_itself_or_not_switch_at_all(
    camera: SimulatedCamera,
) -> None:
    camera.device.pulses_s["relay-2"] = 0.01
    async with client(camera) as peer:
        device = await peer.create_devicemgmt_service()
        modes = [relay.Properties.Mode for relay in await bounded(device.GetRelayOutputs())]
        assert modes == ["Bistable", "Monostable"]
        manager = await subscribed(peer)
        await pulled(manager)
        on = {"RelayOutputToken": "relay-2", "LogicalState": "active"}
        await bounded(device.SetRelayOutputState(on))
        states = [told(message)[2] for message in await pulled(manager)]
        while len(states) < 2:
            states += [told(message)[2] for message in await pulled(manager)]
        assert states == [{"LogicalState": "active"}, {"LogicalState": "inactive"}]
        camera.fault("relay-stuck")
        await bounded(device.SetRelayOutputState({**on, "RelayOutputToken": "relay-1"}))
        assert not camera.device.relays["relay-1"]
        await bounded(manager.shutdown())


async def test_recording_stops_and_its_end_is_told(camera: SimulatedCamera) -> None:
    async with client(camera) as peer:
        recording = await peer.create_recording_service()
        items = await bounded(recording.GetRecordings())
        assert items[0].RecordingToken == "recording-1"
        jobs = await bounded(recording.GetRecordingJobs())
        state = await bounded(recording.GetRecordingJobState({"JobToken": jobs[0].JobToken}))
        assert state.State == "Active"
        manager = await subscribed(peer)
        await pulled(manager)
        camera.fault("recording-stopped")
        assert [told(message)[2] for message in await pulled(manager)] == [{"State": "Idle"}]
        state = await bounded(recording.GetRecordingJobState({"JobToken": "job-1"}))
        assert state.State == "Idle"
        search = await peer.create_onvif_service("search")
        summary = await bounded(search.GetRecordingSummary())
        assert summary.DataUntil > summary.DataFrom
        await bounded(manager.shutdown())
