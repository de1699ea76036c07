"""Every make of the simulator's, opened, listened to and looked through (T7.1)."""

from collections.abc import Awaitable, Callable

import pytest

from monitord.driver import UNKNOWN, DeviceFault, PointState, Quality
from monitord_simulators.camera import PROFILES
from tests.drivers.onvif.conftest import Heard, Make, Start

Hear = Callable[..., Awaitable[Heard]]

LINE = "tns1:RuleEngine/LineDetector/Crossed"
EAST = {"VideoSourceConfigurationToken": "v", "VideoAnalyticsConfigurationToken": "a"}
#: Makes that tell no states after a subscription: nothing is known until something changes.
SILENT_FIRST = {"no-first-states", "short-lease"}
BLIND = {"snapshot-null": "(null)", "snapshot-rtsp": "rtsp://"}


@pytest.mark.parametrize("profile", PROFILES)
async def test_a_make_is_heard_and_seen(profile: str, start: Start, make: Make, hear: Hear) -> None:
    camera = await start(profile=profile)
    driver = make(camera.port, "motion", "line/east", "tamper")
    heard = await hear(driver)
    await heard.until(lambda: camera.requests["PullMessages"])
    if profile not in SILENT_FIRST:
        await heard.until(lambda: heard.value("p0") is False)
        assert heard.value("p2") is False
    await heard.until(lambda: heard.value("stream") is PointState.NORMAL)

    camera.motion(True)
    await heard.until(lambda: heard.value("p0") is True)
    for _ in range(2):
        camera.event(LINE, {**EAST, "Rule": "east"}, {"ObjectId": "1"})
        camera.event(LINE, {**EAST, "Rule": "west"}, {"ObjectId": "1"})
    # One that does not tell whose line was crossed alarms for each.
    count = 4 if profile == "sparse" else 2
    await heard.until(lambda: sum(r.once for r in heard.times("p1")) == count)
    assert len({reading.key for reading in heard.times("p1") if reading.once}) == count
    if profile != "motion-never-ends":
        camera.motion(False)
        await heard.until(lambda: heard.value("p0") is False)
    assert heard.value("events") is PointState.NORMAL

    if profile in BLIND:
        with pytest.raises(DeviceFault, match="no picture by HTTP") as fault:
            await driver.frame()
        assert BLIND[profile] in fault.value.detail
    else:
        assert (await driver.frame()).jpeg.startswith(b"\xff\xd8\xff")

    await heard.end()
    assert len(camera.device.pull_points) == 0, "a place among the subscribers stays taken"


async def test_what_was_not_told_is_unknown(start: Start, make: Make, hear: Hear) -> None:
    """Law 4: a camera that tells no first states is not quiet, it is unknown."""
    camera = await start(profile="no-first-states")
    heard = await hear(make(camera.port, "motion", "tamper"))
    await heard.until(lambda: camera.requests["PullMessages"])
    camera.motion(True)
    await heard.until(lambda: heard.value("p0") is True)
    assert heard.last["p1"].value is UNKNOWN
    assert heard.last["p1"].quality is Quality.UNKNOWN


@pytest.mark.parametrize(
    ("profile", "words"),
    [("wrong-clock", "2 h ahead"), ("impossible-date", "its date cannot be")],
)
async def test_a_wrong_clock_is_told_and_signed_with(
    profile: str, words: str, start: Start, make: Make, hear: Hear
) -> None:
    camera = await start(profile=profile)
    heard = await hear(make(camera.port))
    await heard.until(lambda: heard.value("clock") is PointState.FAULT)
    assert words in heard.words("clock")


async def test_a_camera_behind_a_gateway_is_never_left_for_the_address_it_tells(
    start: Start, make: Make, hear: Hear
) -> None:
    camera = await start(profile="behind-nat")
    heard = await hear(make(camera.port))
    await heard.until(lambda: "stream" in heard.last)
    assert heard.value("stream") is PointState.NORMAL, heard.words("stream")
