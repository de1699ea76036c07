"""What goes wrong with a camera: each has its words, and none takes us with it."""

import asyncio
import re
import resource
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from monitord.driver import UNKNOWN, AuthFault, ConfigFault, DeviceFault, PointState
from monitord_drivers.onvif import feed, session
from monitord_simulators.camera import PASSWORD, SimulatedCamera
from tests.drivers.onvif.conftest import Heard, Make, Start

Hear = Callable[..., Awaitable[Heard]]

HOSTILE = {
    "huge": "longer than",
    "xml-bomb": "brings entities",
    "external-entity": "brings entities",
    "garbage": "no SOAP",
    "error-500": "error 500",
}


@pytest.mark.parametrize("fault", HOSTILE)
@pytest.mark.parametrize("operation", ["GetSystemDateAndTime", "PullMessages"])
async def test_a_hostile_answer_is_a_fault(
    fault: str, operation: str, camera: SimulatedCamera, make: Make, hear: Hear
) -> None:
    """A 100 MB answer or a bomb costs neither time nor memory, and fetches nothing."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    driver = make(camera.port, "motion")
    if operation == "PullMessages":
        heard = await hear(driver)
        await heard.until(lambda: heard.emits > 1)
        camera.fault(fault)
        camera.motion(True)
        found = await heard.fault()
    else:
        camera.fault(fault, operation=operation)
        with pytest.raises(DeviceFault) as raised:
            await driver.open()
        found = raised.value
    assert isinstance(found, DeviceFault)
    assert HOSTILE[fault] in found.detail
    assert PASSWORD not in found.detail
    assert camera.device.leaked == 0
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 150_000, f"{grown} KiB more"


async def test_a_camera_that_never_answers_is_given_up(
    camera: SimulatedCamera, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "CALL_S", 0.05)
    camera.fault("hang")
    with pytest.raises(DeviceFault, match=r"no answer within 0\.05 s"):
        await make(camera.port).open()


async def test_a_pull_that_is_not_answered_loses_the_camera(
    camera: SimulatedCamera, make: Make, hear: Hear, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "PULL_S", 0.1)
    monkeypatch.setattr(feed, "_GRACE_S", 0.05)
    camera.fault("hang", operation="PullMessages")
    heard = await hear(make(camera.port, "motion"))
    found = await heard.fault()
    assert isinstance(found, DeviceFault)
    assert "no answer within 0.15 s" in found.detail


async def test_nobody_at_the_address(make: Make) -> None:
    with pytest.raises(DeviceFault, match="cannot be reached"):
        await make(1).open()


@pytest.mark.parametrize(("profile", "asked"), [("plain", 1), ("http-digest-only", 2)])
async def test_a_wrong_password(profile: str, asked: int, start: Start, make: Make) -> None:
    camera = await start(profile=profile)
    with pytest.raises(AuthFault, match="refuses our user or password") as fault:
        await make(camera.port, password="wr0ng-one").open()
    assert "wr0ng-one" not in str(fault.value)
    # With digest, the first is asked without: the camera says first what it wants to see.
    assert camera.requests["GetDeviceInformation"] == asked, "cameras lock accounts tried often"


async def test_a_password_that_is_changed_is_found_out(
    camera: SimulatedCamera, make: Make, hear: Hear
) -> None:
    heard = await hear(make(camera.port))
    await heard.until(lambda: "clock" in heard.last)
    camera.fault("refuse-login")
    assert isinstance(await heard.fault(), AuthFault)


async def test_a_clock_that_is_set_is_measured_again_before_the_password_is_blamed(
    start: Start, make: Make, hear: Hear
) -> None:
    camera = await start(profile="strict-clock")
    driver = make(camera.port, "motion")
    heard = await hear(driver)
    await heard.until(lambda: heard.value("p0") is False)
    camera.drift_clock(3_600)
    camera.motion(True)
    await heard.until(lambda: "60 min ahead" in heard.words("clock"))
    await heard.until(lambda: heard.value("p0") is True)


async def test_a_profile_that_it_does_not_have(camera: SimulatedCamera, make: Make) -> None:
    driver = make(camera.port, profile="profile-9")
    await driver.open()
    with pytest.raises(DeviceFault, match="profile-main, profile-sub"):
        await driver.frame()


# --- events -----------------------------------------------------------------------------------


async def test_a_full_table_of_subscribers_is_told_and_waited_for(
    camera: SimulatedCamera, make: Make, hear: Hear
) -> None:
    camera.fault("subscriptions-full")
    heard = await hear(make(camera.port, "motion"))
    await heard.until(lambda: heard.value("events") is PointState.FAULT)
    assert "table of subscribers is full" in heard.words("events")
    assert heard.value("p0") is UNKNOWN
    camera.clear()
    await heard.until(lambda: heard.value("p0") is False)
    assert heard.value("events") is PointState.NORMAL


async def test_a_lost_subscription_is_taken_anew_and_everything_learnt_again(
    camera: SimulatedCamera, make: Make, hear: Hear
) -> None:
    """T7.3: motion that went on meanwhile is a state, told again and nothing new."""
    heard = await hear(make(camera.port, "motion", "line"))
    await heard.until(lambda: heard.value("p0") is False)
    camera.motion(True)
    await heard.until(lambda: heard.value("p0") is True)
    asked = camera.requests["CreatePullPointSubscription"]
    camera.device.pull_points.end_all()
    await heard.until(lambda: camera.requests["CreatePullPointSubscription"] > asked)
    await heard.until(lambda: [r.value for r in heard.times("p0")][-1] is True)
    assert camera.requests["SetSynchronizationPoint"] == asked + 1
    assert UNKNOWN in [reading.value for reading in heard.times("p0")]
    assert not any(reading.once for reading in heard.readings)


async def test_a_refused_renewal_is_a_new_subscription(
    start: Start, make: Make, hear: Hear, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "_RENEW_AT", 0.0)
    monkeypatch.setattr(feed, "PULL_S", 1)
    camera = await start(profile="renew-refused", quirks=None)
    heard = await hear(make(camera.port, "motion"))
    await heard.until(lambda: camera.requests["CreatePullPointSubscription"] > 1)
    camera.motion(True)
    await heard.until(lambda: heard.value("p0") is True)
    assert len(camera.device.pull_points) == 1, "the old place is not given back"


async def test_a_lease_that_was_misread_is_asked_for_as_a_date(
    start: Start, make: Make, hear: Hear, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed.Feed, "_until", _as_minutes(feed.Feed._until))
    camera = await start(profile="minutes-as-seconds")
    heard = await hear(make(camera.port, "motion"))
    await heard.until(lambda: heard.value("p0") is False)
    [point] = camera.device.pull_points._points.values()
    assert point.until_s - camera.device.now_s() > 500


def _as_minutes(until: Callable[[Any], str]) -> Callable[[Any], str]:
    """The driver asks in seconds, which nobody misreads: here as others do."""
    return lambda self: until(self).replace("PT600S", "PT10M")


async def test_an_unplugged_camera_is_lost(camera: SimulatedCamera, make: Make, hear: Hear) -> None:
    heard = await hear(make(camera.port, "motion"))
    await heard.until(lambda: heard.value("p0") is False)
    await camera.unplug()
    assert isinstance(await heard.fault(), DeviceFault)


async def test_what_was_not_stored_is_told_again(
    camera: SimulatedCamera, make: Make, hear: Hear
) -> None:
    heard = await hear(make(camera.port, "motion", "line"))
    await heard.until(lambda: heard.value("p0") is False)
    heard.stores = False
    camera.event("tns1:RuleEngine/LineDetector/Crossed", {"Rule": "east"}, {"ObjectId": "7"})
    seen = heard.emits
    await heard.until(lambda: heard.emits > seen + 1)
    heard.stores = True
    camera.motion(True)
    await heard.until(lambda: heard.value("p0") is True)
    assert [reading.once for reading in heard.times("p1")].count(True) == 1


# --- health -----------------------------------------------------------------------------------


async def test_another_camera_at_the_same_address_is_a_tamper(
    camera: SimulatedCamera, make: Make, hear: Hear
) -> None:
    heard = await hear(make(camera.port))
    await heard.until(lambda: heard.value("identity") is PointState.NORMAL)
    camera.fault("other-camera")
    await heard.until(lambda: heard.value("identity") is PointState.ACTIVE)
    assert "serial number SIM-vault-B" in heard.words("identity")
    await heard.end()
    again = await hear(make(camera.port))  # another life of the driver, the same worker
    await again.until(lambda: again.value("identity") is PointState.ACTIVE)


async def test_the_site_file_says_which_camera_it_should_be(
    camera: SimulatedCamera, make: Make, hear: Hear
) -> None:
    heard = await hear(make(camera.port, identity="SIM-other"))
    await heard.until(lambda: heard.value("identity") is PointState.ACTIVE)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("stream-stall", "plays, and no picture comes"),
        ("stream-silent", "opens and does not answer"),
        ("stream-refused", "answers DESCRIBE with 503"),
        ("stream-session", "answers PLAY with 454"),
    ],
)
async def test_a_stream_that_is_not_alive(
    fault: str, words: str, start: Start, make: Make, hear: Hear, monkeypatch: Any
) -> None:
    from monitord_drivers.onvif import rungs

    monkeypatch.setattr(rungs, "STREAM_S", 0.3)
    camera = await start()
    camera.fault(fault)
    heard = await hear(make(camera.port))
    await heard.until(lambda: heard.value("stream") is PointState.FAULT)
    assert words in heard.words("stream")
    camera.clear()
    await heard.until(lambda: heard.value("stream") is PointState.NORMAL)


async def test_a_recording_that_has_stopped(
    camera: SimulatedCamera, make: Make, hear: Hear
) -> None:
    heard = await hear(make(camera.port, recording="camera"))
    await heard.until(lambda: heard.value("recording") is PointState.NORMAL)
    camera.fault("recording-stopped")
    await heard.until(lambda: heard.value("recording") is PointState.FAULT)
    assert "it does not record: its job is idle" in heard.words("recording")


async def test_i1_footage_that_does_not_reach_back_as_far_as_the_site_asks(
    camera: SimulatedCamera, make: Make, hear: Hear
) -> None:
    """Somebody made the card smaller, or emptied it: told before anybody asks for a clip."""
    heard = await hear(make(camera.port, recording="camera", footage="48h"))
    await heard.until(lambda: heard.value("recording") is PointState.NORMAL)
    three_days = heard.value("footage")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", three_days)
    camera.fault("footage-deleted")
    await heard.until(lambda: heard.value("recording") is PointState.FAULT)
    words = "its oldest footage is 60 min old, and the site asks for 2 days"
    assert words in heard.words("recording")
    assert heard.value("footage") > three_days


async def test_another_firmware_is_told_with_both(
    camera: SimulatedCamera, make: Make, hear: Hear
) -> None:
    """Whoever changes it may have changed what it does; an update of ours is told too."""
    heard = await hear(make(camera.port))
    await heard.until(lambda: heard.value("firmware") is PointState.NORMAL)
    assert heard.value("about") == "Simulated Room 1, firmware 1.4.2, serial number SIM-vault"
    camera.device.identity.firmware = "1.5.0"
    await heard.until(lambda: heard.value("firmware") is PointState.FAULT)
    assert "its firmware is 1.5.0 now, and it was 1.4.2" in heard.words("firmware")
    assert "firmware 1.5.0" in heard.value("about")
    await heard.end()
    again = await hear(make(camera.port))  # another life of the driver, the same worker
    await again.until(lambda: again.value("firmware") is PointState.FAULT)


async def test_the_site_file_says_which_firmware_it_should_have(
    camera: SimulatedCamera, make: Make, hear: Hear
) -> None:
    heard = await hear(make(camera.port, firmware="1.4.1"))
    await heard.until(lambda: heard.value("firmware") is PointState.FAULT)
    assert heard.words("firmware") == "its firmware is 1.4.2, and the site file says 1.4.1"


async def test_parts_that_fail_and_strangers_at_the_door(
    camera: SimulatedCamera, make: Make, hear: Hear
) -> None:
    heard = await hear(make(camera.port))
    await heard.until(lambda: heard.value("hardware") is PointState.NORMAL)
    fan = "tns1:Device/HardwareFailure/FanFailure"
    camera.event(fan, {"Token": "Fan"}, {"Failed": "true"})
    await heard.until(lambda: heard.words("hardware") == "its fan has failed")
    camera.event(fan, {"Token": "Fan"}, {"Failed": "false"})
    await heard.until(lambda: heard.value("hardware") is PointState.NORMAL)
    camera.event("tns1:Device/SecurityPolicy/AuthFailed", {}, {"Address": "192.0.2.7"})
    await heard.until(lambda: "from 192.0.2.7" in heard.words("hardware"))


async def test_a_password_that_everybody_knows_is_a_standing_fault(
    start: Start, make: Make, hear: Hear
) -> None:
    camera = await start(password="admin12345")
    heard = await hear(make(camera.port, password="admin12345"))
    await heard.until(lambda: heard.value("password") is PointState.FAULT)
    assert "everybody knows" in heard.words("password")
    assert "admin12345" not in str(heard.readings)


# --- pictures ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("snapshot-endless", "longer than|no answer"),
        ("snapshot-type", "no picture but text/html"),
        ("snapshot-cut", "the connection ended"),
    ],
)
async def test_a_picture_that_is_none(
    fault: str, words: str, camera: SimulatedCamera, make: Make, monkeypatch: Any
) -> None:
    monkeypatch.setattr(session, "PICTURE_MAX", 200_000)
    driver = make(camera.port)
    await driver.open()
    camera.fault(fault)
    with pytest.raises(DeviceFault, match=words):
        await driver.frame()
    camera.clear()
    assert (await driver.frame()).jpeg


async def test_many_at_a_time_are_each_signed(camera: SimulatedCamera, make: Make) -> None:
    """A digest is good once: questions beside each other must not spoil each other's."""
    driver = make(camera.port)
    await driver.open()
    frames = await asyncio.gather(*(driver.frame() for _ in range(8)))
    assert all(frame.jpeg for frame in frames)


async def test_what_is_not_installed_is_said(
    camera: SimulatedCamera, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    from monitord_drivers.onvif import library

    def missing(name: str) -> None:
        raise ImportError(name=name)

    monkeypatch.setattr(library.importlib, "import_module", missing)
    with pytest.raises(ConfigFault, match=r"onvif.client is missing .* 'monitord\[camera\]'"):
        await make(camera.port).open()
